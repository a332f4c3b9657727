"""Changes: facts written down, and the reference prices published from them.

Whoever writes facts down needs RECORD_PRICE; a trade may also be written down by whoever closes the exit that
delivered it. A room that writes down what it did itself passes SYSTEM.
"""

from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.numbers import price as four_places
from wms.kernel.upsert import insert_new
from wms.kernel.writing import insert_unless_there
from wms.prices import queries
from wms.prices.errors import (
    DayKnown,
    NoteMissing,
    PriceInFuture,
    PriceInvalid,
    QuantityInvalid,
    QuoteDates,
    SameCell,
    SameParty,
    TradeExcluded,
    TradeNotFound,
)
from wms.prices.rules.aggregate import WINDOW_DAYS
from wms.prices.rules.cells import Cell
from wms.prices.rules.requests import (
    AddAssessment,
    AddDifferential,
    AddHoliday,
    AddOutsidePrice,
    ExcludeTrade,
    Exclusion,
    RecordFirmQuote,
    RecordTrade,
    basis_of,
)
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

FACT_RECORDED = "prices.fact_recorded"
REFERENCE_CHANGED = "prices.reference_changed"


def record_trade(session: Session, request: RecordTrade, *, by: Actor, at: Moment) -> PriceTrade:
    """Write down a trade, 元/kg and grams; what it changes is published by the reaction to the fact.

    A repeat returns the first row. Raises Forbidden, PriceInvalid, QuantityInvalid, PriceInFuture, SameParty,
    RequestIdReused.
    """
    if not by.may(Permission.CLOSE_EXIT):
        by.must(Permission.RECORD_PRICE)
    if not idempotency.claim(session, request.id, "prices.record_trade", request, by=by, at=at):
        return session.get_one(PriceTrade, request.id)
    _require_fact(request.price, request.grams, request.traded_on, at)
    if request.buyer_id == request.seller_id:
        raise SameParty
    _open_cell(session, request.cell)
    row = PriceTrade(
        id=request.id,
        cell_id=request.cell.id,
        price=_price(request.price),
        agreed_price=_price(request.price if request.agreed_price is None else request.agreed_price),
        trade_grams=request.grams,
        traded_on=request.traded_on,
        buyer_id=request.buyer_id,
        seller_id=request.seller_id,
        deal_id=request.deal_id,
        excluded=Exclusion(request.excluded).value if request.excluded else None,
        recorded_at=at.at,
        account_id=by.account_id,
    )
    append(session, row)
    _recorded(session, ("price_trade", row.id), request.cell, request.traded_on, by=by, at=at)
    return row


def exclude_trade(session: Session, request: ExcludeTrade, *, by: Actor, at: Moment) -> TradeExclusion:
    """Take a trade out of all prices from now on; what was published stays and can still be had as of then.

    Locks the trade. A repeat returns the first row.
    Raises Forbidden, TradeNotFound, TradeExcluded, RequestIdReused.
    """
    if not _claim(session, request, "exclude_trade", by=by, at=at):
        return session.get_one(TradeExclusion, request.trade_id)
    trade = session.get(PriceTrade, request.trade_id, with_for_update=True)
    if trade is None:
        raise TradeNotFound(trade_id=request.trade_id)
    earlier = session.get(TradeExclusion, request.trade_id)
    if trade.excluded is not None or earlier is not None:
        raise TradeExcluded(reason=trade.excluded or (earlier.reason if earlier else ""))
    row = TradeExclusion(trade_id=trade.id, reason=request.reason.value, recorded_at=at.at, account_id=by.account_id)
    append(session, row)
    cell = session.get_one(PriceCell, trade.cell_id).cell
    _recorded(session, ("price_trade_exclusion", request.id), cell, trade.traded_on, by=by, at=at)
    return row


def record_firm_quote(session: Session, request: RecordFirmQuote, *, by: Actor, at: Moment) -> FirmQuote:
    """Write down a binding bid or offer, 元/kg. A repeat returns the first row.

    Raises Forbidden, PriceInvalid, QuantityInvalid, PriceInFuture, QuoteDates, RequestIdReused.
    """
    if not _claim(session, request, "record_firm_quote", by=by, at=at):
        return session.get_one(FirmQuote, request.id)
    _require_fact(request.price, request.quote_grams, request.quoted_on, at)
    if request.valid_to_on < request.quoted_on:
        raise QuoteDates(valid_to_on=request.valid_to_on)
    _open_cell(session, request.cell)
    row = FirmQuote(
        id=request.id,
        cell_id=request.cell.id,
        side=request.side.value,
        party_id=request.party_id,
        price=_price(request.price),
        quote_grams=request.quote_grams,
        quoted_on=request.quoted_on,
        valid_to_on=request.valid_to_on,
        recorded_at=at.at,
        account_id=by.account_id,
    )
    append(session, row)
    _recorded(session, ("price_firm_quote", row.id), request.cell, request.quoted_on, by=by, at=at)
    return row


def add_outside_price(session: Session, request: AddOutsidePrice, *, by: Actor, at: Moment) -> OutsidePrice:
    """Write down a price made outside this house, once per series, subject and day. A repeat returns the first row.

    Raises Forbidden, PriceInvalid, PriceInFuture, DayKnown, RequestIdReused.
    """
    if not _claim(session, request, "add_outside_price", by=by, at=at):
        return session.get_one(OutsidePrice, request.id)
    _require_fact(request.price, 1, request.priced_on, at)
    subject = request.cell.key if request.cell else request.variety
    same_day = select(OutsidePrice.id).where(
        OutsidePrice.series == request.series,
        OutsidePrice.subject == subject,
        OutsidePrice.priced_on == request.priced_on,
    )
    if session.scalar(same_day) is not None:
        raise DayKnown(series=request.series, priced_on=request.priced_on)
    if request.cell is not None:
        _open_cell(session, request.cell)
    row = OutsidePrice(
        id=request.id,
        series=request.series,
        subject=subject,
        variety=request.cell.variety if request.cell else request.variety,
        cell_id=request.cell and request.cell.id,
        price=_price(request.price),
        priced_on=request.priced_on,
        recorded_at=at.at,
        account_id=by.account_id,
    )
    append(session, row)
    audit.record(session, "prices.add_outside_price", ("price_outside", row.id), by=by, at=at, price=row.price)
    return row


def add_differential(session: Session, request: AddDifferential, *, by: Actor, at: Moment) -> CellDifferential:
    """Say that a cell may be priced by a neighbour. A repeat returns the first row.

    Raises Forbidden, SameCell, PriceInvalid, RequestIdReused.
    """
    if not _claim(session, request, "add_differential", by=by, at=at):
        return session.get_one(CellDifferential, request.id)
    if request.cell == request.neighbour:
        raise SameCell
    _open_cell(session, request.cell)
    _open_cell(session, request.neighbour)
    row = CellDifferential(
        id=request.id,
        cell_id=request.cell.id,
        neighbour_id=request.neighbour.id,
        differential=_four_places(request.differential),
        tried=request.rank,
        effective_from=request.effective_from,
        recorded_at=at.at,
        account_id=by.account_id,
    )
    append(session, row)
    _recorded(session, ("price_differential", row.id), request.cell, min(at.on, request.effective_from), by=by, at=at)
    return row


def add_assessment(session: Session, request: AddAssessment, *, by: Actor, at: Moment) -> Assessment:
    """Write down what an assessor says a cell is worth, with reasons. A repeat returns the first row.

    Raises Forbidden, PriceInvalid, PriceInFuture, NoteMissing, RequestIdReused.
    """
    if not _claim(session, request, "add_assessment", by=by, at=at):
        return session.get_one(Assessment, request.id)
    _require_fact(request.price, 1, request.assessed_on, at)
    if not request.note.strip():
        raise NoteMissing
    _open_cell(session, request.cell)
    row = Assessment(
        id=request.id,
        cell_id=request.cell.id,
        price=_price(request.price),
        assessed_on=request.assessed_on,
        note=request.note,
        recorded_at=at.at,
        account_id=by.account_id,
    )
    append(session, row)
    _recorded(session, ("price_assessment", row.id), request.cell, request.assessed_on, by=by, at=at)
    return row


def add_holiday(session: Session, request: AddHoliday, *, by: Actor, at: Moment) -> None:
    """Enter a day on which the market is closed; entering it again changes nothing.

    Raises Forbidden, RequestIdReused.
    """
    if not _claim(session, request, "add_holiday", by=by, at=at):
        return
    insert_new(session, MarketHoliday, {"closed_on": request.closed_on, "name": request.name})
    audit.record(
        session, "prices.add_holiday", ("market_holiday", request.id), by=by, at=at, closed_on=request.closed_on
    )


def recompute_cell(
    session: Session, cell: Cell, on: date, *, since: date | None = None, by: Actor, at: Moment
) -> list[PriceRevision]:
    """Publish what the facts now say of a cell on `on`, and again for published days since `since` they change.

    Writes a revision only where it differs from the last one of that day, and puts prices.reference_changed for each.
    Locks the cell. Cells priced by this one follow. A repeat finds nothing to change. Raises Forbidden.
    """
    by.must(Permission.RECORD_PRICE)
    _open_cell(session, cell)
    written = _publish_days(session, cell, on, since, by=by, at=at)
    dependents = (
        select(PriceCell)
        .join(CellDifferential, CellDifferential.cell_id == PriceCell.id)
        .where(CellDifferential.neighbour_id == cell.id)
        .distinct()
        .order_by(PriceCell.id)
    )
    for dependent in session.scalars(dependents).all():
        written += _publish_days(session, dependent.cell, on, since, by=by, at=at)
    return written


def react_to_fact(session: Session, payload: dict[str, Any], *, by: Actor, at: Moment) -> None:
    """Work one row of the topic prices.fact_recorded: publish the cell it names anew. Safe to repeat."""
    cell = session.get_one(PriceCell, UUID(payload["cell_id"])).cell
    recompute_cell(session, cell, at.on, since=date.fromisoformat(payload["since"]), by=by, at=at)


def recompute_all(session: Session, *, by: Actor, at: Moment) -> int:
    """Publish today's reference price of every cell that has one; returns how many changed. Safe to repeat."""
    by.must(Permission.RECORD_PRICE)
    return sum(len(_publish_days(session, cell, at.on, None, by=by, at=at)) for cell in queries.list_cells(session))


def _publish_days(
    session: Session, cell: Cell, on: date, since: date | None, *, by: Actor, at: Moment
) -> list[PriceRevision]:
    session.execute(select(PriceCell.id).where(PriceCell.id == cell.id).with_for_update())
    days = {on}
    if since is not None:
        last = min(on, since + timedelta(days=WINDOW_DAYS))
        earlier = select(PriceRevision.priced_on).where(
            PriceRevision.cell_id == cell.id, PriceRevision.priced_on.between(since, last)
        )
        days |= set(session.scalars(earlier))
    published = [_publish(session, cell, day, by=by, at=at) for day in sorted(days)]
    return [row for row in published if row is not None]


def _publish(session: Session, cell: Cell, on: date, *, by: Actor, at: Moment) -> PriceRevision | None:
    found = queries.reference(session, cell, on)
    if found is None or found.revision_id is not None:
        return None
    last = queries.newest_revision(session, cell, on)
    number = 1 if last is None else last.revision + 1
    row = PriceRevision(
        id=derived_id(cell.id, on, number),
        cell_id=cell.id,
        priced_on=on,
        revision=number,
        level=found.level,
        price=found.price,
        based_on=found.based_on,
        basis=basis_of(found),
        recorded_at=at.at,
        account_id=by.account_id,
    )
    append(session, row)
    payload = {"cell_id": cell.id, "on": on, "revision_id": row.id, "level": row.level}
    outbox.put(session, REFERENCE_CHANGED, row.id, payload, at=at)
    return row


def _claim(session: Session, request: Any, action: str, *, by: Actor, at: Moment) -> bool:
    by.must(Permission.RECORD_PRICE)
    return idempotency.claim(session, request.id, f"prices.{action}", request, by=by, at=at)


def _recorded(session: Session, subject: tuple[str, UUID], cell: Cell, since: date, *, by: Actor, at: Moment) -> None:
    audit.record(session, "prices.record", subject, by=by, at=at, cell=cell.key, since=since)
    outbox.put(session, FACT_RECORDED, subject[1], {"cell_id": cell.id, "since": since}, at=at)


def _require_fact(price: Decimal, quantity_grams: int, priced_on: date, at: Moment) -> None:
    _price(price)
    if quantity_grams <= 0:
        raise QuantityInvalid(quantity_grams=quantity_grams)
    if priced_on > at.on:
        raise PriceInFuture(priced_on=priced_on)


def _price(price: Decimal) -> Decimal:
    if price <= 0:
        raise PriceInvalid(price=price)
    return _four_places(price)


def _four_places(price: Decimal) -> Decimal:
    try:
        return four_places(price)
    except (ValueError, ArithmeticError) as error:
        raise PriceInvalid(price=price) from error


def _open_cell(session: Session, cell: Cell) -> None:
    values = {"id": cell.id, **asdict(cell)}
    insert_unless_there(session, PriceCell, values)
