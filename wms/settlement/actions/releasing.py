"""Steps before a close: the buyer's money lets goods be picked, the lender agrees, the owner pays."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, ledger, lending, lots, parties, trading
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.settlement.errors import BuyerMoneyMissing, DealOfOtherGoods, ExitOfAnotherKind, NothingPledged, PaymentShort
from wms.settlement.queries import approval_of, approvals_of, payments_of, release_quote
from wms.settlement.rules import ApproveRelease, ClearSale, PayRelease, ReleaseQuote
from wms.settlement.tables import ReleaseApproval, ReleasePayment


def clear_sale(session: Session, request: ClearSale, *, by: Actor, at: Moment) -> billing.ExitOrder:
    """Clear a sale's exit for picking: its charges will be netted from money that is already the platform's to move.

    Locks lot, exit and deal. Posts nothing. A repeat returns the exit.
    Raises Forbidden, ExitNotFound, ExitOfAnotherKind, DealOfOtherGoods, BuyerMoneyMissing, and what clearing refuses.
    """
    by.must(Permission.ORDER_EXIT)
    first = idempotency.claim(session, request.id, "settlement.clear_sale", asdict(request), by=by, at=at)
    exit_order = _locked(session, request.exit_id, by)
    if not first:
        return exit_order
    if exit_order.deal_id is None:
        raise ExitOfAnotherKind(needed=billing.ExitKind.SALE, kind=exit_order.kind)
    deal = trading.lock_deal(session, exit_order.deal_id)
    if deal.lot_id != exit_order.lot_id:
        raise DealOfOtherGoods
    if deal.state != trading.State.RELEASABLE:
        raise BuyerMoneyMissing(state=deal.state)
    ask = billing.QuoteExit(derived_id(request.id, "quote"), exit_order.id)
    billing.quote_exit(session, ask, by=by, at=at)
    buyer = parties.get_party(session, deal.buyer_id)
    held = tuple(hold for hold in (deal.deposit_hold_id, deal.balance_hold_id) if hold is not None)
    clear = billing.ClearExit(
        derived_id(request.id, "clear"), exit_order.id, billing.ClearBasis.NETTED, held, f"L:BuyerEscrow:{buyer.code}"
    )
    return billing.clear_exit(session, clear, by=by, at=at)


def approve_release(session: Session, request: ApproveRelease, *, by: Actor, at: Moment) -> ReleaseApproval:
    """Give the lender's consent to pledged goods leaving with an exit today; a second consent changes nothing.

    Locks lot and exit. A repeat returns the consent it led to, whatever day it is by then: it gives none for today.
    Raises Forbidden, ExitNotFound, NothingPledged, RequestIdReused.
    """
    by.must(Permission.APPROVE_RELEASE)
    first = idempotency.claim(session, request.id, "settlement.approve_release", asdict(request), by=by, at=at)
    exit_order = _locked(session, request.exit_id, by)
    if not first:
        return session.get(ReleaseApproval, request.id) or approvals_of(session, exit_order.id)[-1]
    given = approval_of(session, exit_order.id, at.on)
    if given is not None:
        return given
    pledge = lending.pledge_of_lot(session, exit_order.lot_id)
    if pledge is None:
        raise NothingPledged
    row = ReleaseApproval(
        id=request.id, exit_id=exit_order.id, loan_id=pledge.loan_id, approved_by_person_id=by.eyes,
        approved_at=at.at, approved_on=at.on,
    )  # fmt: skip
    append(session, row)
    audit.record(session, "settlement.approve_release", ("exit", exit_order.id), by=by, at=at, loan_id=pledge.loan_id)
    return row


def pay_release(session: Session, request: PayRelease, *, by: Actor, at: Moment) -> ReleasePayment:
    """Take an owner's money for an exit without a sale: fees, then what keeps the loan at the ceiling.

    Money in fen; what is paid beyond the need is owed to the owner. Bills the charges and accrues interest to today.
    Locks lot, exit, loan and accounts. Posts the invoice, the accrual, and debit cash against fees, interest and
    principal. A repeat returns the first payment.
    Raises Forbidden, AmountInvalid, ExitNotFound, ExitOfAnotherKind, PaymentShort, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if request.paid_fen < 1:
        raise billing.AmountInvalid(amount_fen=request.paid_fen)
    first = idempotency.claim(session, request.id, "settlement.pay_release", asdict(request), by=by, at=at)
    by = by.trusted_with(Permission.ORDER_EXIT)
    if not first:
        return next(row for row in payments_of(session, request.exit_id) if row.id == request.id)
    exit_order = _locked(session, request.exit_id, by)
    if exit_order.deal_id is not None:
        raise ExitOfAnotherKind(needed=billing.ExitKind.OWN, kind=exit_order.kind)
    quote = release_quote(session, exit_order, at.on)
    if request.paid_fen < quote.total_fen:
        raise PaymentShort(needed_fen=quote.total_fen, paid_fen=request.paid_fen)
    ask = billing.QuoteExit(derived_id(request.id, "quote"), exit_order.id)
    billing.quote_exit(session, ask, by=by, at=at)
    billing.invoice_exit(
        session, billing.InvoiceExit(derived_id(request.id, "invoice"), exit_order.id, at.on), by=by, at=at
    )
    row = _book(session, request, exit_order, quote, by=by, at=at)
    if exit_order.state == billing.ExitState.QUOTED:  # goods picked or weighed on an earlier day only owe the new day
        clear = billing.ClearExit(derived_id(request.id, "clear"), exit_order.id, billing.ClearBasis.PAID)
        billing.clear_exit(session, clear, by=by, at=at)
    audit.record(session, "settlement.pay_release", ("exit", exit_order.id), by=by, at=at, paid_fen=request.paid_fen)
    return row


def _book(
    session: Session, request: PayRelease, exit_order: billing.ExitOrder, quote: ReleaseQuote, *, by: Actor, at: Moment
) -> ReleasePayment:
    pledge = lending.pledge_of_lot(session, exit_order.lot_id)
    if pledge is not None:
        lending.accrue_to(session, pledge.loan_id, at.on, by=by, at=at)
    code = parties.get_party(session, exit_order.party_id).code
    surplus = request.paid_fen - quote.total_fen
    legs = (
        ledger.Leg(billing.cash_account(billing.PaymentMethod(request.method)), request.paid_fen),
        ledger.Leg(f"A:Fee:Storage:{code}", -quote.storage_fen),
        ledger.Leg(f"A:Fee:Handling:{code}", -quote.handling_fen),
        ledger.Leg(f"A:Loan:InterestReceivable:{code}", -quote.interest_fen),
        ledger.Leg(f"A:Loan:Principal:{code}", -quote.principal_fen),
        ledger.Leg(f"L:GrowerPayable:{code}", -surplus),
    )
    entry = ledger.Entry(request.id, f"pay:{request.id}", "release", "owner pays to take goods", at.on, legs)
    journal = ledger.post(session, entry, by=by, at=at)
    if pledge is not None:
        change = lending.Change("paid", at.on, journal.id, quote.principal_fen, quote.interest_fen)
        lending.record_payment(session, pledge.loan_id, change, by=by, at=at)
    billing.settle_open_invoices(session, exit_order.id, journal_id=journal.id, by=by, at=at)
    payment = billing.RecordPayment(
        derived_id(request.id, "payment"), exit_order.party_id, request.paid_fen,
        billing.PaymentMethod(request.method), request.reference, journal.id,
    )  # fmt: skip
    billing.record_payment(session, payment, by=by, at=at)
    row = ReleasePayment(
        id=request.id, exit_id=exit_order.id, paid_fen=request.paid_fen, storage_fen=quote.storage_fen,
        handling_fen=quote.handling_fen, interest_fen=quote.interest_fen, principal_fen=quote.principal_fen,
        surplus_fen=surplus, journal_id=journal.id, paid_on=at.on, paid_at=at.at,
    )  # fmt: skip
    append(session, row)
    return row


def _locked(session: Session, exit_id: UUID, by: Actor) -> billing.ExitOrder:
    exit_order = billing.get_exit_order(session, exit_id, by)
    lots.lock_with_kin(session, [exit_order.lot_id])
    return billing.lock_exit_order(session, exit_id)
