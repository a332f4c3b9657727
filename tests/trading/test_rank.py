"""Where a lot stands and why: full words for whose it is, 平台顺序 for outsiders."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, Market
from wms import lots, trading
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden


def test_the_store_goes_first_however_cheap_the_outside_is(database: Database, market: Market) -> None:
    def work(session: Session) -> list[trading.Listing]:
        old = market.list(session, market.add_lot(session, inspected=None), "6.00")
        typed = market.list(session, market.add_lot(session, weighed_by_instrument=False), "5.00")
        dock = market.list(session, market.add_lot(session, slot=None), "4.00")
        return [old, typed, dock]

    old, typed, dock = database.write(work)
    with database.snapshot() as session:
        rows = trading.board(session, market.deep.actor, make.terms(), at=NOW).rows
        assert [row.listing_id for row in rows] == [market.listing.id, old.id, dock.id, typed.id]
        assert [row.in_store for row in rows] == [True, True, False, True]
        assert [row.reasons[0].code for row in rows] == ["tier_0", "tier_1", "tier_3", "tier_3"]


def test_an_owner_sees_rank_price_and_reason(database: Database, market: Market) -> None:
    cheap = database.write(lambda session: market.list(session, market.add_lot(session), "7.20"))
    with database.snapshot() as session:
        standing = trading.rank_of_lot(session, market.lot.id, by=market.bina.actor, at=NOW)
        assert standing is not None
        assert (standing.rank, standing.of, standing.price) == (2, 2, Decimal("7.8600"))
        assert standing.why_below_previous is not None
        assert standing.why_below_previous.code == "band"
        assert standing.why_above_next is None
        assert cheap.lot_id is not None
        first = trading.rank_of_lot(session, cheap.lot_id, by=make.PLATFORM, at=NOW)
        assert first is not None
        assert first.rank == 1


def test_somebody_elses_lot_has_no_rank(database: Database, market: Market) -> None:
    with database.snapshot() as session:
        for by in (market.chand.actor, market.deep.actor):
            with pytest.raises(trading.ListingNotFound):
                trading.rank_of_lot(session, market.lot.id, by=by, at=NOW)
        with pytest.raises(trading.ListingNotFound):
            trading.rank_of_lot(session, uuid4(), by=make.PLATFORM, at=NOW)


def test_a_lot_that_is_paused_stands_nowhere(database: Database, market: Market) -> None:
    change = trading.ChangeListing(uuid4(), market.listing.id, trading.ListingChange.PAUSE)
    database.write(lambda session: trading.change_listing(session, change, by=market.bina.actor, at=NOW))
    with database.snapshot() as session:
        assert trading.rank_of_lot(session, market.lot.id, by=market.bina.actor, at=NOW) is None


def test_a_pledge_that_decides_is_told_to_the_store_only(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Listing:
        lot = market.add_lot(session, owner=market.chand.party.id)
        make.store_make.hold(session, lot.id, 10, lots.HoldReason.PLEDGE, stage=lots.PledgeStage.MARGIN_CALL.value)
        return market.list(session, lot)

    pledged = database.write(work)
    pair = (pledged.id, market.listing.id)
    with database.snapshot() as session:
        full = trading.why_above(session, make.PLATFORM, make.terms(), pair, at=NOW)
        assert full.code == "press"
        for by in (market.deep.actor, market.bina.actor):
            told = trading.why_above(session, by, make.terms(), pair, at=NOW)
            assert (told.code, told.zh) == ("platform_order", "平台顺序")
        mine = trading.rank_of_lot(session, market.lot.id, by=market.bina.actor, at=NOW)
        assert mine is not None
        assert mine.why_below_previous is not None
        assert mine.why_below_previous.code == "platform_order"
        assert pledged.lot_id is not None
        own = trading.rank_of_lot(session, pledged.lot_id, by=market.chand.actor, at=NOW)
        assert own is not None
        assert "press" in [reason.code for reason in own.reasons]


def test_earlier_listing_is_platform_order_to_outsiders_and_words_to_one_owner(
    database: Database, market: Market
) -> None:
    second = database.write(lambda session: market.list(session, market.add_lot(session)))
    pair = (second.id, market.listing.id)
    with database.snapshot() as session:
        assert trading.why_above(session, market.bina.actor, make.terms(), pair, at=NOW).code == "since"
        assert trading.why_above(session, market.deep.actor, make.terms(), pair, at=NOW).code == "platform_order"
        for wrong in ((second.id, second.id), (second.id, uuid4())):
            with pytest.raises(trading.ListingNotFound):
                trading.why_above(session, market.deep.actor, make.terms(), wrong, at=NOW)


def test_quarantined_goods_are_not_on_the_board(database: Database, market: Market) -> None:
    database.write(lambda session: make.store_make.hold(session, market.lot.id, 1, lots.HoldReason.QUARANTINE))
    with database.snapshot() as session:
        assert trading.board(session, market.deep.actor, make.terms(), at=NOW).rows == []


def test_fit_and_life_are_for_the_asking_buyer(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Listing:
        goods = make.store_make.goods(size_mm=85)
        return market.list(session, market.add_lot(session, goods=goods), "7.10")

    bigger = database.write(work)
    spec = trading.Spec(variety="富士", size="80以上")
    with database.snapshot() as session:
        rows = trading.board(session, market.deep.actor, make.terms(), spec, at=NOW).rows
        assert [row.reasons[1].code for row in rows] == ["fit_0", "fit_1"]
        assert rows[1].listing_id == bigger.id
        lot = session.get_one(lots.Lot, market.lot.id)
        assert rows[0].life_days == (lot.deadline_on - make.PICKUP).days
        soon = make.terms(days=(lot.deadline_on - NOW.on).days - 7)
        (first, *_) = trading.board(session, market.deep.actor, soon, spec, at=NOW).rows
        assert "short_life" in [reason.code for reason in first.reasons]


@pytest.mark.parametrize("bad", (make.terms(0), make.terms(-1), make.terms(days=-1)))
def test_terms_that_cannot_be_met_are_refused(database: Database, market: Market, bad: trading.Terms) -> None:
    with database.snapshot() as session, pytest.raises(trading.TermsInvalid):
        trading.board(session, market.deep.actor, bad, at=NOW)


def test_the_board_needs_its_permission(database: Database, market: Market) -> None:
    nobody = make.actor("Nobody")
    with database.snapshot() as session:
        with pytest.raises(Forbidden):
            trading.board(session, nobody, make.terms(), at=NOW)
        with pytest.raises(Forbidden):
            trading.why_above(session, nobody, make.terms(), (market.listing.id, uuid4()), at=NOW)


def test_an_old_inspection_lowers_a_lot_from_one_day_to_the_next(database: Database, market: Market) -> None:
    with database.snapshot() as session:
        for days, tier in ((30, "tier_0"), (31, "tier_1")):
            at = make.later(days=days)
            terms = make.terms(days=days + 3)
            (row,) = trading.board(session, market.deep.actor, terms, at=at).rows
            assert row.reasons[0].code == tier
            assert row.inspected_on == at.on - timedelta(days=days)
