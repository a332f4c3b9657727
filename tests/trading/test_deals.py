"""Deals from proposal to end: both sides confirm, units are held, money follows, side exits give back."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, PHONE, Market, later, refused
from wms import ledger, lots, trading
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.trading import Event, Resolution, Side, State

HOUR = 3_600
WALLET, ESCROW = "L:BuyerWallet:B1", "L:BuyerEscrow:B1"


def propose(session: Session, market: Market, units: int = 10, **changes: Any) -> trading.Deal:
    values: dict[str, Any] = {
        "id": uuid4(), "listing_id": market.listing.id, "units": units, "payment": trading.Payment.FULL,
        "pickup_on": make.PICKUP, **changes,
    }  # fmt: skip
    return trading.propose_deal(session, trading.ProposeDeal(**values), by=market.deep.actor, at=NOW)


def confirm(session: Session, deal: trading.Deal, by: Any, *, at: Any = NOW, **changes: Any) -> trading.Deal:
    return trading.confirm_deal(session, trading.ConfirmDeal(uuid4(), deal.id, **changes), by=by, at=at)


def cancel(session: Session, deal: trading.Deal, by: Any) -> trading.Deal:
    return trading.cancel_deal(session, trading.CancelDeal(uuid4(), deal.id, "rain"), by=by, at=NOW)


def default(session: Session, deal: trading.Deal, side: Side, *, by: Any = make.PLATFORM) -> trading.Deal:
    return trading.declare_default(session, trading.DeclareDefault(uuid4(), deal.id, side, "no show"), by=by, at=NOW)


def units_held(session: Session, market: Market) -> tuple[int, int]:
    """Units of the lot held for sale, units the listing counts as taken."""
    lot = session.get_one(lots.Lot, market.lot.id)
    return lot.sale_units, session.get_one(trading.Listing, market.listing.id).units_taken


# ---------------------------------------------------------------- both sides confirm


def test_taking_a_listing_waits_for_its_owner(database: Database, market: Market) -> None:
    deal = database.write(lambda session: propose(session, market, 4))
    assert (deal.state, deal.price, deal.due_at) == ("proposed", Decimal("7.8600"), later(24 * HOUR).at)
    assert database.read(lambda session: units_held(session, market)) == (0, 0)
    with refused(database, trading.AlreadyConfirmed):
        database.write(lambda session: confirm(session, deal, market.deep.actor))
    deal = database.write(lambda session: confirm(session, deal, market.bina.actor))
    assert deal.state == "deposit_due"
    assert database.read(lambda session: units_held(session, market)) == (4, 4)
    with refused(database, trading.EventRefused):
        database.write(lambda session: confirm(session, deal, market.bina.actor))
    with database.snapshot() as session:
        events = trading.events_of(session, deal.id, by=market.bina.actor)
        assert [(event.n, event.event) for event in events] == [
            (1, "confirm_one"),
            (2, "confirm_both"),
            (3, "ask_deposit"),
        ]
        (row,) = trading.board(session, market.farid.actor, make.terms(), at=NOW).rows
        assert row.units_open == 6
    make.sound(database)


def test_a_repeated_proposal_and_confirmation_change_nothing(database: Database, market: Market) -> None:
    request = trading.ProposeDeal(uuid4(), market.listing.id, 4, trading.Payment.FULL, make.PICKUP)
    agreeing = trading.ConfirmDeal(uuid4(), request.id)

    def work(session: Session) -> tuple[Any, Any]:
        made = trading.propose_deal(session, request, by=market.deep.actor, at=NOW)
        return made.id, trading.confirm_deal(session, agreeing, by=market.bina.actor, at=NOW).state

    first = database.write(work)
    before = make.store_make.picture(database)
    assert database.write(work) == first
    assert make.store_make.picture(database) == before


def test_staff_confirm_for_the_owner_with_his_word(database: Database, market: Market) -> None:
    deal = database.write(lambda session: propose(session, market))
    with refused(database, trading.ConsentMissing):
        database.write(lambda session: confirm(session, deal, make.PLATFORM))
    assert database.write(lambda session: confirm(session, deal, make.PLATFORM, consent=PHONE)).state == "deposit_due"


def test_an_owner_who_stays_silent_makes_no_deal(database: Database, market: Market) -> None:
    deal = database.write(lambda session: propose(session, market))
    last = later(24 * HOUR)
    with refused(database, trading.TimedOut):
        database.write(lambda session: confirm(session, deal, market.bina.actor, at=last))
    assert database.write(lambda session: trading.expire(session, at=last)) == 1
    with refused(database, trading.EventRefused):
        database.write(lambda session: confirm(session, deal, market.bina.actor))
    make.sound(database)


def test_goods_on_request_cannot_be_taken_and_below_a_floor_there_is_no_price(
    database: Database, market: Market
) -> None:
    database.write(lambda session: make.save(session, market, trading.Conditions(None)))
    with refused(database, trading.PriceOnRequest):
        database.write(lambda session: propose(session, market))
    low = trading.Conditions(Decimal("7.86"), floor=Decimal("7.8601"))
    database.write(lambda session: make.save(session, market, low))
    with refused(database, trading.NotAvailable):
        database.write(lambda session: propose(session, market))


def test_what_was_sold_meanwhile_is_not_sold_again(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        first = propose(session, market, 6)
        make.deal(session, market, units=5, by=market.farid.actor)
        return first

    first = database.write(work)
    with refused(database, trading.NotEnoughOpen):
        database.write(lambda session: confirm(session, first, market.bina.actor))


def test_permissions_and_strangers(database: Database, market: Market) -> None:
    deal = database.write(lambda session: propose(session, market))
    looker = make.actor("Bina", make.P.SEE_BOARD, party_id=market.bina.party.id)
    with refused(database, Forbidden):
        database.write(lambda session: confirm(session, deal, looker))
    for human in (market.farid, market.chand):
        with refused(database, trading.DealNotFound):
            make.run(database, confirm, deal, human.actor)
        with refused(database, trading.DealNotFound):
            make.run(database, cancel, deal, human.actor)
        with database.snapshot() as session:
            for read in (trading.get_deal, trading.events_of, trading.loads_of, trading.money_of):
                with pytest.raises(trading.DealNotFound):
                    read(session, deal.id, by=human.actor)
            assert trading.list_deals(session, by=human.actor).items == []
            assert trading.deals_of_lot(session, market.lot.id, by=human.actor) == []
    with database.snapshot() as session:
        for human in (market.deep, market.bina):
            assert [one.id for one in trading.list_deals(session, by=human.actor, state="proposed").items] == [deal.id]


# ---------------------------------------------------------------- lapse and cancel


def test_an_unpaid_deposit_lapses_and_the_units_are_free(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.deal(session, market, units=4))
    assert database.write(lambda session: trading.expire(session, at=later(24 * HOUR - 1))) == 0
    assert database.write(lambda session: trading.expire(session, at=later(24 * HOUR))) == 1
    assert database.read(lambda session: units_held(session, market)) == (0, 0)
    with database.snapshot() as session:
        assert trading.get_deal(session, deal.id, by=market.deep.actor).state == "lapsed"
    make.sound(database)


def test_a_bound_deal_is_cancelled_by_both_sides_only(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.releasable(session, market))
    assert database.write(lambda session: cancel(session, deal, market.deep.actor)).state == "releasable"
    assert database.write(lambda session: cancel(session, deal, market.bina.actor)).state == "cancelled_mutual"
    with database.snapshot() as session:
        assert units_held(session, market) == (0, 0)
        assert ledger.available(session, WALLET) == 20_000_000
    make.sound(database)


def test_a_proposal_is_taken_back_by_one_side(database: Database, market: Market) -> None:
    deal = database.write(lambda session: propose(session, market))
    assert database.write(lambda session: cancel(session, deal, market.deep.actor)).state == "cancelled_mutual"
    make.sound(database)


def test_cancelling_gives_bank_money_back_to_the_wallet(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        deal = make.deal(session, market)
        make.pay(session, deal, 5_000_000)
        return cancel(session, deal, make.PLATFORM)

    assert database.write(work).state == "cancelled_mutual"
    with database.snapshot() as session:
        assert (ledger.balance(session, ESCROW), ledger.available(session, WALLET)) == (0, 5_000_000)
    make.sound(database)


# ---------------------------------------------------------------- defaults


def test_a_defaulting_buyer_forfeits_earnest_money_only_and_the_goods_keep_their_place(
    database: Database, market: Market
) -> None:
    since = market.listing.since_number
    deal = database.write(lambda session: make.releasable(session, market))
    made = database.write(lambda session: default(session, deal, Side.BUYER))
    assert made.state == "buyer_default"
    with database.snapshot() as session:
        stake = made.earnest_fen
        assert stake == 3_144_000  # a fifth of 157,200.00, though 30 % were held
        assert ledger.balance(session, "L:GrowerPayable:G1") == -stake * 8 // 10
        assert ledger.balance(session, "R:Forfeit") == -stake * 2 // 10
        assert ledger.available(session, WALLET) == 20_000_000 - stake
        assert units_held(session, market) == (0, 0)
        assert session.get_one(trading.Listing, market.listing.id).since_number == since
    make.sound(database)


def test_forfeited_money_that_came_by_bank_leaves_escrow(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        deal = make.deal(session, market)
        make.pay(session, deal, 5_000_000)
        return default(session, deal, Side.BUYER)

    made = database.write(work)
    with database.snapshot() as session:
        assert ledger.balance(session, ESCROW) == 0
        assert ledger.balance(session, WALLET) == -(5_000_000 - made.earnest_fen)
        assert ledger.balance(session, "L:GrowerPayable:G1") == -made.earnest_fen * 8 // 10
    make.sound(database)


def test_a_default_after_a_part_forfeits_for_what_is_left(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        deal = make.releasable(session, market)
        make.leave(session, deal, 5, 9_900_000)
        return default(session, deal, Side.BUYER)

    made = database.write(work)
    with database.snapshot() as session:
        assert ledger.balance(session, "R:Forfeit") == -made.earnest_fen // 2 * 2 // 10
        assert units_held(session, market) == (0, 5)
        events = trading.events_of(session, made.id, by=make.PLATFORM)
        assert events[-1].details["stake_fen"] == made.earnest_fen // 2
    make.sound(database)


def test_a_defaulting_seller_owes_as_much_again_and_loses_the_board(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.releasable(session, market))
    made = database.write(lambda session: default(session, deal, Side.SELLER))
    assert made.state == "seller_default"
    with database.snapshot() as session:
        assert ledger.available(session, WALLET) == 20_000_000
        assert ledger.balance(session, "A:Penalty:G1") == made.earnest_fen
        assert ledger.balance(session, "L:PenaltyPayable:B1") == -made.earnest_fen
        assert session.get_one(trading.Listing, market.listing.id).state == "blocked"
        assert trading.board(session, market.farid.actor, make.terms(), at=NOW).rows == []
    with refused(database, trading.ListingNotOpen):
        change = trading.ChangeListing(uuid4(), market.listing.id, trading.ListingChange.OPEN)
        database.write(lambda session: trading.change_listing(session, change, by=market.bina.actor, at=NOW))
    make.sound(database)


def test_defaults_are_declared_by_who_runs_the_board_and_not_before_money(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.deal(session, market))
    with refused(database, Forbidden):
        database.write(lambda session: default(session, deal, Side.BUYER, by=market.bina.actor))
    for side in Side:
        with refused(database, trading.EventRefused):
            make.run(database, default, deal, side)


# ---------------------------------------------------------------- disputes and marks


@pytest.mark.parametrize("resolution", list(Resolution))
def test_a_dispute_ends_in_one_of_four_ways(database: Database, market: Market, resolution: Resolution) -> None:
    def work(session: Session) -> trading.Deal:
        deal = make.releasable(session, market)
        make.leave(session, deal, 10, 19_764_350)
        request = trading.DisputeDeal(uuid4(), deal.id, "core rot in 3 bins")
        return trading.dispute_deal(session, request, by=market.deep.actor, at=NOW)

    deal = database.write(work)
    assert deal.state == "disputed"
    request = trading.ResolveDispute(uuid4(), deal.id, resolution, "agreed")
    with refused(database, Forbidden):
        database.write(lambda session: trading.resolve_dispute(session, request, by=market.deep.actor, at=NOW))
    for _ in range(2):
        made = database.write(lambda session: trading.resolve_dispute(session, request, by=make.PLATFORM, at=NOW))
        assert made.state.startswith("resolved_")
    make.sound(database)


def test_nothing_is_disputed_before_it_is_on_the_truck(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.releasable(session, market))
    with refused(database, trading.EventRefused):
        request = trading.DisputeDeal(uuid4(), deal.id, "looks bad")
        database.write(lambda session: trading.dispute_deal(session, request, by=market.deep.actor, at=NOW))


def test_the_dock_marks_its_steps_and_no_others(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.releasable(session, market))

    def mark(event: Event, by: Any = make.DOCK) -> str:
        return database.write(lambda session: trading.mark(session, deal.id, event, by=by, at=NOW)).state

    assert mark(Event.PICK) == "picking"
    assert mark(Event.PUT_BACK) == "releasable"
    assert [mark(event) for event in (Event.PICK, Event.LOAD, Event.WEIGH)] == ["picking", "loaded", "weighed"]
    with refused(database, trading.EventRefused):
        mark(Event.PICK)
    with refused(database, trading.StepNotMarked):
        mark(Event.RECEIVE_BALANCE)
    with refused(database, Forbidden):
        mark(Event.EXIT, by=market.deep.actor)
    with refused(database, trading.DealNotFound):
        database.write(lambda session: trading.mark(session, uuid4(), Event.PICK, by=make.DOCK, at=NOW))


def test_a_settled_deal_closes_when_nobody_complains(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        deal = make.releasable(session, market)
        make.leave(session, deal, 10, 19_764_350)
        return deal

    deal = database.write(work)
    assert State(deal.state) is State.SETTLED
    assert database.write(lambda session: trading.expire(session, at=later(24 * HOUR - 1))) == 0
    assert database.write(lambda session: trading.expire(session, at=later(24 * HOUR))) == 1
    with database.snapshot() as session:
        assert trading.get_deal(session, deal.id, by=market.deep.actor).state == "closed"
    make.sound(database)
