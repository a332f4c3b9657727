"""Batches for the tax bureau: each document stands in one that counts, and its rows are kept as they were."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.einvoicing.errors import BatchNumbered, BatchWithdrawn, EinvoiceReasonMissing, NothingToExport
from wms.einvoicing.queries.batches import get_batch, numbers_of, withdrawal_of
from wms.einvoicing.queries.waiting import Desk, waiting_of
from wms.einvoicing.rules.documents import Document, LineText, texts_of
from wms.einvoicing.rules.requests import PrepareBatch, WithdrawBatch
from wms.einvoicing.tables import EinvoiceBatch, EinvoiceDocument, EinvoiceRow, EinvoiceSeries, EinvoiceWithdrawal
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.upsert import count_up

MOST_DOCUMENTS = 1_000


def prepare_batch(session: Session, request: PrepareBatch, *, by: Actor, at: Moment) -> EinvoiceBatch:
    """Put a period's documents that are complete and in no batch into one, the oldest first, 1,000 at most.

    Net, tax and total of each are the document's own, to the fen. Posts nothing. Locks the series of batches, so that
    two batches never take the same document, and numbers have no gap. A repeat returns the first batch.
    Raises Forbidden, PeriodUnfit, NothingToExport, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "einvoicing.prepare_batch", asdict(request), by=by, at=at):
        return session.get_one(EinvoiceBatch, request.id)
    series = f"E{at.on.year}"
    number = count_up(session, EinvoiceSeries, series=series)
    desk = waiting_of(session, request.from_on, request.to_on, at)
    chosen = desk.complete[:MOST_DOCUMENTS]
    if not chosen:
        raise NothingToExport(lacking=len(desk.waiting))
    batch = _batch(request, (series, number), desk, chosen, by=by, at=at)
    append(session, batch)
    rows = [(document, text) for document in chosen for text in texts_of(document, desk.items)]
    for n, (document, text) in enumerate(rows, 1):
        append(session, _row(batch.id, n, document, text))
    _hold(session, batch.id, chosen)
    audit.record(
        session, "einvoicing.prepare_batch", ("einvoice_batch", batch.id), by=by, at=at, batch=batch.name,
        documents=batch.documents, gross_fen=batch.gross_fen,
    )  # fmt: skip
    return batch


def withdraw_batch(session: Session, request: WithdrawBatch, *, by: Actor, at: Moment) -> EinvoiceWithdrawal:
    """Take a batch back that the bureau refused: its documents wait again, its file is handed out no more.

    Posts nothing. Locks the series of batches. A repeat returns the first row.
    Raises Forbidden, BatchNotFound, EinvoiceReasonMissing, BatchWithdrawn, BatchNumbered, RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    batch = get_batch(session, request.batch_id)
    if not idempotency.claim(session, request.id, "einvoicing.withdraw_batch", asdict(request), by=by, at=at):
        return session.get_one(EinvoiceWithdrawal, batch.id)
    reason = request.reason.strip()
    if not reason:
        raise EinvoiceReasonMissing
    held = _lock(session, batch)
    before = withdrawal_of(session, batch.id)
    if before is not None:
        raise BatchWithdrawn(number=batch.name, reason=before.reason)
    numbers = numbers_of(session, batch.id)
    if numbers:
        raise BatchNumbered(number=batch.name, documents=len(numbers))
    row = EinvoiceWithdrawal(batch_id=batch.id, reason=reason[:200], withdrawn_at=at.at, account_id=by.account_id)
    append(session, row)
    for document in held:
        document.batch_id = None
    session.flush()
    audit.record(
        session, "einvoicing.withdraw_batch", ("einvoice_batch", batch.id), by=by, at=at, batch=batch.name,
        reason=row.reason,
    )  # fmt: skip
    return row


def _lock(session: Session, batch: EinvoiceBatch) -> Sequence[EinvoiceDocument]:
    """Lock the series against batches being made, then the batch's documents against numbers being recorded."""
    series = select(EinvoiceSeries).where(EinvoiceSeries.series == batch.series).with_for_update()
    session.scalars(series.execution_options(populate_existing=True)).one()
    query = select(EinvoiceDocument).where(EinvoiceDocument.batch_id == batch.id)
    query = query.order_by(EinvoiceDocument.document_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _batch(
    request: PrepareBatch, name: tuple[str, int], desk: Desk, chosen: list[Document], *, by: Actor, at: Moment
) -> EinvoiceBatch:
    gross_fen, tax_fen = sum(one.gross_fen for one in chosen), sum(one.tax_fen for one in chosen)
    seller = desk.seller
    return EinvoiceBatch(
        id=request.id, series=name[0], number=name[1], from_on=request.from_on, to_on=request.to_on,
        documents=len(chosen), net_fen=gross_fen - tax_fen, tax_fen=tax_fen, gross_fen=gross_fen,
        seller_name=seller.name, seller_tax_number=seller.tax_number, seller_address=seller.address,
        seller_phone=seller.phone, seller_bank=seller.bank, seller_account_number=seller.account_number,
        exported_on=at.on, exported_at=at.at, account_id=by.account_id,
    )  # fmt: skip


def _row(batch_id: UUID, n: int, document: Document, text: LineText) -> EinvoiceRow:
    buyer = document.buyer
    return EinvoiceRow(
        batch_id=batch_id, n=n, document_id=document.id, document_kind=document.kind.value, document=document.number,
        document_on=document.on, charge_kind=text.charge_kind.value, buyer_name=buyer.name,
        buyer_tax_number=buyer.tax_number, buyer_is_person=buyer.is_person, buyer_address=buyer.address,
        buyer_phone=buyer.phone, buyer_bank=buyer.bank, buyer_account_number=buyer.account_number,
        item_name=text.item_name, item_code=text.item_code, unit=text.unit,
        quantity_thousandths=text.quantity_thousandths, price=text.price, net_fen=text.net_fen,
        tax_permille=document.tax_permille, tax_fen=text.tax_fen, gross_fen=text.gross_fen, original=document.original,
        original_number=document.original_number, remark=document.remark[:230],
    )  # fmt: skip


def _hold(session: Session, batch_id: UUID, documents: list[Document]) -> None:
    """Say that the documents stand in this batch; the series' lock keeps others away."""
    for one in documents:
        row = session.get(EinvoiceDocument, one.id, populate_existing=True)
        if row is None:
            session.add(EinvoiceDocument(document_id=one.id, document_kind=one.kind.value, batch_id=batch_id))
        else:
            row.batch_id = batch_id
    session.flush()
