"""Goods that went out come back: a new lot, weighed, with a new entry day, that names the one it left from."""

from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.lots.actions.hold import place_hold
from wms.lots.errors import ReleaseNeedsReason, ReturnUnfit
from wms.lots.queries.deliveries import policy_on
from wms.lots.queries.lots import lock_lots, lock_visible_lot
from wms.lots.rules.quarantine import RecordReturn
from wms.lots.rules.requests import PlaceHold
from wms.lots.rules.words import HoldReason, MoveKind
from wms.lots.tables import LotReturn, StockMove

RETURNED = "returned"


def record_return(session: Session, request: RecordReturn, *, by: Actor, at: Moment) -> LotReturn:
    """Say that a lot just taken in left with an exit before, and put all of it in quarantine until two let it go.

    Goods of the same variety, no more units and no more weight than left with that exit, less what came back before.
    The returned lot is a lot of its own in all else: its entry day, its charges, its receipt. Locks both lots. A repeat
    returns the first row. Raises Forbidden, LotNotFound, ReturnUnfit, ReleaseNeedsReason, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    if not request.reason.strip():
        raise ReleaseNeedsReason
    request_id = derived_id(request.lot_id, "lots.record_return")
    if not idempotency.claim(session, request_id, "lots.record_return", asdict(request), by=by, at=at):
        return session.get_one(LotReturn, request.lot_id)
    left = session.scalar(
        select(StockMove).where(StockMove.exit_id == request.exit_id, StockMove.kind == MoveKind.EXIT.value).limit(1)
    )
    if left is None:
        raise ReturnUnfit(what="exit_id")
    lock_lots(session, [left.lot_id, request.lot_id])
    old, lot = lock_lots(session, [left.lot_id])[0], lock_visible_lot(session, request.lot_id, by)
    before = select(func.coalesce(func.sum(LotReturn.units), 0), func.coalesce(func.sum(LotReturn.grams), 0))
    units, grams = session.execute(before.where(LotReturn.exit_id == request.exit_id)).one()
    most = -left.grams * (1000 + policy_on(session, at.on).reweigh_gain_permille)
    if lot.variety != old.variety or lot.id == old.id:
        raise ReturnUnfit(what="variety")
    if int(units) + lot.entry_units > -left.units or (int(grams) + lot.entry_grams) * 1000 > most:
        raise ReturnUnfit(what="units, grams")
    row = LotReturn(
        lot_id=lot.id, from_lot_id=old.id, exit_id=request.exit_id, units=lot.entry_units, grams=lot.entry_grams,
        reason=request.reason[:200], returned_on=at.on, returned_at=at.at, account_id=by.account_id,
        person_id=by.person_id,
    )  # fmt: skip
    append(session, row)
    stop = PlaceHold(derived_id(lot.id, RETURNED), lot.id, lot.entry_units, HoldReason.QUARANTINE, old.id, RETURNED)
    place_hold(session, stop, by=by.trusted_with(Permission.HOLD_STOCK), at=at)
    audit.record(session, "lots.record_return", ("lot", lot.id), by=by, at=at, from_lot=old.id, units=row.units)
    return row
