"""The invoices and credit notes of a period that no batch holds, with what each lacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from wms import billing, parties
from wms.billing.tables import CreditNote, Invoice, InvoiceLine
from wms.einvoicing.errors import PeriodUnfit
from wms.einvoicing.queries.settings import items_now, seller_side, side_of
from wms.einvoicing.rules.documents import (
    ChargeKind,
    ChargeLine,
    Document,
    DocumentKind,
    Item,
    Lack,
    Side,
    lacks_of,
)
from wms.einvoicing.tables import EinvoiceDocument, EinvoiceNumber
from wms.kernel.clock import Moment
from wms.lots.tables import Lot

LONGEST_DAYS = 92


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document no batch holds, and what it lacks; nothing if it can be exported."""

    document: Document
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a period is exported with: the seller, what charges are called, and the documents, oldest first."""

    seller: Side
    items: Mapping[ChargeKind, Item]
    waiting: tuple[Waiting, ...]

    @property
    def complete(self) -> list[Document]:
        """The documents that lack nothing."""
        return [each.document for each in self.waiting if not each.lacks]


def waiting_of(session: Session, from_on: date, to_on: date, at: Moment) -> Desk:
    """Return what of a period, both days included, waits for the tax bureau. Fen; locks nothing.

    A document of nothing but zeros needs no e-invoice and is left out. Raises PeriodUnfit.
    """
    if not from_on <= to_on <= at.on or (to_on - from_on).days >= LONGEST_DAYS:
        raise PeriodUnfit(from_on=from_on, to_on=to_on)
    seller, items = seller_side(session, at.at), items_now(session)
    buyers = _Buyers(session, at.at)
    found = [*_invoices(session, from_on, to_on, buyers), *_notes(session, from_on, to_on, buyers)]
    found.sort(key=lambda one: (one.on, one.kind is DocumentKind.CREDIT_NOTE, one.number))
    return Desk(seller, items, tuple(Waiting(one, lacks_of(one, seller, items)) for one in found))


class _Buyers:
    """The buyers of a period, each looked up once."""

    def __init__(self, session: Session, at: datetime) -> None:
        self.session, self.at = session, at
        self.known: dict[UUID, Side] = {}

    def side(self, party_id: UUID) -> Side:
        if party_id not in self.known:
            self.known[party_id] = side_of(self.session, parties.get_party(self.session, party_id), self.at)
        return self.known[party_id]


def _invoices(session: Session, from_on: date, to_on: date, buyers: _Buyers) -> Iterator[Document]:
    query = (
        select(Invoice, InvoiceLine, Lot.code)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .join(Lot, Lot.id == Invoice.lot_id)
        .where(Invoice.invoiced_on.between(from_on, to_on), Invoice.id.not_in(_held()), InvoiceLine.charge_fen != 0)
        .order_by(Invoice.invoiced_on, Invoice.series, Invoice.number, InvoiceLine.kind.desc())
    )
    gathered: dict[UUID, tuple[Invoice, str, list[InvoiceLine]]] = {}
    for invoice, line, lot_code in session.execute(query):
        gathered.setdefault(invoice.id, (invoice, lot_code, []))[2].append(line)
    for invoice, lot_code, lines in gathered.values():
        yield Document(
            id=invoice.id, kind=DocumentKind.INVOICE, number=invoice.name, on=invoice.invoiced_on,
            party_id=invoice.party_id, buyer=buyers.side(invoice.party_id), tax_permille=invoice.tax_permille,
            lines=tuple(
                ChargeLine(ChargeKind(line.kind), line.charge_fen, line.tax_fen, line.entry_grams) for line in lines
            ),
            remark=f"账单 {invoice.name} 批次 {lot_code}",
        )  # fmt: skip


def _notes(session: Session, from_on: date, to_on: date, buyers: _Buyers) -> Iterator[Document]:
    query = (
        select(CreditNote, Invoice, EinvoiceNumber.number)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .outerjoin(EinvoiceNumber, EinvoiceNumber.document_id == Invoice.id)
        .where(CreditNote.issued_on.between(from_on, to_on), CreditNote.id.not_in(_held()))
        .order_by(CreditNote.issued_on, CreditNote.series, CreditNote.number)
    )
    for note, invoice, original_number in session.execute(query):
        taxes = billing.taxes_of_note(session, note)
        gross = {ChargeKind.STORAGE: note.storage_fen, ChargeKind.HANDLING: note.handling_fen}
        yield Document(
            id=note.id, kind=DocumentKind.CREDIT_NOTE, number=note.name, on=note.issued_on,
            party_id=invoice.party_id, buyer=buyers.side(invoice.party_id), tax_permille=invoice.tax_permille,
            lines=tuple(ChargeLine(kind, -fen, -taxes[kind.value]) for kind, fen in gross.items() if fen),
            remark=f"冲减账单 {invoice.name}: {note.reason}", original=invoice.name,
            original_number=original_number or "",
        )  # fmt: skip


def _held() -> Select[UUID]:
    return select(EinvoiceDocument.document_id).where(EinvoiceDocument.batch_id.is_not(None))
