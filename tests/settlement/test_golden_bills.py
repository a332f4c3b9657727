"""The golden vectors of sharing, season prices and tax (GV-06, 07, 12) through the product's actions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.settlement.make import CLERK, SECOND, TELLER, Input, Season, moment, season, take_in
from tests.settlement.test_golden import CASES, ends, expected, fen
from tests.trading.make import CASHIER, OWNER_MAY, Human
from wms import billing, insight, ledger, parties, settlement, trading
from wms.kernel.actor import SYSTEM, Permission

FREE = (billing.KgDay(Decimal(0)),)
BOOKS = replace(TELLER, permissions=TELLER.permissions | {Permission.CORRECT_BOOKS})
OTHER_BOOKS = replace(SECOND, permissions=SECOND.permissions | {Permission.CORRECT_BOOKS})


# ---------------------------------------------------------------- GV-06

POOL_DAY, SORTING = "2027-01-10", 10_000
GRAMS = {"G1": 3_333_333, "G2": 3_333_333, "G3": 3_333_334}


def grower(case: Season, code: str) -> Human:
    """The owner of a code: Bina and Chand are there, the third comes."""

    def work(session: Any) -> Human:
        store = case.market.store
        party = {"G1": store.bina, "G2": store.chand}.get(code) or store.add_party(session, code, "Gang")
        terms = parties.ContractTerms(lists_itself=False, commission_bp=150)
        sign = parties.SignContractRequest(uuid4(), party.id, f"C-{code}", date(2026, 10, 1), terms=terms)
        parties.sign_contract(session, sign, by=SYSTEM, at=moment("2026-10-20", 0))
        return case.market.employ(session, party, code, *OWNER_MAY)

    return case.do(work)


def pooled(database: Any, price: str = "7.3333") -> tuple[Season, list[Season], list[UUID]]:
    """Three owners' lots sold to one buyer at one price."""
    case = season(database, advanced=False, given=Input(FREE, GRAMS["G1"], 10))
    cases = [case]
    for place, code in enumerate(("G2", "G3"), start=1):
        human = grower(case, code)
        given = Input(FREE, GRAMS[code], 10)
        lot_id = case.do(lambda s, h=human, g=given, n=place: take_in(s, case.market, h.party.id, g, slot=n))
        market = type("OneOwner", (), {**vars(case.market), "bina": human})()
        cases.append(Season(database, market, lot_id))
    return case, cases, [each.sell(POOL_DAY, 10, price) for each in cases]


def transfer(deals: list[UUID], *parts: int) -> trading.PooledPayment:
    return trading.PooledPayment(uuid4(), tuple(map(trading.DealPart, deals, parts)), "ICBC-6")


def pay(case: Season, request: trading.PooledPayment, by: Any = CASHIER) -> Any:
    return case.do(lambda s: trading.receive_pooled_payment(s, request, by=by, at=moment(POOL_DAY)))


def weighed_pool(database: Any) -> tuple[Season, settlement.ClosePool]:
    case, cases, deals = pooled(database)
    pay(case, transfer(deals, 2_444_433, 2_444_433, 2_444_434))
    exits = [each.open_exit(POOL_DAY, 10, deal_id) for each, deal_id in zip(cases, deals, strict=True)]
    for each, exit_id, grams in zip(cases, exits, GRAMS.values(), strict=True):
        each.weigh_out(exit_id, POOL_DAY, grams, 10)
    return case, settlement.ClosePool(uuid4(), tuple(exits), SORTING)


def close_pool(case: Season, request: settlement.ClosePool, by: Any = CLERK) -> list[settlement.Closed]:
    return case.do(lambda s: settlement.close_pool(s, request, by=by, at=moment(POOL_DAY, 6)))


def test_gv_06_one_payment_split_over_three_growers(database):
    case, request = weighed_pool(database)
    closed = close_pool(case, request)
    rows = [each.settlement for each in closed]
    again = close_pool(case, request)
    assert [(each.settlement.id, each.gate_pass.id) for each in again] == [
        (each.settlement.id, each.gate_pass.id) for each in closed
    ]
    assert len({each.code for each in closed if each.code}) == len(rows), "each pass has its code, said once"
    assert [each.code for each in again] == [None] * len(rows)
    assert case.journals() == expected("GV-06")
    assert case.balances() == ends("GV-06")
    derived = CASES["GV-06"]["derived"]
    shares = [("gross_fen", "gross_shares"), ("commission_fen", "commission_shares"), ("handling_fen", "fee_shares"),
              ("residual_fen", "net")]  # fmt: skip
    for column, name in shares:
        assert [getattr(row, column) for row in rows] == [fen(derived[name][code]) for code in GRAMS]
    assert database.read(insight.verify).findings == ()


def test_a_pool_is_refused_what_one_exit_is_refused(database):
    case, request = weighed_pool(database)
    before = case.journals()
    for unfit in ({"exit_ids": request.exit_ids[:1]}, {"sorting_fen": -1}):
        with pytest.raises(settlement.PoolUnfit):
            close_pool(case, replace(request, id=uuid4(), **unfit))
    with pytest.raises(settlement.SaleDoesNotCover):  # sorting may not eat more than the load brings
        close_pool(case, replace(request, id=uuid4(), sorting_fen=7_400_000))
    with pytest.raises(Exception, match="close_exit"):
        close_pool(case, replace(request, id=uuid4()), by=CASHIER)
    assert case.journals() == before


def test_one_transfer_for_several_deals_is_money_once(database):
    case, _, deals = pooled(database)
    for parts in ((0, 1, 1), (1, 1, -1)):
        with pytest.raises(trading.FenInvalid):
            pay(case, transfer(deals, *parts))
    request = transfer(deals, 2_444_433, 2_444_433, 2_444_434)
    with pytest.raises(Exception, match="take_payment"):
        pay(case, request, by=CLERK)
    assert {deal.state for deal in pay(case, request)} == {"releasable"}
    pay(case, request)
    assert len(case.journals()) == 1
    with pytest.raises(trading.BankReferenceUsed):
        pay(case, replace(request, id=uuid4()))


# ---------------------------------------------------------------- GV-07


def flat(rate: str, *more: billing.TariffLine) -> tuple[billing.TariffLine, ...]:
    return (billing.SeasonFlat(Decimal(rate), date(2027, 5, 31), Decimal("0.0030")), *more)


def leave_on_credit(case: Season, day: str, grams: int, units: int = 1) -> billing.Invoice:
    """Goods leave before their charges are paid: credit asked by one, given by another, used once."""
    at, owner = moment(day), case.owner.party.id
    exit_id = case.open_exit(day, units)
    limit = billing.SetCreditLimit(uuid4(), owner, 1_000_000_00, at.on)
    give = SECOND.trusted_with(Permission.APPROVE_CREDIT)
    case.do(lambda s: billing.set_credit_limit(s, limit, by=give, at=at))
    case.do(lambda s: billing.quote_exit(s, billing.QuoteExit(uuid4(), exit_id), by=CLERK, at=at))
    ask = billing.RequestCredit(uuid4(), exit_id, 1_000_000, "season's end")
    case.do(lambda s: billing.request_credit(s, ask, by=CLERK, at=at))
    case.do(lambda s: billing.approve_credit(s, billing.ApproveCredit(uuid4(), ask.id), by=give, at=at))
    clear = billing.ClearExit(uuid4(), exit_id, billing.ClearBasis.CREDIT)
    case.do(lambda s: billing.clear_exit(s, clear, by=CLERK, at=at))
    case.weigh_out(exit_id, day, grams, units)
    case.close(exit_id, day)
    return case.database.read(lambda s: billing.invoices_of(s, exit_id))[-1]


def test_gv_07_the_season_at_one_price_and_its_credit_note(database):
    given = Input(flat("0.4500", billing.Minimum(30_000)), 12_345_678, 1)
    case = season(database, advanced=False, given=given)
    wrong = leave_on_credit(case, "2027-06-10", 12_300_000)
    assert wrong.total_fen == 588_889
    back = fen(CASES["GV-07"]["derived"]["credit_note"])
    note = billing.IssueCreditNote(uuid4(), wrong.id, back, 0, "correct rate version 0.4000")
    at = moment("2027-06-12")
    case.do(lambda s: billing.issue_credit_note(s, note, by=BOOKS, at=at, approver=OTHER_BOOKS))
    paid = billing.ReceivePayment(uuid4(), case.owner.party.id, 527_160, billing.PaymentMethod.BANK, "ICBC-7")
    case.do(lambda s: billing.receive_payment(s, paid, by=TELLER, at=moment("2027-06-15")))
    assert case.journals() == expected("GV-07")
    assert case.balances() == ends("GV-07")
    assert database.read(lambda s: billing.open_invoices(s)) == []
    assert database.read(insight.verify).findings == ()


@pytest.mark.parametrize(
    ("grams", "day", "name"),
    [(12_345_678, "2026-12-15", "early_exit_2026_12_15_charge"), (650_000, "2026-12-15", "small_lot_charge")],
)
def test_gv_07_leaving_early_costs_the_same_and_a_small_lot_its_minimum(database, grams, day, name):
    given = Input(flat("0.4000", billing.Minimum(30_000)), grams, 1)
    case = season(database, advanced=False, given=given)
    assert leave_on_credit(case, day, grams - 1_000).storage_fen == fen(CASES["GV-07"]["derived"][name])


# ---------------------------------------------------------------- GV-12


def test_gv_12_the_tax_inside_storage_handling_and_commission(database):
    case = season(database, given=Input(tax_permille=60))
    exit_id = case.weighed_sale()
    case.close(exit_id, "2027-02-15")
    (posted,) = CASES["GV-12"]["postings"]
    vector = dict(tuple(leg) for leg in posted["legs_fen"])
    booked = case.balances()
    for account in ("L:OutputVAT", "R:Commission", "R:Handling", "R:Storage"):
        assert booked[account] == vector[account], account
    invoice = database.read(lambda s: billing.invoices_of(s, exit_id))[0]
    lines = {line.kind: line for line in database.read(lambda s: billing.lines_of(s, invoice.id))}
    derived = CASES["GV-12"]["derived"]
    for name in ("storage", "handling"):
        line = lines[name]
        assert (line.charge_fen, line.net_fen, line.tax_fen) == tuple(
            fen(derived[name][part]) for part in ("gross", "net", "vat")
        )
    settled = database.read(lambda s: settlement.settlement_of_exit(s, exit_id))
    assert settled.commission_fen == fen(derived["commission"]["gross"])
    journal = database.read(lambda s: {leg.account: leg.fen for leg in ledger.postings_of(s, settled.journal_id)})
    assert journal["R:Commission"] == -fen(derived["commission"]["net"])
    assert journal["L:OutputVAT"] == -fen(derived["commission"]["vat"])
    assert database.read(insight.verify).findings == ()
