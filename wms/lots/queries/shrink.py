"""Losses: what may be lost, what was, and by which goods."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from wms import parties
from wms.kernel.asking import Question, ask
from wms.kernel.paging import Page, page
from wms.kernel.writing import fresh
from wms.lots.rules.shrink import Allowance, allowed_grams, loss_permille
from wms.lots.tables import LossCurve, Lot, Shrink


@dataclass(frozen=True, slots=True)
class ShrinkTotal:
    """What goods of a variety and storage lost in a span of days, in whole grams."""

    variety: str
    storage_type: str
    entry_grams: int
    loss_grams: int
    allowed_grams: int
    excess_grams: int


def curve_of(session: Session, lot: Lot) -> LossCurve | None:
    """Return the loss curve in force for a lot on its entry day, the most precise first; None: the contract's rate."""
    return next((row for (row,) in ask(session, curve_asked(lot))), None)


def curve_asked(lot: Lot) -> Question:
    """Return the question which loss curve is in force for a lot."""
    given = {"entry_on": lot.entry_on, "variety": lot.variety, "storage_type": lot.storage_type}
    return Question(("curve", *given.values()), None, (LossCurve,), _curve(), given)


@cache
def _curve() -> Select[LossCurve]:
    return (
        select(LossCurve)
        .where(
            LossCurve.effective_on <= bindparam("entry_on"),
            or_(LossCurve.variety == bindparam("variety"), LossCurve.variety.is_(None)),
            or_(LossCurve.storage_type == bindparam("storage_type"), LossCurve.storage_type.is_(None)),
        )
        .order_by(
            case((LossCurve.variety.is_(None), 1), else_=0),
            case((LossCurve.storage_type.is_(None), 1), else_=0),
            LossCurve.effective_on.desc(),
            LossCurve.set_at.desc(),
            LossCurve.id.desc(),
        )
        .limit(1)
    )


def allowance(session: Session, lot: Lot, entry_grams: int, on: date) -> Allowance:
    """Return what of a part leaving on a day the owner bears: by the lot's curve, else by the contract's flat rate."""
    curve = curve_of(session, lot)
    if curve is None:
        contract = parties.contract_on(session, lot.owner_id, lot.entry_on)
        return Allowance(allowed_grams(entry_grams, contract.loss_standard_permille), None)
    points = [(days, permille) for days, permille in curve.points]
    return Allowance(allowed_grams(entry_grams, loss_permille(points, (on - lot.entry_on).days)), curve.id)


def list_loss_curves(session: Session) -> list[LossCurve]:
    """Return every loss curve, newest first."""
    return list(session.scalars(select(LossCurve).order_by(LossCurve.effective_on.desc(), LossCurve.id)))


def shrink_of_exit(session: Session, source_id: UUID, lot_id: UUID) -> Shrink | None:
    """Return what an exit or a count lost of a lot, or None."""
    of_now = (row for row in fresh(session, Shrink) if row.source_id == source_id and row.lot_id == lot_id)
    return next(of_now, None) or session.scalar(
        select(Shrink).where(Shrink.source_id == source_id, Shrink.lot_id == lot_id)
    )


def shrink_of_lot(session: Session, lot_id: UUID) -> list[Shrink]:
    """Return the losses of a lot in order."""
    query = select(Shrink).where(Shrink.lot_id == lot_id)
    return list(session.scalars(query.order_by(Shrink.recorded_at, Shrink.id)))


def list_shrink(
    session: Session, *, from_on: date | None = None, until_on: date | None = None, cursor: str | None = None,
    limit: int = 50,
) -> Page[Shrink]:  # fmt: skip
    """Return a page of losses, newest first, of days from `from_on` to `until_on` (both counted)."""
    query = select(Shrink)
    if from_on is not None:
        query = query.where(Shrink.happened_on >= from_on)
    if until_on is not None:
        query = query.where(Shrink.happened_on <= until_on)
    return page(session, query, [Shrink.happened_on, Shrink.id], cursor=cursor, limit=limit, descending=True)


def shrink_totals(session: Session, from_on: date, until_on: date) -> list[ShrinkTotal]:
    """Return what was lost from a day to a day (both counted), by variety and storage."""
    sums = (Shrink.entry_grams, Shrink.loss_grams, Shrink.allowed_grams, Shrink.excess_grams)
    query = (
        select(Lot.variety, Lot.storage_type, *(func.sum(column) for column in sums))
        .join(Lot, Lot.id == Shrink.lot_id)
        .where(Shrink.happened_on >= from_on, Shrink.happened_on <= until_on)
        .group_by(Lot.variety, Lot.storage_type)
        .order_by(Lot.variety, Lot.storage_type)
    )
    return [ShrinkTotal(row[0], row[1], *(int(total) for total in row[2:])) for row in session.execute(query)]
