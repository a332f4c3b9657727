"""Goods picked for an exit: from their slot to the staging area, and back."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.lots.actions.place import require_rooms_open
from wms.lots.actions.stock_ledger import Change, put_in, take_from, write_change
from wms.lots.errors import LotQuarantined, NotEnoughUnits, RequestWrong
from wms.lots.queries.lots import lock_lots, lock_visible_lot
from wms.lots.rules.requests import PickUnits, PutBack
from wms.lots.rules.words import MoveKind
from wms.lots.tables import Lot, StagedUnits


def pick(session: Session, request: PickUnits, *, by: Actor, at: Moment) -> Lot:
    """Take units of a lot out of a slot to the staging area for an exit; from the dock they only change their standing.

    How many an exit may take is the caller's to know. Locks the slot, shares its room, locks the lot. A repeat returns
    the lot as it is.
    Raises Forbidden, LotNotFound, LotQuarantined, SlotNotFound, RoomSealed, NotInSlot, NotEnoughUnits, RequestWrong,
    RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    if request.units < 1:
        raise RequestWrong(what="units")
    if not idempotency.claim(session, request.id, "lots.pick", asdict(request), by=by, at=at):
        return lock_visible_lot(session, request.lot_id, by)
    if request.slot_id is not None:
        require_rooms_open(session, facility.lock_slots(session, [request.slot_id]), at)
    lot = lock_visible_lot(session, request.lot_id, by)
    if lot.quarantine_units:
        raise LotQuarantined(lot=lot.code)
    if request.slot_id is not None:
        take_from(session, lot, request.slot_id, request.units)
        change = Change(
            MoveKind.PICK, placed_units=request.units, slot_from_id=request.slot_id, exit_id=request.exit_id
        )
        write_change(session, lot, change, request_id=request.id, by=by, at=at)
    elif request.units > lot.units_standing:
        raise NotEnoughUnits(lot=lot.code, units_free=lot.units_standing, units=request.units)
    _stage(session, lot, request.exit_id, request.units)
    audit.record(session, "lots.pick", ("lot", lot.id), by=by, at=at, units=request.units, exit_id=request.exit_id)
    return lot


def put_back(session: Session, request: PutBack, *, by: Actor, at: Moment) -> Lot:
    """Put units that were picked for an exit back into a slot, within its capacity and never into a sealed room.

    Locks the slot, shares its room, locks the lot. A repeat returns the lot as it is.
    Raises Forbidden, LotNotFound, SlotNotFound, SlotNotInUse, RoomSealed, SlotFull, NotEnoughUnits, RequestWrong,
    RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    if request.units < 1:
        raise RequestWrong(what="units")
    if not idempotency.claim(session, request.id, "lots.put_back", asdict(request), by=by, at=at):
        return lock_visible_lot(session, request.lot_id, by)
    (slot,) = facility.lock_slots(session, [request.slot_id])
    if not slot.in_use:
        raise facility.SlotNotInUse(slot=slot.code)
    require_rooms_open(session, [slot], at)
    lot = lock_visible_lot(session, request.lot_id, by)
    row = session.get(StagedUnits, (request.exit_id, lot.id), populate_existing=True)
    staged = 0 if row is None else row.units
    if request.units > staged:
        raise NotEnoughUnits(lot=lot.code, units_free=staged, units=request.units)
    _stage(session, lot, request.exit_id, -request.units)
    put_in(session, lot, slot, request.units)
    change = Change(MoveKind.PICK, placed_units=request.units, slot_to_id=slot.id, exit_id=request.exit_id)
    write_change(session, lot, change, request_id=request.id, by=by, at=at)
    audit.record(session, "lots.put_back", ("lot", lot.id), by=by, at=at, units=request.units, slot=slot.code)
    return lot


def unstage(session: Session, exit_id: UUID, *, by: Actor, at: Moment) -> int:
    """Let what was picked for an exit that is given up stand on the dock like any other goods; return the units.

    Locks the lots. Doing it again changes nothing; whether the exit may be given up is the caller's to know.
    """
    rows = session.scalars(
        select(StagedUnits).where(StagedUnits.exit_id == exit_id, StagedUnits.units > 0).order_by(StagedUnits.lot_id)
    ).all()
    freed = 0
    for row in rows:
        (lot,) = lock_lots(session, [row.lot_id])
        freed += row.units
        lot.units_staged -= row.units
        row.units = 0
        session.flush()
        audit.record(session, "lots.unstage", ("lot", lot.id), by=by, at=at, exit_id=exit_id)
    return freed


def _stage(session: Session, lot: Lot, exit_id: UUID, units: int) -> None:
    row = session.get(StagedUnits, (exit_id, lot.id), populate_existing=True)
    if row is None:
        row = StagedUnits(exit_id=exit_id, lot_id=lot.id, units=0)
        session.add(row)
    row.units += units
    lot.units_staged += units
    session.flush()
