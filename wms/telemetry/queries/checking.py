"""Whether what is kept still says what came: messages against their digests, readings against their messages."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Row as SqlRow
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from devices.messages import BadMessage, Envelope, Measurements, Row, decode_as
from wms.kernel.clock import from_ms, to_ms
from wms.kernel.evidence import Finding, check_rows
from wms.telemetry.rules import sealed, whole
from wms.telemetry.tables import (
    AlarmLimits,
    ClockOffset,
    DeviceEventRow,
    ForeignMessage,
    GatewayMessage,
    LettingGo,
    QuarantinedReading,
    QuarantineVerdict,
    Reading,
    ReadingConflict,
    Sensor,
)

Stored = SqlRow[int, datetime, int | None, str | None, int, int]
Offsets = Mapping[tuple[str, UUID], int]


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong: messages against their digests, readings against their messages, evidence rows."""
    for table in (DeviceEventRow, ReadingConflict, AlarmLimits, LettingGo, ClockOffset, QuarantineVerdict):
        yield from check_rows(session, table)
    yield from _check_foreign(session)
    kept_from = to_ms(session.scalar(select(func.max(LettingGo.kept_from))) or datetime(1970, 1, 1, tzinfo=UTC))
    sensors = {(sensor.gateway, sensor.name): sensor for sensor in session.scalars(select(Sensor))}
    offsets = {(told.gateway, told.boot): told.offset_ms for told in session.scalars(select(ClockOffset))}
    for message, waiting in _with_waiting(session):
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
            looked_at = [row for n, row in enumerate(content.r) if n not in waiting]
            if looked_at:
                yield from _check_message(session, replace(content, r=looked_at), sensors, kept_from, offsets)
    yield from _check_orphans(session, kept_from)


def _with_waiting(session: Session) -> Iterator[tuple[GatewayMessage, set[int]]]:
    """Yield messages with which of their rows wait in quarantine: asked for many at once, not one by one."""
    quarantined = (QuarantinedReading.gateway, QuarantinedReading.epoch, QuarantinedReading.sequence)
    for some in session.scalars(select(GatewayMessage).execution_options(yield_per=200)).partitions():
        found = {(one.gateway, one.epoch, one.sequence): set[int]() for one in some}
        query = select(*quarantined, QuarantinedReading.n).where(tuple_(*quarantined).in_(list(found)))
        for gateway, epoch, sequence, n in session.execute(query):
            found[gateway, epoch, sequence].add(n)
        for one in some:
            yield one, found[one.gateway, one.epoch, one.sequence]


def _check_message(
    session: Session,
    said: Measurements,
    sensors: dict[tuple[str, str], Sensor],
    kept_from_ms: int,
    offsets: Offsets,
) -> Iterator[Finding]:
    """Every row not in quarantine is a reading, a kept conflict, or older than what is kept."""
    content = _in_true_time(said, offsets)
    stored = _readings_of(session, content, sensors)
    for row in content.r:
        sensor = sensors.get((content.gw, row.id))
        if content.t0 + row.dt < kept_from_ms:
            continue
        name = f"{content.gw}/{row.id}@{content.t0 + row.dt}"
        if sensor is None:
            yield Finding("quarantined_readings", name, "reading of an unknown sensor is nowhere")
            continue
        reading = stored.get((sensor.number, content.t0 + row.dt))
        if not _is_there(session, sensor, row, content, reading, offsets):
            yield Finding("readings", name, "does not match the message it came in")


def _in_true_time(said: Measurements, offsets: Offsets) -> Measurements:
    """The message with the stamps its readings are stored under: a free clock's are moved once its offset is told."""
    if said.clk != "free" or said.boot is None:
        return said
    return replace(said, t0=said.t0 + offsets.get((said.gw, said.boot), 0))


def _readings_of(
    session: Session, content: Measurements, sensors: dict[tuple[str, str], Sensor]
) -> dict[tuple[int, int], Stored]:
    """Return what is stored for the sensors and the span of a message, by sensor number and stamp, in one read."""
    numbers = {sensor.number for row in content.r if (sensor := sensors.get((content.gw, row.id))) is not None}
    stamps = [content.t0 + row.dt for row in content.r]
    query = select(Reading.sensor, Reading.at, Reading.value, Reading.quality, Reading.epoch, Reading.sequence).where(
        Reading.sensor.in_(numbers), Reading.at.between(from_ms(min(stamps)), from_ms(max(stamps)))
    )
    return {(row.sensor, to_ms(row.at)): row for row in session.execute(query)}


def _is_there(
    session: Session, sensor: Sensor, row: Row, content: Measurements, reading: Stored | None, offsets: Offsets
) -> bool:
    value = None if row.value is None else whole(row.value, sensor.kind)
    said = (value, row.quality, content.ep, content.seq)
    if reading is not None and (reading.value, reading.quality, reading.epoch, reading.sequence) == said:
        return True
    same = reading is not None and (reading.value, reading.quality) == said[:2]
    if reading is not None and same and _came_twice(session, reading, row, content, offsets):
        return True
    at = from_ms(content.t0 + row.dt)
    conflict = select(ReadingConflict.id).where(
        ReadingConflict.sensor == sensor.number, ReadingConflict.at == at, ReadingConflict.sequence == content.seq
    )
    return session.scalar(conflict) is not None


def _came_twice(session: Session, reading: Stored, row: Row, content: Measurements, offsets: Offsets) -> bool:
    """Tell whether the message a reading names said the same: a value may come in two messages."""
    other = session.get(GatewayMessage, (content.gw, reading.epoch, reading.sequence))
    if other is None or other.channel != "up/m":
        return False
    said = decode_as("up/m", other.payload)
    if not isinstance(said, Measurements):
        return False
    first, stamp = _in_true_time(said, offsets).t0, content.t0 + row.dt
    return any(r.id == row.id and first + r.dt == stamp for r in said.r)


def _check_foreign(session: Session) -> Iterator[Finding]:
    """A message of another convention matches its digest."""
    for message in session.scalars(select(ForeignMessage).execution_options(yield_per=200)):
        if sealed(message.topic, to_ms(message.received_at), message.payload) != message.payload_digest:
            name = f"{message.gateway}/{message.epoch}/{message.first}"
            yield Finding("foreign_messages", name, "content does not match its digest")


def _check_orphans(session: Session, kept_from_ms: int) -> Iterator[Finding]:
    """A reading must name a message that exists, unless it was let go and its month is about to be dropped."""
    query = (
        select(Reading.sensor, Reading.at)
        .join(Sensor, Sensor.number == Reading.sensor)
        .outerjoin(
            GatewayMessage,
            (GatewayMessage.gateway == Sensor.gateway)
            & (GatewayMessage.epoch == Reading.epoch)
            & (GatewayMessage.sequence == Reading.sequence),
        )
        .where(GatewayMessage.sequence.is_(None), Reading.at >= from_ms(kept_from_ms))
    )
    for sensor, at in session.execute(query):
        yield Finding("readings", f"{sensor}@{to_ms(at)}", "names a message that is not there")
