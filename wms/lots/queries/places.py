"""Where goods lie, and where they could."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import facility
from wms.facility.tables import Room, Slot
from wms.lots.queries.reservations import space_of_room
from wms.lots.rules.facts import SlotProposal, SlotStock
from wms.lots.rules.places import ATTRIBUTES, PlaceRule, matching, room_for
from wms.lots.tables import Lot, PutAwayRule, SlotFill, StockBalance

CLOSED = (facility.RoomState.SEALED.value, facility.RoomState.UNDER_CA.value)


def places_of(session: Session, lot_id: UUID) -> list[tuple[Slot, int]]:
    """Return the slots a lot lies in with the units there, by slot code."""
    query = (
        select(Slot, StockBalance.units)
        .join(StockBalance, StockBalance.slot_id == Slot.id)
        .where(StockBalance.lot_id == lot_id, StockBalance.units > 0)
        .order_by(Slot.code)
    )
    return [(slot, units) for slot, units in session.execute(query)]


def stock_of_slots(session: Session, slot_ids: Sequence[UUID]) -> list[SlotStock]:
    """Return what lies in some slots, by slot and lot."""
    query = (
        select(StockBalance, Lot.code, Lot.owner_id)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .where(StockBalance.slot_id.in_(slot_ids), StockBalance.units > 0)
        .order_by(StockBalance.slot_id, Lot.code)
    )
    return [
        SlotStock(row.slot_id, row.lot_id, code, owner_id, row.units, row.load_grams)
        for row, code, owner_id in session.execute(query)
    ]


def room_map(session: Session, room_id: UUID) -> list[tuple[Slot, int, int]]:
    """Return every slot of a room by place with the units and the grams that load it."""
    query = (
        select(Slot, SlotFill.units, SlotFill.load_grams)
        .outerjoin(SlotFill, SlotFill.slot_id == Slot.id)
        .where(Slot.room_id == room_id)
        .order_by(Slot.row_no, Slot.bay_no, Slot.level_no)
    )
    return [(slot, units or 0, grams or 0) for slot, units, grams in session.execute(query)]


def lots_of_room(session: Session, room_id: UUID) -> list[Lot]:
    """Return the lots that lie in a room, by number."""
    there = (
        select(StockBalance.lot_id)
        .join(Slot, Slot.id == StockBalance.slot_id)
        .where(Slot.room_id == room_id, StockBalance.units > 0)
    )
    return list(session.scalars(select(Lot).where(Lot.id.in_(there)).order_by(Lot.code)))


def propose_slots(session: Session, lot: Lot, *, limit: int = 10, on: date | None = None) -> list[SlotProposal]:
    """Return slots that could take units of a lot now, best first.

    Order: the put-away rule's priority, then slots where the lot lies already, then empty ones, then by code. Closed
    rooms, rooms of another storage type, full slots and slots out of use are left out; with a day given, space promised
    to goods on their way too.
    """
    rules = matching_rules(session, lot)
    here = {slot.id for slot, _ in places_of(session, lot.id)}
    left: dict[UUID, int] = {}
    ranked: list[tuple[tuple[int, int, str], SlotProposal]] = []
    for slot, fill in _open_slots(session, lot):
        rule = next((index for index, rule in enumerate(rules) if _covers(rule, slot)), None)
        if rules and rule is None:
            continue
        units, grams = (0, 0) if fill is None else (fill.units, fill.load_grams)
        free = room_for(slot.capacity_units - units, slot.capacity_grams - grams, lot.unit_load_grams)
        if on is not None and free:
            free = min(free, _left_in(session, slot.room_id, lot, on, left))
        if free:
            standing = 0 if slot.id in here else 1 if units == 0 else 2
            text = "*" if rule is None else rules[rule].text
            ranked.append(
                ((rule or 0, standing, slot.code), SlotProposal(slot.id, slot.code, slot.room_id, free, text))
            )
    return [proposal for _, proposal in sorted(ranked, key=lambda pair: pair[0])][:limit]


def unfit_reason(session: Session, lot: Lot, slot: Slot, room: Room) -> str | None:
    """Return why a slot is not for this lot, or None; capacity and seals are not judged here."""
    if room.storage_type != lot.storage_type:
        return f"{room.storage_type} ≠ {lot.storage_type}"
    rules = matching_rules(session, lot)
    if rules and not any(_covers(rule, slot) for rule in rules):
        return rules[0].text
    return None


def matching_rules(session: Session, lot: Lot) -> list[PlaceRule]:
    """Return the put-away rules that match a lot, best first."""
    query = select(PutAwayRule).where(PutAwayRule.site_id == lot.site_id, PutAwayRule.active)
    rules = [
        PlaceRule(row.id, row.priority, row.room_id, row.slot_prefix, tuple(getattr(row, name) for name in ATTRIBUTES))
        for row in session.scalars(query)
    ]
    return matching(rules, tuple(getattr(lot, name) for name in ATTRIBUTES))


def _left_in(session: Session, room_id: UUID, lot: Lot, on: date, known: dict[UUID, int]) -> int:
    """Return how many units of a lot a room takes beside what is promised to others."""
    if room_id not in known:
        space = space_of_room(session, room_id, on, for_delivery=lot.delivery_id)
        known[room_id] = room_for(space.free_units, space.free_grams, lot.unit_load_grams)
    return known[room_id]


def _covers(rule: PlaceRule, slot: Slot) -> bool:
    return slot.room_id == rule.room_id and slot.code.startswith(rule.slot_prefix or "")


def _open_slots(session: Session, lot: Lot) -> list[tuple[Slot, SlotFill | None]]:
    query = (
        select(Slot, SlotFill)
        .join(Room, Room.id == Slot.room_id)
        .outerjoin(SlotFill, SlotFill.slot_id == Slot.id)
        .where(Room.site_id == lot.site_id, Room.storage_type == lot.storage_type)
        .where(Room.state.not_in(CLOSED), Slot.in_use)
        .order_by(Slot.code)
    )
    return [(slot, fill) for slot, fill in session.execute(query)]
