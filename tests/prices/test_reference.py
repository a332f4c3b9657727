"""The reference price of a cell: its levels, its age, its list of what does not count, and what was known when."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.prices.make import FUJI, NOW, REPORTER, SMALL, Market, later, outside, sound
from wms import prices
from wms.kernel.database import Database


def test_nothing_known_is_no_price(database: Database) -> None:
    with database.transaction() as session:
        assert prices.reference(session, FUJI, NOW.on) is None
        assert prices.independent(session, FUJI, NOW.on) is None
        assert prices.recompute_cell(session, FUJI, NOW.on, by=REPORTER, at=NOW) == []


def test_level_1_comes_from_trades_and_lists_what_does_not_count(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        market.three(session)
        wild = market.record(session, market.trade("9.60", 0, 3))
        forced = market.record(session, market.trade("6.20", 1, 3, excluded=prices.Exclusion.FORCED))
        found = prices.reference(session, FUJI, NOW.on)
        assert found is not None
        assert (found.level, found.price, found.trades, found.sellers, found.buyers) == (1, Decimal("8.0000"), 3, 3, 3)
        assert {(item.trade_id, item.reason) for item in found.excluded} == {
            (wild.id, "outlier"),
            (forced.id, "forced sale"),
        }
        assert (found.based_on, found.age_business_days) == (NOW.on - timedelta(days=1), 1)
        assert prices.dealings(session, FUJI, NOW.on, days=1) == 4
        assert prices.dealings(session, FUJI, NOW.on, days=0) == 0
        sound(session)


def test_level_2_is_the_middle_of_firm_quotes_of_two_parties(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        buyer, seller = market.buyers[0], market.sellers[0]
        bid = market.quote(prices.Side.BID, "7.80", buyer)
        prices.record_firm_quote(session, bid, by=REPORTER, at=NOW)
        assert prices.reference(session, FUJI, NOW.on) is None
        own = market.quote(prices.Side.OFFER, "7.81", buyer)
        prices.record_firm_quote(session, own, by=REPORTER, at=NOW)
        assert prices.reference(session, FUJI, NOW.on) is None
        old = market.quote(prices.Side.OFFER, "8.2001", seller, quoted_on=NOW.on - timedelta(days=7))
        prices.record_firm_quote(session, old, by=REPORTER, at=NOW)
        found = prices.reference(session, FUJI, NOW.on)
        assert found is not None
        assert (found.level, found.price, found.age_business_days) == (2, Decimal("8.0001"), 5)
        assert prices.reference(session, FUJI, NOW.on + timedelta(days=1)) is None


def test_level_3_is_a_neighbour_and_its_differential(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        step = prices.AddDifferential(uuid4(), SMALL, FUJI, Decimal("-0.60"), 1, NOW.on)
        prices.add_differential(session, step, by=REPORTER, at=NOW)
        assert prices.reference(session, SMALL, NOW.on) is None
        market.three(session)
        found = prices.reference(session, SMALL, NOW.on)
        assert found is not None
        assert (found.level, found.price) == (3, Decimal("7.4000"))
        assert FUJI.key in found.note
        newer = prices.AddDifferential(uuid4(), SMALL, FUJI, Decimal("-0.70"), 1, NOW.on)
        prices.add_differential(session, newer, by=REPORTER, at=later(1))
        again = prices.reference(session, SMALL, NOW.on + timedelta(days=1))
        assert again is not None
        assert again.price == Decimal("7.3000")
        before = prices.reference(session, SMALL, NOW.on, known_at=NOW.at)
        assert before is not None
        assert before.price == Decimal("7.4000")


def test_level_4_is_the_last_published_value_with_its_own_age(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        market.three(session, age=0)
        prices.recompute_cell(session, FUJI, NOW.on, by=REPORTER, at=NOW)
        found = prices.reference(session, FUJI, NOW.on + timedelta(days=31))
        assert found is not None
        assert (found.level, found.price, found.based_on) == (4, Decimal("8.0000"), NOW.on)
        assert found.age_business_days == 22


def test_level_5_is_an_assessors_note(database: Database) -> None:
    with database.transaction() as session:
        Market(session)
        note = prices.AddAssessment(uuid4(), FUJI, Decimal("7.50"), NOW.on, "walked the room, firm, few bruises")
        prices.add_assessment(session, note, by=REPORTER, at=NOW)
        found = prices.reference(session, FUJI, NOW.on)
        assert found is not None
        assert (found.level, found.price, found.note) == (5, Decimal("7.5000"), note.note)
        assert prices.reference(session, FUJI, NOW.on - timedelta(days=1)) is None


def test_a_backdated_trade_makes_a_new_revision_and_the_old_value_can_be_had_again(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        market.three(session)
        (first,) = prices.recompute_cell(session, FUJI, NOW.on, by=REPORTER, at=NOW)
        market.record(session, market.trade("8.40", 0, 3, age=2), at=later(3))
        since = NOW.on - timedelta(days=2)
        published = prices.recompute_cell(session, FUJI, later(3).on, since=since, by=REPORTER, at=later(3))
        assert [(row.priced_on, row.revision) for row in published] == [(NOW.on, 2), (later(3).on, 1)]
        assert published[0].price > first.price
        then = prices.reference(session, FUJI, NOW.on, known_at=NOW.at)
        now = prices.reference(session, FUJI, NOW.on)
        assert then is not None
        assert now is not None
        assert (then.price, then.revision_id) == (first.price, first.id)
        assert (now.price, now.revision_id) == (published[0].price, published[0].id)
        assert prices.recompute_cell(session, FUJI, later(3).on, since=since, by=REPORTER, at=later(3)) == []
        sound(session)


def test_a_trade_excluded_later_leaves_from_then_on(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        market.three(session)
        fourth = market.record(session, market.trade("8.40", 0, 3))
        request = prices.ExcludeTrade(uuid4(), fourth.id, prices.Exclusion.VOID)
        prices.exclude_trade(session, request, by=REPORTER, at=later(1))
        prices.exclude_trade(session, request, by=REPORTER, at=later(1))
        now, then = prices.reference(session, FUJI, NOW.on), prices.reference(session, FUJI, NOW.on, known_at=NOW.at)
        assert now is not None
        assert then is not None
        assert (now.trades, then.trades) == (3, 4)
        assert [item.reason for item in now.excluded] == ["void or disputed"]
        again = prices.ExcludeTrade(uuid4(), fourth.id, prices.Exclusion.RELATED)
        with pytest.raises(prices.TradeExcluded):
            prices.exclude_trade(session, again, by=REPORTER, at=later(1))
        sound(session)


def test_the_reaction_publishes_the_cell_and_whoever_is_priced_by_it(database: Database) -> None:
    with database.transaction() as session:
        market = Market(session)
        step = prices.AddDifferential(uuid4(), SMALL, FUJI, Decimal("-0.60"), 1, NOW.on - timedelta(days=9))
        prices.add_differential(session, step, by=REPORTER, at=NOW)
        market.three(session)
        payload = {"cell_id": str(FUJI.id), "since": str(NOW.on - timedelta(days=1))}
        prices.react_to_fact(session, payload, by=REPORTER, at=NOW)
        prices.react_to_fact(session, payload, by=REPORTER, at=NOW)
        assert [row.price for row in prices.list_revisions(session, FUJI).items] == [Decimal("8.0000")]
        assert [row.price for row in prices.list_revisions(session, SMALL).items] == [Decimal("7.4000")]
        assert prices.recompute_all(session, by=REPORTER, at=NOW) == 0
        assert prices.recompute_all(session, by=REPORTER, at=later(1)) == 2


def test_the_independent_price_is_the_cells_own_before_its_varietys(database: Database) -> None:
    with database.transaction() as session:
        for request in (
            outside("7.00", NOW.on - timedelta(days=1)),
            outside("7.20", NOW.on),
            outside("6.50", NOW.on - timedelta(days=5), cell=SMALL, series="assessor"),
            outside("9.99", NOW.on + timedelta(days=1)),
        ):
            prices.add_outside_price(session, request, by=REPORTER, at=later(1))
        found = prices.independent(session, FUJI, NOW.on)
        assert found is not None
        assert (found.price, found.priced_on, found.age_business_days) == (Decimal("7.2000"), NOW.on, 0)
        own = prices.independent(session, SMALL, NOW.on)
        assert own is not None
        assert (own.price, own.series, own.age_business_days) == (Decimal("6.5000"), "assessor", 3)
        other = prices.Cell("嘎啦", *list(SMALL.key.split("|"))[1:])
        assert prices.independent(session, other, NOW.on) is None


def test_holidays_do_not_age_a_price(database: Database) -> None:
    with database.transaction() as session:
        assert prices.business_age(session, NOW.on, NOW.on + timedelta(days=7)) == 5
        for step in (1, 2):
            holiday = prices.AddHoliday(uuid4(), NOW.on + timedelta(days=step), "closed")
            prices.add_holiday(session, holiday, by=REPORTER, at=NOW)
            prices.add_holiday(session, holiday, by=REPORTER, at=NOW)
        assert prices.business_age(session, NOW.on, NOW.on + timedelta(days=7)) == 3
