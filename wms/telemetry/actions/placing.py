"""Readings find their sensor: stored once, conflicts kept, strangers quarantined, curves and alarms carried on.

Nearly all come gathered by sensor already. Only messages with something to quarantine, or of a clock that was not
set, are gone through row by row.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, bindparam, select, type_coerce, update
from sqlalchemy.orm import Session

from devices.messages import Measurements, Row
from wms.kernel.clock import Moment, from_ms
from wms.kernel.upsert import insert_new
from wms.telemetry.actions.alarming import carry_alarm
from wms.telemetry.actions.preparing import Seen, Sight
from wms.telemetry.actions.runs import Known, store
from wms.telemetry.rules import FUTURE_MS, whole
from wms.telemetry.rules.laying import Identity, Laid
from wms.telemetry.rules.strands import Gathered, Lean, gather, widen
from wms.telemetry.rules.vectors import Loose
from wms.telemetry.tables import QuarantinedReading, Sensor

NO_OFFSETS: Mapping[tuple[str, UUID], int] = MappingProxyType({})


class Placing:
    """The readings of one batch, gathered before they are written together."""

    def __init__(
        self, sensors: Mapping[tuple[str, str], Known], offsets: Mapping[tuple[str, UUID], int] = NO_OFFSETS
    ) -> None:
        self.sensors = sensors
        self.offsets = offsets
        self.strangers: list[dict[str, Any]] = []
        self.laid: Laid | None = None

    def take(self, gathered: Gathered, ends_ms: int) -> None:
        """Take messages' rows by sensor; a message with a stranger among them is gone through by itself."""
        sensors = self.sensors
        if not (gathered.strands.keys() <= sensors.keys() and gathered.most_ms <= ends_ms):
            plain = [lean for lean in gathered.messages if self._knows(lean, ends_ms)]
            known = {id(lean) for lean in plain}
            for lean in gathered.messages:
                if id(lean) not in known:
                    self.add(widen(lean), ends_ms)
            gathered = gather(plain)
        for key, strand in gathered.strands.items():
            sensors[key].take(strand)
        self.laid = gathered.laid

    def _knows(self, lean: Lean, ends_ms: int) -> bool:
        stamps = max([row.dt for row in lean.r]) + lean.t0
        return stamps <= ends_ms and all([(lean.gw, row.id) in self.sensors for row in lean.r])

    def add(self, batch: Measurements, ends_ms: int) -> None:
        """Take a message's rows; stamps after `ends_ms` and unknown names are strangers, and so is unknown time."""
        start = batch.t0
        if batch.clk == "free" and batch.boot is not None:
            offset = self.offsets.get((batch.gw, batch.boot))
            if offset is None:
                self._hold(batch)
                return
            start += offset
        for n, row in enumerate(batch.r):
            sensor, ms = self.sensors.get((batch.gw, row.id)), start + row.dt
            if sensor is None or not 0 <= ms <= ends_ms:
                self.strangers.append(_stranger(batch, n, row, "unknown" if sensor is None else "future"))
                continue
            kept = None if row.value is None else whole(row.value, sensor.kind)
            sensor.loose.append((ms, batch.ep, batch.seq, kept, row.quality))
            if batch.live and ms > sensor.live_ms and kept is not None and row.quality is None:
                sensor.live_ms = ms

    def _hold(self, batch: Measurements) -> None:
        """Keep what was said before the clock was set until its offset is told; what is live shows at once."""
        for n, row in enumerate(batch.r):
            sensor = self.sensors.get((batch.gw, row.id))
            self.strangers.append(_stranger(batch, n, row, "unknown" if sensor is None else "clock"))
            if sensor is not None and batch.live and (sensor.felt is None or row.dt >= sensor.felt.dt):
                sensor.felt = row

    def put(self, sensor: Known, row: Loose) -> None:
        """Take one row; a second one for the same stamp stands aside."""
        sensor.loose.append(row)

    def write(self, session: Session, *, at: Moment) -> None:
        """Write what is new, keep conflicts and strangers, carry sensors, rollups and alarms."""
        if self.strangers:
            insert_new(session, QuarantinedReading, self.strangers)
        spoken = [sensor for sensor in self.sensors.values() if sensor.strand is not None or sensor.loose]
        if spoken:
            store(session, spoken, self.laid)
            _carry_sensors(session, spoken)
        newest = _show(session, self.sensors.values(), at=at)
        for sensor in spoken:
            # A value that was there already cannot page anybody again.
            if sensor.live_ms and sensor.run is not None and sensor.run.has(sensor.live_ms):
                key = (sensor.room_id, sensor.kind)
                newest[key] = max(newest.get(key, 0), sensor.live_ms)
        for (room_id, kind), ms in sorted(newest.items()):
            carry_alarm(session, room_id, kind, ms, at=at)


def place(
    session: Session,
    batches: Sequence[Measurements],
    gathered: Gathered,
    offsets: Mapping[tuple[str, UUID], int] = NO_OFFSETS,
    seen: Seen | None = None,
    *,
    at: Moment,
) -> None:
    """Store the readings of new messages; late ones never page anybody.

    `offsets` moves the stamps of boots whose clock was not set; a boot that is not in it waits in quarantine.
    `seen` is told what the gateways' sensors are.
    """
    gateways = {batch.gw for batch in batches} | {gateway for gateway, _ in gathered.strands}
    if not gateways:
        return
    sensors = known_sensors(session, gateways)
    if seen is not None:
        seen.see({key: Sight(Identity(sensor.number, sensor.kind), sensor.last_ms) for key, sensor in sensors.items()})
    placing = Placing(sensors, offsets)
    ends_ms = at.ms + FUTURE_MS
    for batch in batches:
        placing.add(batch, ends_ms)
    placing.take(gathered, ends_ms)
    placing.write(session, at=at)


def known_sensors(session: Session, gateways: Iterable[str]) -> dict[tuple[str, str], Known]:
    """Return the adopted sensors of some gateways by gateway and name, locked in the order of their numbers.

    What their newest stamp is decides which windows are new: nobody may place readings of theirs meanwhile.
    """
    sheet = Sensor
    last: ColumnElement[int | None] = type_coerce(sheet.last_at, BigInteger)
    columns = (sheet.gateway, sheet.name, sheet.number, sheet.id, sheet.kind, sheet.room_id, last)
    found = session.execute(
        select(*columns).where(sheet.gateway.in_(gateways)).order_by(sheet.number).with_for_update()
    )
    return {
        (gateway, name): Known((gateway, name), number, sensor_id, kind, room_id, -1 if ms is None else ms)
        for gateway, name, number, sensor_id, kind, room_id, ms in found
    }


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
        if not sensor.run:
            continue
        ms, _, _, value, quality = sensor.run.last()
        if ms >= sensor.last_ms:
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
