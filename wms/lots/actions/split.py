"""A part of a lot becomes a lot of its own."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.lots.actions.create import NO_TOTALS
from wms.lots.actions.numbering import next_code
from wms.lots.actions.place import note_put_away
from wms.lots.actions.stock_ledger import Change, put_in, write_change
from wms.lots.actions.take_out import bring_to_dock, choose_places
from wms.lots.errors import LotQuarantined, NotEnoughUnits
from wms.lots.queries.lots import grams_of, held_units, lock_visible_lot
from wms.lots.queries.places import places_of
from wms.lots.rules.holds import free_of_all
from wms.lots.rules.requests import SplitLot
from wms.lots.rules.words import MoveKind
from wms.lots.tables import Lot

KEPT = (
    "site_id", "delivery_id", "owner_id", "variety", "grade", "size_mm", "size_rule", "colour_pattern", "bagging",
    "orchard_block", "harvest_on", "picking_number", "owner_class", "storage_type", "origin", "marks", "entry_on",
    "unit_tare_grams", "unit_load_grams", "weighed_one_by_one", "weighed_by_instrument", "deadline_on", "inspected_on",
)  # fmt: skip


def split(session: Session, request: SplitLot, *, by: Actor, at: Moment) -> Lot:
    """Split whole units that no hold stands on into a lot of their own, and return it.

    The new lot keeps owner, goods, entry day, condition and places, and its parent; it carries the entry grams these
    units would have left with. In a sealed room too: nothing moves. Locks the slots and the lot. A repeat returns the
    new lot. Raises Forbidden, LotNotFound, LotQuarantined, NotEnoughUnits, RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    if not idempotency.claim(session, request.id, "lots.split", asdict(request), by=by, at=at):
        return session.get_one(Lot, request.new_lot_id)
    facility.lock_slots(session, [slot.id for slot, _ in places_of(session, request.lot_id)])
    lot = lock_visible_lot(session, request.lot_id, by)
    if lot.quarantine_units:
        raise LotQuarantined(lot=lot.code)
    free = min(free_of_all(held_units(lot)), lot.units_on_hand - 1)
    if not 1 <= request.units <= free:
        raise NotEnoughUnits(lot=lot.code, units_free=max(0, free), units=request.units)
    grams = grams_of(lot, request.units)
    places = choose_places(session, lot, request.units)
    bring_to_dock(session, lot, places, request_id=request.id, by=by, at=at)
    lot.units_on_hand -= request.units
    lot.units_passed += request.units
    lot.grams_on_hand -= grams
    lot.grams_passed += grams
    child = child_of(session, lot, request.new_lot_id, request.units, grams, at)
    session.flush()
    _write_both(session, lot, child, request, grams, by, at)
    for slot, units in places:
        put_in(session, child, slot, units)
        change = Change(MoveKind.MOVE, placed_units=units, slot_to_id=slot.id)
        write_change(session, child, change, request_id=request.id, by=by, at=at)
    note_put_away(session, child, at)
    audit.record(session, "lots.split", ("lot", lot.id), by=by, at=at, new_lot=child.id, units=request.units)
    return child


def child_of(
    session: Session, lot: Lot, new_lot_id: UUID, units: int, grams: int, at: Moment, **changed: object
) -> Lot:
    """Add the lot that some units of another become; labels of units weighed one by one go along."""
    child = Lot(
        **{name: getattr(lot, name) for name in KEPT} | changed,
        id=new_lot_id,
        code=next_code(session, lot.site_id, "lot", "L", at.on),
        parent_id=lot.id,
        split_on=at.on,
        entered_at=lot.entered_at,
        entry_units=units,
        entry_grams=grams,
        units_on_hand=units,
        grams_on_hand=grams,
        **NO_TOTALS,
    )
    session.add(child)
    if lot.weighed_one_by_one:
        session.flush()
        for ordinal, unit in enumerate([unit for unit in lot.units if unit.left_at is None][:units], 1):
            unit.lot_id, unit.ordinal = child.id, ordinal
        session.flush()
        session.expire(lot, ["units"])
    return child


def _write_both(session: Session, lot: Lot, child: Lot, request: SplitLot, grams: int, by: Actor, at: Moment) -> None:
    out = Change(MoveKind.SPLIT_OUT, units=-request.units, grams=-grams, other_lot_id=child.id)
    write_change(session, lot, out, request_id=request.id, by=by, at=at)
    into = Change(MoveKind.SPLIT_IN, units=request.units, grams=grams, other_lot_id=lot.id)
    write_change(session, child, into, request_id=request.id, by=by, at=at)
