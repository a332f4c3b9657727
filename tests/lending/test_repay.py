"""Money on a loan without goods: GV-03's cure, GV-05's backdated transfer and true-up, and what is refused."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from tests.lots.make import NOBODY, moment, picture, refused
from tests.settlement.make import SECOND, TELLER, season
from wms import insight, ledger, lending, settlement
from wms.kernel.actor import SYSTEM, Permission
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "settlement.json").read_text())
DAY = "2027-01-20"
AT = moment(DAY)
WITNESS = replace(SECOND, permissions=SECOND.permissions | {Permission.CORRECT_BOOKS})


def fen(text: str) -> int:
    return int(Decimal(text.replace(",", "")) * 100)


@pytest.fixture
def case(database):
    return season(database)


def repay(case, paid_fen=1_000_000, value_on=AT.on, *, by=TELLER, approver=None, request=None, at=AT):
    wanted = request or lending.Repay(uuid4(), case.loan_id, paid_fen, value_on)
    return case.do(lambda s: lending.repay(s, wanted, by=by, at=at, approver=approver))


def position(case, day=DAY):
    return case.database.read(lambda s: lending.position(s, case.loan_id, date.fromisoformat(day)))


def close_day(case, day):
    return case.do(lambda s: lending.accrue_all(s, [case.loan_id], by=SYSTEM, at=moment(day)))


def test_gv_03_a_margin_call_cured_in_cash(database, case):
    said = CASES["GV-03"]["derived"]
    case.price("6.5500", DAY)
    case.board("6.6000", DAY)
    before = position(case)
    assert (before.value_fen, before.exposure.total_fen) == (fen(said["value"]), fen(said["exposure"]))
    assert (before.ltv_bp, before.level) == (9173, lending.Level.MARGIN_CALL)
    assert before.exposure.interest_fen == fen(said["interest"])
    repay(case, fen(said["cash_needed"]))
    after = position(case)
    assert (after.exposure.total_fen, after.ltv_bp) == (fen(said["exposure_after"]), int(said["ltv_after_bp"]))
    assert after.level == lending.Level.NORMAL
    wanted = [
        (row["effective"], row["recorded"], [tuple(leg) for leg in row["legs_fen"]])
        for row in CASES["GV-03"]["postings"]
    ]
    assert case.journals() == wanted
    assert case.balances() == {code: fen(text) for code, text in CASES["GV-03"]["balances"].items() if fen(text)}
    assert database.read(insight.verify).findings == ()


def test_gv_05_a_backdated_transfer_and_its_true_up(database, case):
    for day in ("2026-10-31", "2026-11-30", "2026-12-31", DAY):
        close_day(case, day)
    request = lending.Repay(uuid4(), case.loan_id, 3_000_000, date(2027, 1, 5))
    loan = repay(case, request=request, approver=WITNESS)
    said = CASES["GV-05"]
    assert loan.principal_fen == fen(said["derived"]["principal_after"])
    wanted = [
        (row["effective"], row["recorded"], [tuple(leg) for leg in row["legs_fen"]])
        for row in said["postings"] if not row["tx"].startswith("rev-")
    ]  # fmt: skip
    assert case.journals() == wanted
    assert case.balances() == {code: fen(text) for code, text in said["derived"]["balances_after_repayment"].items()}

    def known(recorded: str) -> int:
        days = {"effective_on": date(2027, 1, 10), "recorded_on": date.fromisoformat(recorded)}
        return database.read(lambda s: ledger.balance(s, "A:Loan:Principal:G1", **days))

    assert (known("2027-01-15"), known("2027-01-21")) == (11_200_000, 8_365_699)
    before = picture(database)
    repay(case, request=request, approver=WITNESS)
    assert picture(database) == before
    with refused(database, RequestIdReused):
        repay(case, request=replace(request, paid_fen=3_000_001), approver=WITNESS)
    assert database.read(insight.verify).findings == ()


def test_a_day_is_closed_once(database, case):
    assert close_day(case, "2026-10-31") == 22_093
    before = picture(database)
    assert close_day(case, "2026-10-31") == 0
    assert picture(database) == before


def test_interest_is_paid_before_principal_to_the_fen(database, case):
    due = position(case).exposure.interest_fen
    loan = repay(case, due)
    assert (loan.interest_fen, loan.principal_fen) == (0, 11_200_000)
    loan = repay(case, 1)
    assert (loan.interest_fen, loan.principal_fen) == (0, 11_199_999)
    assert database.read(insight.verify).findings == ()


def test_all_that_is_owed_closes_the_loan_and_frees_the_goods(database, case):
    owed = position(case).exposure
    total = owed.principal_fen + owed.interest_fen
    with refused(database, lending.PaymentTooLarge):
        repay(case, total + 1)
    assert repay(case, total).state == "closed"
    assert database.read(lambda s: lending.pledge_of_lot(s, case.lot_id)) is None
    assert database.read(insight.verify).findings == ()
    with refused(database, lending.LoanNotInState):
        repay(case, 1)


@pytest.mark.parametrize("paid_fen", (0, -1, -1_000_000))
def test_only_money_is_a_payment(database, case, paid_fen):
    with refused(database, lending.PaymentNotPositive):
        repay(case, paid_fen)


def test_rights_and_loans(database, case):
    for by in (NOBODY, SECOND, case.owner.actor):
        with refused(database, Forbidden):
            repay(case, by=by)
    with refused(database, lending.LoanNotFound):
        repay(case, request=lending.Repay(uuid4(), uuid4(), 100, AT.on))


def test_money_counts_from_a_day_of_the_loan_that_is_not_to_come(database, case):
    for day in (AT.on + timedelta(days=1), date(2026, 10, 21)):
        with refused(database, lending.ValueDayWrong):
            repay(case, value_on=day, approver=WITNESS)


def test_more_than_three_days_back_takes_two_people(database, case):
    assert repay(case, 100, AT.on - timedelta(days=3)).state == "active"
    far = AT.on - timedelta(days=4)
    for approver in (None, replace(TELLER, account_id=uuid4(), permissions=frozenset(Permission))):
        with refused(database, lending.BackdatingAlone):
            repay(case, 100, far, approver=approver)
    with refused(database, Forbidden):
        repay(case, 100, far, approver=SECOND)
    repay(case, 100, far, approver=WITNESS)


def test_interest_paid_before_an_earlier_transfer_came_to_light_pays_principal(database, case):
    """All interest to the 20th is paid; then money of 5 November turns up, and less interest was ever due."""
    repay(case, position(case).exposure.interest_fen)
    paid_in = 5_000_000
    loan = repay(case, paid_in, date(2026, 11, 5), approver=WITNESS)
    assert loan.interest_fen == 0
    less = -sum(row.interest_fen for row in database.read(lambda s: lending.events_of(s, case.loan_id))
                if row.kind == "accrued" and row.interest_fen < 0)  # fmt: skip
    assert less > 0
    assert loan.principal_fen == 11_200_000 - paid_in - less
    assert position(case).exposure.interest_fen == 0
    assert database.read(insight.verify).findings == ()


def test_interest_paid_too_early_beyond_the_principal_is_the_owners(database, case):
    owed = position(case).exposure
    repay(case, owed.interest_fen)
    loan = repay(case, owed.principal_fen, date(2026, 11, 5), approver=WITNESS)
    assert (loan.state, loan.principal_fen, loan.interest_fen) == ("closed", 0, 0)
    assert database.read(lambda s: settlement.payable(s, case.owner.party.id)) > 0
    assert database.read(insight.verify).findings == ()
