"""What is billed and still open, invoice by invoice."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from wms.billing.queries.books import reversed_journals
from wms.billing.rules.requests import Fees
from wms.billing.tables import CreditNote, Invoice, InvoiceSettlement


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice with what of it is neither settled nor taken back."""

    invoice: Invoice
    open: Fees

    def age(self, on: date) -> int:
        """Return how many days ago it was issued."""
        return (on - self.invoice.invoiced_on).days


def open_invoices(session: Session, party_id: UUID | None = None) -> list[OpenInvoice]:
    """Return the invoices something is open on, of one party if named, oldest first. Reversed journals settle none."""
    which = [] if party_id is None else [Invoice.party_id == party_id]
    settled = _sums(
        session,
        select(
            InvoiceSettlement.invoice_id, func.sum(InvoiceSettlement.storage_fen),
            func.sum(InvoiceSettlement.handling_fen),
        )
        .join(Invoice, Invoice.id == InvoiceSettlement.invoice_id)
        .where(*which, InvoiceSettlement.journal_id.not_in(reversed_journals()))
        .group_by(InvoiceSettlement.invoice_id),
    )  # fmt: skip
    noted = _sums(
        session,
        select(
            CreditNote.invoice_id, func.sum(CreditNote.storage_fen - CreditNote.storage_paid_fen),
            func.sum(CreditNote.handling_fen - CreditNote.handling_paid_fen),
        )
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(*which)
        .group_by(CreditNote.invoice_id),
    )  # fmt: skip
    none = Fees(0, 0)
    found: list[OpenInvoice] = []
    for row in session.scalars(select(Invoice).where(*_billing_something(which)).order_by(*_OLDEST)):
        less, back = settled.get(row.id, none), noted.get(row.id, none)
        left = Fees(
            row.storage_fen - less.storage_fen - back.storage_fen,
            row.handling_fen - less.handling_fen - back.handling_fen,
        )
        if left.total_fen > 0:
            found.append(OpenInvoice(row, left))
    return found


_OLDEST = (Invoice.invoiced_on, Invoice.invoiced_at, Invoice.number)


def _billing_something(which: list[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    return [*which, Invoice.total_fen > 0]


def _sums(session: Session, query: Select[UUID, int, int]) -> dict[UUID, Fees]:
    return {row[0]: Fees(int(row[1]), int(row[2])) for row in session.execute(query)}
