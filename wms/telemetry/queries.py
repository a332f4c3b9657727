"""Reads of telemetry: sensors, readings, curves, alarms, what could not be placed, and whether rooms were kept."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, func, select, type_coerce, union_all
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import Session

from devices.messages import BadMessage, Envelope, Measurements, Row, decode_as
from wms.kernel.clock import from_ms, to_ms
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page
from wms.telemetry.errors import AlarmNotFound, DeadLetterNotFound, SensorNotFound
from wms.telemetry.rules import (
    HISTORY_DAYS,
    KEPT_SPANS_MS,
    OPEN_STATES,
    SCALES,
    SPANS_MS,
    STALE_MS,
    Bucket,
    Limits,
    RoomsRecord,
    Severity,
    outside,
    sealed,
    whole,
)
from wms.telemetry.rules import mean as mean_of
from wms.telemetry.tables import (
    Alarm,
    AlarmLimits,
    DeadLetter,
    DeviceEventRow,
    ForeignMessage,
    Gateway,
    GatewayMessage,
    LettingGo,
    LostRange,
    QuarantinedReading,
    Reading,
    ReadingConflict,
    Rollup,
    Sensor,
    Stream,
)

Stored = SqlRow[int, datetime, int | None, str | None, int, int]
MOST_BUCKETS = 2000  # a chart never gets more points
MOST_MISSING = 1000


def get_sensor(session: Session, sensor_id: UUID) -> Sensor:
    """Return a sensor. Raises SensorNotFound."""
    sensor = session.scalar(select(Sensor).where(Sensor.id == sensor_id))
    if sensor is None:
        raise SensorNotFound(sensor_id=sensor_id)
    return sensor


def sensors_of(session: Session, room_ids: Sequence[UUID] | None = None) -> list[Sensor]:
    """Return the sensors of some rooms, or all, by name."""
    query = select(Sensor).order_by(Sensor.name, Sensor.number)
    return list(session.scalars(query if room_ids is None else query.where(Sensor.room_id.in_(room_ids))))


def list_sensors(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[Sensor]:
    """Return a page of sensors."""
    return page(session, select(Sensor), [Sensor.number], cursor=cursor, limit=limit)


def readings_of(session: Session, sensor: Sensor, *, cursor: str | None = None, limit: int = 50) -> Page[Reading]:
    """Return a page of a sensor's readings, newest first."""
    query = select(Reading).where(Reading.sensor == sensor.number)
    return page(session, query, [Reading.at], cursor=cursor, limit=limit, descending=True)


def curve(session: Session, sensor: Sensor, since: datetime, until: datetime) -> list[Bucket]:
    """Return a sensor's curve between two instants in the finest rollup that needs at most 2,000 points."""
    width = to_ms(until) - to_ms(since)
    span = next((span for span in SPANS_MS if width <= span * MOST_BUCKETS), SPANS_MS[-1])
    if span not in KEPT_SPANS_MS:
        minutes = _minutes(session, sensor, since, until)
        if minutes:
            return minutes
        span = KEPT_SPANS_MS[0]  # readings that old may have been let go, their rollups stay
    query = (
        select(Rollup)
        .where(
            Rollup.sensor == sensor.number, Rollup.span_ms == span, Rollup.start_at >= since, Rollup.start_at < until
        )
        .order_by(Rollup.start_at)
        .limit(MOST_BUCKETS)
    )
    rows = session.scalars(query)
    return [Bucket(row.start_at, row.least, row.most, mean_of(row.total, row.count), row.count) for row in rows]


def _minutes(session: Session, sensor: Sensor, since: datetime, until: datetime) -> list[Bucket]:
    """Return the curve by minutes, straight from the readings."""
    value: Any = Reading.value
    least, most, total = func.min(value), func.max(value), func.sum(value)
    start = (type_coerce(Reading.at, BigInteger) // SPANS_MS[0]).label("minute")
    query = (
        select(start, least, most, total, func.count())
        .where(
            Reading.sensor == sensor.number, Reading.at >= since, Reading.at < until, Reading.quality.is_(None),
            Reading.value.is_not(None),
        )
        .group_by(start)
        .order_by(start)
        .limit(MOST_BUCKETS)
    )  # fmt: skip
    return [
        Bucket(from_ms(int(minute) * SPANS_MS[0]), low, high, mean_of(int(whole_sum), count), count)
        for minute, low, high, whole_sum, count in session.execute(query)
    ]


def limits_of(session: Session, room_id: UUID, kind: str) -> Limits | None:
    """Return the alarm limits of a kind in a room that count now, or None."""
    query = (
        select(AlarmLimits)
        .where(AlarmLimits.room_id == room_id, AlarmLimits.kind == kind)
        .order_by(AlarmLimits.set_at.desc(), AlarmLimits.id.desc())
        .limit(1)
    )
    row = session.scalar(query)
    return None if row is None else Limits(row.low, row.high, row.deadband, row.delay_s, Severity(row.severity))


def get_alarm(session: Session, alarm_id: UUID) -> Alarm:
    """Return an alarm. Raises AlarmNotFound."""
    alarm = session.get(Alarm, alarm_id)
    if alarm is None:
        raise AlarmNotFound(alarm_id=alarm_id)
    return alarm


def open_alarms(session: Session, room_ids: Sequence[UUID] | None = None) -> list[Alarm]:
    """Return alarms that stand, worst first."""
    query = select(Alarm).where(Alarm.state.in_(OPEN_STATES))
    if room_ids is not None:
        query = query.where(Alarm.room_id.in_(room_ids))
    return list(session.scalars(query.order_by(Alarm.severity, Alarm.began_at)))


def list_alarms(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[Alarm]:
    """Return a page of alarms, newest first."""
    return page(session, select(Alarm), [Alarm.began_at, Alarm.id], cursor=cursor, limit=limit, descending=True)


def quarantined(session: Session) -> list[tuple[str, str, str, int, datetime]]:
    """Return what waits in quarantine: gateway, sensor name, reason, how many readings, the newest stamp."""
    row = QuarantinedReading
    query = (
        select(row.gateway, row.name, row.reason, func.count(), func.max(row.at))
        .group_by(row.gateway, row.name, row.reason)
        .order_by(row.gateway, row.name)
    )
    return [(gateway, name, reason, count, at) for gateway, name, reason, count, at in session.execute(query)]


def list_dead_letters(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[DeadLetter]:
    """Return a page of messages that could not be understood, newest first."""
    keys = [DeadLetter.received_at, DeadLetter.id]
    return page(session, select(DeadLetter), keys, cursor=cursor, limit=limit, descending=True)


def get_dead_letter(session: Session, letter_id: UUID) -> DeadLetter:
    """Return a dead letter. Raises DeadLetterNotFound."""
    letter = session.get(DeadLetter, letter_id)
    if letter is None:
        raise DeadLetterNotFound(letter_id=letter_id)
    return letter


def quarantined_kinds(session: Session) -> dict[tuple[str, str], str]:
    """Return what gateways say their sensors measure, by gateway and name: a proposal for adoption."""
    return {
        (gateway.name, sensor["id"]): sensor["kind"]
        for gateway in list_gateways(session)
        for sensor in gateway.meta.get("sensors", ())
        if sensor.get("kind") in SCALES
    }


def list_gateways(session: Session) -> list[Gateway]:
    """Return what each gateway last said of itself."""
    return list(session.scalars(select(Gateway).order_by(Gateway.name)))


def rooms_record(session: Session, room_ids: Sequence[UUID], at: datetime) -> RoomsRecord:
    """Return whether rooms were kept within their temperature limits over the last days up to the instant `at`.

    Time is counted as it passes, whatever day the site or UTC calls it. Fails closed: a room without sensors or limits,
    or with a sensor that gave no good reading in the last hours before `at`, is not kept.
    """
    if not room_ids:
        return RoomsRecord(False, "the goods lie in no room", None)
    critical = sum(alarm.severity == Severity.CRITICAL for alarm in open_alarms(session, room_ids))
    problems = [problem for room_id in room_ids if (problem := _room_problem(session, room_id, at))]
    known = all(any(sensor.room_id == room_id for sensor in sensors_of(session, room_ids)) for room_id in room_ids)
    detail = "; ".join(problems) or f"within limits for {HISTORY_DAYS} days"
    return RoomsRecord(not problems, detail[:200], critical if known else None)


def _room_problem(session: Session, room_id: UUID, at: datetime) -> str | None:
    numbers = [sensor.number for sensor in sensors_of(session, [room_id]) if sensor.kind == "temperature"]
    limits = limits_of(session, room_id, "temperature")
    if not numbers or limits is None:
        return "no temperature sensor" if not numbers else "no limits set"
    fresh = select(Reading.sensor).where(
        Reading.sensor.in_(numbers), Reading.at > at - timedelta(milliseconds=STALE_MS), Reading.at <= at,
        Reading.value.is_not(None),
    )  # fmt: skip
    silent = set(numbers) - set(session.scalars(fresh.distinct()))
    if silent:  # a sensor that says nothing is not spoken for by its neighbour
        return f"readings missing or stale of {len(silent)} of {len(numbers)} sensors"
    query = select(Rollup).where(
        Rollup.sensor.in_(numbers), Rollup.span_ms == SPANS_MS[2],
        Rollup.start_at > at - timedelta(days=HISTORY_DAYS), Rollup.start_at <= at,
    )  # fmt: skip
    bad = sum(outside(mean_of(hour.total, hour.count), limits) for hour in session.scalars(query))
    return f"{bad} sensor hours outside limits" if bad else None


def holes(session: Session, stream: Stream) -> list[tuple[int, int]]:
    """Return the ranges above a stream's watermark that have neither arrived nor been named as lost, at most 1,000.

    The database compares neighbours, so a hole that stays open does not bring every later number here.
    """
    message, lost = GatewayMessage, LostRange
    arrived = select(message.sequence.label("first"), message.sequence.label("last")).where(
        message.gateway == stream.gateway, message.epoch == stream.epoch, message.sequence > stream.upto
    )
    named = select(lost.first, lost.last).where(
        lost.gateway == stream.gateway, lost.epoch == stream.epoch, lost.last > stream.upto
    )
    dead = select(DeadLetter.sequence.label("first"), DeadLetter.sequence.label("last")).where(
        DeadLetter.gateway == stream.gateway, DeadLetter.epoch == stream.epoch, DeadLetter.sequence > stream.upto
    )
    known = union_all(arrived, named, dead).subquery()
    before = func.max(known.c.last).over(order_by=(known.c.first, known.c.last), rows=(None, -1))
    ranges = select(func.coalesce(before, stream.upto).label("before"), known.c.first).subquery()
    gaps = select(ranges.c.before + 1, ranges.c.first - 1).where(ranges.c.first > ranges.c.before + 1)
    found = session.execute(gaps.order_by(ranges.c.first).limit(MOST_MISSING))
    return [(int(first), int(last)) for first, last in found]


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong: messages against their digests, readings against their messages, evidence rows."""
    for table in (DeviceEventRow, ReadingConflict, AlarmLimits, LettingGo):
        yield from check_rows(session, table)
    yield from _check_foreign(session)
    kept_from = to_ms(session.scalar(select(func.max(LettingGo.kept_from))) or datetime(1970, 1, 1, tzinfo=UTC))
    sensors = {(sensor.gateway, sensor.name): sensor for sensor in session.scalars(select(Sensor))}
    for message in session.scalars(select(GatewayMessage).execution_options(yield_per=200)):
        name = f"{message.gateway}/{message.epoch}/{message.sequence}"
        if sealed(message.channel, to_ms(message.received_at), message.payload) != message.payload_digest:
            yield Finding("gateway_messages", name, "content does not match its digest")
            continue
        try:
            content = decode_as(message.channel, message.payload)  # type: ignore[arg-type]
        except BadMessage as error:
            yield Finding("gateway_messages", name, f"unreadable: {error}")
            continue
        assert isinstance(content, Envelope), "only upward messages are stored"
        said = (content.gw, content.ep, content.seq)
        if said != (message.gateway, message.epoch, message.sequence):
            yield Finding("gateway_messages", name, f"its key differs from its payload {said}")
        if isinstance(content, Measurements):
            yield from _check_message(session, message, content, sensors, kept_from)
    yield from _check_orphans(session)


def _check_message(
    session: Session,
    message: GatewayMessage,
    content: Measurements,
    sensors: dict[tuple[str, str], Sensor],
    kept_from_ms: int,
) -> Iterator[Finding]:
    """Every row of the message is a reading, a kept conflict, in quarantine, or older than what is kept."""
    key = (message.gateway, message.epoch, message.sequence)
    waiting = set(
        session.scalars(
            select(QuarantinedReading.n).where(
                QuarantinedReading.gateway == key[0], QuarantinedReading.epoch == key[1],
                QuarantinedReading.sequence == key[2],
            )
        )
    )  # fmt: skip
    stored = _readings_of(session, message.gateway, content, sensors)
    for n, row in enumerate(content.r):
        sensor = sensors.get((message.gateway, row.id))
        if n in waiting or content.t0 + row.dt < kept_from_ms:
            continue
        name = f"{message.gateway}/{row.id}@{content.t0 + row.dt}"
        if sensor is None:
            yield Finding("quarantined_readings", name, "reading of an unknown sensor is nowhere")
            continue
        reading = stored.get((sensor.number, content.t0 + row.dt))
        if not _is_there(session, sensor, row, content, reading):
            yield Finding("readings", name, "does not match the message it came in")


def _readings_of(
    session: Session, gateway: str, content: Measurements, sensors: dict[tuple[str, str], Sensor]
) -> dict[tuple[int, int], Stored]:
    """Return what is stored for the sensors and the span of a message, by sensor number and stamp, in one read."""
    numbers = {sensor.number for row in content.r if (sensor := sensors.get((gateway, row.id))) is not None}
    stamps = [content.t0 + row.dt for row in content.r]
    query = select(Reading.sensor, Reading.at, Reading.value, Reading.quality, Reading.epoch, Reading.sequence).where(
        Reading.sensor.in_(numbers), Reading.at.between(from_ms(min(stamps)), from_ms(max(stamps)))
    )
    return {(row.sensor, to_ms(row.at)): row for row in session.execute(query)}


def _is_there(session: Session, sensor: Sensor, row: Row, content: Measurements, reading: Stored | None) -> bool:
    value = None if row.value is None else whole(row.value, sensor.kind)
    said = (value, row.quality, content.ep, content.seq)
    if reading is not None and (reading.value, reading.quality, reading.epoch, reading.sequence) == said:
        return True
    same = reading is not None and (reading.value, reading.quality) == said[:2]
    if reading is not None and same and _came_twice(session, reading, row, content):
        return True
    at = from_ms(content.t0 + row.dt)
    conflict = select(ReadingConflict.id).where(
        ReadingConflict.sensor == sensor.number, ReadingConflict.at == at, ReadingConflict.sequence == content.seq
    )
    return session.scalar(conflict) is not None


def _came_twice(session: Session, reading: Stored, row: Row, content: Measurements) -> bool:
    """Tell whether the message a reading names said the same: a value may come in two messages."""
    other = session.get(GatewayMessage, (content.gw, reading.epoch, reading.sequence))
    if other is None or other.channel != "up/m":
        return False
    said = decode_as("up/m", other.payload)
    stamp = content.t0 + row.dt
    return isinstance(said, Measurements) and any(r.id == row.id and said.t0 + r.dt == stamp for r in said.r)


def _check_foreign(session: Session) -> Iterator[Finding]:
    """A message of another convention matches its digest."""
    for message in session.scalars(select(ForeignMessage).execution_options(yield_per=200)):
        if sealed(message.topic, to_ms(message.received_at), message.payload) != message.payload_digest:
            name = f"{message.gateway}/{message.epoch}/{message.first}"
            yield Finding("foreign_messages", name, "content does not match its digest")


def _check_orphans(session: Session) -> Iterator[Finding]:
    """A reading must name a message that exists."""
    query = (
        select(Reading.sensor, Reading.at)
        .join(Sensor, Sensor.number == Reading.sensor)
        .outerjoin(
            GatewayMessage,
            (GatewayMessage.gateway == Sensor.gateway)
            & (GatewayMessage.epoch == Reading.epoch)
            & (GatewayMessage.sequence == Reading.sequence),
        )
        .where(GatewayMessage.sequence.is_(None))
    )
    for sensor, at in session.execute(query):
        yield Finding("readings", f"{sensor}@{to_ms(at)}", "names a message that is not there")
