"""A loan in its life: interest accrues, money comes in, goods are set free."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import ledger, lots, parties, receipts
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.lending.actions.advances import CASH, record_event
from wms.lending.errors import BackdatingAlone, LoanNotInState, PaymentNotPositive, PaymentTooLarge, ValueDayWrong
from wms.lending.queries import events_of, interest_earned, interest_of, lock_loan, pledges_of
from wms.lending.rules.requests import Change, LoanState, Repay
from wms.lending.tables import Loan, LoanEvent, Pledge

BACKDATED_ALONE_DAYS = 3  # ⚙ a value day further back takes two people


def accrue_to(session: Session, loan_id: UUID, end: date, *, by: Actor, at: Moment) -> int:
    """Post the interest of a loan over everything up to, not including, `end` that is not posted yet, in fen.

    Cumulative: posted = round(total to date) − posted before; a backdated event is trued up here, downwards too.
    Locks the loan. Posts debit interest receivable, credit interest. A repeat posts nothing. Raises LoanNotFound.
    """
    loan = lock_loan(session, loan_id)
    posted = _posted(session, loan)
    fen = interest_earned(session, loan, end) - posted
    if fen == 0:
        return 0
    code = parties.get_party(session, loan.borrower_id).code
    legs = (ledger.Leg(f"A:Loan:InterestReceivable:{code}", fen), ledger.Leg("R:Interest", -fen))
    key = f"acc:{loan.id}:{loan.events}"
    entry = ledger.Entry(derived_id(loan.id, "accrued", loan.events), key, "interest", "interest accrual", at.on, legs)
    journal = ledger.post(session, entry, by=by, at=at)
    change = Change("accrued", end - timedelta(days=1), journal.id, interest_fen=fen)
    record_event(session, loan, change, by=by, at=at)
    return fen


def accrue_all(session: Session, loan_ids: Sequence[UUID], *, by: Actor, at: Moment) -> int:
    """Close the day `at.on` for some loans: interest covers that day too. Returns the fen posted. Safe to repeat."""
    return sum(accrue_to(session, loan_id, at.on + timedelta(days=1), by=by, at=at) for loan_id in sorted(loan_ids))


def active_loans(session: Session) -> list[UUID]:
    """Return the ids of the loans that run."""
    return list(session.scalars(select(Loan.id).where(Loan.state == LoanState.ACTIVE).order_by(Loan.id)))


def record_payment(session: Session, loan_id: UUID, paid: Change, *, by: Actor, at: Moment) -> Loan:
    """Note money (positive fen) that a posted journal brought on a loan.

    Locks the loan. The journal is the caller's. Raises LoanNotFound, PaymentTooLarge.
    """
    loan = lock_loan(session, loan_id)
    if paid.principal_fen > loan.principal_fen or paid.interest_fen > loan.interest_fen:
        owed = loan.principal_fen + loan.interest_fen
        raise PaymentTooLarge(owed_fen=owed, paid_fen=paid.principal_fen + paid.interest_fen)
    if paid.principal_fen or paid.interest_fen:
        change = replace(paid, kind="paid", principal_fen=-paid.principal_fen, interest_fen=-paid.interest_fen)
        record_event(session, loan, change, by=by, at=at)
    return loan


def release(session: Session, pledge: Pledge, units: int, *, by: Actor, at: Moment) -> None:
    """Count units of a pledge as free, because an exit took them out through its hold; the last free the receipt.

    The caller has shown that what stays covers the loan.
    """
    still = pledge.units - pledge.released_units - units
    assert still >= 0, "more is released than is pledged"
    pledge.released_units += units
    pledge.active = still > 0
    if not pledge.active:
        receipts.mark_released(session, pledge.id, by=by, at=at)


def close_if_repaid(session: Session, loan_id: UUID, *, by: Actor, at: Moment) -> Loan:
    """Close a loan that owes nothing, setting free what is still pledged. Locks the loan."""
    loan = lock_loan(session, loan_id)
    if loan.state == LoanState.ACTIVE and loan.principal_fen == 0 and loan.interest_fen == 0:
        for pledge in pledges_of(session, loan_id):
            if pledge.active:
                lots.lift_hold(session, pledge.hold_id, by=by, at=at)
                release(session, pledge, pledge.units - pledge.released_units, by=by, at=at)
        loan.state = LoanState.CLOSED
        audit.record(session, "lending.close", ("loan", loan.id), by=by, at=at)
    return loan


def repay(session: Session, request: Repay, *, by: Actor, at: Moment, approver: Actor | None = None) -> Loan:
    """Take a repayment without goods: interest up to its value day first, then principal; a true-up follows.

    Money in fen. A value day more than three days back needs a second person who may correct books. Locks the pledged
    lots, the loan and the accounts. Posts the accrual, debit cash against interest receivable and principal, then what
    the value day changes; interest paid too early goes to the principal. A repeat changes nothing.
    Raises Forbidden, LoanNotFound, LoanNotInState, PaymentNotPositive, ValueDayWrong, BackdatingAlone, PaymentTooLarge,
    RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    first = idempotency.claim(session, request.id, "lending.repay", asdict(request), by=by, at=at)
    lots.lock_lots(session, sorted(pledge.lot_id for pledge in pledges_of(session, request.loan_id)))
    loan = lock_loan(session, request.loan_id)
    if not first:
        return loan
    _require_sound(loan, request, approver, by=by, at=at)
    through = max([at.on, *(event.effective_on + timedelta(days=1) for event in _events(session, loan, "accrued"))])
    accrue_to(session, loan.id, through, by=by, at=at)
    paid = -interest_of(session, loan.id, "paid")
    due = max(interest_earned(session, loan, request.value_on) - paid, 0)
    interest = min(request.paid_fen, due)
    principal = request.paid_fen - interest
    if principal > loan.principal_fen:
        raise PaymentTooLarge(owed_fen=loan.principal_fen + due, paid_fen=request.paid_fen)
    entry = _repayment(session, loan, request, interest, principal)
    journal = ledger.post(session, entry, by=by, at=at, approver=approver)
    change = Change("paid", request.value_on, journal.id, principal, interest)
    record_payment(session, loan.id, change, by=by, at=at)
    accrue_to(session, loan.id, through, by=by, at=at)
    _give_back_interest(session, loan, by=by, at=at)
    audit.record(session, "lending.repay", ("loan", loan.id), by=by, at=at, fen=request.paid_fen)
    return close_if_repaid(session, loan.id, by=by, at=at)


def _require_sound(loan: Loan, request: Repay, approver: Actor | None, *, by: Actor, at: Moment) -> None:
    """Refuse what is no payment, comes from no possible day, or is dated back by one person alone."""
    if loan.state != LoanState.ACTIVE or loan.disbursed_on is None:
        raise LoanNotInState(state=loan.state, needed="active")
    if request.paid_fen <= 0:
        raise PaymentNotPositive(paid_fen=request.paid_fen)
    if not loan.disbursed_on <= request.value_on <= at.on:
        raise ValueDayWrong(first=loan.disbursed_on.isoformat(), last=at.on.isoformat())
    if request.value_on < at.on - timedelta(days=BACKDATED_ALONE_DAYS):
        if approver is None or approver.eyes == by.eyes:
            raise BackdatingAlone(days=BACKDATED_ALONE_DAYS)
        approver.must(Permission.CORRECT_BOOKS)


def _give_back_interest(session: Session, loan: Loan, *, by: Actor, at: Moment) -> None:
    """Interest paid before an earlier value day made it less pays principal; beyond that it is the owner's."""
    over = -loan.interest_fen
    if over <= 0:
        return
    principal = min(over, loan.principal_fen)
    code = parties.get_party(session, loan.borrower_id).code
    legs = (
        ledger.Leg(f"A:Loan:InterestReceivable:{code}", over),
        ledger.Leg(f"A:Loan:Principal:{code}", -principal),
        ledger.Leg(f"L:GrowerPayable:{code}", principal - over),
    )
    key, memo = f"back:{loan.id}:{loan.events}", "interest paid too early"
    entry = ledger.Entry(derived_id(loan.id, "back", loan.events), key, "repayment", memo, at.on, legs)
    journal = ledger.post(session, entry, by=by, at=at)
    record_payment(session, loan.id, Change("paid", at.on, journal.id, principal, -over), by=by, at=at)


def _repayment(session: Session, loan: Loan, request: Repay, interest: int, principal: int) -> ledger.Entry:
    code = parties.get_party(session, loan.borrower_id).code
    legs = (
        ledger.Leg(CASH, request.paid_fen),
        ledger.Leg(f"A:Loan:InterestReceivable:{code}", -interest),
        ledger.Leg(f"A:Loan:Principal:{code}", -principal),
    )
    return ledger.Entry(request.id, f"rep:{request.id}", "repayment", "repayment", request.value_on, legs)


def _events(session: Session, loan: Loan, kind: str) -> list[LoanEvent]:
    return [event for event in events_of(session, loan.id) if event.kind == kind]


def _posted(session: Session, loan: Loan) -> int:
    return interest_of(session, loan.id, "accrued")
