"""Losses: curves set, and what each loss leaves to the owner and to the store."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.lots.errors import LossCurveWrong
from wms.lots.queries.shrink import allowance
from wms.lots.rules.requests import Taken
from wms.lots.rules.shrink import Allowance, SetLossCurve, ShrinkSource, check_points, excess_grams
from wms.lots.tables import LossCurve, Lot, Shrink


def set_loss_curve(session: Session, request: SetLossCurve, *, by: Actor, at: Moment) -> LossCurve:
    """Write a loss curve for lots that enter from a day on, not in the past; what lies here keeps its own.

    A repeat returns the first. Raises Forbidden, LossCurveWrong, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    check_points(request.points)
    if request.effective_on < at.on:
        raise LossCurveWrong(what="effective_on")
    if not request.source.strip() or (request.variety is not None and not request.variety.strip()):
        raise LossCurveWrong(what="source, variety")
    if not idempotency.claim(session, request.id, "lots.set_loss_curve", asdict(request), by=by, at=at):
        return session.get_one(LossCurve, request.id)
    row = LossCurve(
        id=request.id,
        variety=request.variety,
        storage_type=None if request.storage_type is None else request.storage_type.value,
        effective_on=request.effective_on,
        points=[list(point) for point in request.points],
        source=request.source[:200],
        set_at=at.at,
        account_id=by.account_id,
    )
    append(session, row)
    audit.record(session, "lots.set_loss_curve", ("loss_curve", row.id), by=by, at=at, variety=row.variety)
    return row


def record_shrink(
    session: Session, lot: Lot, exit_id: UUID, units: int, taken: Taken, *, by: Actor, at: Moment
) -> Shrink:
    """Write what an exit lost of the entry weight, and what of it the store bears beyond the loss standard."""
    allowed = allowance(session, lot, taken.entry_grams, at.on)
    row = _row(lot, (ShrinkSource.EXIT, exit_id), units, taken, allowed, at)
    row.recorder_eyes = by.eyes
    append(session, row)
    return row


def record_lost(
    session: Session, lot: Lot, count_id: UUID, units: int, entry_grams: int, *, by: Actor, at: Moment
) -> Shrink:
    """Write whole units that a count could not find: no loss standard speaks for them, the store bears them."""
    taken = Taken(entry_grams, 0, entry_grams)
    row = _row(lot, (ShrinkSource.COUNT, count_id), units, taken, Allowance(0, None), at)
    row.recorder_eyes = by.eyes
    append(session, row)
    return row


def record_culls(session: Session, lot: Lot, regrade_id: UUID, entry_grams: int, *, by: Actor, at: Moment) -> Shrink:
    """Write what sorting threw away: apples that the owner's own grades refuse, so the owner bears all of it."""
    taken = Taken(entry_grams, 0, entry_grams)
    row = _row(lot, (ShrinkSource.SORT, regrade_id), 0, taken, Allowance(entry_grams, None), at)
    row.recorder_eyes = by.eyes
    append(session, row)
    return row


def _row(
    lot: Lot, source: tuple[ShrinkSource, UUID], units: int, taken: Taken, allowed: Allowance, at: Moment
) -> Shrink:
    return Shrink(
        id=derived_id(source[1], "shrink", lot.id),
        lot_id=lot.id,
        source=source[0].value,
        source_id=source[1],
        happened_on=at.on,
        stored_days=(at.on - lot.entry_on).days,
        units=units,
        entry_grams=taken.entry_grams,
        out_grams=taken.out_grams,
        loss_grams=taken.loss_grams,
        allowed_grams=allowed.grams,
        excess_grams=excess_grams(taken.loss_grams, allowed.grams),
        curve_id=allowed.curve_id,
        recorded_at=at.at,
    )
