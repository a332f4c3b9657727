"""Ask, quote, counter, accept: only the newest offer stands, and silence is no deal."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, PHONE, TONNE, Market, later, refused
from wms import lots, parties, prices, trading
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused
from wms.kernel.outbox import OutboxRow
from wms.trading import State

HOUR = 3_600


def listed_quotes(session: Session, rfq: trading.Rfq, market: Market) -> list[trading.Quote]:
    return trading.quotes_of(session, rfq.id, by=market.deep.actor)


def test_a_chain_of_counters_ends_in_a_deal_at_the_last_price(database: Database, market: Market) -> None:
    def work(session: Session) -> tuple[trading.Rfq, trading.Deal]:
        rfq = make.ask(session, market)
        first = make.quote(session, market, rfq, "8.00")
        second = make.quote(session, market, rfq, "7.70", by=market.deep.actor, parent_id=first.id)
        third = make.quote(session, market, rfq, "7.86", parent_id=second.id, units=8)
        return rfq, make.accept(session, market, third)

    rfq, deal = database.write(work)
    assert (deal.price, deal.units, deal.grams, deal.state) == (Decimal("7.8600"), 8, 16 * TONNE, "deposit_due")
    assert (deal.buyer_person_id, deal.seller_person_id) == (
        market.deep.actor.person_id, market.bina.actor.person_id,
    )  # fmt: skip
    with database.snapshot() as session:
        chain = listed_quotes(session, rfq, market)
        assert [quote.side for quote in chain] == ["seller", "buyer", "seller"]
        assert [quote.parent_id for quote in chain] == [None, chain[0].id, chain[1].id]
        answers = [trading.response_to(session, quote.id) for quote in chain]
        assert [answer and answer.response for answer in answers] == ["countered", "countered", "accepted"]
        assert trading.get_rfq(session, rfq.id, by=market.bina.actor).state == "dealt"
        assert session.get_one(lots.Lot, market.lot.id).sale_units == 8
    make.sound(database)


def test_without_a_price_the_sellers_conditions_speak(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Quote:
        private = trading.Conditions(Decimal("7.60"))
        make.save(session, market, private, scope=trading.Scope.COMPANY, company_id=market.deep.party.id)
        return make.quote(session, market, make.ask(session, market), None)

    quote = database.write(work)
    assert quote.price == Decimal("7.6000")
    assert [step["kind"] for step in quote.waterfall] == ["base", "rounding", "price"]


def test_every_offer_becomes_a_firm_price_on_the_reference_terms(database: Database, market: Market) -> None:
    def work(session: Session) -> prices.Reference | None:
        tier = trading.Tier(trading.Kind.QTY, 0, None, per_kg=Decimal("0.20"))
        make.save(session, market, trading.Conditions(Decimal("8.00"), tiers=(tier,)))
        rfq = make.ask(session, market)
        offer = make.quote(session, market, rfq, "8.20")
        make.quote(session, market, rfq, "7.80", by=market.deep.actor, parent_id=offer.id)
        return prices.reference(session, prices.Cell.of(market.listing), NOW.on)

    found = database.write(work)
    assert found is not None
    assert (found.level, found.price) == (2, Decimal("7.8000"))  # the middle of 8.00 and 7.60


def test_repeats_give_the_first_answer(database: Database, market: Market) -> None:
    asking = trading.AskQuote(uuid4(), market.listing.id, 4, trading.Payment.FULL, make.PICKUP)
    offering = trading.GiveQuote(uuid4(), asking.id, price=Decimal("7.90"))
    accepting = trading.AcceptQuote(uuid4(), offering.id, 1)

    def work(session: Session) -> tuple[Any, ...]:
        return (
            trading.ask_quote(session, asking, by=market.deep.actor, at=NOW).id,
            trading.give_quote(session, offering, by=market.bina.actor, at=NOW).id,
            trading.accept_quote(session, accepting, by=market.deep.actor, at=NOW).id,
        )

    first = database.write(work)
    before = make.store_make.picture(database)
    assert database.write(work) == first
    assert make.store_make.picture(database) == before
    with refused(database, RequestIdReused):
        other = replace(asking, units=5)
        database.write(lambda session: trading.ask_quote(session, other, by=market.deep.actor, at=NOW))


UNASKABLE: Any = (
    ({"units": 0}, trading.TermsInvalid),
    ({"units": 11}, trading.NotEnoughOpen),
    ({"pickup_on": NOW.on - timedelta(days=1)}, trading.TermsInvalid),
    ({"listing_id": uuid4()}, trading.ListingNotFound),
    ({"limit_price": Decimal(0)}, trading.PriceInvalid),
)


def test_asking_refuses(database: Database, market: Market) -> None:
    for changes, error in UNASKABLE:
        with refused(database, error):
            make.run(database, make.ask, market, **changes)


def test_asking_is_for_companies_that_may_and_not_for_ones_own_goods(database: Database, market: Market) -> None:
    may = make.BUYER_MAY
    cases = [
        (make.actor("Nobody"), Forbidden),
        (make.actor("Nemo", *may), trading.NoCompany),
        (make.actor("Bina", *may, party_id=market.bina.party.id), trading.OwnGoods),
    ]
    for by, error in cases:
        with refused(database, error):
            make.run(database, make.ask, market, by=by)


def test_an_owner_sells_whole_or_in_his_least_part(database: Database, market: Market) -> None:
    def work(session: Session) -> tuple[trading.Listing, trading.Listing]:
        parts, whole = (market.add_lot(session, units=10) for _ in range(2))
        return market.list(session, parts, min_take_units=4), market.list(session, whole, divisible=False)

    parts, whole = database.write(work)
    for listing, units in ((parts, 3), (parts, 7), (whole, 9)):
        with refused(database, trading.TakeRefused):
            make.run(database, make.ask, market, listing_id=listing.id, units=units)
    database.write(lambda session: make.ask(session, market, listing_id=parts.id, units=6))
    database.write(lambda session: make.ask(session, market, listing_id=whole.id, units=10))


def test_offers_take_turns(database: Database, market: Market) -> None:
    rfq = database.write(lambda session: make.ask(session, market))
    with refused(database, trading.NotYourTurn):
        database.write(lambda session: make.quote(session, market, rfq, "7.00", by=market.deep.actor))
    first = database.write(lambda session: make.quote(session, market, rfq, "8.00"))
    with refused(database, trading.NotYourTurn):
        database.write(lambda session: make.quote(session, market, rfq, "7.90", parent_id=first.id))
    with refused(database, trading.QuoteSuperseded):
        database.write(lambda session: make.quote(session, market, rfq, "7.90", by=market.deep.actor))
    with refused(database, trading.SameTerms):
        make.run(database, make.quote, market, rfq, "8.00", by=market.deep.actor, parent_id=first.id)
    with refused(database, trading.NotYourTurn):
        database.write(lambda session: make.accept(session, market, first, by=market.bina.actor))


def test_a_counter_kills_the_offer_before_it(database: Database, market: Market) -> None:
    def work(session: Session) -> tuple[trading.Quote, trading.Quote]:
        rfq = make.ask(session, market)
        first = make.quote(session, market, rfq, "8.00")
        return first, make.quote(session, market, rfq, "7.50", by=market.deep.actor, parent_id=first.id)

    first, second = database.write(work)
    with refused(database, trading.QuoteSuperseded):
        database.write(lambda session: make.accept(session, market, first))
    with refused(database, trading.QuoteSuperseded):
        wrong = trading.AcceptQuote(uuid4(), second.id, 1)
        database.write(lambda session: trading.accept_quote(session, wrong, by=market.bina.actor, at=NOW))
    deal = database.write(lambda session: make.accept(session, market, second, by=market.bina.actor))
    assert deal.price == Decimal("7.5000")


def test_bargaining_ends_after_six_rounds(database: Database, market: Market) -> None:
    def work(session: Session) -> tuple[trading.Rfq, trading.Quote]:
        rfq = make.ask(session, market)
        newest = make.quote(session, market, rfq, "8.00")
        for n in range(5):
            by = market.deep.actor if n % 2 == 0 else market.bina.actor
            newest = make.quote(session, market, rfq, f"7.9{n}", by=by, parent_id=newest.id)
        return rfq, newest

    rfq, newest = database.write(work)
    assert newest.round_number == 6
    with refused(database, trading.TooManyRounds):
        make.run(database, make.quote, market, rfq, "7.80", by=market.bina.actor, parent_id=newest.id)


def test_an_offer_is_dead_at_its_last_instant_even_if_no_job_has_run(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Quote:
        return make.quote(session, market, make.ask(session, market), "7.86", valid_minutes=30)

    offer = database.write(work)
    with refused(database, trading.TimedOut):
        database.write(lambda session: make.accept(session, market, offer, at=later(1_800)))
    assert database.write(lambda session: make.accept(session, market, offer, at=later(1_799))).state == "deposit_due"


def test_silence_of_the_owner_is_no_deal(database: Database, market: Market) -> None:
    rfq = database.write(lambda session: make.ask(session, market))
    last = later(24 * HOUR)
    with refused(database, trading.TimedOut):
        database.write(lambda session: make.quote(session, market, rfq, at=last))
    assert database.write(lambda session: trading.expire(session, at=later(24 * HOUR - 1))) == 0
    assert database.write(lambda session: trading.expire(session, at=last)) == 1
    assert database.write(lambda session: trading.expire(session, at=last)) == 0
    with refused(database, trading.RfqClosed):
        database.write(lambda session: make.quote(session, market, rfq, at=last))


def test_the_job_ends_an_offer_nobody_answered(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Quote:
        return make.quote(session, market, make.ask(session, market), "7.86")

    offer = database.write(work)
    database.write(lambda session: trading.expire(session, at=later(24 * HOUR)))
    with database.snapshot() as session:
        answer = trading.response_to(session, offer.id)
        assert answer is not None
        assert answer.response == "timed_out"
    with refused(database, trading.QuoteSuperseded):
        database.write(lambda session: make.accept(session, market, offer, at=later(24 * HOUR)))
    make.sound(database)


@pytest.mark.parametrize(("who", "state"), (("bina", "passed"), ("deep", "withdrawn")))
def test_either_side_may_say_no(database: Database, market: Market, who: str, state: str) -> None:
    def work(session: Session) -> tuple[trading.Rfq, trading.Quote]:
        rfq = make.ask(session, market)
        return rfq, make.quote(session, market, rfq)

    rfq, offer = database.write(work)
    request = trading.PassQuote(uuid4(), rfq.id)
    by = getattr(market, who).actor
    assert database.write(lambda session: trading.pass_quote(session, request, by=by, at=NOW)).state == state
    assert database.write(lambda session: trading.pass_quote(session, request, by=by, at=NOW)).state == state
    with refused(database, trading.QuoteSuperseded):
        database.write(lambda session: make.accept(session, market, offer))
    with refused(database, trading.RfqClosed):
        again = trading.PassQuote(uuid4(), rfq.id)
        database.write(lambda session: trading.pass_quote(session, again, by=by, at=NOW))
    make.sound(database)


def test_staff_speak_for_an_owner_on_the_phone_and_say_who_called(database: Database, market: Market) -> None:
    rfq = database.write(lambda session: make.ask(session, market))
    with refused(database, trading.ConsentMissing):
        database.write(lambda session: make.quote(session, market, rfq, by=make.PLATFORM))
    offer = database.write(lambda session: make.quote(session, market, rfq, by=make.PLATFORM, consent=PHONE))
    assert (offer.side, offer.party_id) == ("seller", market.bina.party.id)
    assert offer.consent == {"caller": "Bina", "phone": "13800000001", "at": NOW.ms}


def test_strangers_find_nothing(database: Database, market: Market) -> None:
    def work(session: Session) -> tuple[trading.Rfq, trading.Quote]:
        rfq = make.ask(session, market)
        return rfq, make.quote(session, market, rfq)

    rfq, offer = database.write(work)
    for human in (market.farid, market.chand):
        with database.snapshot() as session:
            for read in (trading.get_rfq, trading.quotes_of, trading.limit_of):
                with pytest.raises(trading.RfqNotFound):
                    read(session, rfq.id, by=human.actor)
            assert trading.list_rfqs(session, by=human.actor).items == []
        with refused(database, trading.RfqNotFound):
            make.run(database, make.accept, market, offer, by=human.actor)
        with refused(database, trading.RfqNotFound):
            request = trading.PassQuote(uuid4(), rfq.id)
            make.run(database, trading.pass_quote, request, by=human.actor, at=NOW)
        with refused(database, trading.RfqNotFound):
            make.run(database, make.quote, market, rfq, "7.00", by=human.actor, parent_id=offer.id)
    with refused(database, trading.QuoteNotFound):
        accepting = trading.AcceptQuote(uuid4(), uuid4(), 1)
        make.run(database, trading.accept_quote, accepting, by=market.deep.actor, at=NOW)


def test_who_may_only_look_may_not_speak(database: Database, market: Market) -> None:
    rfq = database.write(lambda session: make.ask(session, market))
    looker = make.actor("Deep", make.P.SEE_BOARD, party_id=market.deep.party.id)
    with refused(database, Forbidden):
        database.write(lambda session: make.quote(session, market, rfq, by=looker))


def test_a_buyers_limit_is_his_own(database: Database, market: Market) -> None:
    rfq = database.write(lambda session: make.ask(session, market, limit_price=Decimal("8.40")))
    with database.snapshot() as session:
        assert trading.limit_of(session, rfq.id, by=market.deep.actor) == Decimal("8.4000")
        assert trading.limit_of(session, rfq.id, by=market.bina.actor) is None
        assert trading.limit_of(session, rfq.id, by=make.PLATFORM) is None


def test_pledged_goods_are_not_offered_below_what_releases_them(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Rfq:
        make.store_make.hold(session, market.lot.id, 10, lots.HoldReason.PLEDGE, release_floor=Decimal("7.80"))
        return make.ask(session, market)

    rfq = database.write(work)
    with refused(database, trading.BelowReleaseFloor):
        database.write(lambda session: make.quote(session, market, rfq, "7.7999"))
    first = database.write(lambda session: make.quote(session, market, rfq, "7.80"))
    bid = database.write(
        lambda session: make.quote(session, market, rfq, "1.00", by=market.deep.actor, parent_id=first.id)
    )  # a buyer cannot feel for the floor
    with refused(database, trading.BelowReleaseFloor):
        database.write(lambda session: make.accept(session, market, bid, by=market.bina.actor))


def test_a_floor_that_rose_meanwhile_stops_the_buyer_without_saying_why(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Quote:
        offer = make.quote(session, market, make.ask(session, market), "7.86")
        make.store_make.hold(session, market.lot.id, 10, lots.HoldReason.PLEDGE, release_floor=Decimal("7.90"))
        return offer

    offer = database.write(work)
    with refused(database, trading.NotAvailable):
        database.write(lambda session: make.accept(session, market, offer))


def test_a_withdrawn_listing_binds_nobody(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Quote:
        offer = make.quote(session, market, make.ask(session, market))
        change = trading.ChangeListing(uuid4(), market.listing.id, trading.ListingChange.WITHDRAW)
        trading.change_listing(session, change, by=market.bina.actor, at=NOW)
        return offer

    offer = database.write(work)
    with refused(database, trading.ListingNotOpen):
        database.write(lambda session: make.accept(session, market, offer))


def test_the_other_side_is_told(database: Database, market: Market) -> None:
    def work(session: Session) -> list[dict[str, Any]]:
        party = market.bina.party
        change = {"phone": "13800000001", "name": party.name}
        parties.change_party(session, parties.ChangePartyRequest(uuid4(), party.id, **change), by=SYSTEM, at=NOW)
        rfq = make.ask(session, market)
        rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == "send.sms"))
        return [row.payload for row in rows if row.key == str(rfq.id)]

    (message,) = database.write(work)
    assert message["phone"] == "13800000001"
    assert market.listing.number in message["text"]


def test_the_deal_of_a_quote_is_not_lost_when_both_sides_act_late(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.deal(session, market))
    assert deal.due_at == later(24 * HOUR).at
    assert State(deal.state) is State.DEPOSIT_DUE
