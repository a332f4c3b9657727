"""Seasons: which there are, what is still open in them, and what was carried over."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import billing
from wms.billing.tables import ExitOrder
from wms.insight.errors import SeasonNotFound
from wms.insight.queries import names
from wms.insight.rules.seasons import CARRIES, TARIFFS, SeasonCheck, time_after
from wms.insight.rules.sheets import Row, Sheet, word
from wms.insight.tables import Season, SeasonCarry, SeasonEvent
from wms.kernel.actor import Actor, Permission
from wms.kernel.errors import Spoken
from wms.kernel.paging import Page, page
from wms.lending.tables import Loan
from wms.lots.tables import Lot, StockCount

MONTH = timedelta(days=30)
UNDER_WAY = ("open", "quoted", "cleared", "picking", "weighed")


def list_seasons(session: Session, *, by: Actor) -> list[Season]:
    """Return all seasons, the newest first. Raises Forbidden."""
    by.must(Permission.SEE_ALL)
    return list(session.scalars(select(Season).order_by(Season.from_on.desc())))


def get_season(session: Session, season_id: UUID, *, by: Actor) -> Season:
    """Return a season. Raises Forbidden, SeasonNotFound."""
    by.must(Permission.SEE_ALL)
    found = session.get(Season, season_id)
    if found is None:
        raise SeasonNotFound
    return found


def lock_seasons(session: Session) -> list[Season]:
    """Return all seasons, locked in the order of their days."""
    query = select(Season).order_by(Season.from_on).with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(query))


def season_events(session: Session, season_id: UUID) -> list[SeasonEvent]:
    """Return what was done with a season, in order."""
    query = select(SeasonEvent).where(SeasonEvent.season_id == season_id)
    return list(session.scalars(query.order_by(SeasonEvent.happened_at, SeasonEvent.id)))


def lots_to_carry(session: Session, season: Season) -> list[Lot]:
    """Return the lots that came in up to a season's end and are still here, by number."""
    query = select(Lot).where(Lot.units_on_hand > 0, Lot.entry_on <= season.until_on).order_by(Lot.code)
    return list(session.scalars(query))


def check_season(session: Session, season: Season) -> SeasonCheck:
    """Return what is still open of everything up to a season's end."""
    lots = lots_to_carry(session, season)
    exits = select(func.count()).select_from(ExitOrder).where(ExitOrder.state.in_(UNDER_WAY))
    counts = select(func.count()).select_from(StockCount).where(StockCount.ended_at.is_(None))
    loans = select(func.count(), func.coalesce(func.sum(Loan.principal_fen), 0)).where(Loan.state == "active")
    bills = [bill for bill in billing.open_invoices(session) if bill.invoice.invoiced_on <= season.until_on]
    advances, principal = session.execute(loans).one()
    return SeasonCheck(
        lots=len(lots),
        units=sum(lot.units_on_hand for lot in lots),
        grams=sum(lot.grams_on_hand for lot in lots),
        exits=session.scalar(exits) or 0,
        invoices=len(bills),
        invoices_fen=sum(bill.open.total_fen for bill in bills),
        counts=session.scalar(counts) or 0,
        advances=advances,
        principal_fen=int(principal),
    )


def cost_of_carrying(session: Session, lot: Lot, season: Season) -> tuple[int | None, int | None, str]:
    """Return what a lot owes up to a season's end, what 30 days more add, and which way of the tariff that is."""
    after = season.until_on + timedelta(days=1)
    try:
        now = billing.accrued_unbilled(session, lot.id, after, include_handling_out=False)
        later = billing.accrued_unbilled(session, lot.id, after + MONTH, include_handling_out=False)
    except billing.TariffMissing:
        return None, None, "none"
    lines = [(line.line, line.from_on + timedelta(days=max(0, line.days - 1))) for line in later.lines]
    return now.total_fen, later.total_fen - now.total_fen, time_after(lines, season.until_on)


def list_carries(
    session: Session, season_id: UUID, *, by: Actor, cursor: str | None = None, limit: int = 50
) -> Page[SeasonCarry]:
    """Return what was carried over from a season, a lot a row, by lot.

    Raises CursorInvalid, Forbidden, SeasonNotFound.
    """
    get_season(session, season_id, by=by)
    query = select(SeasonCarry).where(SeasonCarry.season_id == season_id)
    return page(session, query, [SeasonCarry.lot_id], cursor=cursor, limit=limit)


def carries_sheet(session: Session, season_id: UUID) -> Sheet:
    """Return what was carried over from a season, by lot."""
    query = (
        select(SeasonCarry, Lot.code, Lot.owner_id)
        .join(Lot, Lot.id == SeasonCarry.lot_id)
        .where(SeasonCarry.season_id == season_id)
        .order_by(Lot.code)
    )
    found = session.execute(query).all()
    owners = names.parties(session, {owner for _, _, owner in found})
    rows: list[Row] = [
        (code, owners[owner], row.units, row.grams, row.accrued_fen, row.month_fen, word(TARIFFS, row.tariff))
        for row, code, owner in found
    ]
    return Sheet(Spoken("Carried over", "结转"), CARRIES, rows)
