"""An advance on its way: asked by the owner, approved by two others, paid out against a pledge of the day."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.lots import make as store
from tests.lots.make import NOBODY, moment, picture, refused
from tests.settlement.make import CLERK, DISBURSED, FIRST, SECOND, TELLER, season
from wms import billing, insight, lending, lots
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

AT = moment(DISBURSED)
MOST = 11_200_000


@pytest.fixture
def case(database):
    made = season(database, advanced=False)
    made.price("7.0000", DISBURSED)
    made.breathe(DISBURSED)
    return made


def ask(case, fen=MOST, *, by=None, request=None, at=AT):
    wanted = request or lending.AskAdvance(uuid4(), case.lot_id, fen)
    return case.do(lambda s: lending.ask_advance(s, wanted, by=by or case.owner.actor, at=at))


def approve(case, loan_id, by, *, request=None, at=AT):
    wanted = request or lending.DecideAdvance(uuid4(), loan_id)
    return case.do(lambda s: lending.approve_advance(s, wanted, by=by, at=at))


def disburse(case, loan_id, *, by=TELLER, at=AT, number="ZDW-1", searched_on=None, request=None):
    wanted = request or lending.Disburse(uuid4(), loan_id, number, searched_on or at.on)
    return case.do(lambda s: lending.disburse(s, wanted, by=by, at=at))


def refuse(case, loan_id, *, by=FIRST, request=None):
    wanted = request or lending.DecideAdvance(uuid4(), loan_id, "too late in the season")
    return case.do(lambda s: lending.refuse_advance(s, wanted, by=by, at=AT))


def approved(case):
    loan = ask(case)
    approve(case, loan.id, FIRST)
    return approve(case, loan.id, SECOND)


# ---------------------------------------------------------------- asking


def test_the_owner_asks_and_the_gates_are_kept_with_the_question(database, case):
    loan = ask(case)
    assert (loan.state, loan.asked_fen, loan.asked_by_person_id) == ("asked", MOST, case.owner.actor.eyes)
    gates = database.read(lambda s: lending.gates_of(s, loan.id))
    assert len(gates) == 11
    assert all(gate.passed for gate in gates)
    assert database.read(insight.verify).findings == ()


def test_asking_is_refused_for_too_much_for_broken_yuan_and_for_others_goods(database, case):
    with refused(database, lending.AdvanceTooLarge):
        ask(case, MOST + 100)
    for fen in (0, -100, 99, MOST - 1):
        with refused(database, lending.AmountNotWhole):
            ask(case, fen)
    with refused(database, Forbidden):
        ask(case, by=NOBODY)
    with refused(database, lots.LotNotFound):
        ask(case, by=store.actor("Chand", Permission.ASK_ADVANCE, party_id=uuid4()))
    with refused(database, lots.LotNotFound):
        ask(case, request=lending.AskAdvance(uuid4(), uuid4(), 100))
    with refused(database, lending.ProductNotFound):
        ask(case, at=moment("2026-09-30"))


def test_the_same_question_twice_is_one_loan(database, case):
    request = lending.AskAdvance(uuid4(), case.lot_id, 100)
    ask(case, request=request)
    before = picture(database)
    assert ask(case, request=request).id == request.id
    assert picture(database) == before
    with refused(database, RequestIdReused):
        ask(case, request=replace(request, asked_fen=200))


# ---------------------------------------------------------------- deciding


def test_two_others_approve(database, case):
    loan = ask(case)
    assert approve(case, loan.id, FIRST).state == "checked"
    with refused(database, lending.SameEyes):
        approve(case, loan.id, FIRST)
    other_account = replace(FIRST, account_id=uuid4())
    with refused(database, lending.SameEyes):
        approve(case, loan.id, other_account)
    assert approve(case, loan.id, SECOND).state == "approved"
    with refused(database, lending.LoanNotInState):
        approve(case, loan.id, SECOND)


def test_who_asked_does_not_approve_even_without_a_person_on_record(database, case):
    staff = replace(FIRST, permissions=FIRST.permissions | {Permission.ASK_ADVANCE})
    loan = ask(case, by=staff)
    with refused(database, lending.SameEyes):
        approve(case, loan.id, staff)
    nameless = replace(staff, account_id=uuid4(), person_id=None)
    loan = ask(case, by=nameless)
    with refused(database, lending.SameEyes):
        approve(case, loan.id, nameless)


def test_deciding_needs_the_right_and_a_loan(database, case):
    loan = ask(case)
    for by in (case.owner.actor, CLERK, TELLER):
        with refused(database, Forbidden):
            approve(case, loan.id, by)
        with refused(database, Forbidden):
            refuse(case, loan.id, by=by)
    with refused(database, lending.LoanNotFound):
        approve(case, uuid4(), FIRST)


def test_the_same_approval_twice_is_one(database, case):
    loan = ask(case)
    request = lending.DecideAdvance(uuid4(), loan.id)
    approve(case, loan.id, FIRST, request=request)
    before = picture(database)
    assert approve(case, loan.id, FIRST, request=request).state == "checked"
    assert picture(database) == before


def test_a_refused_advance_goes_no_further(database, case):
    loan = ask(case)
    request = lending.DecideAdvance(uuid4(), loan.id, "too late in the season")
    assert refuse(case, loan.id, request=request).refused_because == "too late in the season"
    before = picture(database)
    assert refuse(case, loan.id, request=request).state == "refused"
    assert picture(database) == before
    for attempt in (lambda: approve(case, loan.id, FIRST), lambda: disburse(case, loan.id),
                    lambda: refuse(case, loan.id)):  # fmt: skip
        with refused(database, lending.LoanNotInState):
            attempt()


def test_the_gates_are_judged_again_at_every_step(database, case):
    loan = ask(case)
    late = moment("2026-10-30")
    with refused(database, lending.NoPriceToLendOn):
        approve(case, loan.id, FIRST, at=late)


# ---------------------------------------------------------------- paying out


def test_money_goes_out_against_a_pledge(database, case):
    loan = disburse(case, approved(case).id)
    assert (loan.state, loan.principal_fen, loan.disbursed_on) == ("active", MOST, AT.on)
    assert AT.on < loan.matures_on <= AT.on + timedelta(days=365)
    assert case.balances() == {"A:Loan:Principal:G1": MOST, "A:Cash:Settlement": -MOST}
    (pledge,) = database.read(lambda s: lending.pledges_of(s, loan.id))
    assert (pledge.units, pledge.active) == (1000, True)
    assert database.read(insight.verify).findings == ()


def test_paying_out_is_refused_without_right_approval_registration_or_search_of_the_day(database, case):
    loan = ask(case)
    with refused(database, lending.LoanNotInState):
        disburse(case, loan.id)
    approve(case, loan.id, FIRST)
    with refused(database, lending.LoanNotInState):
        disburse(case, loan.id)
    approve(case, loan.id, SECOND)
    with refused(database, Forbidden):
        disburse(case, loan.id, by=SECOND)
    for day in (AT.on - timedelta(days=1), AT.on + timedelta(days=1)):
        with refused(database, lending.SearchNotToday):
            disburse(case, loan.id, searched_on=day)
    with refused(database, lending.SearchNotToday):
        disburse(case, loan.id, number="  ")


def test_the_same_payout_twice_pays_once(database, case):
    loan = approved(case)
    request = lending.Disburse(uuid4(), loan.id, "ZDW-1", AT.on)
    disburse(case, loan.id, request=request)
    before = picture(database)
    assert disburse(case, loan.id, request=request).principal_fen == MOST
    assert picture(database) == before
    with refused(database, lending.LoanNotInState):
        disburse(case, loan.id)


def test_a_lot_is_pledged_once_whatever_was_asked_before(database, case):
    first, second = approved(case), approved(case)
    disburse(case, first.id)
    with refused(database, lending.GateClosed):
        disburse(case, second.id)
    with refused(database, lending.GoodsPledged):
        ask(case)


def test_sold_goods_and_goods_on_their_way_out_are_not_pledged(database, case):
    loan = approved(case)
    exit_id = case.open_exit(DISBURSED, 1)
    with refused(database, lots.NotEnoughUnits):
        disburse(case, loan.id)
    case.do(lambda s: billing.void_exit(s, billing.VoidExit(uuid4(), exit_id, "stays"), by=CLERK, at=AT))
    assert disburse(case, loan.id).state == "active"


def test_goods_in_quarantine_are_not_lent_on(database, case):
    loan = approved(case)
    stop = lots.PlaceHold(uuid4(), case.lot_id, 1, lots.HoldReason.QUARANTINE, uuid4())
    case.do(lambda s: lots.place_hold(s, stop, by=CLERK, at=AT))
    with refused(database, lending.GateClosed):
        disburse(case, loan.id)


def test_an_advance_counts_what_is_still_there(database, case):
    loan = approved(case)
    assert date.fromisoformat(DISBURSED) == AT.on
    exit_id = case.open_exit(DISBURSED, 100)
    case.pay_release(exit_id, DISBURSED, 1_000_000)
    case.weigh_out(exit_id, DISBURSED, 1_990_000, 100)
    case.close(exit_id, DISBURSED)
    with refused(database, lending.AdvanceTooLarge):
        disburse(case, loan.id)
