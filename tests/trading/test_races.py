"""Two buyers at once: exactly what is there is sold."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, Market
from wms import ledger, lots, trading
from wms.kernel.database import Database

CLIENTS = 6


def at_once(database: Database, works: list[Any]) -> list[Any]:
    """Run works in threads that start together; a refusal is its own result."""
    start = Barrier(len(works))

    def run(work: Any) -> Any:
        start.wait()
        try:
            return database.write(work)
        except (trading.NotEnoughOpen, trading.QuoteSuperseded, trading.TakeRefused, ledger.BalanceShort) as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_buyers_accept_the_same_lot(database: Database, market: Market) -> None:
    """Ten units, six offers of four: two deals, and not a unit more."""

    def offers(session: Session) -> list[trading.Quote]:
        humans = [market.deep, market.farid] * (CLIENTS // 2)
        rfqs = [make.ask(session, market, units=4, by=human.actor) for human in humans]
        return [make.quote(session, market, rfq) for rfq in rfqs]

    quotes = database.write(offers)
    works = [
        partial(make.accept, market=market, offer=quote, by=(market.deep if n % 2 == 0 else market.farid).actor)
        for n, quote in enumerate(quotes)
    ]
    results = at_once(database, works)
    assert sum(isinstance(result, trading.Deal) for result in results) == 2
    assert sum(isinstance(result, trading.NotEnoughOpen) for result in results) == CLIENTS - 2
    with database.snapshot() as session:
        assert session.get_one(lots.Lot, market.lot.id).sale_units == 8
        assert session.get_one(trading.Listing, market.listing.id).units_taken == 8
    make.sound(database)


def test_one_offer_accepted_by_many_hands_makes_one_deal(database: Database, market: Market) -> None:
    quote = database.write(lambda session: make.quote(session, market, make.ask(session, market, units=1)))
    works = [lambda session: make.accept(session, market, quote) for _ in range(CLIENTS)]
    results = at_once(database, works)
    assert sum(isinstance(result, trading.Deal) for result in results) == 1
    make.sound(database)


def test_the_same_request_sent_many_times_at_once_has_one_effect(database: Database, market: Market) -> None:
    quote = database.write(lambda session: make.quote(session, market, make.ask(session, market, units=1)))
    request = trading.AcceptQuote(uuid4(), quote.id, 1)
    works = [
        lambda session: trading.accept_quote(session, request, by=market.deep.actor, at=NOW).id for _ in range(CLIENTS)
    ]
    assert set(at_once(database, works)) == {request.id}
    make.sound(database)


def test_one_wallet_is_held_once(database: Database, market: Market) -> None:
    def deals(session: Session) -> list[trading.Deal]:
        made = [make.deal(session, market, units=5) for _ in range(2)]
        make.top_up(session, market.deep, made[0].deposit_fen + made[1].deposit_fen - 1)
        return made

    works = [
        partial(trading.hold_deposit, request=trading.HoldMoney(uuid4(), deal.id), by=market.deep.actor, at=NOW)
        for deal in database.write(deals)
    ]
    results = at_once(database, works)
    assert sum(isinstance(result, ledger.BalanceShort) for result in results) == 1
    make.sound(database)
