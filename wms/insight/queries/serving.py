"""What it costs to serve goods, beside what their charges bring: free at entry is a tariff, not a gift."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import facility, lots
from wms.billing.tables import CreditNote, DayAccrual, Invoice
from wms.kernel.numbers import half_up
from wms.lots.tables import Lot, StockMove

GRAMS_PER_TONNE = 1_000_000
DAY = timedelta(days=1)
COMES_IN = (lots.MoveKind.ENTRY.value,)


@dataclass(frozen=True, slots=True)
class Serving:
    """One site over days [from_on, until_on): what was kept, what it brought and what it cost, in fen and grams.

    `billed_fen` is without tax and less credit notes; `accrued_fen` is how much more stood unbilled at the last day's
    close than before the first day, and None where no day of the two was closed.
    """

    site: facility.Site
    from_on: date
    until_on: date
    gram_days: int
    in_grams: int
    billed_fen: int
    accrued_fen: int | None
    costs_fen: dict[facility.CostKind, int]

    @property
    def earned_fen(self) -> int:
        """What the charges of the days came to, billed or not."""
        return self.billed_fen + (self.accrued_fen or 0)

    @property
    def cost_fen(self) -> int:
        """What the days cost, all kinds together."""
        return sum(self.costs_fen.values())

    @property
    def earned_tonne_fen(self) -> int | None:
        """Income of a tonne kept for 30 days, in fen; None while nothing was kept."""
        return self._of_a_month(self.earned_fen)

    @property
    def cost_tonne_fen(self) -> int | None:
        """Cost of a tonne kept for 30 days, in fen; None while nothing was kept."""
        return self._of_a_month(self.cost_fen)

    def _of_a_month(self, fen: int) -> int | None:
        return half_up(Fraction(fen * 30 * GRAMS_PER_TONNE, self.gram_days)) if self.gram_days else None


def serving(session: Session, from_on: date, until_on: date) -> list[Serving]:
    """Return what every site kept, earned and spent over days [from_on, until_on)."""
    return [_serving(session, site, from_on, until_on) for site in facility.list_sites(session)]


def _serving(session: Session, site: facility.Site, from_on: date, until_on: date) -> Serving:
    days = dict(_kept(session, site.id, from_on, until_on))
    figures = [
        facility.Figure(facility.CostKind(row.kind), facility.CostPer(row.per), row.cost_micro, row.effective_from,
                        row.ends_on)
        for row in facility.site_costs(session, site.id)
    ]  # fmt: skip
    return Serving(
        site, from_on, until_on, sum(day.stored_grams for day in days.values()),
        sum(day.in_grams for day in days.values()), _billed(session, site.id, from_on, until_on),
        _accrued(session, site.id, from_on, until_on), facility.cost_fen(figures, days),
    )  # fmt: skip


def _kept(session: Session, site_id: UUID, from_on: date, until_on: date) -> Iterator[tuple[date, facility.Kept]]:
    """Each day's stock: the day goods come in counts, the day they leave does not."""
    mine = (StockMove.lot_id == Lot.id, Lot.site_id == site_id)
    query = select(func.coalesce(func.sum(StockMove.grams), 0)).select_from(StockMove).join(Lot, mine[0])
    stored = int(session.scalar(query.where(mine[1], StockMove.moved_on < from_on)) or 0)
    changes = select(StockMove.moved_on, StockMove.kind, func.sum(StockMove.grams)).join(Lot, mine[0])
    changes = changes.where(mine[1], StockMove.moved_on >= from_on, StockMove.moved_on < until_on)
    moved: dict[date, list[tuple[str, int]]] = {}
    for on, kind, grams in session.execute(changes.group_by(StockMove.moved_on, StockMove.kind)):
        moved.setdefault(on, []).append((kind, int(grams)))
    on = from_on
    while on < until_on:
        stored += sum(grams for _, grams in moved.get(on, ()))
        yield on, facility.Kept(stored, sum(grams for kind, grams in moved.get(on, ()) if kind in COMES_IN))
        on += DAY


def _billed(session: Session, site_id: UUID, from_on: date, until_on: date) -> int:
    billed = select(func.coalesce(func.sum(Invoice.total_fen - Invoice.tax_fen), 0)).join(Lot, Lot.id == Invoice.lot_id)
    billed = billed.where(Lot.site_id == site_id, Invoice.invoiced_on >= from_on, Invoice.invoiced_on < until_on)
    net = CreditNote.storage_fen + CreditNote.handling_fen - CreditNote.tax_fen
    back = select(func.coalesce(func.sum(net), 0)).join(Invoice, Invoice.id == CreditNote.invoice_id)
    back = back.join(Lot, Lot.id == Invoice.lot_id)
    back = back.where(Lot.site_id == site_id, CreditNote.issued_on >= from_on, CreditNote.issued_on < until_on)
    return int(session.scalar(billed) or 0) - int(session.scalar(back) or 0)


def _accrued(session: Session, site_id: UUID, from_on: date, until_on: date) -> int | None:
    last = session.scalar(
        select(func.max(DayAccrual.accrued_on)).where(
            DayAccrual.accrued_on >= from_on, DayAccrual.accrued_on < until_on
        )
    )
    if last is None:
        return None
    before = session.scalar(select(func.max(DayAccrual.accrued_on)).where(DayAccrual.accrued_on < from_on))
    return _accrued_on(session, site_id, last) - (_accrued_on(session, site_id, before) if before else 0)


def _accrued_on(session: Session, site_id: UUID, on: date) -> int:
    both = func.coalesce(func.sum(DayAccrual.storage_fen + DayAccrual.handling_fen), 0)
    found = select(both).where(DayAccrual.site_id == site_id, DayAccrual.accrued_on == on)
    return int(session.scalar(found) or 0)
