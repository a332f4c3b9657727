"""The buyer's money: wallet, deposit, balance, bank; and what each load takes of it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, Market, later, refused
from wms import ledger, parties, prices, trading
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

WALLET, ESCROW = "L:BuyerWallet:B1", "L:BuyerEscrow:B1"
CASH = "A:Cash:Settlement"
VALUE, DEPOSIT = 15_720_000, 4_716_000
BALANCE = VALUE * 985 // 1000 - DEPOSIT


def hold(session: Session, deal: trading.Deal, what: str, by: Any) -> trading.Deal:
    action = {"deposit": trading.hold_deposit, "balance": trading.hold_balance}[what]
    return action(session, trading.HoldMoney(uuid4(), deal.id), by=by, at=NOW)


def test_wallet_money_is_held_first_for_the_deposit_then_for_the_balance(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        deal = make.deal(session, market)
        assert (deal.value_fen, deal.earnest_fen, deal.deposit_fen, deal.balance_fen) == (
            VALUE, 3_144_000, DEPOSIT, BALANCE,
        )  # fmt: skip
        make.top_up(session, market.deep)
        assert hold(session, deal, "deposit", market.deep.actor).state == "balance_due"
        assert ledger.available(session, WALLET) == 20_000_000 - DEPOSIT
        assert hold(session, deal, "balance", make.CASHIER).state == "releasable"
        assert ledger.available(session, WALLET) == 20_000_000 - DEPOSIT - BALANCE
        return deal

    database.write(work)
    make.sound(database)


def test_repeats_hold_once(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.deal(session, market))
    topping = trading.TopUp(uuid4(), market.deep.party.id, 20_000_000, "ICBC-1")
    holding = trading.HoldMoney(uuid4(), deal.id)
    paying = trading.BankPayment(uuid4(), deal.id, 100, "ICBC-9")

    def work(session: Session) -> None:
        trading.top_up_wallet(session, topping, by=make.CASHIER, at=NOW)
        trading.hold_deposit(session, holding, by=market.deep.actor, at=NOW)
        trading.receive_bank_payment(session, paying, by=make.CASHIER, at=NOW)

    database.write(work)
    before = make.store_make.picture(database)
    database.write(work)
    assert make.store_make.picture(database) == before


def test_one_bank_transfer_is_money_once_whoever_writes_it_down(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.deal(session, market))

    def top_up(reference: str) -> trading.WalletTopUp:
        request = trading.TopUp(uuid4(), market.deep.party.id, 500, reference)
        return database.write(lambda session: trading.top_up_wallet(session, request, by=make.CASHIER, at=NOW))

    def pay(reference: str) -> trading.Deal:
        request = trading.BankPayment(uuid4(), deal.id, 500, reference)
        return database.write(lambda session: trading.receive_bank_payment(session, request, by=make.CASHIER, at=NOW))

    top_up("ICBC-1")
    pay("ICBC-2")
    for again in (top_up, pay):
        for reference in ("ICBC-1", "ICBC-2"):
            with refused(database, trading.BankReferenceUsed):
                again(reference)
    make.sound(database)


def test_a_wallet_without_money_holds_nothing(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        make.top_up(session, market.deep, DEPOSIT - 1)
        return make.deal(session, market)

    deal = database.write(work)
    with refused(database, ledger.BalanceShort):
        database.write(lambda session: hold(session, deal, "deposit", market.deep.actor))


def test_money_has_its_order_and_its_people(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        make.top_up(session, market.deep)
        return make.deal(session, market)

    deal = database.write(work)
    with refused(database, trading.EventRefused):
        database.write(lambda session: hold(session, deal, "balance", market.deep.actor))
    for by in (market.farid.actor, market.chand.actor):
        with refused(database, Forbidden if by is market.chand.actor else trading.DealNotFound):
            make.run(database, hold, deal, "deposit", by)
    seller = make.actor("Bina", *make.BUYER_MAY, party_id=market.bina.party.id)
    with refused(database, trading.DealNotFound):
        database.write(lambda session: hold(session, deal, "deposit", seller))
    with refused(database, Forbidden):
        payment = trading.BankPayment(uuid4(), deal.id, 1, "x")
        database.write(lambda session: trading.receive_bank_payment(session, payment, by=market.deep.actor, at=NOW))
    with refused(database, Forbidden):
        top_up = trading.TopUp(uuid4(), market.deep.party.id, 1, "x")
        database.write(lambda session: trading.top_up_wallet(session, top_up, by=market.deep.actor, at=NOW))


NOT_MONEY: Any = (0, -1)


def test_amounts_are_more_than_nothing(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.deal(session, market))
    for fen in NOT_MONEY:
        with refused(database, trading.FenInvalid):
            make.run(database, make.pay, deal, fen)
        with refused(database, trading.FenInvalid):
            make.run(database, make.top_up, market.deep, fen)


def test_bank_money_moves_the_deal_on_as_far_as_it_reaches(database: Database, market: Market) -> None:
    def work(session: Session) -> None:
        deal = make.deal(session, market)
        assert make.pay(session, deal, DEPOSIT - 1).state == "deposit_due"
        assert make.pay(session, deal, 1).state == "balance_due"
        assert make.pay(session, deal, BALANCE - 1).state == "balance_due"
        assert make.pay(session, deal, 1).state == "releasable"
        assert ledger.balance(session, ESCROW) == -(DEPOSIT + BALANCE)
        assert ledger.balance(session, CASH) == DEPOSIT + BALANCE

    database.write(work)
    make.sound(database)


def test_a_payment_in_full_posts_once_and_covers_everything(database: Database, market: Market) -> None:
    def work(session: Session) -> None:
        deal = make.deal(session, market)
        assert make.pay(session, deal, 15_534_779).state == "releasable"
        _, gross = make.leave(session, deal, 10, 19_764_350)
        assert gross == 15_534_779
        assert [journal.memo for journal in ledger.list_journals(session).items] == ["buyer pays in full"]
        assert deal.state == "settled"

    database.write(work)


def test_what_came_by_bank_is_not_held_again(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        deal = make.deal(session, market)
        make.pay(session, deal, 1_000_000)
        make.top_up(session, market.deep)
        hold(session, deal, "deposit", market.deep.actor)
        return hold(session, deal, "balance", market.deep.actor)

    deal = database.write(work)
    assert (deal.deposit_held_fen, deal.balance_held_fen) == (DEPOSIT - 1_000_000, BALANCE)
    make.sound(database)


def test_a_deal_that_is_over_takes_no_money(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Deal:
        deal = make.deal(session, market)
        return trading.cancel_deal(session, trading.CancelDeal(uuid4(), deal.id, "x"), by=make.PLATFORM, at=NOW)

    deal = database.write(work)
    with refused(database, trading.DealOver):
        database.write(lambda session: make.pay(session, deal, 1))


# ---------------------------------------------------------------- loads


def test_less_weight_sets_the_rest_free(database: Database, market: Market) -> None:
    def work(session: Session) -> int:
        deal = make.releasable(session, market)
        _, gross = make.leave(session, deal, 10, 19_000_000)
        return gross

    gross = database.write(work)
    with database.snapshot() as session:
        assert gross == 14_934_000
        assert ledger.available(session, WALLET) == 20_000_000 - gross
        assert ledger.balance(session, ESCROW) == -gross  # settlement's own posting takes it from there
    make.sound(database)


def test_more_weight_takes_from_the_wallet_or_the_gate_waits(database: Database, market: Market) -> None:
    just = DEPOSIT + BALANCE
    deal = database.write(lambda session: make.releasable(session, market, fen=just))
    short = 19_700_064  # a fen dearer than what is held
    with refused(database, trading.BuyerMoneyShort):
        database.write(lambda session: make.leave(session, deal, 10, short))
    database.write(lambda session: make.top_up(session, market.deep, 1_000_000))
    _, gross = database.write(lambda session: make.leave(session, deal, 10, short))
    with database.snapshot() as session:
        assert gross > just
        assert ledger.available(session, WALLET) == just + 1_000_000 - gross
    make.sound(database)


def test_three_loads_pay_what_one_would_and_the_rest_stays_held(database: Database, market: Market) -> None:
    def work(session: Session) -> tuple[trading.Deal, list[int]]:
        deal = make.releasable(session, market)
        gross = []
        for n, (units, grams) in enumerate(((3, 5_900_001), (3, 5_900_001), (4, 7_900_001))):
            gross.append(make.leave(session, deal, units, grams, at=later(60 * n))[1])
            left = deal.units - deal.units_out
            assert deal.state == ("releasable" if left else "settled")
            assert (deal.deposit_held_fen > 0) == (left > 0)
        return deal, gross

    deal, gross = database.write(work)
    assert sum(gross) == deal.billed_fen == 15_484_202  # round(19,700.003 kg × 7.86)
    with database.snapshot() as session:
        assert ledger.available(session, WALLET) == 20_000_000 - sum(gross)
        loads = trading.loads_of(session, deal.id, by=market.deep.actor)
        assert [load.units for load in loads] == [3, 3, 4]
    make.sound(database)


NOT_A_PART: Any = (0, 11)


def test_a_load_is_part_of_the_deal(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.releasable(session, market))
    for units in NOT_A_PART:
        load = trading.Load(uuid4(), deal.id, units, 1_000)
        with refused(database, trading.MoreThanDeal):
            make.run(database, trading.post_buyer_money, load, 1, by=make.DOCK, at=NOW)
        with refused(database, trading.MoreThanDeal):
            make.run(database, trading.record_load, load, 0, by=make.DOCK, at=NOW)


def test_nothing_leaves_an_unpaid_deal(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.deal(session, market))
    load = trading.Load(uuid4(), deal.id, 10, 19_000_000)
    with refused(database, trading.EventRefused):
        database.write(lambda session: trading.post_buyer_money(session, load, 1, by=make.DOCK, at=NOW))
    with refused(database, trading.EventRefused):
        database.write(lambda session: trading.record_load(session, load, 0, by=make.DOCK, at=NOW))


def test_goods_are_not_recorded_out_for_money_that_is_not_there(database: Database, market: Market) -> None:
    deal = database.write(lambda session: make.releasable(session, market))
    load = trading.Load(uuid4(), deal.id, 10, 19_000_000)
    with refused(database, trading.BuyerMoneyShort):
        database.write(lambda session: trading.record_load(session, load, 1, by=make.DOCK, at=NOW))
    with refused(database, Forbidden):
        by = market.bina.actor
        database.write(lambda session: trading.post_buyer_money(session, load, 1, by=by, at=NOW))


# ---------------------------------------------------------------- what a load says to the prices room


def test_a_load_is_a_trade_on_the_reference_terms(database: Database, market: Market) -> None:
    def work(session: Session) -> prices.RecordTrade:
        tier = trading.Tier(trading.Kind.QTY, 0, None, per_kg=Decimal("0.06"))
        make.save(session, market, trading.Conditions(Decimal("7.80"), tiers=(tier,)))
        deal = make.releasable(session, market)
        make.leave(session, deal, 10, 19_764_350)
        (load,) = trading.loads_of(session, deal.id, by=make.PLATFORM)
        return trading.trade_of(session, load)

    trade = database.write(work)
    assert (trade.price, trade.agreed_price, trade.grams) == (Decimal("7.8000"), Decimal("7.8600"), 19_764_350)
    assert trade.excluded is None


def test_trades_between_relatives_make_no_price(database: Database, market: Market) -> None:
    def work(session: Session) -> prices.RecordTrade:
        tie = parties.RelateRequest(uuid4(), market.bina.party.id, market.deep.party.id, "brothers", NOW.on)
        parties.relate(session, tie, by=SYSTEM, at=NOW)
        deal = make.releasable(session, market)
        make.leave(session, deal, 10, 19_764_350)
        (load,) = trading.loads_of(session, deal.id, by=make.PLATFORM)
        found = trading.trade_of(session, load)
        deal.forced = True
        forced = trading.trade_of(session, load)
        assert forced == replace(found, excluded=prices.Exclusion.FORCED)
        return found

    assert database.write(work).excluded is prices.Exclusion.RELATED
