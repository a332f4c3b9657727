"""Goods go into slots and between them."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.lots.actions.reserve import enter_room
from wms.lots.actions.stock_ledger import Change, put_in, take_from, write_change
from wms.lots.errors import NotEnoughUnits, RequestWrong, SlotNotProposed
from wms.lots.queries.lots import lock_visible_lot
from wms.lots.queries.places import unfit_reason
from wms.lots.rules.requests import MoveUnits, PutAway
from wms.lots.rules.words import MoveKind
from wms.lots.tables import Lot

PUT_AWAY_TOPIC = "lots.put_away"


def put_away(session: Session, request: PutAway, *, by: Actor, at: Moment) -> Lot:
    """Put units of a lot from the dock into a slot; when all of it lies in slots first, `lots.put_away` is put.

    A forced one goes against put-away rules, what suits the room and what is promised to coming goods by right, never
    against capacity or a seal. Locks the slot, shares its room, locks the lot. A repeat returns the lot as it is.
    Raises Forbidden, LotNotFound, SlotNotFound, SlotNotInUse, RoomSealed, RoomPromised, SlotFull, SlotNotProposed,
    NotEnoughUnits, RequestWrong, RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    if not idempotency.claim(session, request.id, "lots.put_away", asdict(request), by=by, at=at):
        return lock_visible_lot(session, request.lot_id, by)
    slot, lot = _prepared(session, request.lot_id, request.slot_id, (), by, at)
    _require_suits(session, lot, slot, forced=request.forced, by=by)
    standing = lot.units_standing
    if not 1 <= request.units <= standing:
        raise NotEnoughUnits(lot=lot.code, units_free=standing, units=request.units)
    enter_room(session, lot, slot, request.units, forced=request.forced, at=at)
    put_in(session, lot, slot, request.units)
    change = Change(MoveKind.MOVE, placed_units=request.units, slot_to_id=slot.id, forced=request.forced)
    write_change(session, lot, change, request_id=request.id, by=by, at=at)
    note_put_away(session, lot, at)
    audit.record(session, "lots.put_away", ("lot", lot.id), by=by, at=at, slot=slot.code, units=request.units)
    return lot


def move(session: Session, request: MoveUnits, *, by: Actor, at: Moment) -> Lot:
    """Move units of a lot from one slot into another; forced as in `put_away`. Holds do not stop a move in store.

    Locks both slots in order, shares their rooms, locks the lot. A repeat returns the lot as it is.
    Raises Forbidden, LotNotFound, SlotNotFound, SlotNotInUse, RoomSealed, RoomPromised, SlotFull, SlotNotProposed,
    NotInSlot,
    RequestWrong, RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    if request.units < 1 or request.from_slot_id == request.to_slot_id:
        raise RequestWrong(what="units, slots")
    if not idempotency.claim(session, request.id, "lots.move", asdict(request), by=by, at=at):
        return lock_visible_lot(session, request.lot_id, by)
    slot, lot = _prepared(session, request.lot_id, request.to_slot_id, (request.from_slot_id,), by, at)
    _require_suits(session, lot, slot, forced=request.forced, by=by)
    if facility.get_slot(session, request.from_slot_id).room_id != slot.room_id:
        enter_room(session, lot, slot, request.units, forced=request.forced, at=at)
    take_from(session, lot, request.from_slot_id, request.units)
    put_in(session, lot, slot, request.units)
    change = Change(
        MoveKind.MOVE,
        placed_units=request.units,
        slot_from_id=request.from_slot_id,
        slot_to_id=slot.id,
        forced=request.forced,
    )
    write_change(session, lot, change, request_id=request.id, by=by, at=at)
    audit.record(session, "lots.move", ("lot", lot.id), by=by, at=at, slot=slot.code, units=request.units)
    return lot


def note_put_away(session: Session, lot: Lot, at: Moment) -> None:
    """Mark a lot the first time all of it lies in slots, and tell higher rooms."""
    if lot.put_away_at is None and lot.units_placed == lot.units_on_hand:
        lot.put_away_at = at.at
        session.flush()
        outbox.put(session, PUT_AWAY_TOPIC, lot.id, {"lot_id": lot.id}, at=at)


def require_rooms_open(session: Session, slots: list[facility.Slot], at: Moment) -> None:
    """Raise RoomSealed if the room of one of the slots takes no moves at `at`; shares the rooms in order."""
    for room_id in sorted({slot.room_id for slot in slots}):
        facility.require_room_accepts_moves(session, room_id, at)


def _prepared(
    session: Session, lot_id: UUID, to_slot_id: UUID, from_slots: tuple[UUID, ...], by: Actor, at: Moment
) -> tuple[facility.Slot, Lot]:
    slots = facility.lock_slots(session, [to_slot_id, *from_slots])
    slot = next(slot for slot in slots if slot.id == to_slot_id)
    if not slot.in_use:
        raise facility.SlotNotInUse(slot=slot.code)
    require_rooms_open(session, slots, at)
    return slot, lock_visible_lot(session, lot_id, by)


def _require_suits(session: Session, lot: Lot, slot: facility.Slot, *, forced: bool, by: Actor) -> None:
    room = facility.get_room(session, slot.room_id)
    if room.site_id != lot.site_id:
        raise facility.SlotNotFound(slot=slot.code)
    if forced:
        by.must(Permission.FORCE_MOVE)
        return
    why = unfit_reason(session, lot, slot, room)
    if why is not None:
        raise SlotNotProposed(slot=slot.code, why=why)
