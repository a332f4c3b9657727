"""Telemetry's tables: messages as they came, readings, what could not be placed, rollups, limits and alarms."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence


class Stream(Base):
    """One epoch of a gateway's sequence: what has arrived without a hole, and what will never come."""

    __tablename__ = "telemetry_streams"
    __table_args__ = (CheckConstraint("0 <= upto AND upto <= highest", name="upto_within"),)

    gateway: Mapped[str] = mapped_column(String(32), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    upto: Mapped[int] = mapped_column(BigInteger, comment="everything up to here is stored or named as lost")
    highest: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime] = mapped_column(Instant)


class LostRange(Base):
    """Sequences a gateway said will never come, because its spool was thinned."""

    __tablename__ = "telemetry_lost_ranges"
    __table_args__ = (CheckConstraint("first <= last", name="range_rises"),)

    gateway: Mapped[str] = mapped_column(String(32), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class Gateway(Base):
    """What a gateway last said of itself."""

    __tablename__ = "gateway_states"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    online: Mapped[bool]
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    meta: Mapped[dict[str, Any]] = mapped_column(Json)
    heard_at: Mapped[datetime] = mapped_column(Instant)


class Inbox(Base):
    """A process that listens at the broker, and what it listens to, as it last said of itself."""

    __tablename__ = "inboxes"

    name: Mapped[str] = mapped_column(String(64), primary_key=True, comment="its name at the broker")
    run: Mapped[UUID] = mapped_column(comment="which process: another one may begin under the same name")
    filters: Mapped[list[str]] = mapped_column(Json)
    since_at: Mapped[datetime] = mapped_column(Instant)
    beat_at: Mapped[datetime] = mapped_column(Instant)
    crossings: Mapped[list[dict[str, str]]] = mapped_column(Json, comment="other inboxes that hear the same, and where")


class GatewayMessage(Base):
    """A message exactly as it came: the evidence of its readings. Append-only."""

    __tablename__ = "gateway_messages"
    __table_args__ = (Index("ix_gateway_messages_received", "received_at"),)

    gateway: Mapped[str] = mapped_column(String(32), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), comment="up/m, up/w or up/e")
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    payload_digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of channel, arrival and payload")
    received_at: Mapped[datetime] = mapped_column(Instant)


class ForeignMessage(Base):
    """A message of another convention exactly as it came, and the numbers its readings were stored under. Append-only.

    `identity` tells a repeat from news: the sender's own id of the message, or the digest of its bytes.
    """

    __tablename__ = "foreign_messages"
    __table_args__ = (
        CheckConstraint("first <= last", name="range_rises"),
        Index("ix_foreign_messages_identity", "gateway", "identity"),
        Index("ix_foreign_messages_received", "received_at"),
    )

    gateway: Mapped[str] = mapped_column(String(32), primary_key=True, comment="the source's name")
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)
    adapter: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(300))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    payload_digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of topic, arrival and payload")
    time_sources: Mapped[str] = mapped_column(String(60), comment="of each message made of it: source, gateway, server")
    identity: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Instant)


class DeviceCounter(Base):
    """The newest number of a device of another convention, and how many of its numbers never came."""

    __tablename__ = "device_counters"
    __table_args__ = (CheckConstraint("missed >= gaps AND gaps >= 0 AND anew >= 0", name="not_negative"),)

    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    device: Mapped[str] = mapped_column(String(80), primary_key=True, comment="LoRaWAN: its EUI; Sparkplug: its node")
    number: Mapped[int] = mapped_column(BigInteger, comment="LoRaWAN: fCnt; Sparkplug: seq")
    heard_at: Mapped[datetime] = mapped_column(Instant)
    missed: Mapped[int] = mapped_column(BigInteger, comment="messages that never came")
    gaps: Mapped[int] = mapped_column(BigInteger)
    anew: Mapped[int] = mapped_column(BigInteger, comment="how often the device began to count anew")
    gap_after: Mapped[int | None] = mapped_column(BigInteger, comment="the newest gap lies between this number")
    gap_before: Mapped[int | None] = mapped_column(BigInteger, comment="and this one")
    gap_at: Mapped[datetime | None] = mapped_column(Instant)


class DeviceEventRow(Evidence, Base):
    """Something that happened to a device. Append-only."""

    __tablename__ = "device_events"
    __table_args__ = (Index("ix_device_events_at", "happened_at"),)

    gateway: Mapped[str] = mapped_column(String(32), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    happened_at: Mapped[datetime] = mapped_column(Instant)


class ClockOffset(Evidence, Base):
    """What a boot's free stamps must be moved by, told once when the gateway's clock was set at last. Append-only."""

    __tablename__ = "clock_offsets"

    gateway: Mapped[str] = mapped_column(String(32), primary_key=True)
    boot: Mapped[UUID] = mapped_column(primary_key=True, comment="the box's run from power-on to power-off")
    offset_ms: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[int] = mapped_column(BigInteger, comment="with sequence: the event that told it")
    sequence: Mapped[int] = mapped_column(BigInteger)
    told_at: Mapped[datetime] = mapped_column(Instant)


class Sensor(Base):
    """A sensor with a place. `number` is what readings carry."""

    __tablename__ = "sensors"
    __table_args__ = (
        UniqueConstraint("id", name="uq_sensors_id"),
        UniqueConstraint("gateway", "name", name="uq_sensors_gateway_name"),
        Index("ix_sensors_room", "room_id"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[UUID]
    gateway: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64), comment="as in the gateway's messages, e.g. room3.t1")
    kind: Mapped[str] = mapped_column(String(20), comment="temperature, humidity, co2, o2, door, defrost, fault")
    room_id: Mapped[UUID] = mapped_column(reference("rooms.id"))
    place: Mapped[str] = mapped_column(String(80))
    adopted_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime | None] = mapped_column(Instant, comment="stamp of the newest reading")
    last_value: Mapped[int | None] = mapped_column(BigInteger)
    last_quality: Mapped[str | None] = mapped_column(String(16))


class Reading(Base):
    """One value of one sensor: whole units of its kind, NULL with a quality when there was none. Append-only.

    PostgreSQL keeps it in partitions of a month; whole months older than the setting are let go.
    """

    __tablename__ = "readings"
    __table_args__ = ({"sqlite_with_rowid": False, "postgresql_partition_by": "RANGE (at)"},)

    # No foreign key: its check costs more than the insert. Numbers come from sensors, and sensors are never deleted.
    sensor: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="sensors.number")
    at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    value: Mapped[int | None] = mapped_column(BigInteger)
    quality: Mapped[str | None] = mapped_column(String(16), comment="NULL: good")
    epoch: Mapped[int] = mapped_column(BigInteger, comment="with the sensor's gateway: the message it came in")
    sequence: Mapped[int] = mapped_column(BigInteger)


class LettingGo(Evidence, Base):
    """Readings older than an instant were let go, as the settings say; their rollups stay. Append-only."""

    __tablename__ = "reading_lettings_go"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kept_from: Mapped[datetime] = mapped_column(Instant, comment="what is older is gone")
    readings: Mapped[int] = mapped_column(BigInteger, comment="how many readings went")
    messages: Mapped[int] = mapped_column(BigInteger, comment="how many of their messages went")
    done_at: Mapped[datetime] = mapped_column(Instant)


class ReadingConflict(Evidence, Base):
    """A second, different value for the same sensor and stamp: kept, never merged. Append-only."""

    __tablename__ = "reading_conflicts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sensor: Mapped[int] = mapped_column(reference("sensors.number"))
    at: Mapped[datetime] = mapped_column(Instant)
    value: Mapped[int | None] = mapped_column(BigInteger)
    quality: Mapped[str | None] = mapped_column(String(16))
    epoch: Mapped[int] = mapped_column(BigInteger)
    sequence: Mapped[int] = mapped_column(BigInteger)


class QuarantinedReading(Base):
    """A reading that cannot be placed: sensor not adopted, stamp in the future, or (`clock`) by a clock not set yet."""

    __tablename__ = "quarantined_readings"
    __table_args__ = (
        Index("ix_quarantined_readings_sensor", "gateway", "name"),
        Index("ix_quarantined_readings_boot", "gateway", "boot"),
    )

    gateway: Mapped[str] = mapped_column(String(32), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    value: Mapped[str | None] = mapped_column(String(40), comment="decimal text, as it came")
    quality: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(10), comment="unknown or future")
    verdict_id: Mapped[UUID | None] = mapped_column(comment="set when it was dismissed: it counts for nothing")
    boot: Mapped[UUID | None] = mapped_column(comment="set for a stamp of a free clock, to be moved by its offset")


class QuarantineVerdict(Evidence, Base):
    """What somebody decided about readings in quarantine: that their stamps are right, or that they count for nothing.

    Append-only. Dismissed readings stay where they are and name their verdict.
    """

    __tablename__ = "quarantine_verdicts"
    __table_args__ = (CheckConstraint("verdict IN ('accepted', 'dismissed')", name="verdict_known"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64), comment="the sensor's, as in quarantine")
    reason: Mapped[str] = mapped_column(String(10), comment="what they waited for: unknown, future or clock")
    verdict: Mapped[str] = mapped_column(String(10))
    readings: Mapped[int] = mapped_column(BigInteger, comment="how many it was about")
    note: Mapped[str] = mapped_column(String(300))
    judged_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class DeadLetter(Base):
    """A message nobody understood, kept to look at, replay or set aside; the same bytes are kept once and counted."""

    __tablename__ = "dead_letters"
    __table_args__ = (
        UniqueConstraint("digest", name="uq_dead_letters_digest"),
        CheckConstraint("times > 0", name="came"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
        Index("ix_dead_letters_received", "received_at"),
        Index("ix_dead_letters_key", "gateway", "epoch", "sequence"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(300))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(300))
    code: Mapped[str | None] = mapped_column(String(24), comment="of the sentence; NULL before codes were kept")
    details: Mapped[dict[str, Any] | None] = mapped_column(Json, comment="the values in the sentence")
    received_at: Mapped[datetime] = mapped_column(Instant)
    replayed_at: Mapped[datetime | None] = mapped_column(Instant, comment="when it was understood after all")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of topic and payload")
    times: Mapped[int] = mapped_column(comment="how often it came")
    last_at: Mapped[datetime] = mapped_column(Instant)
    gateway: Mapped[str | None] = mapped_column(String(32), comment="with epoch and sequence: its key, if readable")
    epoch: Mapped[int | None] = mapped_column(BigInteger)
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, comment="when somebody set it aside")
    closed_by: Mapped[UUID | None]
    note: Mapped[str | None] = mapped_column(String(300))


class Rollup(Base):
    """Good readings of a sensor in a window of `span_ms`; a cache that can be rebuilt from readings."""

    __tablename__ = "reading_rollups"
    __table_args__ = (
        CheckConstraint("count > 0 AND least <= most", name="not_empty"),
        {"sqlite_with_rowid": False},
    )

    # No foreign key, as with the readings: its check at commit costs more than writing the row.
    sensor: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="sensors.number")
    span_ms: Mapped[int] = mapped_column(primary_key=True)
    start_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    least: Mapped[int] = mapped_column(BigInteger)
    most: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int]


class AlarmLimits(Evidence, Base):
    """Limits of a kind in a room from an instant on. Append-only: the newest counts."""

    __tablename__ = "alarm_limits"
    __table_args__ = (
        CheckConstraint("low IS NULL OR high IS NULL OR low < high", name="low_below_high"),
        CheckConstraint("deadband >= 0 AND delay_s >= 0", name="not_negative"),
        Index("ix_alarm_limits_room", "room_id", "kind", "set_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    room_id: Mapped[UUID] = mapped_column(reference("rooms.id"))
    kind: Mapped[str] = mapped_column(String(20))
    low: Mapped[int | None] = mapped_column(BigInteger)
    high: Mapped[int | None] = mapped_column(BigInteger)
    deadband: Mapped[int]
    delay_s: Mapped[int]
    severity: Mapped[str] = mapped_column(String(10))
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class Alarm(Base):
    """A room outside its limits, from the first value outside to the acknowledged return."""

    __tablename__ = "alarms"
    __table_args__ = (
        CheckConstraint("acknowledged_at IS NOT NULL OR state <> 'acknowledged'", name="acknowledged_by_somebody"),
        Index("uq_alarms_open", "room_id", "kind", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    room_id: Mapped[UUID] = mapped_column(reference("rooms.id"))
    kind: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(14))
    began_at: Mapped[datetime] = mapped_column(Instant, comment="first value outside")
    active_at: Mapped[datetime | None] = mapped_column(Instant, comment="when the delay was over")
    ended_at: Mapped[datetime | None] = mapped_column(Instant, comment="first value inside again")
    extreme: Mapped[int] = mapped_column(BigInteger, comment="the worst value")
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_by: Mapped[UUID | None]
    note: Mapped[str | None] = mapped_column(String(300))
