"""Exit orders, invoices, credit and gate passes: by id, by list, locked."""

from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from wms.billing.errors import CreditNotFound, ExitNotFound, GatePassNotFound, InvoiceNotFound
from wms.billing.queries.billed_now import all_invoices_of
from wms.billing.rules.states import CreditState, ExitState, PassState, PaymentMethod
from wms.billing.tables import (
    CreditNote,
    CreditRequest,
    ExitOrder,
    ExitQuote,
    GatePass,
    Invoice,
    InvoiceLine,
    InvoiceSettlement,
    Payment,
    ReceivedReference,
)
from wms.kernel.actor import Actor, Permission
from wms.kernel.asking import Question, ask
from wms.kernel.clock import Moment
from wms.kernel.paging import Page, page
from wms.kernel.writing import lock

OVER = (ExitState.CLOSED.value, ExitState.VOID.value)


def get_exit_order(session: Session, exit_id: UUID, by: Actor) -> ExitOrder:
    """Return an exit order whose owner `by` may see. Raises ExitNotFound."""
    found = session.get(ExitOrder, exit_id)
    if found is None or not by.sees(found.party_id):
        raise ExitNotFound(exit_id=exit_id)
    return found


def get_exit(session: Session, exit_id: UUID) -> ExitOrder:
    """Return an exit order, whoever owns the goods. Raises ExitNotFound."""
    found = session.get(ExitOrder, exit_id)
    if found is None:
        raise ExitNotFound(exit_id=exit_id)
    return found


def lot_of_exit(session: Session, exit_id: UUID) -> UUID:
    """Return the lot of an exit order, so that it can be locked first. Raises ExitNotFound."""
    return get_exit(session, exit_id).lot_id


def lock_exit_order(session: Session, exit_id: UUID) -> ExitOrder:
    """Return an exit order, locked until the transaction ends; take its lot's lock first. Raises ExitNotFound."""
    found = lock(session, ExitOrder, exit_id)
    if found is None:
        raise ExitNotFound(exit_id=exit_id)
    return found


def list_exit_orders(
    session: Session,
    by: Actor,
    *,
    states: tuple[ExitState, ...] = (),
    lot_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ExitOrder]:
    """Return a page of the exit orders `by` may see, newest first."""
    query = select(ExitOrder)
    if not by.may(Permission.SEE_ALL):
        query = query.where(ExitOrder.party_id == by.party_id)
    if states:
        query = query.where(ExitOrder.state.in_([state.value for state in states]))
    if lot_id is not None:
        query = query.where(ExitOrder.lot_id == lot_id)
    return page(session, query, [ExitOrder.opened_at, ExitOrder.id], cursor=cursor, limit=limit, descending=True)


def exits_of_deal(session: Session, deal_id: UUID) -> list[ExitOrder]:
    """Return the exit orders that deliver a deal, oldest first."""
    query = select(ExitOrder).where(ExitOrder.deal_id == deal_id).order_by(ExitOrder.opened_at, ExitOrder.id)
    return list(session.scalars(query))


def units_on_the_way(session: Session, hold_id: UUID) -> int:
    """Return the units that unfinished exit orders take through a hold."""
    query = select(func.coalesce(func.sum(ExitOrder.units), 0)).where(
        ExitOrder.hold_id == hold_id, ExitOrder.state.not_in(OVER)
    )
    return int(session.scalar(query) or 0)


def quote_of(session: Session, order: ExitOrder) -> ExitQuote | None:
    """Return the quote that counts for an exit order."""
    return None if order.quote_id is None else session.get(ExitQuote, order.quote_id)


def get_invoice(session: Session, invoice_id: UUID, by: Actor) -> Invoice:
    """Return an invoice of a party that `by` may see. Raises InvoiceNotFound."""
    found = session.get(Invoice, invoice_id)
    if found is None or not by.sees(found.party_id):
        raise InvoiceNotFound(invoice_id=invoice_id)
    return found


def is_reference_taken(session: Session, method: PaymentMethod, reference: str) -> bool:
    """Tell whether a number of incoming money was taken before, for a payment, a wallet or a deal."""
    return session.get(ReceivedReference, (method.value, reference.strip())) is not None


def invoices_of(session: Session, exit_id: UUID) -> list[Invoice]:
    """Return the invoices of an exit in the order of their numbers."""
    mine = all_invoices_of(session, exit_id)
    return list(session.scalars(_invoices_of(), {"exit": exit_id})) if mine is None else mine


@cache
def _invoices_of() -> Select[Invoice]:
    return select(Invoice).where(Invoice.exit_id == bindparam("exit")).order_by(Invoice.invoiced_at, Invoice.number)


def list_invoices(
    session: Session, by: Actor, *, party_id: UUID | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Invoice]:
    """Return a page of the invoices `by` may see, newest first."""
    query = select(Invoice)
    if not by.may(Permission.SEE_ALL):
        query = query.where(Invoice.party_id == by.party_id)
    if party_id is not None:
        query = query.where(Invoice.party_id == party_id)
    return page(session, query, [Invoice.invoiced_at, Invoice.id], cursor=cursor, limit=limit, descending=True)


def lines_of(session: Session, invoice_id: UUID) -> list[InvoiceLine]:
    """Return the lines of an invoice, storage before handling."""
    query = select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id).order_by(InvoiceLine.kind.desc())
    return list(session.scalars(query))


def settlements_of(session: Session, invoice_id: UUID) -> list[InvoiceSettlement]:
    """Return what settled an invoice, oldest first."""
    query = select(InvoiceSettlement).where(InvoiceSettlement.invoice_id == invoice_id)
    return list(session.scalars(query.order_by(InvoiceSettlement.settled_at, InvoiceSettlement.id)))


def credit_notes_of(session: Session, invoice_id: UUID) -> list[CreditNote]:
    """Return the credit notes to an invoice in the order of their numbers."""
    query = select(CreditNote).where(CreditNote.invoice_id == invoice_id)
    return list(session.scalars(query.order_by(CreditNote.issued_at, CreditNote.number)))


def list_payments(session: Session, by: Actor, *, cursor: str | None = None, limit: int = 50) -> Page[Payment]:
    """Return a page of the payments `by` may see, newest first."""
    query = select(Payment)
    if not by.may(Permission.SEE_ALL):
        query = query.where(Payment.party_id == by.party_id)
    return page(session, query, [Payment.received_at, Payment.id], cursor=cursor, limit=limit, descending=True)


def lock_credit(session: Session, request_id: UUID) -> CreditRequest:
    """Return a credit request, locked. Raises CreditNotFound."""
    query = select(CreditRequest).where(CreditRequest.id == request_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise CreditNotFound(request_id=request_id)
    return found


def credits_of(session: Session, exit_id: UUID) -> list[CreditRequest]:
    """Return the credit requests of an exit, oldest first."""
    query = select(CreditRequest).where(CreditRequest.exit_id == exit_id)
    return list(session.scalars(query.order_by(CreditRequest.requested_at, CreditRequest.id)))


def usable_credit(session: Session, exit_id: UUID, needed_fen: int, at: Moment) -> CreditRequest | None:
    """Return an approved, unexpired credit of an exit that covers an amount, locked; None if there is none."""
    query = (
        select(CreditRequest)
        .where(
            CreditRequest.exit_id == exit_id,
            CreditRequest.state == CreditState.APPROVED.value,
            CreditRequest.expires_at > at.at,
            CreditRequest.credit_fen >= needed_fen,
        )
        .order_by(CreditRequest.credit_fen, CreditRequest.id)
        .limit(1)
        .with_for_update()
    )
    return session.scalars(query).first()


def live_pass_of(session: Session, exit_id: UUID) -> GatePass | None:
    """Return the gate pass of an exit that is issued or passed, or None."""
    return next((row for (row,) in ask(session, pass_asked(exit_id))), None)


def pass_asked(exit_id: UUID) -> Question:
    """Return the question which gate pass of an exit is issued or passed."""
    return Question("live pass", (ExitOrder, exit_id), (GatePass,), _live_pass(), {"exit": exit_id})


@cache
def _live_pass() -> Select[GatePass]:
    states = (PassState.ISSUED.value, PassState.PASSED.value)
    return select(GatePass).where(GatePass.exit_id == bindparam("exit"), GatePass.state.in_(states))


def lock_gate_pass(session: Session, code_digest: str) -> GatePass:
    """Return the gate pass of a code, locked. Raises GatePassNotFound."""
    query = select(GatePass).where(GatePass.code_digest == code_digest).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise GatePassNotFound
    return found


def list_gate_passes(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[GatePass]:
    """Return a page of gate passes, newest first. For staff."""
    keys = [GatePass.issued_at, GatePass.id]
    return page(session, select(GatePass), keys, cursor=cursor, limit=limit, descending=True)
