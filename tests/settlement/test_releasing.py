"""Before a close: the lender's consent, the owner's money, the buyer's money; and who may close what on which day."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.lots.make import NOBODY, moment, picture, refused
from tests.settlement.make import CLERK, SECOND, TELLER, VALUER, fen_of_release, season
from wms import billing, insight, lending, lots, prices, settlement
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

DAY, NEXT = "2027-01-20", "2027-01-21"


def approve(case, request, *, by=SECOND, day=DAY):
    return case.do(lambda s: settlement.approve_release(s, request, by=by, at=moment(day)))


def pay(case, request, *, by=TELLER, day=DAY):
    return case.do(lambda s: settlement.pay_release(s, request, by=by, at=moment(day, 5)))


def priced(database, *, advanced=True, units=250):
    case = season(database, advanced=advanced)
    case.price("7.3000", DAY)
    return case, case.open_exit(DAY, units)


def released(database):
    """An exit of pledged goods, paid and weighed out: only the consent and the close are missing."""
    case, exit_id = priced(database)
    case.pay_release(exit_id, DAY, fen_of_release(case, exit_id, DAY))
    case.weigh_out(exit_id, DAY, 4_990_000, 250)
    return case, exit_id


# ---------------------------------------------------------------- the lender's consent


def test_consent_names_the_loan_the_person_and_the_day(database):
    case, exit_id = priced(database)
    request = settlement.ApproveRelease(uuid4(), exit_id)
    row = approve(case, request)
    assert (row.loan_id, row.approved_by_person_id, row.approved_on) == (case.loan(), SECOND.eyes, moment(DAY).on)
    assert approve(case, settlement.ApproveRelease(uuid4(), exit_id)).id == row.id


def test_consent_is_refused_without_the_right_and_without_a_pledge(database):
    case, exit_id = priced(database, advanced=False)
    with refused(database, Forbidden):
        approve(case, settlement.ApproveRelease(uuid4(), exit_id), by=CLERK)
    with refused(database, settlement.NothingPledged):
        approve(case, settlement.ApproveRelease(uuid4(), exit_id))
    with refused(database, billing.ExitNotFound):
        approve(case, settlement.ApproveRelease(uuid4(), uuid4()))
    other = replace(SECOND, permissions=frozenset({Permission.APPROVE_RELEASE}), party_id=uuid4())
    with refused(database, billing.ExitNotFound):
        approve(case, settlement.ApproveRelease(uuid4(), exit_id), by=other)


def test_a_consent_sent_again_on_another_day_gives_none_for_that_day(database):
    case, exit_id = priced(database)
    request = settlement.ApproveRelease(uuid4(), exit_id)
    first = approve(case, request)
    before = picture(database)
    assert approve(case, request, day=NEXT).id == first.id
    assert picture(database) == before
    assert approve(case, settlement.ApproveRelease(uuid4(), exit_id), day=NEXT).approved_on == moment(NEXT).on


def test_pledged_goods_stay_without_the_consent_of_the_day(database):
    case, exit_id = released(database)
    with refused(database, settlement.ReleaseNotApproved):
        case.close(exit_id, DAY)
    case.consent(exit_id, DAY)
    case.price("7.3000", NEXT)
    with refused(database, settlement.ReleaseNotApproved):
        case.close(exit_id, NEXT)


def test_who_agreed_for_the_lender_does_not_close(database):
    case, exit_id = released(database)
    case.consent(exit_id, DAY)
    both = replace(SECOND, account_id=uuid4(), permissions=SECOND.permissions | {Permission.CLOSE_EXIT})
    with refused(database, settlement.ReleaseApprovedAlone):
        case.close(exit_id, DAY, by=both)
    assert case.close(exit_id, DAY).approved_by_person_id == SECOND.eyes


# ---------------------------------------------------------------- the owner's money


def test_a_fen_short_is_refused_and_the_need_is_enough(database):
    case, exit_id = priced(database)
    needed = fen_of_release(case, exit_id, DAY)
    with refused(database, settlement.PaymentShort):
        case.pay_release(exit_id, DAY, needed - 1)
    row = case.pay_release(exit_id, DAY, needed + 7)
    assert (row.paid_fen, row.surplus_fen) == (needed + 7, 7)
    assert database.read(lambda s: settlement.payable(s, case.owner.party.id)) == 7
    assert database.read(insight.verify).findings == ()


def test_the_same_payment_twice_has_one_effect(database):
    case, exit_id = priced(database)
    request = settlement.PayRelease(uuid4(), exit_id, fen_of_release(case, exit_id, DAY), "bank", "ICBC-1")
    first = pay(case, request)
    before = picture(database)
    assert pay(case, request).id == first.id
    assert picture(database) == before
    with refused(database, RequestIdReused):
        pay(case, replace(request, paid_fen=request.paid_fen + 1))


def test_one_bank_transfer_pays_once(database):
    case, exit_id = priced(database)
    pay(case, settlement.PayRelease(uuid4(), exit_id, fen_of_release(case, exit_id, DAY), "bank", "ICBC-1"))
    with refused(database, billing.PaymentTwice):
        pay(case, settlement.PayRelease(uuid4(), exit_id, 100, "bank", "ICBC-1"))


def test_a_second_payment_is_all_the_owners(database):
    case, exit_id = priced(database)
    pay(case, settlement.PayRelease(uuid4(), exit_id, fen_of_release(case, exit_id, DAY), "bank", "ICBC-1"))
    again = pay(case, settlement.PayRelease(uuid4(), exit_id, 500, "bank", "ICBC-2"))
    assert (again.surplus_fen, again.principal_fen, again.storage_fen) == (500, 0, 0)
    assert database.read(insight.verify).findings == ()


def test_no_money_is_taken_without_the_right_or_for_a_sale(database):
    case, exit_id = priced(database, advanced=False, units=10)
    with refused(database, Forbidden):
        pay(case, settlement.PayRelease(uuid4(), exit_id, 10_000_000, "bank", "x"), by=NOBODY)
    deal_id = case.sell(DAY, 100, "7.00")
    case.bank(deal_id, 1_400_000, DAY)
    sale_id = case.open_exit(DAY, 100, deal_id)
    with refused(database, settlement.ExitOfAnotherKind):
        pay(case, settlement.PayRelease(uuid4(), sale_id, 10_000_000, "bank", "x"))


def test_goods_that_stayed_on_the_dock_overnight_pay_the_new_day_before_they_leave(database):
    case, exit_id = priced(database, advanced=False)
    case.pay_release(exit_id, DAY, fen_of_release(case, exit_id, DAY))
    case.weigh_out(exit_id, DAY, 4_990_000, 250)
    with refused(database, settlement.LoanNotCovered):
        case.close(exit_id, NEXT)
    due = fen_of_release(case, exit_id, NEXT)
    assert due > 0
    case.pay_release(exit_id, NEXT, due)
    assert case.close(exit_id, NEXT).units == 250
    assert database.read(insight.verify).findings == ()


def test_a_fall_of_the_price_before_the_close_keeps_the_goods_in(database):
    case, exit_id = released(database)
    case.consent(exit_id, DAY)
    other = prices.AddOutsidePrice(uuid4(), "BP", "富士", Decimal("7.2999"), moment(DAY).on)
    case.do(lambda s: prices.add_outside_price(s, other, by=VALUER, at=moment(DAY)))
    with refused(database, settlement.LoanNotCovered):
        case.close(exit_id, DAY)


def test_without_a_fresh_price_only_a_loan_paid_in_full_lets_goods_go(database):
    case = season(database)
    late = "2027-03-20"
    exit_id = case.open_exit(late, 250)
    paid = case.pay_release(exit_id, late, fen_of_release(case, exit_id, late))
    assert (paid.principal_fen, paid.interest_fen) == (11_200_000, 329_188)
    case.weigh_out(exit_id, late, 4_990_000, 250)
    case.consent(exit_id, late)
    case.close(exit_id, late)
    assert database.read(lambda s: lending.get_loan(s, case.loan())).state == "closed"
    assert database.read(insight.verify).findings == ()


# ---------------------------------------------------------------- the buyer's money


def test_a_sale_is_cleared_only_on_money_that_is_there(database):
    case = season(database, advanced=False)
    deal_id = case.sell(DAY, 100, "7.00")
    request = billing.OpenExit(uuid4(), case.lot_id, 100, billing.ExitKind.SALE, "Li", "鲁F12345", deal_id)
    case.do(lambda s: billing.open_exit_order(s, request, by=CLERK, at=moment(DAY)))
    clear = settlement.ClearSale(uuid4(), request.id)

    def cleared(by=CLERK):
        return case.do(lambda s: settlement.clear_sale(s, clear, by=by, at=moment(DAY)))

    with refused(database, settlement.BuyerMoneyMissing):
        cleared()
    with refused(database, Forbidden):
        cleared(NOBODY)
    case.bank(deal_id, 1_400_000, DAY)
    assert cleared().state == billing.ExitState.CLEARED
    before = picture(database)
    assert cleared().state == billing.ExitState.CLEARED
    assert picture(database) == before


def test_clearing_a_sale_is_not_for_goods_of_ones_own(database):
    case, exit_id = priced(database, advanced=False)
    with refused(database, settlement.ExitOfAnotherKind):
        case.do(lambda s: settlement.clear_sale(s, settlement.ClearSale(uuid4(), exit_id), by=CLERK, at=moment(DAY)))


# ---------------------------------------------------------------- the close


def test_a_close_needs_the_right_the_weighing_and_its_own_id(database):
    case, exit_id = priced(database, advanced=False)
    with refused(database, Forbidden):
        case.close(exit_id, DAY, by=SECOND)
    with refused(database, settlement.NotWeighedOut):
        case.close(exit_id, DAY)
    with refused(database, billing.ExitNotFound):
        case.close(uuid4(), DAY)
    case.pay_release(exit_id, DAY, fen_of_release(case, exit_id, DAY))
    case.weigh_out(exit_id, DAY, 4_990_000, 250)
    request_id = uuid4()
    case.close(exit_id, DAY, request_id=request_id)
    other = case.open_exit(DAY, 10)
    with refused(database, RequestIdReused):
        case.close(other, DAY, request_id=request_id)
    with refused(database, settlement.NotWeighedOut):
        case.close(exit_id, DAY)


def test_goods_put_in_quarantine_after_the_weighing_stay(database):
    case, exit_id = priced(database, advanced=False)
    case.pay_release(exit_id, DAY, fen_of_release(case, exit_id, DAY))
    case.weigh_out(exit_id, DAY, 4_990_000, 250)
    stop = lots.PlaceHold(uuid4(), case.lot_id, 1000, lots.HoldReason.QUARANTINE, uuid4())
    case.do(lambda s: lots.place_hold(s, stop, by=CLERK, at=moment(DAY)))
    before = picture(database)
    with pytest.raises((lots.LotOnHold, lots.LotQuarantined)):
        case.close(exit_id, DAY)
    assert picture(database) == before


def test_a_repaid_loan_needs_no_consent(database):
    case = season(database)
    case.price("7.3000", DAY)
    owed = database.read(lambda s: lending.position(s, case.loan(), moment(DAY).on)).exposure
    repay = lending.Repay(uuid4(), case.loan(), owed.principal_fen + owed.interest_fen, moment(DAY).on)
    assert case.do(lambda s: lending.repay(s, repay, by=TELLER, at=moment(DAY))).state == "closed"
    exit_id = case.open_exit(DAY, 250)
    case.pay_release(exit_id, DAY, fen_of_release(case, exit_id, DAY))
    case.weigh_out(exit_id, DAY, 4_990_000, 250)
    assert case.close(exit_id, DAY).loan_id is None
    assert database.read(insight.verify).findings == ()
