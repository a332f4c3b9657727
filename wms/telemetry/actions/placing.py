"""Readings find their sensor: stored once, conflicts kept, strangers quarantined, curves and alarms carried on.

The way of nearly every reading, new and newer than the last of its sensor, is short: one COPY (one executemany on
SQLite) a batch. What may be there already goes by a staging table. Instants are whole milliseconds all the way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session

from devices.messages import Measurements, Row
from wms.kernel import bulk
from wms.kernel.clock import Moment, from_ms, to_ms
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.upsert import insert_new
from wms.telemetry.actions.alarming import carry_alarm
from wms.telemetry.rules import FUTURE_MS, KEPT_SPANS_MS, whole
from wms.telemetry.tables import QuarantinedReading, Reading, ReadingConflict, Rollup, Sensor

COLUMNS = ("sensor", "at", "value", "quality", "epoch", "sequence")
ROLLUP_COLUMNS = ("sensor", "span_ms", "start_at", "least", "most", "total", "count")
Stored = tuple[int, int, int | None, str | None, int, int]  # as COLUMNS, the instant in milliseconds
NO_OFFSETS: Mapping[tuple[str, UUID], int] = MappingProxyType({})
WHOLES_MAX = 100_000
_WHOLES: dict[str, dict[Decimal, int]] = {}  # by kind: probes repeat themselves, and exact arithmetic takes its time


@dataclass(slots=True)
class Known:
    """A sensor in a batch: what it is, its newest stamp, and its rows on their way in by their stamp.

    `felt` is what it says right now by a clock that was not set: shown, but not stored before its time is known.
    """

    number: int
    id: UUID
    kind: str
    room_id: UUID
    last_ms: int
    wholes: dict[Decimal, int]
    rows: dict[int, Stored] = field(default_factory=dict)
    live_ms: int = 0
    felt: Row | None = None


class Placing:
    """The readings of one batch, gathered before they are written together."""

    def __init__(
        self, sensors: Mapping[tuple[str, str], Known], offsets: Mapping[tuple[str, UUID], int] = NO_OFFSETS
    ) -> None:
        self.sensors = sensors
        self.offsets = offsets
        self.names: dict[str, dict[str, Known]] = {}
        for (gateway, name), sensor in sensors.items():
            self.names.setdefault(gateway, {})[name] = sensor
        self.twins: list[tuple[Known, Stored]] = []
        self.strangers: list[dict[str, Any]] = []

    def add(self, batch: Measurements, ends_ms: int) -> None:
        """Take a message's rows; stamps after `ends_ms` and unknown names are strangers, and so is unknown time."""
        gateway, start, epoch, sequence, live = batch.gw, batch.t0, batch.ep, batch.seq, batch.live
        sensors = self.names.get(gateway, {})
        if batch.clk == "free" and batch.boot is not None:
            offset = self.offsets.get((gateway, batch.boot))
            if offset is None:
                self._hold(batch, sensors)
                return
            start += offset
        for n, row in enumerate(batch.r):
            sensor, ms = sensors.get(row.id), start + row.dt
            if sensor is None or not 0 <= ms <= ends_ms:
                self.strangers.append(_stranger(batch, n, row, "unknown" if sensor is None else "future"))
                continue
            value, quality = row.value, row.quality
            kept = None if value is None else sensor.wholes.get(value)
            if kept is None and value is not None:
                kept = _remember(sensor, value)
            if ms in sensor.rows:
                self.twins.append((sensor, (sensor.number, ms, kept, quality, epoch, sequence)))
            else:
                sensor.rows[ms] = (sensor.number, ms, kept, quality, epoch, sequence)
            if live and ms > sensor.live_ms and kept is not None and quality is None:
                sensor.live_ms = ms

    def _hold(self, batch: Measurements, sensors: Mapping[str, Known]) -> None:
        """Keep what was said before the clock was set until its offset is told; what is live shows at once."""
        for n, row in enumerate(batch.r):
            sensor = sensors.get(row.id)
            self.strangers.append(_stranger(batch, n, row, "unknown" if sensor is None else "clock"))
            if sensor is not None and batch.live and (sensor.felt is None or row.dt >= sensor.felt.dt):
                sensor.felt = row

    def put(self, sensor: Known, row: Stored) -> None:
        """Take one row; a second one for the same stamp stands aside."""
        if row[1] in sensor.rows:
            self.twins.append((sensor, row))
        else:
            sensor.rows[row[1]] = row

    def write(self, session: Session, *, at: Moment) -> None:
        """Write what is new, keep conflicts and strangers, carry sensors, rollups and alarms."""
        if self.strangers:
            insert_new(session, QuarantinedReading, self.strangers)
        spoken = [sensor for sensor in self.sensors.values() if sensor.rows]
        if spoken:
            self._store(session, spoken)
        newest = _show(session, self.sensors.values(), at=at)
        for sensor in spoken:
            # A value that was there already cannot page anybody again.
            if sensor.live_ms in sensor.rows:
                key = (sensor.room_id, sensor.kind)
                newest[key] = max(newest.get(key, 0), sensor.live_ms)
        for (room_id, kind), ms in sorted(newest.items()):
            carry_alarm(session, room_id, kind, ms, at=at)

    def _store(self, session: Session, spoken: Sequence[Known]) -> None:
        for sensor, row, standing in _write(session, spoken):
            _keep_conflict(session, sensor, row, standing)
        for sensor, row in self.twins:
            first = _standing(session, sensor.number, row[1])
            _keep_conflict(session, sensor, row, first)
        _carry_sensors(session, spoken)
        _roll_up(session, spoken)


def place(
    session: Session,
    batches: Sequence[Measurements],
    offsets: Mapping[tuple[str, UUID], int] = NO_OFFSETS,
    *,
    at: Moment,
) -> None:
    """Store the readings of new messages; late ones never page anybody.

    `offsets` moves the stamps of boots whose clock was not set; a boot that is not in it waits in quarantine.
    """
    if not batches:
        return
    placing = Placing(known_sensors(session, {batch.gw for batch in batches}), offsets)
    ends_ms = at.ms + FUTURE_MS
    for batch in batches:
        placing.add(batch, ends_ms)
    placing.write(session, at=at)


def known_sensors(session: Session, gateways: Iterable[str]) -> dict[tuple[str, str], Known]:
    """Return the adopted sensors of some gateways by gateway and name."""
    sheet = Sensor
    columns = (sheet.gateway, sheet.name, sheet.number, sheet.id, sheet.kind, sheet.room_id, sheet.last_at)
    found = session.execute(select(*columns).where(sheet.gateway.in_(gateways)))
    return {
        (gateway, name): Known(
            number, sensor_id, kind, room_id, -1 if last is None else to_ms(last), _WHOLES.setdefault(kind, {})
        )
        for gateway, name, number, sensor_id, kind, room_id, last in found
    }


def _remember(sensor: Known, value: Decimal) -> int:
    if len(sensor.wholes) >= WHOLES_MAX:
        sensor.wholes.clear()
    found = sensor.wholes[value] = whole(value, sensor.kind)
    return found


def _write(session: Session, sensors: Sequence[Known]) -> list[tuple[Known, Stored, tuple[int | None, str | None]]]:
    """Write rows, and take away from `rows` what was not new; return that, with what stands in its place."""
    straight: list[Stored] = []
    doubtful: list[Stored] = []
    for sensor in sensors:
        if min(sensor.rows) > sensor.last_ms:
            straight += sensor.rows.values()
        else:
            doubtful += sensor.rows.values()
    bulk.load(session, Reading, COLUMNS, straight)
    if not doubtful:
        return []
    staged = bulk.stage(session, Reading, COLUMNS, doubtful)
    named = ", ".join(COLUMNS)
    done: Any = session.execute(
        text(f"INSERT INTO readings ({named}) SELECT {named} FROM {staged} WHERE 1 = 1 ON CONFLICT DO NOTHING")
    )
    if done.rowcount == len(doubtful):
        return []
    query = text(
        f"SELECT s.sensor, s.at, r.value, r.quality FROM {staged} s JOIN readings r ON r.sensor = s.sensor "
        "AND r.at = s.at WHERE r.epoch <> s.epoch OR r.sequence <> s.sequence"
    )
    by_number = {sensor.number: sensor for sensor in sensors}
    clashes = []
    for number, ms, value, quality in session.execute(query):
        sensor = by_number[number]
        clashes.append((sensor, sensor.rows.pop(ms), (value, quality)))
    return clashes


def _standing(session: Session, number: int, ms: int) -> tuple[int | None, str | None]:
    first = session.get_one(Reading, (number, from_ms(ms)), populate_existing=True)
    return first.value, first.quality


def _keep_conflict(session: Session, sensor: Known, row: Stored, standing: tuple[int | None, str | None]) -> None:
    number, ms, value, quality, epoch, sequence = row
    if standing == (value, quality):
        return
    row_id = derived_id(sensor.id, "conflict", ms, epoch, sequence, value, quality)
    if session.get(ReadingConflict, row_id) is None:
        conflict = ReadingConflict(
            id=row_id, sensor=number, at=from_ms(ms), value=value, quality=quality, epoch=epoch, sequence=sequence
        )
        append(session, conflict)


def _stranger(batch: Measurements, n: int, row: Row, reason: str) -> dict[str, Any]:
    return {
        "gateway": batch.gw, "epoch": batch.ep, "sequence": batch.seq, "n": n, "name": row.id,
        "at": from_ms(batch.t0 + row.dt), "value": None if row.value is None else str(row.value),
        "quality": row.quality, "reason": reason, "boot": batch.boot if batch.clk == "free" else None,
    }  # fmt: skip


def _show(session: Session, sensors: Iterable[Known], *, at: Moment) -> dict[tuple[UUID, str], int]:
    """Let sensors without time show what they say now, and return what may page: by our clock, for want of theirs."""
    newest: list[dict[str, Any]] = []
    paging: dict[tuple[UUID, str], int] = {}
    for sensor in sensors:
        if sensor.felt is None:
            continue
        value, quality = sensor.felt.value, sensor.felt.quality
        kept = None if value is None else whole(value, sensor.kind)
        newest.append({"n": sensor.number, "ms": at.at, "v": kept, "q": quality})
        if kept is not None and quality is None:
            paging[sensor.room_id, sensor.kind] = at.ms
    _carry(session, newest)
    return paging


def _carry_sensors(session: Session, sensors: Iterable[Known]) -> None:
    """Let each sensor show its newest reading, unless a newer one is shown already."""
    newest: list[dict[str, Any]] = []
    for sensor in sensors:
        ms = max(sensor.rows, default=-1)
        if ms >= 0 and ms >= sensor.last_ms:
            _, _, value, quality, _, _ = sensor.rows[ms]
            newest.append({"n": sensor.number, "ms": from_ms(ms), "v": value, "q": quality})
    _carry(session, newest)


def _carry(session: Session, newest: list[dict[str, Any]]) -> None:
    if newest:
        sheet: Any = Sensor.__table__
        statement = update(sheet).where(
            sheet.c.number == bindparam("n"), sheet.c.last_at.is_(None) | (sheet.c.last_at <= bindparam("ms"))
        )
        values: dict[str, Any] = {
            "last_at": bindparam("ms"),
            "last_value": bindparam("v"),
            "last_quality": bindparam("q"),
        }
        session.connection().execute(statement.values(values), sorted(newest, key=lambda each: each["n"]))
        session.expire_all()


def _roll_up(session: Session, sensors: Iterable[Known]) -> None:
    """Carry good values into every window they fall into; wider windows are summed from the narrowest."""
    narrow, *wider = KEPT_SPANS_MS
    windows: dict[tuple[int, int, int], list[int]] = {}
    for sensor in sensors:
        found: dict[int, list[int]] = {}
        for ms, row in sensor.rows.items():
            if row[2] is not None and row[3] is None:
                window = ms // narrow
                if window in found:
                    found[window].append(row[2])
                else:
                    found[window] = [row[2]]
        for window, values in found.items():
            own = [min(values), max(values), sum(values), len(values)]
            windows[sensor.number, narrow, window * narrow] = own
            for span in wider:
                key = (sensor.number, span, window * narrow // span * span)
                windows[key] = _joined(windows[key], own) if key in windows else own
    if not windows:
        return
    rows = [(*window, *values) for window, values in sorted(windows.items())]
    staged = bulk.stage(session, Rollup, ROLLUP_COLUMNS, rows)
    named = ", ".join(ROLLUP_COLUMNS)
    session.execute(
        text(
            f"INSERT INTO reading_rollups ({named}) SELECT {named} FROM {staged} WHERE 1 = 1 "
            "ON CONFLICT (sensor, span_ms, start_at) DO UPDATE SET "
            "least = CASE WHEN excluded.least < reading_rollups.least "
            "THEN excluded.least ELSE reading_rollups.least END, "
            "most = CASE WHEN excluded.most > reading_rollups.most THEN excluded.most ELSE reading_rollups.most END, "
            "total = reading_rollups.total + excluded.total, count = reading_rollups.count + excluded.count"
        )
    )


def _joined(one: list[int], other: list[int]) -> list[int]:
    return [min(one[0], other[0]), max(one[1], other[1]), one[2] + other[2], one[3] + other[3]]
