"""Readings that waited in quarantine find their place, as soon as nothing stands in their way any more."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from wms.kernel.clock import Moment, to_ms
from wms.telemetry.actions.placing import Placing, known_sensors
from wms.telemetry.actions.runs import Known
from wms.telemetry.rules import FUTURE_MS, whole
from wms.telemetry.tables import ClockOffset, QuarantinedReading, Sensor

LATELY = timedelta(days=1)  # no batch is on its way for longer
STRANGERS_MAX = 5_000
Offsets = Mapping[tuple[str, UUID], int]


def offsets_of(session: Session, gateways: Iterable[str]) -> dict[tuple[str, UUID], int]:
    """Return what the stamps of some gateways' boots must be moved by, as far as it was told; ms by boot."""
    query = select(ClockOffset.gateway, ClockOffset.boot, ClockOffset.offset_ms)
    found = session.execute(query.where(ClockOffset.gateway.in_(gateways)))
    return {(gateway, boot): offset for gateway, boot, offset in found}


def let_in_strangers(session: Session, gateways: Iterable[str], *, at: Moment) -> None:
    """Store what waits as unknown of sensors adopted lately: it was on its way when its sensor was adopted beside it.

    Who is storing a batch does not see that, and who adopts does not see the batch. What another one holds is left to
    it, and more than `STRANGERS_MAX` to the next batch.
    """
    row, sensor = QuarantinedReading, Sensor
    waiting = (
        select(row)
        .join(sensor, and_(sensor.gateway == row.gateway, sensor.name == row.name))
        .where(sensor.gateway.in_(gateways), sensor.adopted_at > at.at - LATELY)
        .where(row.reason == "unknown", row.verdict_id.is_(None))
        .order_by(row.gateway, row.epoch, row.sequence, row.n)
        .limit(STRANGERS_MAX)
        .with_for_update(of=row, skip_locked=True)
    )
    found = list(session.scalars(waiting))
    if found:
        let_in(session, found, at=at)


def let_in(session: Session, waiting: Sequence[QuarantinedReading], *, at: Moment) -> int:
    """Store what can be placed now and take it out of quarantine; the rest is given its reason. Returns how many.

    They page nobody: whatever they say was then.
    """
    gateways = {row.gateway for row in waiting}
    sensors, offsets = known_sensors(session, gateways), offsets_of(session, gateways)
    placing, placed = Placing(sensors), []
    for row in waiting:
        sensor = sensors.get((row.gateway, row.name))
        shift = 0 if row.boot is None else offsets.get((row.gateway, row.boot))
        ms = to_ms(row.at) + (shift or 0)
        row.reason = _reason(sensor, shift, ms, at)
        if sensor is not None and not row.reason:
            value = None if row.value is None else whole(Decimal(row.value), sensor.kind)
            placing.put(sensor, (ms, row.epoch, row.sequence, value, row.quality))
            placed.append(row)
    session.flush()  # writing makes the session forget what it has read, and what was changed of it
    placing.write(session, at=at)
    for row in placed:
        session.delete(row)
    session.flush()
    return len(placed)


def _reason(sensor: Known | None, shift: int | None, ms: int, at: Moment) -> str:
    """Return why a reading must wait, or nothing."""
    if sensor is None:
        return "unknown"
    if shift is None:
        return "clock"
    return "" if 0 <= ms <= at.ms + FUTURE_MS else "future"
