"""Readings find their sensor: stored once, conflicts kept, strangers quarantined, curves and alarms carried on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from devices.messages import Measurements, Row
from wms.kernel import outbox
from wms.kernel.clock import Moment, from_ms, to_ms
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.upsert import insert_new, upsert
from wms.telemetry.queries import limits_of, sensors_of
from wms.telemetry.rules import FUTURE_MS, SPANS_MS, STALE_MS, AlarmState, Limits, median, outside, whole
from wms.telemetry.tables import Alarm, QuarantinedReading, Reading, ReadingConflict, Rollup, Sensor

Stamp = tuple[int, int]  # sensor number, milliseconds
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Value:
    """One reading on its way in."""

    sensor: Sensor
    ms: int
    value: int | None
    quality: str | None
    epoch: int
    sequence: int
    live: bool


@dataclass(slots=True)
class Placed:
    """What was newly stored: the values by room and kind that alarms must look at."""

    live: dict[tuple[UUID, str], int] = field(default_factory=dict)

    def watch(self, session: Session, *, at: Moment) -> None:
        """Let every room and kind that got a live value carry its alarm on."""
        for (room_id, kind), newest_ms in sorted(self.live.items()):
            carry_alarm(session, room_id, kind, newest_ms, at=at)


def place(session: Session, batches: Sequence[Measurements], *, at: Moment) -> Placed:
    """Store the readings of new messages; late ones never page anybody."""
    if not batches:
        return Placed()
    sensors = {
        (sensor.gateway, sensor.name): sensor
        for sensor in session.scalars(select(Sensor).where(Sensor.gateway.in_({batch.gw for batch in batches})))
    }
    values: list[Value] = []
    strangers: list[dict[str, Any]] = []
    for batch in batches:
        for n, row in enumerate(batch.r):
            sensor = sensors.get((batch.gw, row.id))
            ms = batch.t0 + row.dt
            if sensor is None or ms > at.ms + FUTURE_MS:
                strangers.append(_stranger(batch, n, row, "unknown" if sensor is None else "future"))
            else:
                value = None if row.value is None else whole(row.value, sensor.kind)
                values.append(Value(sensor, ms, value, row.quality, batch.ep, batch.seq, batch.live))
    if strangers:
        insert_new(session, QuarantinedReading, strangers)
    return store(session, values, at=at)


def store(session: Session, values: Sequence[Value], *, at: Moment) -> Placed:
    """Write readings that are new, keep a conflict where another value stands, and carry rollups."""
    fresh = set(_write(session, values))
    placed = Placed()
    counted: set[Stamp] = set()
    for value in values:
        stamp = (value.sensor.number, value.ms)
        if stamp not in fresh or stamp in counted:
            _keep_conflict(session, value)
            continue
        counted.add(stamp)
        if value.sensor.last_at is None or to_ms(value.sensor.last_at) <= value.ms:
            value.sensor.last_at, value.sensor.last_value = from_ms(value.ms), value.value
            value.sensor.last_quality = value.quality
        if value.live and value.value is not None and value.quality is None:
            key = (value.sensor.room_id, value.sensor.kind)
            placed.live[key] = max(placed.live.get(key, 0), value.ms)
    session.flush()
    _roll_up(session, [value for value in values if (value.sensor.number, value.ms) in counted])
    return placed


def _write(session: Session, values: Sequence[Value]) -> Iterator[Stamp]:
    rows = [
        {
            "sensor": value.sensor.number, "at": from_ms(value.ms), "value": value.value, "quality": value.quality,
            "epoch": value.epoch, "sequence": value.sequence,
        }
        for value in values
    ]  # fmt: skip
    statement = upsert(session, Reading).on_conflict_do_nothing().returning(Reading.sensor, Reading.at)
    for start in range(0, len(rows), CHUNK):
        for sensor, stamp in session.execute(statement, rows[start : start + CHUNK]):
            yield sensor, to_ms(stamp)


def _keep_conflict(session: Session, value: Value) -> None:
    stamp = from_ms(value.ms)
    first = session.get_one(Reading, (value.sensor.number, stamp), populate_existing=True)
    if (first.value, first.quality) == (value.value, value.quality):
        return
    row_id = derived_id(value.sensor.id, "conflict", value.ms, value.epoch, value.sequence, value.value, value.quality)
    if session.get(ReadingConflict, row_id) is None:
        row = ReadingConflict(
            id=row_id, sensor=value.sensor.number, at=stamp, value=value.value, quality=value.quality,
            epoch=value.epoch, sequence=value.sequence,
        )  # fmt: skip
        append(session, row)


def _stranger(batch: Measurements, n: int, row: Row, reason: str) -> dict[str, Any]:
    return {
        "gateway": batch.gw, "epoch": batch.ep, "sequence": batch.seq, "n": n, "name": row.id,
        "at": from_ms(batch.t0 + row.dt), "value": None if row.value is None else str(row.value),
        "quality": row.quality, "reason": reason,
    }  # fmt: skip


def _roll_up(session: Session, values: Iterable[Value]) -> None:
    """Carry good values into every window they fall into."""
    windows: dict[tuple[int, int, int], list[int]] = {}
    for value in values:
        if value.value is None or value.quality is not None:
            continue
        for span in SPANS_MS:
            windows.setdefault((value.sensor.number, span, value.ms // span * span), []).append(value.value)
    rows = [
        {
            "sensor": sensor, "span_ms": span, "start_at": from_ms(start), "least": min(found), "most": max(found),
            "total": sum(found), "count": len(found),
        }
        for (sensor, span, start), found in sorted(windows.items())
    ]  # fmt: skip
    if not rows:
        return
    statement = upsert(session, Rollup)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["sensor", "span_ms", "start_at"],
        set_={
            "least": case((Rollup.least < new.least, Rollup.least), else_=new.least),
            "most": case((Rollup.most > new.most, Rollup.most), else_=new.most),
            "total": Rollup.total + new.total,
            "count": Rollup.count + new.count,
        },
    )
    session.execute(statement, rows)


def carry_alarm(session: Session, room_id: UUID, kind: str, newest_ms: int, *, at: Moment) -> None:
    """Move the alarm of a room and kind by the median of its sensors that spoke lately."""
    limits = limits_of(session, room_id, kind)
    if limits is None:
        return
    fresh = [
        sensor.last_value
        for sensor in sensors_of(session, [room_id])
        if sensor.kind == kind and sensor.last_value is not None and sensor.last_quality is None
        and sensor.last_at is not None and to_ms(sensor.last_at) > newest_ms - STALE_MS
    ]  # fmt: skip
    if not fresh:
        return
    value, moment = median(fresh), from_ms(newest_ms)
    query = select(Alarm).where(Alarm.room_id == room_id, Alarm.kind == kind, Alarm.ended_at.is_(None))
    alarm = session.scalar(query.with_for_update())
    if alarm is None:
        if outside(value, limits):
            alarm = _begin(session, room_id, kind, value, limits, moment)
            _activate(session, alarm, limits, moment, at=at)
        return
    if outside(value, limits, returning=alarm.state != AlarmState.PENDING):
        alarm.extreme = _worse(alarm.extreme, value, limits)
        if alarm.state == AlarmState.PENDING:
            _activate(session, alarm, limits, moment, at=at)
    else:
        alarm.ended_at = moment
        alarm.state = AlarmState.CLEARED if alarm.state == AlarmState.ACTIVE else AlarmState.OVER
    session.flush()


def _begin(session: Session, room_id: UUID, kind: str, value: int, limits: Limits, moment: datetime) -> Alarm:
    alarm = Alarm(
        id=derived_id(room_id, "alarm", kind, to_ms(moment)), room_id=room_id, kind=kind,
        severity=limits.severity.value, state=AlarmState.PENDING, began_at=moment, extreme=value,
    )  # fmt: skip
    session.add(alarm)
    session.flush()
    return alarm


def _activate(session: Session, alarm: Alarm, limits: Limits, moment: datetime, *, at: Moment) -> None:
    if moment - alarm.began_at >= timedelta(seconds=limits.delay_s):
        alarm.state, alarm.active_at = AlarmState.ACTIVE, moment
        payload = {"alarm_id": alarm.id, "room_id": alarm.room_id, "kind": alarm.kind, "severity": alarm.severity}
        outbox.put(session, "telemetry.alarm_raised", alarm.id, payload, at=at)
        session.flush()


def _worse(extreme: int, value: int, limits: Limits) -> int:
    above = limits.high is not None and value > limits.high
    return max(extreme, value) if above else min(extreme, value)
