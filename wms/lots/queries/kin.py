"""Genealogy: which lots a lot came from, and which came of it, one step each way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from wms.lots.queries.lots import get_lot, lock_lots
from wms.lots.rules.quarantine import ReleaseState
from wms.lots.rules.regrade import Regraded, RegradePartGrams
from wms.lots.rules.words import MoveKind, Purpose
from wms.lots.tables import (
    Lot,
    LotReturn,
    QuarantineRelease,
    RegradePart,
    RegradeRow,
    RegradeWeighing,
    StockMove,
    Weighing,
)


class Kinship(StrEnum):
    """How one lot came of another."""

    SPLIT = "split"
    SORT = "sort"
    TITLE = "title"
    RETURN = "return"  # left the store and came back as a lot of its own


@dataclass(frozen=True, slots=True)
class Kin:
    """A lot next to another: how it came of it, on which day, and the entry grams that passed between them."""

    lot_id: UUID
    how: Kinship
    on: date
    grams: int


PASSES = {MoveKind.SPLIT_OUT: Kinship.SPLIT, MoveKind.TITLE_OUT: Kinship.TITLE}


def parents_of(session: Session, lot_id: UUID) -> list[Kin]:
    """Return the lots a lot came from, oldest act first; of a sorting all of them."""
    out = select(StockMove).where(StockMove.other_lot_id == lot_id, StockMove.kind.in_([kind.value for kind in PASSES]))
    found = [Kin(row.lot_id, PASSES[MoveKind(row.kind)], row.moved_on, -row.grams) for row in session.scalars(out)]
    sorts = (
        select(RegradePart, RegradeRow.regraded_on)
        .join(RegradeRow, RegradeRow.id == RegradePart.regrade_id)
        .where(RegradePart.output_lot_id == lot_id)
    )
    found += [Kin(part.input_lot_id, Kinship.SORT, on, part.grams) for part, on in session.execute(sorts)]
    came = session.get(LotReturn, lot_id)
    found += [] if came is None else [Kin(came.from_lot_id, Kinship.RETURN, came.returned_on, came.grams)]
    return sorted(found, key=lambda kin: (kin.on, kin.lot_id))


def children_of(session: Session, lot_id: UUID) -> list[Kin]:
    """Return the lots that came of a lot, oldest act first; what a sorting threw away is a loss, not a lot."""
    out = select(StockMove).where(StockMove.lot_id == lot_id, StockMove.kind.in_([kind.value for kind in PASSES]))
    found = [
        Kin(row.other_lot_id, PASSES[MoveKind(row.kind)], row.moved_on, -row.grams)
        for row in session.scalars(out)
        if row.other_lot_id is not None
    ]
    sorts = (
        select(RegradePart, RegradeRow.regraded_on)
        .join(RegradeRow, RegradeRow.id == RegradePart.regrade_id)
        .where(RegradePart.input_lot_id == lot_id, RegradePart.output_lot_id.is_not(None))
    )
    found += [
        Kin(part.output_lot_id, Kinship.SORT, on, part.grams)
        for part, on in session.execute(sorts)
        if part.output_lot_id is not None
    ]
    back = session.scalars(select(LotReturn).where(LotReturn.from_lot_id == lot_id))
    found += [Kin(row.lot_id, Kinship.RETURN, row.returned_on, row.grams) for row in back]
    return sorted(found, key=lambda kin: (kin.on, kin.lot_id))


def split_family(session: Session, lot: Lot) -> list[UUID]:
    """Return the lots that splits made of one that came in, this one among them; sorted and sold ones are no kin."""
    if lot.parent_id is None and not lot.units_passed:
        return [lot.id]
    family, new = set[UUID](), {lot.id}
    while new:
        family |= new
        query = select(StockMove.lot_id, StockMove.other_lot_id).where(
            StockMove.kind == MoveKind.SPLIT_OUT.value, StockMove.lot_id.in_(new) | StockMove.other_lot_id.in_(new)
        )
        new = {kin for pair in session.execute(query) for kin in pair if kin is not None} - family
    return sorted(family)


def lock_with_kin(session: Session, lot_ids: Iterable[UUID]) -> None:
    """Lock lots and those split from the same ones, so that of several that leave at once one is the last.

    One split off while this waited is locked too. Raises LotNotFound.
    """
    locked: set[UUID] = set()
    family = {kin for lot_id in lot_ids for kin in split_family(session, get_lot(session, lot_id))}
    while family - locked:
        found = lock_lots(session, family)
        locked = family
        family = {kin for lot in found for kin in split_family(session, lot)}


def releases_of(session: Session, lot_id: UUID) -> list[QuarantineRelease]:
    """Return what was asked and decided of a lot's quarantines, newest first."""
    query = select(QuarantineRelease).where(QuarantineRelease.lot_id == lot_id)
    return list(session.scalars(query.order_by(QuarantineRelease.asked_at.desc(), QuarantineRelease.id)))


def releases_asked(session: Session, *, limit: int = 100) -> list[QuarantineRelease]:
    """Return the releases from quarantine nobody has decided yet, the longest waiting first."""
    query = select(QuarantineRelease).where(QuarantineRelease.state == ReleaseState.ASKED.value)
    return list(session.scalars(query.order_by(QuarantineRelease.asked_at, QuarantineRelease.id).limit(limit)))


def sort_weighings(session: Session, lot_ids: Iterable[UUID]) -> list[Weighing]:
    """Return the weighings after sorting that stand for these lots and no regrade has used, in the order taken."""
    later, used = aliased(Weighing), select(RegradeWeighing.weighing_id)
    query = (
        select(Weighing)
        .outerjoin(later, later.corrects_id == Weighing.id)
        .where(Weighing.purpose == Purpose.SORT.value, Weighing.lot_id.in_(list(lot_ids)))
        .where(later.id.is_(None), Weighing.id.not_in(used))
    )
    taken = (Weighing.taken_at, Weighing.epoch.nulls_last(), Weighing.sequence.nulls_last(), Weighing.recorded_at)
    return list(session.scalars(query.order_by(*taken, Weighing.id)))


def sorted_on(session: Session, lot_id: UUID) -> date | None:
    """Return the day a lot came out of a sorting, None if it came otherwise."""
    query = (
        select(RegradeRow.regraded_on)
        .join(RegradePart, RegradePart.regrade_id == RegradeRow.id)
        .where(RegradePart.output_lot_id == lot_id)
    )
    return session.scalar(query.limit(1))


def regraded_of(session: Session, regrade_id: UUID) -> Regraded:
    """Return what a regrade did, as it was written down."""
    parts = session.scalars(select(RegradePart).where(RegradePart.regrade_id == regrade_id).order_by(RegradePart.id))
    moves = session.scalars(select(StockMove).where(StockMove.request_id == regrade_id)).all()
    made = select(Lot.id).where(
        Lot.id.in_([row.lot_id for row in moves if row.kind == MoveKind.SORT_IN])
    ).order_by(Lot.code)  # fmt: skip
    units = {row.lot_id: -row.units for row in moves if row.kind == MoveKind.SORT_OUT}
    emptied = select(Lot.id).where(Lot.id.in_(list(units)), Lot.units_on_hand == 0)
    return Regraded(
        id=regrade_id,
        units_in=dict(sorted(units.items())),
        lot_ids=tuple(session.scalars(made)),
        parts=tuple(RegradePartGrams(part.input_lot_id, part.output_lot_id, part.grams) for part in parts),
        emptied=frozenset(session.scalars(emptied)),
    )
