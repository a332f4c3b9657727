"""Batches with their rows, and the tax bureau's numbers."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.billing.tables import CreditNote, Invoice
from wms.einvoicing.errors import BatchNotFound, NumberNotFound
from wms.einvoicing.rules.numbers import BadNumber, SaidNumber, is_number, twice_in
from wms.einvoicing.tables import (
    EinvoiceBatch,
    EinvoiceDocument,
    EinvoiceItem,
    EinvoiceNumber,
    EinvoiceRow,
    EinvoiceTitle,
    EinvoiceWithdrawal,
)
from wms.kernel.actor import Actor
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page

EVIDENCE = (EinvoiceItem, EinvoiceTitle, EinvoiceBatch, EinvoiceRow, EinvoiceWithdrawal, EinvoiceNumber)


def get_batch(session: Session, batch_id: UUID) -> EinvoiceBatch:
    """Return a batch. Raises BatchNotFound."""
    row = session.get(EinvoiceBatch, batch_id)
    if row is None:
        raise BatchNotFound(batch_id=batch_id)
    return row


def list_batches(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[EinvoiceBatch]:
    """Return a page of the batches, the latest first."""
    keys = [EinvoiceBatch.exported_at, EinvoiceBatch.id]
    return page(session, select(EinvoiceBatch), keys, cursor=cursor, limit=limit, descending=True)


def rows_of(session: Session, batch_id: UUID) -> list[EinvoiceRow]:
    """Return the rows of a batch in the order of its file."""
    return list(session.scalars(select(EinvoiceRow).where(EinvoiceRow.batch_id == batch_id).order_by(EinvoiceRow.n)))


def withdrawal_of(session: Session, batch_id: UUID) -> EinvoiceWithdrawal | None:
    """Return how a batch was withdrawn, or None."""
    return session.get(EinvoiceWithdrawal, batch_id)


def number_of(session: Session, document_id: UUID) -> EinvoiceNumber | None:
    """Return the bureau's number of an invoice or credit note, or None."""
    return session.get(EinvoiceNumber, document_id)


def number_of_document(session: Session, document_id: UUID, by: Actor) -> EinvoiceNumber:
    """Return the bureau's number of an invoice or credit note whose party `by` may see. Raises NumberNotFound."""
    note = session.get(CreditNote, document_id)
    invoice = session.get(Invoice, document_id if note is None else note.invoice_id)
    found = None if invoice is None or not by.sees(invoice.party_id) else session.get(EinvoiceNumber, document_id)
    if found is None:
        raise NumberNotFound(document_id=document_id)
    return found


def numbers_of(session: Session, batch_id: UUID) -> dict[UUID, EinvoiceNumber]:
    """Return the bureau's numbers of a batch that stands, by document."""
    held = select(EinvoiceDocument.document_id).where(EinvoiceDocument.batch_id == batch_id)
    query = select(EinvoiceNumber).where(EinvoiceNumber.document_id.in_(held))
    return {row.document_id: row for row in session.scalars(query)}


def numbers_of_documents(session: Session, document_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the bureau's numbers of invoices and credit notes that have one; the caller may see the documents."""
    return {row.document_id: row.number for row in _numbers(session, document_ids, by_number=False)}


def numbers_by_journal(session: Session, party_id: UUID) -> dict[UUID, str]:
    """Return the bureau's numbers of a party's invoices and credit notes by the journal that books each."""
    bills = (
        select(Invoice.journal_id, EinvoiceNumber.number)
        .join(EinvoiceNumber, EinvoiceNumber.document_id == Invoice.id)
        .where(Invoice.party_id == party_id)
    )
    notes = (
        select(CreditNote.journal_id, EinvoiceNumber.number)
        .join(EinvoiceNumber, EinvoiceNumber.document_id == CreditNote.id)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .where(Invoice.party_id == party_id)
    )
    found = [*session.execute(bills), *session.execute(notes)]
    return {journal_id: number for journal_id, number in found if journal_id is not None}


def exported_documents(session: Session, names: Sequence[str]) -> dict[str, UUID]:
    """Return the documents of batches that stand by their printed numbers."""
    found: dict[str, UUID] = {}
    for start in range(0, len(names), 500):
        query = (
            select(EinvoiceRow.document, EinvoiceRow.document_id)
            .join(EinvoiceDocument, EinvoiceDocument.document_id == EinvoiceRow.document_id)
            .where(
                EinvoiceDocument.batch_id == EinvoiceRow.batch_id, EinvoiceRow.document.in_(names[start : start + 500])
            )
            .distinct()
        )
        found.update((name, document_id) for name, document_id in session.execute(query))
    return found


def judged(session: Session, numbers: Sequence[SaidNumber]) -> tuple[list[BadNumber], dict[UUID, SaidNumber]]:
    """Return which numbers do not fit what is known, and by document the ones that are new."""
    known = exported_documents(session, [one.document for one in numbers])
    ids = list(known.values())
    given = {row.document_id: row.number for row in _numbers(session, ids, by_number=False)}
    taken = {row.number: row.document_id for row in _numbers(session, [one.number for one in numbers], by_number=True)}
    bad, new = list(twice_in(numbers)), dict[UUID, SaidNumber]()
    for one in numbers:
        document_id = known.get(one.document)
        if not is_number(one.number):
            bad.append(BadNumber(one.line, "number", one.number[:60]))
        elif document_id is None:
            bad.append(BadNumber(one.line, "foreign", one.document))
        elif given.get(document_id, one.number) != one.number:
            bad.append(BadNumber(one.line, "other", f"{one.document} {given[document_id]}"))
        elif taken.get(one.number, document_id) != document_id:
            bad.append(BadNumber(one.line, "taken", one.number))
        elif document_id not in given:
            new[document_id] = one
    return bad, new


def _numbers(session: Session, keys: Sequence[object], *, by_number: bool) -> Iterator[EinvoiceNumber]:
    column = EinvoiceNumber.number if by_number else EinvoiceNumber.document_id
    for start in range(0, len(keys), 500):
        yield from session.scalars(select(EinvoiceNumber).where(column.in_(keys[start : start + 500])))


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong: rows against digests, batches against their rows, rows against the documents they stand for.

    Every document of a batch stands there with its own total and tax, to the fen.
    """
    for table in EVIDENCE:
        yield from check_rows(session, table)
    gross, tax = func.sum(EinvoiceRow.gross_fen), func.sum(EinvoiceRow.tax_fen)
    sums = select(EinvoiceRow.batch_id, gross, tax, func.count(EinvoiceRow.document_id.distinct()))
    found = {key: tuple(map(int, rest)) for key, *rest in session.execute(sums.group_by(EinvoiceRow.batch_id))}
    for batch in session.scalars(select(EinvoiceBatch)):
        if found.get(batch.id) != (batch.gross_fen, batch.tax_fen, batch.documents):
            yield Finding("einvoice_batches", str(batch.id), "does not agree with its rows")
    of_document = (EinvoiceRow.batch_id, EinvoiceRow.document_id, EinvoiceRow.document_kind)
    for _, document_id, kind, gross_fen, tax_fen in session.execute(
        select(*of_document, gross, tax).group_by(*of_document)
    ):
        if (int(gross_fen), int(tax_fen)) != _own_sums(session, document_id, kind):
            yield Finding("einvoice_rows", str(document_id), "the document has another total or tax")


def _own_sums(session: Session, document_id: UUID, kind: str) -> tuple[int, int] | None:
    if kind == "invoice":
        invoice = session.get(Invoice, document_id)
        return None if invoice is None else (invoice.total_fen, invoice.tax_fen)
    note = session.get(CreditNote, document_id)
    return None if note is None else (-note.storage_fen - note.handling_fen, -note.tax_fen)
