"""The day's charges of many lots at once: each kind of row is read once a batch, never once a lot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from wms import lots
from wms.billing.errors import TariffMissing
from wms.billing.queries.charges import accrued_of_lots, billed_of
from wms.billing.queries.stays import Stays
from wms.billing.rules.accrual import Accrued, accrued
from wms.billing.rules.charges import Billed
from wms.billing.rules.states import ChargeKind
from wms.billing.tables import CarriedCharge, DayAccrual, InvoiceLine, LotTariff, LotWork, WorkBill
from wms.lots.tables import Lot, StockMove

ROWS = 2_000
_COLUMNS = (
    Lot.id, Lot.owner_id, Lot.variety, Lot.site_id, Lot.entry_on, Lot.parent_id, Lot.units_passed, Lot.units_on_hand,
    Lot.grams_on_hand,
    LotTariff.version_id, LotTariff.locked, LotTariff.charged_from_on,
)  # fmt: skip


@dataclass(slots=True)
class OwnersDay:
    """What an owner's goods at a site have run up by a day, in fen; weights in grams."""

    party_id: UUID
    site_id: UUID
    lots: int = 0
    unpriced_lots: int = 0
    units: int = 0
    grams: int = 0
    storage_fen: int = 0
    handling_fen: int = 0


@dataclass(frozen=True, slots=True)
class Owners:
    """Owners that follow one another by id, with how many open lots they have."""

    first: UUID
    last: UUID
    lots: int


def owners_to_accrue(session: Session, on: date, *, most_lots: int) -> list[Owners]:
    """Return the owners of goods that have no accrual for a day, in batches of about so many lots, by id."""
    done = select(DayAccrual.party_id).where(DayAccrual.accrued_on == on)
    query = (
        select(Lot.owner_id, func.count())
        .where(Lot.units_on_hand > 0, Lot.entry_on <= on, Lot.owner_id.not_in(done))
        .group_by(Lot.owner_id)
        .order_by(Lot.owner_id)
    )
    batches: list[Owners] = []
    for owner_id, count in session.execute(query):
        before = batches[-1] if batches else None
        if before is not None and before.lots + count <= most_lots:
            batches[-1] = Owners(before.first, owner_id, before.lots + count)
        else:
            batches.append(Owners(owner_id, owner_id, count))
    return batches


def accrued_of_owners(session: Session, batch: Owners, on: date) -> list[OwnersDay]:
    """Return what the goods of some owners have run up by a day, as `accrued_of_owner` says lot by lot.

    Reads lots as they stand now, those that came in later left out; memory does not grow with the number of lots.
    """
    which = (Lot.owner_id.between(batch.first, batch.last), Lot.units_on_hand > 0, Lot.entry_on <= on)
    reading = _Reading(session, on, Stays(session, (batch.first, batch.last), on), which)
    found: dict[tuple[UUID, UUID], OwnersDay] = {}
    for row in _rows(session, which):
        owner = found.setdefault((row.owner_id, row.site_id), OwnersDay(row.owner_id, row.site_id))
        owner.lots += 1
        owner.units += row.units_on_hand
        owner.grams += row.grams_on_hand
        try:
            sums = reading.accrued(row)
        except TariffMissing:
            owner.unpriced_lots += 1
            continue
        owner.storage_fen += sums.storage_fen
        owner.handling_fen += sums.handling_fen
    return list(found.values())


def accruals_of(session: Session, party_id: UUID, *, limit: int = 200) -> list[DayAccrual]:
    """Return an owner's accruals, the newest day first."""
    query = select(DayAccrual).where(DayAccrual.party_id == party_id)
    return list(session.scalars(query.order_by(DayAccrual.accrued_on.desc()).limit(limit)))


def _rows(session: Session, which: Sequence[ColumnElement[bool]]) -> Iterator[Any]:
    query: Any = select(*_COLUMNS).outerjoin(LotTariff, LotTariff.lot_id == Lot.id).where(*which)
    # In the order of the owners' index: for a cursor PostgreSQL would rather walk all lots by id than sort a batch.
    query = query.order_by(Lot.owner_id, Lot.entry_on, Lot.id)
    yield from session.execute(query.execution_options(yield_per=ROWS))


@dataclass(slots=True)
class _Reading:
    """What is known beside the lots of a batch: which have bills or work to bill, and the few that go lot by lot.

    Those are lots split or sorted from others, and lots with units that were billed and have not left.
    """

    session: Session
    on: date
    stays: Stays
    which: Sequence[ColumnElement[bool]]
    billed: set[UUID] = field(init=False)
    one_by_one: set[UUID] = field(init=False)
    works: dict[UUID, int] = field(init=False)

    def __post_init__(self) -> None:
        mine = select(Lot.id).where(*self.which)
        self.billed = _ids(self.session, select(InvoiceLine.lot_id).where(InvoiceLine.lot_id.in_(mine)).distinct())
        sorted_into = select(CarriedCharge.to_lot_id).where(CarriedCharge.to_lot_id.in_(mine))
        sorted_from = select(CarriedCharge.from_lot_id).where(CarriedCharge.from_lot_id.in_(mine))
        found = [_ids(self.session, query) for query in (_leaving(mine), sorted_into, sorted_from)]
        self.one_by_one = set[UUID]().union(*found)
        self.works = _works(self.session, mine)

    def accrued(self, row: Row[Any]) -> Accrued:
        """Return what a lot has run up."""
        if row.parent_id is not None or row.units_passed or row.id in self.one_by_one:
            (found,) = accrued_of_lots(self.session, [lots.get_lot(self.session, row.id)], self.on)
            return Accrued(found.charges.storage_fen, found.charges.handling_fen)
        billed = billed_of(self.session, row.id) if row.id in self.billed else _NOTHING
        card = self.stays.card(row)
        return accrued(card, row.units_on_hand, row.grams_on_hand, billed, self.works.get(row.id, 0))


_NOTHING = Billed()


def _ids(session: Session, query: Select[UUID]) -> set[UUID]:
    return set(session.scalars(query))


def _leaving(mine: Select[UUID]) -> Select[UUID]:
    """Lots with units that were billed for an exit and have not left."""
    gone = (
        select(StockMove.id)
        .where(
            StockMove.lot_id == InvoiceLine.lot_id,
            StockMove.exit_id == InvoiceLine.exit_id,
            StockMove.kind == lots.MoveKind.EXIT.value,
        )
        .exists()
    )
    storage = InvoiceLine.kind == ChargeKind.STORAGE.value
    return select(InvoiceLine.lot_id).where(InvoiceLine.lot_id.in_(mine), storage, ~gone).distinct()


def _works(session: Session, mine: Select[UUID]) -> dict[UUID, int]:
    billed = select(WorkBill.work_id).where(WorkBill.work_id == LotWork.id).exists()
    query = select(LotWork.lot_id, func.sum(LotWork.work_nanoyuan)).where(LotWork.lot_id.in_(mine), ~billed)
    return {lot_id: int(nanoyuan) for lot_id, nanoyuan in session.execute(query.group_by(LotWork.lot_id))}
