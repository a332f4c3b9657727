"""Where goods lie, and where they could."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session

from wms import facility
from wms.facility.tables import Room, Slot
from wms.lots.queries.fit import refusals, rooms_for
from wms.lots.queries.lots import lock_lots
from wms.lots.queries.reservations import space_of_room
from wms.lots.rules.facts import SlotProposal, SlotStock
from wms.lots.rules.places import ATTRIBUTES, PlaceRule, matching, room_for
from wms.lots.tables import Lot, PutAwayRule, SlotFill, StockBalance


def lock_with_places(session: Session, lot_id: UUID) -> Lot:
    """Return a lot, locked after the slots it lies in, for an act that will touch both. Raises LotNotFound."""
    facility.lock_slots(session, [slot.id for slot, _ in places_of(session, lot_id)])
    return lock_lots(session, [lot_id])[0]


def places_of(session: Session, lot_id: UUID) -> list[tuple[Slot, int]]:
    """Return the slots a lot lies in with the units there, by slot code."""
    return [(slot, units) for slot, units in session.execute(_places(), {"lot": lot_id})]


@cache
def _places() -> Select[Slot, int]:
    query = select(Slot, StockBalance.units).join(StockBalance, StockBalance.slot_id == Slot.id)
    return query.where(StockBalance.lot_id == bindparam("lot"), StockBalance.units > 0).order_by(Slot.code)


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


def room_fills(session: Session) -> dict[UUID, tuple[int, int, int]]:
    """Return of every room its slots in use, the grams in its slots, and the grams that those in use may hold."""
    query = (
        select(
            Slot.room_id,
            func.coalesce(func.sum(case((Slot.in_use, 1), else_=0)), 0),
            func.coalesce(func.sum(SlotFill.load_grams), 0),
            func.coalesce(func.sum(case((Slot.in_use, Slot.capacity_grams), else_=0)), 0),
        )
        .outerjoin(SlotFill, SlotFill.slot_id == Slot.id)
        .group_by(Slot.room_id)
    )
    return {room_id: (int(slots), int(load), int(most)) for room_id, slots, load, most in session.execute(query)}


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
    rooms, rooms that do not suit the lot (`rooms_for` says why), full slots and slots out of use are left out; with a
    day given, space promised to goods on their way too.
    """
    rooms, _ = rooms_for(session, lot)
    left = {room_id: _left_in(session, room_id, lot, on) for room_id in rooms} if on is not None else {}
    rooms = [room_id for room_id in rooms if left.get(room_id, 1)]
    rules = matching_rules(session, lot)
    units, load = func.coalesce(SlotFill.units, 0), func.coalesce(SlotFill.load_grams, 0)
    covered = [(_covered(rule), index) for index, rule in enumerate(rules)]
    rank = case(*covered, else_=len(rules)) if covered else literal(0)
    here = select(StockBalance.slot_id).where(StockBalance.lot_id == lot.id, StockBalance.units > 0)
    query = (
        select(Slot, units, load, rank)
        .outerjoin(SlotFill, SlotFill.slot_id == Slot.id)
        .where(Slot.room_id.in_(rooms), Slot.in_use, Slot.capacity_units > units)
        .where(Slot.capacity_grams - load >= lot.unit_load_grams)
        .order_by(rank, case((Slot.id.in_(here), 0), (units == 0, 1), else_=2), Slot.code)
        .limit(limit)
    )
    if covered:
        query = query.where(or_(*[condition for condition, _ in covered]))
    found = []
    for slot, there, grams, index in session.execute(query):
        free = room_for(slot.capacity_units - there, slot.capacity_grams - grams, lot.unit_load_grams)
        free = min(free, left.get(slot.room_id, free))
        found.append(SlotProposal(slot.id, slot.code, slot.room_id, free, rules[index].text if rules else "*"))
    return found


def unfit_reason(session: Session, lot: Lot, slot: Slot, room: Room) -> str | None:
    """Return why a slot is not for this lot, or None; capacity and seals are not judged here."""
    why = refusals(session, lot, [room]).get(room.id)
    if why is not None:
        return why.text
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


def _left_in(session: Session, room_id: UUID, lot: Lot, on: date) -> int:
    """Return how many units of a lot a room takes beside what is promised to others."""
    space = space_of_room(session, room_id, on, for_delivery=lot.delivery_id)
    return room_for(space.free_units, space.free_grams, lot.unit_load_grams)


def _covers(rule: PlaceRule, slot: Slot) -> bool:
    return slot.room_id == rule.room_id and slot.code.startswith(rule.slot_prefix or "")


def _covered(rule: PlaceRule) -> ColumnElement[bool]:
    """`_covers` as the database asks it."""
    return (Slot.room_id == rule.room_id) & Slot.code.startswith(rule.slot_prefix or "", autoescape=True)
