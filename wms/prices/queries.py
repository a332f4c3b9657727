"""Reads: reference prices on any day as known at any instant, outside prices, and what verify checks here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, case, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from wms.kernel.asking import Question, ask
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.numbers import FOUR_PLACES
from wms.kernel.paging import Page, page
from wms.prices.rules.aggregate import WINDOW_DAYS, Traded, aggregate
from wms.prices.rules.calendar import business_age as open_days
from wms.prices.rules.cells import Cell
from wms.prices.rules.requests import Excluded, Independent, Reference, Side, basis_of
from wms.prices.tables import (
    Assessment,
    CellDifferential,
    FirmQuote,
    MarketHoliday,
    OutsidePrice,
    PriceCell,
    PriceRevision,
    PriceTrade,
    TradeExclusion,
)

EVIDENCE = (PriceTrade, TradeExclusion, FirmQuote, OutsidePrice, CellDifferential, Assessment, PriceRevision)


def reference(
    session: Session, cell: Cell, on: date, *, known_at: datetime | None = None, with_revision: bool = True
) -> Reference | None:
    """Return the reference price of a cell on a day, or None if nothing at all is known of it; never a price of 0.

    With `known_at` only what was recorded by then counts, so any earlier answer can be had again. Who wants the price
    alone need not know which published revision it is.
    """
    found, left_out = _by_trades(session, cell, on, known_at)
    found = found or _without_trades(session, cell, on, known_at)
    if found is None:
        return None
    age = business_age(session, found.based_on, on)
    found = replace(found, age_business_days=age, excluded=left_out)
    published = newest_revision(session, cell, on, known_at=known_at) if with_revision else None
    if published is None or published.basis != basis_of(found):
        return found
    return replace(found, revision_id=published.id, revised_at=published.recorded_at)


def independent(session: Session, cell: Cell, on: date, *, known_at: datetime | None = None) -> Independent | None:
    """Return the newest outside price of a cell; one of its whole variety only where the cell never had its own."""
    wanted = {"cell": cell.id, "variety": cell.variety, "on": on, "known_at": known_at}
    row = session.scalars(_outside(known_at is not None), wanted).first()
    if row is None:
        return None
    age = business_age(session, row.priced_on, on)
    return Independent(row.id, row.series, row.price, row.priced_on, age)


@cache
def _outside(as_known: bool) -> Select[OutsidePrice]:
    return (
        select(OutsidePrice)
        .where(
            or_(OutsidePrice.cell_id == bindparam("cell"), OutsidePrice.cell_id.is_(None)),
            OutsidePrice.variety == bindparam("variety"),
            OutsidePrice.priced_on <= bindparam("on"),
            _known_then(OutsidePrice.recorded_at, as_known),
        )
        .order_by(OutsidePrice.cell_id.is_(None), OutsidePrice.priced_on.desc(), OutsidePrice.price, OutsidePrice.id)
        .limit(1)
    )


def business_age(session: Session, since: date, on: date) -> int:
    """Return how many open market days lie after `since` up to and with `on`.

    A holiday nobody entered counts as open, which makes prices look older, never fresher.
    """
    early = min(since, on - timedelta(days=WINDOW_DAYS))  # as far back as all prices of one day ask, mostly
    return open_days(since, on, frozenset(day for (day,) in ask(session, _closed_asked(early, on))))


def _closed_asked(since: date, on: date) -> Question:
    return Question(("closed", since, on), None, (MarketHoliday,), _closed(), {"since": since, "on": on})


def asked_of_cell(cell: Cell, on: date) -> list[Question]:
    """Return what the reference price of a day asks first, beside the trades."""
    return [_closed_asked(on - timedelta(days=WINDOW_DAYS), on), _facts_asked(cell, on, None)]


@cache
def _closed() -> Select[date]:
    return select(MarketHoliday.closed_on).where(MarketHoliday.closed_on.between(bindparam("since"), bindparam("on")))


def find_cell(session: Session, cell_id: UUID) -> Cell | None:
    """Return a cell by its id, or None if no fact names it."""
    row = session.get(PriceCell, cell_id)
    return None if row is None else row.cell


def list_cells(session: Session) -> list[Cell]:
    """Return every cell that some fact names, in order."""
    return sorted(row.cell for row in session.scalars(select(PriceCell)))


def list_revisions(session: Session, cell: Cell, *, cursor: str | None = None, limit: int = 50) -> Page[PriceRevision]:
    """Return a page of the published revisions of a cell, newest first."""
    query = select(PriceRevision).where(PriceRevision.cell_id == cell.id)
    keys = [PriceRevision.recorded_at, PriceRevision.id]
    return page(session, query, keys, cursor=cursor, limit=limit, descending=True)


def list_trades(session: Session, cell: Cell, *, cursor: str | None = None, limit: int = 50) -> Page[PriceTrade]:
    """Return a page of the recorded trades of a cell, newest first. For staff: it shows who paid what."""
    query = select(PriceTrade).where(PriceTrade.cell_id == cell.id)
    keys = [PriceTrade.traded_on, PriceTrade.id]
    return page(session, query, keys, cursor=cursor, limit=limit, descending=True)


def dealings(session: Session, cell: Cell, on: date, *, days: int) -> int:
    """Return how often somebody dealt in a cell in the last `days` up to a day: trades that count, and binding bids.

    An offer shows only that somebody wants to sell; it does not count.
    """
    since = on - timedelta(days=days)
    trades = (
        select(func.count())
        .select_from(PriceTrade)
        .outerjoin(TradeExclusion, TradeExclusion.trade_id == PriceTrade.id)
        .where(
            PriceTrade.cell_id == cell.id,
            PriceTrade.traded_on.between(since, on),
            PriceTrade.excluded.is_(None),
            TradeExclusion.trade_id.is_(None),
        )
    )
    bids = select(func.count()).where(
        FirmQuote.cell_id == cell.id, FirmQuote.side == Side.BID.value, FirmQuote.quoted_on.between(since, on)
    )
    return (session.scalar(trades) or 0) + (session.scalar(bids) or 0)


def newest_revision(
    session: Session, cell: Cell, on: date, *, known_at: datetime | None = None
) -> PriceRevision | None:
    """Return the last revision published for a cell and day, or None."""
    wanted = {"cell": cell.id, "on": on, "known_at": known_at}
    return session.scalars(_newest(known_at is not None), wanted).first()


@cache
def _newest(as_known: bool) -> Select[PriceRevision]:
    return (
        select(PriceRevision)
        .where(
            PriceRevision.cell_id == bindparam("cell"),
            PriceRevision.priced_on == bindparam("on"),
            _known_then(PriceRevision.recorded_at, as_known),
        )
        .order_by(PriceRevision.revision.desc())
        .limit(1)
    )


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong with the room's evidence, and every published price its own facts do not give again."""
    for table in EVIDENCE:
        yield from check_rows(session, table)
    for row in session.scalars(select(PriceCell)):
        if row.id != row.cell.id:
            yield Finding("price_cells", str(row.id), "id does not follow from the parts")


def _known_then(recorded_at: InstrumentedAttribute[datetime], as_known: bool) -> ColumnElement[bool]:
    return recorded_at <= bindparam("known_at") if as_known else true()


def traded(session: Session, cell: Cell, on: date, known_at: datetime | None) -> list[Traded]:
    """Return the trades of a cell in the window that ends on a day, as the arithmetic takes them."""
    wanted = {"cell": cell.id, "since": on - timedelta(days=WINDOW_DAYS), "on": on, "known_at": known_at}
    return [Traded(*row) for row in session.execute(_trades(known_at is not None), wanted)]


@cache
def _trades(as_known: bool) -> Select[*tuple[Any, ...]]:
    left_out = (TradeExclusion.trade_id == PriceTrade.id) & _known_then(TradeExclusion.recorded_at, as_known)
    why = case((PriceTrade.excluded != "", PriceTrade.excluded), else_=TradeExclusion.reason)
    query = select(
        PriceTrade.id, PriceTrade.price, PriceTrade.trade_grams, PriceTrade.traded_on, PriceTrade.buyer_id,
        PriceTrade.seller_id, why,
    ).outerjoin(TradeExclusion, left_out)  # fmt: skip
    return query.where(
        PriceTrade.cell_id == bindparam("cell"),
        PriceTrade.traded_on.between(bindparam("since"), bindparam("on")),
        _known_then(PriceTrade.recorded_at, as_known),
    )


def _by_trades(
    session: Session, cell: Cell, on: date, known_at: datetime | None
) -> tuple[Reference | None, tuple[Excluded, ...]]:
    found, left_out = aggregate(traded(session, cell, on, known_at), on)
    if found is None or not found.enough:
        return None, left_out
    return (
        Reference(
            cell=cell,
            on=on,
            level=1,
            price=found.price,
            based_on=found.newest_on,
            trades=found.trades,
            sellers=found.sellers,
            buyers=found.buyers,
            trade_grams=found.grams,
            effective_age_days=found.effective_age_days,
            low=found.low,
            high=found.high,
        ),
        left_out,
    )


def _without_trades(session: Session, cell: Cell, on: date, known_at: datetime | None) -> Reference | None:
    """Return the reference of the first level below the trades that gives one; what has no facts is not asked."""
    (there,) = ask(session, _facts_asked(cell, on, known_at))
    for has_facts, level in zip(there, (_by_quotes, _by_neighbour, _by_last, _by_note), strict=True):
        found = level(session, cell, on, known_at) if has_facts else None
        if found is not None:
            return found
    return None


def _facts_asked(cell: Cell, on: date, known_at: datetime | None) -> Question:
    """Return the question which levels below the trades have facts at all."""
    given = _wanted(cell, on, known_at)
    tables = (FirmQuote, CellDifferential, PriceCell, PriceRevision, Assessment)
    return Question(("facts", *given.values()), None, tables, _there(known_at is not None), given, told=True)


@cache
def _there(as_known: bool) -> Select[*tuple[Any, ...]]:
    facts = (_quotes(as_known), _neighbours(as_known), _last(as_known), _notes(as_known))
    return select(*[query.exists() for query in facts])


def _wanted(cell: Cell, on: date, known_at: datetime | None) -> dict[str, Any]:
    return {"cell": cell.id, "on": on} | ({} if known_at is None else {"known_at": known_at})


def _by_quotes(session: Session, cell: Cell, on: date, known_at: datetime | None) -> Reference | None:
    """The middle between the highest bid and the lowest offer of two different parties."""
    quotes = session.scalars(_quotes(known_at is not None), _wanted(cell, on, known_at)).all()
    pairs = [
        (bid, offer)
        for bid in quotes
        for offer in quotes
        if bid.side == Side.BID and offer.side == Side.OFFER and bid.party_id != offer.party_id
    ]
    if not pairs:
        return None
    bid, offer = min(pairs, key=lambda pair: (-pair[0].price, pair[1].price, pair[0].id, pair[1].id))
    middle = ((bid.price + offer.price) / 2).quantize(FOUR_PLACES, rounding=ROUND_HALF_UP)
    low, high = sorted((bid.price, offer.price))
    return Reference(cell, on, 2, middle, min(bid.quoted_on, offer.quoted_on), low=low, high=high)


@cache
def _quotes(as_known: bool) -> Select[FirmQuote]:
    return select(FirmQuote).where(
        FirmQuote.cell_id == bindparam("cell"),
        FirmQuote.quoted_on <= bindparam("on"),
        FirmQuote.valid_to_on >= bindparam("on"),
        _known_then(FirmQuote.recorded_at, as_known),
    )


def _by_neighbour(session: Session, cell: Cell, on: date, known_at: datetime | None) -> Reference | None:
    seen: set[UUID] = set()
    for step, neighbour in session.execute(_neighbours(known_at is not None), _wanted(cell, on, known_at)):
        if step.neighbour_id in seen:
            continue  # an older differential to the same neighbour
        seen.add(step.neighbour_id)
        other = neighbour.cell
        base = _by_trades(session, other, on, known_at)[0] or _by_quotes(session, other, on, known_at)
        if base is not None and base.price + step.differential > 0:
            note = f"{other.key} {step.differential:+}"
            return Reference(cell, on, 3, base.price + step.differential, base.based_on, note=note)
    return None


@cache
def _neighbours(as_known: bool) -> Select[CellDifferential, PriceCell]:
    return (
        select(CellDifferential, PriceCell)
        .join(PriceCell, PriceCell.id == CellDifferential.neighbour_id)
        .where(
            CellDifferential.cell_id == bindparam("cell"),
            CellDifferential.effective_from <= bindparam("on"),
            _known_then(CellDifferential.recorded_at, as_known),
        )
        .order_by(
            CellDifferential.tried,
            CellDifferential.effective_from.desc(),
            CellDifferential.recorded_at.desc(),
            CellDifferential.id,
        )
    )


def _by_last(session: Session, cell: Cell, on: date, known_at: datetime | None) -> Reference | None:
    last = session.scalars(_last(known_at is not None), _wanted(cell, on, known_at)).first()
    if last is None:
        return None
    note = f"{last.priced_on} level {last.level}"
    return Reference(cell, on, 4, last.price, last.based_on, note=note)


@cache
def _last(as_known: bool) -> Select[PriceRevision]:
    return (
        select(PriceRevision)
        .where(
            PriceRevision.cell_id == bindparam("cell"),
            PriceRevision.priced_on < bindparam("on"),
            PriceRevision.level <= 3,
            _known_then(PriceRevision.recorded_at, as_known),
        )
        .order_by(PriceRevision.priced_on.desc(), PriceRevision.revision.desc())
        .limit(1)
    )


def _by_note(session: Session, cell: Cell, on: date, known_at: datetime | None) -> Reference | None:
    found = session.scalars(_notes(known_at is not None), _wanted(cell, on, known_at)).first()
    if found is None:
        return None
    return Reference(cell, on, 5, found.price, found.assessed_on, note=found.note)


@cache
def _notes(as_known: bool) -> Select[Assessment]:
    return (
        select(Assessment)
        .where(
            Assessment.cell_id == bindparam("cell"),
            Assessment.assessed_on <= bindparam("on"),
            _known_then(Assessment.recorded_at, as_known),
        )
        .order_by(Assessment.assessed_on.desc(), Assessment.recorded_at.desc(), Assessment.id)
        .limit(1)
    )
