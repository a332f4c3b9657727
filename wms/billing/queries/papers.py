"""What printed papers need: credit notes and their taxes, codes compared, and what anybody may check of a paper."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import lots
from wms.billing.errors import InvoiceNotFound, PaperNotFound
from wms.billing.queries.exits import credit_notes_of
from wms.billing.rules.charges import tax_of
from wms.billing.rules.gate import normal_code
from wms.billing.rules.wording import exit_number
from wms.billing.tables import CreditNote, ExitOrder, GatePass, Invoice
from wms.kernel.actor import Actor


class PaperKind(StrEnum):
    """What a printed paper is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    EXIT_ORDER = "exit_order"


@dataclass(frozen=True, slots=True)
class PublicPaper:
    """What anybody may see of a paper whose id they hold; `state` is an exit order's, `corrected` an invoice's."""

    kind: PaperKind
    number: str
    issued_on: date
    state: str = ""
    corrected: bool = False


def get_credit_note(session: Session, note_id: UUID, by: Actor) -> tuple[CreditNote, Invoice]:
    """Return a credit note with its invoice, if `by` may see its party. Raises InvoiceNotFound."""
    note = session.get(CreditNote, note_id)
    invoice = None if note is None else session.get(Invoice, note.invoice_id)
    if note is None or invoice is None or not by.sees(invoice.party_id):
        raise InvoiceNotFound(invoice_id=note_id)
    return note, invoice


def taxes_of_note(session: Session, note: CreditNote) -> dict[str, int]:
    """Return the tax in a credit note by kind of charge, in fen: what stays has the tax of an invoice for just that."""
    invoice = session.get_one(Invoice, note.invoice_id)
    before = [row for row in credit_notes_of(session, invoice.id) if row.number < note.number]
    taken = {
        "storage": (invoice.storage_fen - sum(row.storage_fen for row in before), note.storage_fen),
        "handling": (invoice.handling_fen - sum(row.handling_fen for row in before), note.handling_fen),
    }
    permille = invoice.tax_permille
    return {kind: tax_of(left, permille) - tax_of(left - fen, permille) for kind, (left, fen) in taken.items()}


def is_code_of(row: GatePass, code: str) -> bool:
    """Tell whether a code is the pass's own, in constant time."""
    return hmac.compare_digest(row.code_digest, code_digest(code))


def code_digest(code: str) -> str:
    """Return what is kept of a one-time code."""
    return hashlib.sha256(normal_code(code).encode()).hexdigest()


def public_paper(session: Session, paper_id: UUID) -> PublicPaper:
    """Return what anybody may see of a paper by the id printed on it: that it is real. Raises PaperNotFound."""
    invoice = session.get(Invoice, paper_id)
    if invoice is not None:
        notes = session.scalar(select(func.count()).where(CreditNote.invoice_id == invoice.id))
        return PublicPaper(PaperKind.INVOICE, invoice.name, invoice.invoiced_on, corrected=bool(notes))
    note = session.get(CreditNote, paper_id)
    if note is not None:
        return PublicPaper(PaperKind.CREDIT_NOTE, note.name, note.issued_on)
    order = session.get(ExitOrder, paper_id)
    if order is None:
        raise PaperNotFound
    lot = lots.get_lot(session, order.lot_id)
    return PublicPaper(PaperKind.EXIT_ORDER, exit_number(order.id, lot.code), order.opened_at.date(), order.state)
