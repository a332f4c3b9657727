"""Reads of places, devices and policies, and the locks on them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from wms.facility.errors import (
    InstrumentNotFound,
    RoomNotFound,
    RoomSealed,
    SiteNotFound,
    SlotNotFound,
)
from wms.facility.rules import CLOSED, BadRow, RoomState, SlotRow, is_right, normal_code
from wms.facility.tables import (
    Calibration,
    Instrument,
    InsurancePolicy,
    Room,
    RoomAbility,
    RoomEntry,
    RoomEntryEnd,
    RoomEvent,
    Site,
    SiteCost,
    Slot,
)
from wms.kernel.clock import Moment
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page


def get_site(session: Session, site_id: UUID) -> Site:
    """Return a site. Raises SiteNotFound."""
    found = session.get(Site, site_id)
    if found is None:
        raise SiteNotFound
    return found


def site_by_code(session: Session, code: str) -> Site:
    """Return the site of a name in MQTT topics. Raises SiteNotFound."""
    found = session.scalar(select(Site).where(Site.code == code))
    if found is None:
        raise SiteNotFound
    return found


def list_sites(session: Session) -> list[Site]:
    """Return all sites by code."""
    return list(session.scalars(select(Site).order_by(Site.code)))


def get_room(session: Session, room_id: UUID) -> Room:
    """Return a room. Raises RoomNotFound."""
    found = session.get(Room, room_id)
    if found is None:
        raise RoomNotFound
    return found


def room_ability(session: Session, room_id: UUID) -> RoomAbility:
    """Return what a room can keep; where nothing was said, anything of its storage type. Raises RoomNotFound."""
    room = get_room(session, room_id)
    found = session.get(RoomAbility, room.id)
    return found or RoomAbility(room_id=room.id, scrubs_ethylene=False, varieties=[])


def room_by_code(session: Session, code: str) -> Room:
    """Return the room of a code. Raises RoomNotFound."""
    found = session.scalar(select(Room).where(Room.code == code))
    if found is None:
        raise RoomNotFound
    return found


def lock_room(session: Session, room_id: UUID) -> Room:
    """Return a room, locked until the transaction ends and read afresh. Raises RoomNotFound."""
    query = select(Room).where(Room.id == room_id).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise RoomNotFound
    return found


def list_rooms(session: Session, site_id: UUID | None = None) -> list[Room]:
    """Return the rooms of a site, or all, by code."""
    query = select(Room).order_by(Room.code)
    return list(session.scalars(query if site_id is None else query.where(Room.site_id == site_id)))


def room_events(session: Session, room_id: UUID) -> list[RoomEvent]:
    """Return a room's events in their order."""
    return list(session.scalars(select(RoomEvent).where(RoomEvent.room_id == room_id).order_by(RoomEvent.step)))


def open_entry(session: Session, room_id: UUID, at: Moment) -> RoomEntry | None:
    """Return the latest entry into a room that stands open at `at`, or None; one that allows moves comes first."""
    query = (
        select(RoomEntry)
        .outerjoin(RoomEntryEnd, RoomEntryEnd.entry_id == RoomEntry.id)
        .where(RoomEntry.room_id == room_id, RoomEntry.entered_at <= at.at, RoomEntry.until_at > at.at)
        .where(or_(RoomEntryEnd.ended_at.is_(None), RoomEntryEnd.ended_at > at.at))
        .order_by(RoomEntry.moves_allowed.desc(), RoomEntry.entered_at.desc(), RoomEntry.id)
        .limit(1)
    )
    return session.scalar(query)


def require_room_accepts_moves(session: Session, room_id: UUID, at: Moment) -> Room:
    """Return a room that goods may move into or out of at `at`, locked against sealing until the transaction ends.

    The lock is shared: moves do not wait for each other, only for a change of the room's state. A sealed room accepts
    moves while a logged entry that allows them stands open. Raises RoomNotFound, RoomSealed.
    """
    room = session.scalar(_shared_room(), {"room": room_id})
    if room is None:
        raise RoomNotFound
    if RoomState(room.state) in CLOSED:
        entry = open_entry(session, room_id, at)
        if entry is None or not entry.moves_allowed:
            raise RoomSealed(room=room.code, state=room.state)
    return room


@cache
def _shared_room() -> Select[Room]:
    query = select(Room).where(Room.id == bindparam("room")).with_for_update(read=True)
    return query.execution_options(populate_existing=True)


def get_slot(session: Session, slot_id: UUID) -> Slot:
    """Return a slot. Raises SlotNotFound."""
    found = session.get(Slot, slot_id)
    if found is None:
        raise SlotNotFound(slot=slot_id)
    return found


def slot_by_code(session: Session, code: str) -> Slot:
    """Return the slot of a scanned or typed code. Raises CodeMalformed when misread, SlotNotFound."""
    normal = normal_code(code)
    found = session.scalar(select(Slot).where(Slot.code == normal))
    if found is None:
        raise SlotNotFound(slot=normal)
    return found


def lock_slots(session: Session, slot_ids: Sequence[UUID]) -> list[Slot]:
    """Return slots by id, locked in the order of their ids until the transaction ends and read afresh.

    Every caller locks in this order and before lots, so two moves never wait for each other; a row that only names a
    slot is not kept waiting, since who takes goods out has locked his lot already. Raises SlotNotFound.
    """
    wanted = sorted(set(slot_ids))
    query = select(Slot).where(Slot.id.in_(wanted)).order_by(Slot.id)
    found = list(session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)))
    missing = set(wanted) - {slot.id for slot in found}
    if missing:
        raise SlotNotFound(slot=min(missing))
    return found


def list_slots(
    session: Session, room_id: UUID | None = None, *, cursor: str | None = None, limit: int = 200
) -> Page[Slot]:
    """Return a page of the slots of a room, or of all rooms, by code."""
    query = select(Slot)
    if room_id is not None:
        query = query.where(Slot.room_id == room_id)
    return page(session, query, [Slot.code], cursor=cursor, limit=limit)


@dataclass(frozen=True, slots=True)
class SlotChanges:
    """What taking a sheet in would do: slots made, slots changed, slots as they are, and rows of unknown rooms."""

    new: tuple[SlotRow, ...]
    changed: tuple[SlotRow, ...]
    same: tuple[SlotRow, ...]
    bad: tuple[BadRow, ...]


def slot_changes(session: Session, site_id: UUID, rows: Sequence[SlotRow]) -> SlotChanges:
    """Return what taking rows of a sheet into a site would do; nothing is changed."""
    known = {
        slot.code: (slot.capacity_grams, slot.capacity_units, slot.in_use)
        for slot in session.scalars(select(Slot).join(Room, Room.id == Slot.room_id).where(Room.site_id == site_id))
    }
    rooms = {room.code for room in list_rooms(session, site_id)}
    twice = {code for code, times in Counter(row.code for row in rows).items() if times > 1}
    bad = tuple(
        BadRow(row.line, "no_room" if row.room not in rooms else "twice" if row.code in twice else "row", row.room)
        for row in rows
        if row.room not in rooms or row.code in twice or not is_right(row)
    )
    wrong = {row.line for row in bad}
    good = [row for row in rows if row.line not in wrong]
    said = {row.code: (row.capacity_grams, row.capacity_units, row.in_use) for row in good}
    return SlotChanges(
        new=tuple(row for row in good if row.code not in known),
        changed=tuple(row for row in good if row.code in known and known[row.code] != said[row.code]),
        same=tuple(row for row in good if known.get(row.code) == said[row.code]),
        bad=bad,
    )


def get_instrument(session: Session, instrument_id: UUID) -> Instrument:
    """Return an instrument, retired or not. Raises InstrumentNotFound."""
    found = session.get(Instrument, instrument_id)
    if found is None:
        raise InstrumentNotFound(instrument=instrument_id)
    return found


def instrument(session: Session, gateway: str, name: str) -> Instrument:
    """Return the instrument in service under its names in MQTT topics. Raises InstrumentNotFound."""
    query = select(Instrument).where(
        Instrument.gateway == gateway, Instrument.name == name, Instrument.retired_at.is_(None)
    )
    found = session.scalar(query)
    if found is None:
        raise InstrumentNotFound(instrument=f"{gateway}/{name}")
    return found


def list_instruments(session: Session, site_id: UUID | None = None, *, retired: bool = False) -> list[Instrument]:
    """Return instruments by gateway and name; the retired ones only if asked."""
    query = select(Instrument).order_by(Instrument.gateway, Instrument.name, Instrument.id)
    if site_id is not None:
        query = query.where(Instrument.site_id == site_id)
    return list(session.scalars(query if retired else query.where(Instrument.retired_at.is_(None))))


def last_calibration(session: Session, instrument_id: UUID, on: date) -> Calibration | None:
    """Return the newest verification of an instrument made by `on`, or None."""
    query = (
        select(Calibration)
        .where(Calibration.instrument_id == instrument_id, Calibration.calibrated_on <= on)
        .order_by(Calibration.calibrated_on.desc(), Calibration.recorded_at.desc(), Calibration.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def is_calibrated(session: Session, instrument_id: UUID, on: date) -> bool:
    """Tell whether the newest verification of an instrument passed and still covers `on`; none means no."""
    last = last_calibration(session, instrument_id, on)
    return last is not None and last.passed and on <= last.due_on


def policies_in_force(session: Session, room_id: UUID, on: date) -> list[InsurancePolicy]:
    """Return the policies covering a room on a day, its own or its site's, the largest sum first."""
    room = get_room(session, room_id)
    query = (
        select(InsurancePolicy)
        .where(or_(InsurancePolicy.room_id == room.id, InsurancePolicy.site_id == room.site_id))
        .where(InsurancePolicy.from_on <= on, InsurancePolicy.until_on > on)
        .order_by(InsurancePolicy.sum_fen.desc(), InsurancePolicy.id)
    )
    return list(session.scalars(query))


def policy_in_force(session: Session, room_id: UUID, on: date) -> InsurancePolicy | None:
    """Return the largest policy covering a room on a day, or None. Raises RoomNotFound."""
    return next(iter(policies_in_force(session, room_id, on)), None)


def list_policies(session: Session) -> list[InsurancePolicy]:
    """Return all policies, the one ending soonest first."""
    return list(session.scalars(select(InsurancePolicy).order_by(InsurancePolicy.until_on, InsurancePolicy.id)))


def site_costs(session: Session, site_id: UUID) -> list[SiteCost]:
    """Return the cost figures of a site in the order they came in."""
    query = select(SiteCost).where(SiteCost.site_id == site_id)
    return list(session.scalars(query.order_by(SiteCost.set_at, SiteCost.id)))


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong here: changed evidence, and rooms that are not where their events led."""
    for table in (RoomEvent, RoomEntry, RoomEntryEnd, Calibration, SiteCost):
        yield from check_rows(session, table)
    for room in list_rooms(session):
        yield from _check_room(session, room)


def _check_room(session: Session, room: Room) -> Iterator[Finding]:
    state, step = RoomState.EMPTY.value, 0
    for event in room_events(session, room.id):
        step += 1
        if event.step != step or event.from_state != state:
            yield Finding("room_events", str(event.id), f"step {event.step} does not follow step {step - 1}")
        state = event.to_state
    if (room.state, room.events) != (state, step):
        yield Finding("rooms", str(room.id), f"is {room.state} after {room.events} events; they led to {state}")
