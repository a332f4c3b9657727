"""Golden vector GV-10 through the room's actions: hold the deposit, post it, void it, forfeit it."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.trading import make
from tests.trading.make import Market, moment
from wms import ledger, trading
from wms.kernel.database import Database
from wms.trading import State

GV = json.loads((Path(__file__).parent.parent / "vectors" / "settlement.json").read_text())["GV-10"]
TOPPED_UP, LEAVES = moment("2027-02-10"), moment("2027-02-15")
WALLET, ESCROW = "L:BuyerWallet:B1", "L:BuyerEscrow:B1"


def fen(text: str) -> int:
    return int(text.replace(",", "").replace(".", ""))


@pytest.fixture
def held(database: Database, market: Market) -> trading.Deal:
    """The vector's order: 20 t at 7.86, a tenth as deposit, 200,000 yuan in the wallet, the deposit held."""

    def work(session: Any) -> trading.Deal:
        market.contract(session, earnest_bp=1_000, prepay_bp=0)
        made = make.deal(session, market, at=TOPPED_UP, pickup_on=LEAVES.on)
        make.top_up(session, market.deep, fen(GV["inputs"]["wallet"]), at=TOPPED_UP)
        request = trading.HoldMoney(uuid4(), made.id)
        return trading.hold_deposit(session, request, by=market.deep.actor, at=TOPPED_UP)

    return database.write(work)


def test_the_deposit_is_held_and_nothing_is_posted(database: Database, held: trading.Deal) -> None:
    with database.snapshot() as session:
        assert held.value_fen == fen(GV["inputs"]["order_value"])
        assert held.deposit_fen == held.deposit_held_fen == fen(GV["derived"]["deposit"])
        assert ledger.available(session, WALLET) == fen(GV["derived"]["available_while_held"])
        assert ledger.balance(session, WALLET) == -fen(GV["inputs"]["wallet"])
        assert held.state == State.BALANCE_DUE.value


def test_a_second_hold_above_what_is_available_is_refused(
    database: Database, market: Market, held: trading.Deal
) -> None:
    request = ledger.HoldRequest(uuid4(), WALLET, 18_428_001, make.later(days=400).at, "too much")
    with make.refused(database, ledger.BalanceShort):
        database.write(lambda session: ledger.hold(session, request, by=make.CASHIER, at=TOPPED_UP))


def test_delivery_posts_the_vectors_journals(database: Database, market: Market, held: trading.Deal) -> None:
    def work(session: Any) -> int:
        trading.hold_balance(session, trading.HoldMoney(uuid4(), held.id), by=market.deep.actor, at=LEAVES)
        load = trading.Load(uuid4(), held.id, 10, 19_764_350)
        gross_fen = trading.amount_due(session, trading.lock_deal(session, held.id), 19_764_350)
        trading.post_buyer_money(session, load, gross_fen, by=make.DOCK, at=LEAVES)
        return gross_fen

    assert database.write(work) == fen(GV["derived"]["final_gross"])
    with database.snapshot() as session:
        posted = sorted(ledger.list_journals(session).items, key=lambda journal: journal.seq)
        for journal, expected in zip(posted, GV["postings"], strict=True):
            legs = [[posting.account, posting.fen] for posting in ledger.postings_of(session, journal.id)]
            assert legs == expected["legs_fen"]
            assert journal.memo == expected["memo"]
            assert journal.effective_on.isoformat() == expected["effective"]
            assert journal.recorded_on.isoformat() == expected["recorded"]
        assert {code: ledger.balance(session, code) for code in GV["balances"]} == {
            code: (-1 if text.startswith("-") else 1) * fen(text.lstrip("-")) for code, text in GV["balances"].items()
        }
        assert ledger.available(session, WALLET) == fen(GV["derived"]["wallet_after"])
    make.sound(database)


def test_cancelling_voids_the_hold_without_a_posting(database: Database, market: Market, held: trading.Deal) -> None:
    before = database.read(lambda session: len(ledger.list_journals(session).items))

    def work(session: Any) -> trading.Deal:
        for human in (market.deep, market.bina):
            request = trading.CancelDeal(uuid4(), held.id, "rain")
            made = trading.cancel_deal(session, request, by=human.actor, at=LEAVES)
        return made

    assert database.write(work).state == State.CANCELLED_MUTUAL.value
    with database.snapshot() as session:
        assert ledger.available(session, WALLET) == 20_000_000
        assert len(ledger.list_journals(session).items) == before
    make.sound(database)


def test_default_forfeits_four_fifths_to_the_grower(database: Database, market: Market, held: trading.Deal) -> None:
    request = trading.DeclareDefault(uuid4(), held.id, trading.Side.BUYER, "did not come")
    made = database.write(lambda session: trading.declare_default(session, request, by=make.PLATFORM, at=LEAVES))
    assert made.state == State.BUYER_DEFAULT.value
    with database.snapshot() as session:
        expected = GV["derived"]["forfeit"]["balances"]
        assert {code: ledger.balance(session, code) for code in expected} == {
            code: (-1 if text.startswith("-") else 1) * fen(text.lstrip("-")) for code, text in expected.items()
        }
        assert ledger.available(session, WALLET) == 18_428_000
        assert list(ledger.check(session)) == []
    make.sound(database)
