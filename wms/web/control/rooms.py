"""The map of rooms: state, alarms, temperature and humidity now, how full; what is old looks old."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from wms import facility, lots, telemetry
from wms.delivery.work import read
from wms.web.control import readings, words
from wms.web.control.workplace import blueprint, shown
from wms.web.desk.blocks import Screen
from wms.web.shell import say as _
from wms.web.shell import say_count as _n


@dataclass(frozen=True, slots=True)
class Tile:
    """A room on the map."""

    name: str
    state: str
    words: str
    temperature: str
    facts: list[str]
    fill_permille: int | None
    url: str
    stale: bool


@blueprint.get("")
def rooms() -> Any:
    """Show the map of rooms."""
    tiles, alarms = read(lambda session: (_tiles(session), _unanswered(session)))
    lead = _n("1 alarm waits for an answer", "{n} alarms wait for an answer", alarms) if alarms else ""
    return shown(Screen(_("Rooms"), tiles, lead), template="control/map")


def _unanswered(session: Session) -> int:
    return sum(alarm.acknowledged_at is None and alarm.state != "pending" for alarm in telemetry.open_alarms(session))


def _tiles(session: Session) -> list[Tile]:
    found = facility.list_rooms(session)
    sensors = telemetry.sensors_of(session)
    alarms = telemetry.open_alarms(session)
    return [
        _tile(
            session,
            room,
            [s for s in sensors if s.room_id == room.id],
            [a for a in alarms if a.room_id == room.id and a.state != "pending"],
        )
        for room in found
    ]


def _tile(
    session: Session, room: facility.Room, sensors: list[telemetry.Sensor], alarms: list[telemetry.Alarm]
) -> Tile:
    warm, damp = readings.newest(sensors, "temperature"), readings.newest(sensors, "humidity")
    fill = fill_of(session, room.id)
    idle = room.state == "empty" and not fill
    critical = any(alarm.severity == "critical" for alarm in alarms)
    state = "danger" if critical else "warn" if alarms else "idle" if idle else "ok"
    process = process_of(room, fill)
    said = _("{kind} alarm", kind=_(words.KIND[alarms[0].kind])) if alarms else process
    old = _("Stale: {age}", age=readings.age(warm.at)) if warm.at else _("No reading")
    stale = warm.stale and not idle
    if stale and not alarms:
        said = old
    facts = [f"{room.code} · {_(words.STORAGE[room.storage_type])} · {process}", *([old] if stale and alarms else [])]
    if damp.value is not None:
        facts.append(_("Humidity {value}", value=f"{readings.in_units('humidity', damp.value)} %"))
    for kind in ("o2", "co2"):
        gas = readings.newest(sensors, kind)
        if gas.value is not None:
            facts.append(f"{_(words.KIND[kind])} {readings.in_units(kind, gas.value)} %")
    return Tile(
        room.name,
        state,
        said,
        readings.in_units("temperature", warm.value),
        facts,
        fill,
        url_for("control.room", room_id=room.id),
        stale,
    )


def process_of(room: facility.Room, fill: int | None) -> str:
    """Return where a room's process stands in words; a room with goods is never called empty."""
    return _("Goods inside") if room.state == "empty" and fill else _(words.ROOM[room.state])


def fill_of(session: Session, room_id: UUID) -> int | None:
    """Return how full a room is by units, in permille rounded up: a single crate is not nothing; None without slots."""
    slots = slots_of(session, room_id)
    room = sum(slot.capacity_units for slot in slots)
    taken = sum(stock.units for stock in lots.stock_of_slots(session, [slot.id for slot in slots]))
    return min(1000, -(-taken * 1000 // room)) if room else None


def slots_of(session: Session, room_id: UUID) -> list[facility.Slot]:
    """Return all slots of a room, however many."""
    found, cursor = [], None
    while True:
        some = facility.list_slots(session, room_id, cursor=cursor, limit=200)
        found += some.items
        cursor = some.next_cursor
        if cursor is None:
            return found
