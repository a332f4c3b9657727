"""Title changes in store: the goods stay where they lie and get another owner."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.lots.actions.hold import consume
from wms.lots.actions.place import note_put_away
from wms.lots.actions.split import child_of
from wms.lots.actions.stock_ledger import Change, put_in, write_change
from wms.lots.actions.take_out import bring_to_dock, choose_places
from wms.lots.errors import HoldOfOtherLot, LotOnHold, LotQuarantined, NotEnoughUnits
from wms.lots.queries.lots import grams_of, held_units, lock_visible_lot
from wms.lots.queries.places import places_of
from wms.lots.rules.holds import free_of_all
from wms.lots.rules.requests import TransferTitle
from wms.lots.rules.words import HoldReason, MoveKind
from wms.lots.tables import Lot, LotHold


def transfer_title(session: Session, request: TransferTitle, *, by: Actor, at: Moment) -> Lot:
    """Give units of a lot to another owner as a lot of their own, and return it; they stay in their slots.

    The new lot keeps goods, entry day, condition and places, and the entry grams these units carry. Only units on
    which no other hold stands: what is pledged, sold, under lien, quarantine or count keeps its owner. In a sealed room
    too: nothing moves. Whose charges end and begin is the caller's (`settlement.transfer_title`). Locks the slots and
    the lot. One order transfers once: a repeat returns the new lot.
    Raises Forbidden, LotNotFound, LotQuarantined, LotOnHold, NotEnoughUnits, HoldOfOtherLot, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    request_id = derived_id(request.exit_id, "lots.transfer_title", request.lot_id)
    if not idempotency.claim(session, request_id, "lots.transfer_title", asdict(request), by=by, at=at):
        return session.get_one(Lot, request.new_lot_id)
    facility.lock_slots(session, [slot.id for slot, _ in places_of(session, request.lot_id)])
    lot = lock_visible_lot(session, request.lot_id, by)
    _through(session, lot, request, by, at)
    grams = grams_of(lot, request.units)
    places = choose_places(session, lot, request.units)
    bring_to_dock(session, lot, places, request_id=request_id, by=by, at=at)
    lot.units_on_hand -= request.units
    lot.units_passed += request.units
    lot.grams_on_hand -= grams
    lot.grams_passed += grams
    owner = {"owner_id": request.owner_id, "owner_class": request.owner_class.value}
    child = child_of(session, lot, request.new_lot_id, request.units, grams, at, **owner)
    session.flush()
    for one, other, sign, kind in ((lot, child, -1, MoveKind.TITLE_OUT), (child, lot, 1, MoveKind.TITLE_IN)):
        change = Change(kind, sign * request.units, sign * grams, other_lot_id=other.id, exit_id=request.exit_id)
        write_change(session, one, change, request_id=request_id, by=by, at=at)
    for slot, units in places:
        put_in(session, child, slot, units)
        change = Change(MoveKind.MOVE, placed_units=units, slot_to_id=slot.id)
        write_change(session, child, change, request_id=request_id, by=by, at=at)
    note_put_away(session, child, at)
    audit.record(session, "lots.transfer_title", ("lot", lot.id), by=by, at=at, new_lot=child.id, units=request.units)
    return child


def _through(session: Session, lot: Lot, request: TransferTitle, by: Actor, at: Moment) -> None:
    """Use up the order's own hold; nothing else may stand on what changes its owner."""
    if lot.quarantine_units:
        raise LotQuarantined(lot=lot.code)
    hold = session.get(LotHold, request.hold_id, populate_existing=True)
    if hold is None or hold.lot_id != lot.id or hold.reason != HoldReason.EXIT:
        raise HoldOfOtherLot
    if not 1 <= request.units <= hold.units_left:
        raise NotEnoughUnits(lot=lot.code, units_free=hold.units_left, units=request.units)
    consume(session, hold, lot, request.units, exit_id=request.exit_id, by=by, at=at)
    free = free_of_all(held_units(lot))
    if request.units > free:
        raise LotOnHold(lot=lot.code, reason="title", units_held=lot.units_on_hand - free)
