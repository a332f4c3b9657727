"""Papers as PDF, to who may see what they say."""

from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing
from wms.api.resource import Resource
from wms.delivery import papers
from wms.delivery.identity import actor

PAPERS = Resource("papers", "What is printed, in both languages, as PDF.")


@PAPERS.file("/exit-orders/<uuid:exit_id>/paper", papers.PDF, raises=(billing.get_exit_order,))
def exit_order_paper(session: Session, exit_id: UUID) -> papers.Paper:
    """Show an exit order as a PDF."""
    return papers.exit_order(session, exit_id, actor())


@PAPERS.file(
    "/exit-orders/<uuid:exit_id>/gate-pass-paper", papers.PDF,
    raises=(billing.get_exit_order, billing.GatePassNotFound),
)  # fmt: skip
def gate_pass_paper(session: Session, exit_id: UUID) -> papers.Paper:
    """Show a copy of the standing gate pass of an exit as a PDF; a copy carries no code."""
    return papers.gate_pass(session, exit_id, actor())


@PAPERS.file("/invoices/<uuid:invoice_id>/paper", papers.PDF, raises=(billing.get_invoice,))
def invoice_paper(session: Session, invoice_id: UUID) -> papers.Paper:
    """Show an invoice as a PDF."""
    return papers.invoice(session, invoice_id, actor())


@PAPERS.file("/credit-notes/<uuid:note_id>/paper", papers.PDF, raises=(billing.get_credit_note,))
def credit_note_paper(session: Session, note_id: UUID) -> papers.Paper:
    """Show a credit note as a PDF."""
    return papers.credit_note(session, note_id, actor())


RESOURCES = (PAPERS,)
