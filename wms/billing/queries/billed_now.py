"""What this transaction itself billed, settled and took out: known without asking, written or not."""

from uuid import UUID

from sqlalchemy.orm import Session

from wms import ledger
from wms.billing.rules.requests import Fees
from wms.billing.tables import CreditNote, Invoice, InvoiceLine, InvoiceSettlement
from wms.kernel.writing import fresh


def all_invoices_of(session: Session, exit_id: UUID) -> list[Invoice] | None:
    """Return the invoices of an exit in the order of their numbers, if this transaction made all of them; else None.

    It made all if it made the first, which alone has lines with units.
    """
    if not any(line.exit_id == exit_id and line.units for line in fresh(session, InvoiceLine)):
        return None
    mine = (invoice for invoice in fresh(session, Invoice) if invoice.exit_id == exit_id)
    return sorted(mine, key=lambda invoice: (invoice.invoiced_at, invoice.number))


def open_of_new(session: Session, invoice_id: UUID) -> Fees | None:
    """Return what is open of an invoice of this transaction, which nobody else can have settled; None of others."""
    invoice = next((row for row in fresh(session, Invoice) if row.id == invoice_id), None)
    if invoice is None:
        return None
    back = {journal.reverses_id for journal in fresh(session, ledger.Journal)}
    settled = [
        row for row in fresh(session, InvoiceSettlement) if row.invoice_id == invoice_id and row.journal_id not in back
    ]
    notes = [row for row in fresh(session, CreditNote) if row.invoice_id == invoice_id]
    return Fees(
        invoice.storage_fen
        - sum(row.storage_fen for row in settled)
        - sum(note.storage_fen - note.storage_paid_fen for note in notes),
        invoice.handling_fen
        - sum(row.handling_fen for row in settled)
        - sum(note.handling_fen - note.handling_paid_fen for note in notes),
    )
