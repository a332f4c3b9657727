"""Writing facts down: who may, what is refused, repeats, and that a refusal leaves nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.prices.make import FUJI, GATE, NOBODY, NOW, REPORTER, SMALL, Market, outside, sound
from wms import prices
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused
from wms.kernel.outbox import OutboxRow
from wms.prices.tables import PriceTrade

TOMORROW = NOW.on + timedelta(days=1)


def test_a_trade_is_written_once_and_asks_for_its_cell_to_be_published(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        request = market.trade("8.00", 0, 0)
        first = prices.record_trade(session, request, by=REPORTER, at=NOW)
        assert prices.record_trade(session, request, by=REPORTER, at=NOW).id == first.id
        assert session.scalar(select(func.count()).select_from(PriceTrade)) == 1
        (row,) = session.scalars(select(OutboxRow).where(OutboxRow.topic == prices.FACT_RECORDED))
        assert row.payload == {"cell_id": str(FUJI.id), "since": str(request.traded_on)}
        with pytest.raises(RequestIdReused):
            prices.record_trade(session, replace(request, price=Decimal("8.01")), by=REPORTER, at=NOW)
        assert prices.list_cells(session) == [FUJI]
        assert prices.find_cell(session, FUJI.id) == FUJI
        assert [row.id for row in prices.list_trades(session, FUJI).items] == [request.id]
        sound(session)


def test_whoever_closes_an_exit_may_write_its_trade_down_but_nothing_else(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        prices.record_trade(session, market.trade("8.00", 0, 0), by=GATE, at=NOW)
        with pytest.raises(Forbidden):
            prices.add_outside_price(session, outside("7.00", NOW.on), by=GATE, at=NOW)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"price": Decimal(0)}, prices.PriceInvalid),
        ({"price": Decimal("8.00001")}, prices.PriceInvalid),
        ({"agreed_price": Decimal("-1")}, prices.PriceInvalid),
        ({"grams": 0}, prices.QuantityInvalid),
        ({"traded_on": TOMORROW}, prices.PriceInFuture),
    ],
)
def test_a_wrong_trade_is_refused_and_leaves_nothing(
    database: Database, changes: dict[str, Any], error: type[WmsError]
) -> None:
    with database.transaction() as session:
        market = Market(session)
    with pytest.raises(error), database.transaction() as session:
        prices.record_trade(session, replace(market.trade("8.00", 0, 0), **changes), by=REPORTER, at=NOW)
    with database.snapshot() as session:
        assert prices.list_cells(session) == []
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_nobody_trades_with_himself(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        own = market.trade("8.00", 0, 0, seller_id=market.buyers[0])
        with pytest.raises(prices.SameParty):
            prices.record_trade(session, own, by=REPORTER, at=NOW)


def test_other_facts_are_refused_when_wrong(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        bid = market.quote(prices.Side.BID, "7.80", market.buyers[0])
        refused: list[tuple[Any, Any, type[WmsError]]] = [
            (prices.record_firm_quote, replace(bid, valid_to_on=bid.quoted_on - timedelta(days=1)), prices.QuoteDates),
            (prices.record_firm_quote, replace(bid, price=Decimal(-1)), prices.PriceInvalid),
            (prices.record_firm_quote, replace(bid, quote_grams=0), prices.QuantityInvalid),
            (prices.record_firm_quote, replace(bid, quoted_on=TOMORROW), prices.PriceInFuture),
            (prices.add_outside_price, outside("7.00", TOMORROW), prices.PriceInFuture),
            (prices.add_outside_price, outside("0", NOW.on), prices.PriceInvalid),
            (
                prices.add_differential,
                prices.AddDifferential(uuid4(), FUJI, FUJI, Decimal(0), 1, NOW.on),
                prices.SameCell,
            ),
            (
                prices.add_differential,
                prices.AddDifferential(uuid4(), FUJI, SMALL, Decimal("0.00001"), 1, NOW.on),
                prices.PriceInvalid,
            ),
            (
                prices.add_assessment,
                prices.AddAssessment(uuid4(), FUJI, Decimal(7), NOW.on, "  "),
                prices.NoteMissing,
            ),
            (
                prices.exclude_trade,
                prices.ExcludeTrade(uuid4(), uuid4(), prices.Exclusion.VOID),
                prices.TradeNotFound,
            ),
        ]
        for action, request, error in refused:
            with pytest.raises(error), session.begin_nested():
                action(session, replace(request, id=uuid4()), by=REPORTER, at=NOW)
        assert prices.list_cells(session) == []


def test_a_series_has_one_price_a_day(database: Database) -> None:
    with database.transaction() as session:
        request = outside("7.00", NOW.on)
        first = prices.add_outside_price(session, request, by=REPORTER, at=NOW)
        assert prices.add_outside_price(session, request, by=REPORTER, at=NOW).id == first.id
        with pytest.raises(prices.DayKnown):
            prices.add_outside_price(session, outside("7.10", NOW.on), by=REPORTER, at=NOW)
        prices.add_outside_price(session, outside("7.10", NOW.on, series="CZCE"), by=REPORTER, at=NOW)
        prices.add_outside_price(session, outside("7.10", NOW.on, cell=FUJI), by=REPORTER, at=NOW)


def test_every_action_needs_the_permission(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        deeds: list[tuple[Any, Any]] = [
            (prices.record_trade, market.trade("8.00", 0, 0)),
            (prices.record_firm_quote, market.quote(prices.Side.BID, "7.80", market.buyers[0])),
            (prices.add_outside_price, outside("7.00", NOW.on)),
            (prices.add_differential, prices.AddDifferential(uuid4(), FUJI, SMALL, Decimal(1), 1, NOW.on)),
            (prices.add_assessment, prices.AddAssessment(uuid4(), FUJI, Decimal(7), NOW.on, "seen")),
            (prices.add_holiday, prices.AddHoliday(uuid4(), NOW.on, "closed")),
            (prices.exclude_trade, prices.ExcludeTrade(uuid4(), uuid4(), prices.Exclusion.VOID)),
        ]
        for action, request in deeds:
            with pytest.raises(Forbidden):
                action(session, request, by=NOBODY, at=NOW)
        with pytest.raises(Forbidden):
            prices.recompute_cell(session, FUJI, NOW.on, by=NOBODY, at=NOW)
        with pytest.raises(Forbidden):
            prices.recompute_all(session, by=NOBODY, at=NOW)


def test_evidence_cannot_be_changed_and_verify_names_what_was(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        market.three(session)
        prices.recompute_cell(session, FUJI, NOW.on, by=REPORTER, at=NOW)
        sound(session)
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(update(PriceTrade).values(price=Decimal("9.00")))
    with database.transaction() as session:
        _unguard(session, database)
        session.execute(text("UPDATE price_revisions SET price = price + 1"))
    with database.snapshot() as session:
        assert [finding.table for finding in prices.check(session)] == ["price_revisions"]


def _unguard(session: Any, database: Database) -> None:
    if database.is_sqlite:
        session.execute(text("DROP TRIGGER price_revisions_no_update"))
    else:
        session.execute(text("ALTER TABLE price_revisions DISABLE TRIGGER USER"))
