"""An advance from the owner's wish to the money: asked, checked by two people, paid out against a pledge."""

from dataclasses import asdict
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, ledger, lots, parties, receipts
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.errors import Spoken
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.numbers import FEN_PER_YUAN
from wms.lending.errors import (
    AdvanceTooLarge,
    AmountNotWhole,
    GateClosed,
    GoodsPledged,
    LoanNotInState,
    NoPriceToLendOn,
    SameEyes,
    SearchNotToday,
)
from wms.lending.queries import evidence_of, get_loan, lock_loan, pledge_of_lot, product_on, terms_of
from wms.lending.rules.exposure import Carry, Terms, headline_advance, maturity, valued_fen
from wms.lending.rules.gates import ASKS, Evidence, gates, price_to_lend_on
from wms.lending.rules.requests import AskAdvance, Change, DecideAdvance, Disburse, LoanState
from wms.lending.tables import GateCheck, Loan, LoanEvent, Pledge, Product, Valuation

CASH = "A:Cash:Settlement"


def ask_advance(session: Session, request: AskAdvance, *, by: Actor, at: Moment) -> Loan:
    """Ask for an advance on all of a lot that is on hand; the gates and the valuation are kept with the question.

    Amounts in fen, whole yuan. Locks the lot. Posts nothing. A repeat returns the first loan.
    Raises Forbidden, LotNotFound, AmountNotWhole, GateClosed, NoPriceToLendOn, AdvanceTooLarge, GoodsPledged.
    """
    by.must(Permission.ASK_ADVANCE)
    if not idempotency.claim(session, request.id, "lending.ask_advance", asdict(request), by=by, at=at):
        return get_loan(session, request.id)
    if request.asked_fen <= 0 or request.asked_fen % FEN_PER_YUAN:
        raise AmountNotWhole
    lot = lots.get_visible_lot(session, request.lot_id, by=by)
    lots.lock_lots(session, [lot.id])
    if pledge_of_lot(session, lot.id) is not None:
        raise GoodsPledged
    product = product_on(session, at.on)
    loan = Loan(
        id=request.id, borrower_id=lot.owner_id, product_id=product.id, state=LoanState.ASKED,
        asked_fen=request.asked_fen, asked_at=at.at, asked_by_person_id=by.eyes, principal_fen=0,
        interest_fen=0, events=0,
    )  # fmt: skip
    session.add(loan)
    _require_lendable(session, loan, lot.id, "asked", by=by, at=at)
    details = {"lot_id": lot.id, "asked_fen": loan.asked_fen}
    audit.record(session, "lending.ask_advance", ("loan", loan.id), by=by, at=at, **details)
    return loan


def approve_advance(session: Session, request: DecideAdvance, *, by: Actor, at: Moment) -> Loan:
    """Approve an advance; it takes two people, neither of whom asked. The gates are judged again each time.

    Locks the loan and the lot. A repeat of the same request changes nothing.
    Raises Forbidden, LoanNotFound, LoanNotInState, SameEyes, GateClosed, NoPriceToLendOn, AdvanceTooLarge.
    """
    by.must(Permission.APPROVE_ADVANCE)
    first = idempotency.claim(session, request.id, "lending.approve_advance", asdict(request), by=by, at=at)
    lot_id = lot_of(session, request.loan_id)
    lots.lock_lots(session, [lot_id])
    loan = lock_loan(session, request.loan_id)
    if not first:
        return loan
    if loan.state not in (LoanState.ASKED, LoanState.CHECKED):
        raise LoanNotInState(state=loan.state, needed="asked / checked")
    if by.eyes in (loan.asked_by_person_id, loan.first_person_id):
        raise SameEyes
    _require_lendable(session, loan, lot_id, "approved", by=by, at=at)
    if loan.state == LoanState.ASKED:
        loan.state, loan.first_person_id, loan.first_at = LoanState.CHECKED, by.eyes, at.at
    else:
        loan.state, loan.second_person_id, loan.second_at = LoanState.APPROVED, by.eyes, at.at
    audit.record(session, "lending.approve_advance", ("loan", loan.id), by=by, at=at, state=loan.state)
    return loan


def refuse_advance(session: Session, request: DecideAdvance, *, by: Actor, at: Moment) -> Loan:
    """Refuse an advance that is not paid out yet, with a reason the owner reads. A repeat changes nothing.

    Locks the loan. Raises Forbidden, LoanNotFound, LoanNotInState.
    """
    by.must(Permission.APPROVE_ADVANCE)
    first = idempotency.claim(session, request.id, "lending.refuse_advance", asdict(request), by=by, at=at)
    loan = lock_loan(session, request.loan_id)
    if not first:
        return loan
    if loan.state not in (LoanState.ASKED, LoanState.CHECKED, LoanState.APPROVED):
        raise LoanNotInState(state=loan.state, needed="asked / checked / approved")
    loan.state, loan.refused_because = LoanState.REFUSED, request.refuse_because
    audit.record(session, "lending.refuse_advance", ("loan", loan.id), by=by, at=at, because=request.refuse_because)
    return loan


def disburse(session: Session, request: Disburse, *, by: Actor, at: Moment) -> Loan:
    """Pay an approved advance out to its borrower and pledge the lot, in one transaction.

    Needs the pledge's registration number and a register search saved the same day; the gates are judged once more.
    Locks the lot, the loan and the accounts. Posts debit principal, credit cash. A repeat returns the loan.
    Raises Forbidden, LoanNotFound, LoanNotInState, SearchNotToday, GateClosed, NoPriceToLendOn, AdvanceTooLarge,
    GoodsPledged.
    """
    by.must(Permission.DISBURSE_ADVANCE)
    first = idempotency.claim(session, request.id, "lending.disburse", asdict(request), by=by, at=at)
    lot_id = lot_of(session, request.loan_id)
    lots.lock_lots(session, [lot_id])
    loan = lock_loan(session, request.loan_id)
    if not first:
        return loan
    if loan.state != LoanState.APPROVED:
        raise LoanNotInState(state=loan.state, needed="approved")
    if request.searched_on != at.on or not request.registration_no.strip():
        raise SearchNotToday(day=at.on.isoformat(), searched_on=request.searched_on.isoformat())
    terms, evidence = _require_lendable(session, loan, lot_id, "disbursed", by=by, at=at)
    _pledge(session, loan, lot_id, by=by, at=at)
    journal = ledger.post(session, _payout(session, loan, at.on), by=by, at=at)
    loan.state, loan.registration_no, loan.searched_on = LoanState.ACTIVE, request.registration_no, request.searched_on
    loan.disbursed_on = at.on
    paid = Change("disbursed", at.on, journal.id, principal_fen=loan.asked_fen)
    record_event(session, loan, paid, by=by, at=at)
    loan.matures_on = _maturity(session, loan, lot_id, terms, evidence, at)
    audit.record(
        session, "lending.disburse", ("loan", loan.id), by=by, at=at, fen=loan.principal_fen,
        registration_no=request.registration_no,
    )  # fmt: skip
    return loan


def record_event(session: Session, loan: Loan, change: Change, *, by: Actor, at: Moment) -> LoanEvent:
    """Append an event to a locked loan and carry its sums."""
    event = LoanEvent(
        loan_id=loan.id, n=loan.events, kind=change.kind, effective_on=change.on, recorded_at=at.at,
        principal_fen=change.principal_fen, interest_fen=change.interest_fen, journal_id=change.journal_id,
        actor_id=by.account_id,
    )  # fmt: skip
    loan.events += 1
    loan.principal_fen += change.principal_fen
    loan.interest_fen += change.interest_fen
    append(session, event)
    return event


def lot_of(session: Session, loan_id: UUID) -> UUID:
    """Return the lot an advance was asked on. Raises LoanNotFound."""
    get_loan(session, loan_id)
    return session.get_one(Valuation, derived_id(loan_id, "valuation", "asked", 0)).lot_id


def limit_of(session: Session, lot_id: UUID, at: Moment, terms: Terms) -> tuple[int, Evidence]:
    """Return the most that may be advanced on a lot in fen by the headline rule, with the evidence.

    Raises NoPriceToLendOn.
    """
    evidence = evidence_of(session, lot_id, at, terms)
    price = price_to_lend_on(evidence, terms)
    if price is None:
        raise NoPriceToLendOn
    (facts,) = lots.facts(session, [lot_id])
    return headline_advance(facts.grams_on_hand, price, terms.advance_permille), evidence


def _require_lendable(
    session: Session, loan: Loan, lot_id: UUID, step: str, *, by: Actor, at: Moment
) -> tuple[Terms, Evidence]:
    """Judge the gates, keep them and the valuation as evidence, and refuse what may not be lent."""
    terms = terms_of(session.get_one(Product, loan.product_id))
    limit_fen, evidence = limit_of(session, lot_id, at, terms)
    judged = gates(evidence, terms)
    closed = [gate.name for gate in judged if not gate.passed]
    if closed:
        english, chinese = zip(*(ASKS[name] for name in closed), strict=True)
        raise GateClosed(reasons=Spoken("; ".join(english), "、".join(chinese)), gates=closed)
    if loan.asked_fen > limit_fen:
        raise AdvanceTooLarge(limit_fen=limit_fen, asked_fen=loan.asked_fen)
    turn = 0 if loan.first_person_id is None else 1
    for gate in judged:
        row = GateCheck(
            id=derived_id(loan.id, "gate", step, turn, gate.name), loan_id=loan.id, step=step, group_name=gate.group,
            gate=gate.name, passed=gate.passed, evidence=gate.evidence[:300], checked_at=at.at,
        )  # fmt: skip
        append(session, row)
    _keep_valuation(session, loan, lot_id, (step, turn), evidence, terms, by=by)
    return terms, evidence


def _keep_valuation(
    session: Session, loan: Loan, lot_id: UUID, step: tuple[str, int], evidence: Evidence, terms: Terms, *, by: Actor
) -> None:
    (facts,) = lots.facts(session, [lot_id])
    price = price_to_lend_on(evidence, terms)
    value = 0 if price is None else valued_fen(facts.grams_on_hand, price, terms.loss_allowance_permille)
    row = Valuation(
        id=derived_id(loan.id, "valuation", *step), loan_id=loan.id, lot_id=lot_id, purpose=step[0],
        valued_on=evidence.on, entry_grams=facts.grams_on_hand, price=price, board_price=evidence.board_price,
        board_level=evidence.board_level, independent_price=evidence.independent_price, value_fen=value,
        actor_id=by.account_id,
    )  # fmt: skip
    append(session, row)


def _pledge(session: Session, loan: Loan, lot_id: UUID, *, by: Actor, at: Moment) -> None:
    if pledge_of_lot(session, lot_id) is not None:
        raise GoodsPledged
    (facts,) = lots.facts(session, [lot_id])
    asked = lots.PlaceHold(
        id=derived_id(loan.id, "pledge", lot_id), lot_id=lot_id, units=facts.units_on_hand,
        reason=lots.HoldReason.PLEDGE, subject_id=loan.id, stage=lots.PledgeStage.PLEDGED,
    )  # fmt: skip
    hold = lots.place_hold(session, asked, by=by, at=at)
    pledge = Pledge(
        id=derived_id(loan.id, "pledged", lot_id), loan_id=loan.id, lot_id=lot_id, hold_id=hold.id,
        units=facts.units_on_hand, released_units=0, active=True,
    )  # fmt: skip
    session.add(pledge)
    lender_id = session.get_one(Product, loan.product_id).lender_id
    receipt = receipts.receipt_of_lot(session, lot_id)
    receipts.mark_pledged(
        session, receipts.MarkPledged(pledge.id, receipt.id, lender_id, loan.id, loan.asked_fen), by=by, at=at
    )


def _payout(session: Session, loan: Loan, on: date) -> ledger.Entry:
    code = parties.get_party(session, loan.borrower_id).code
    legs = (ledger.Leg(f"A:Loan:Principal:{code}", loan.asked_fen), ledger.Leg(CASH, -loan.asked_fen))
    return ledger.Entry(derived_id(loan.id, "disbursed"), f"disb:{loan.id}", "advance", "advance paid out", on, legs)


def _maturity(session: Session, loan: Loan, lot_id: UUID, terms: Terms, evidence: Evidence, at: Moment) -> date:
    (facts,) = lots.facts(session, [lot_id])
    price = price_to_lend_on(evidence, terms)
    assert price is not None, "the gates were passed"
    value = valued_fen(facts.grams_on_hand, price, terms.loss_allowance_permille)
    lien = billing.accrued_unbilled(session, lot_id, at.on)
    per_day = billing.storage_per_day(session, lot_id, at.on)
    exposure = loan.principal_fen + lien.storage_fen + lien.handling_fen
    carried = maturity(exposure, value, terms, at.on, Carry(loan.principal_fen, Fraction(per_day)))
    return min(carried, facts.deadline_on)
