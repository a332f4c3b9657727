"""E-invoices: what waits for the tax bureau, batches for it, and its numbers back."""

import base64
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import documents, einvoicing, parties
from wms.api.resource import Resource
from wms.delivery import papers
from wms.delivery.identity import actor, now
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import einvoicing as paper
from wms.schemas import paged
from wms.schemas.bodies import Strict
from wms.schemas.fields import Day

EINVOICES = Resource("e-invoices", "What goes to the tax bureau, and the numbers it gives.")
BOOKS = Permission.SEE_BOOKS
BATCH = "/e-invoice-batches/<uuid:batch_id>"


class PeriodQuery(Strict):
    """The first and the last day, 92 days apart at most."""

    from_on = Day(required=True)
    to_on = Day(required=True)


@EINVOICES.get("/e-invoice-items", paged(paper.ITEM), needs=BOOKS)
def list_einvoice_items(session: Session) -> Page[einvoicing.EinvoiceItem]:
    """List what the tax bureau calls each kind of charge, as far as somebody said."""
    return Page(list(einvoicing.item_rows(session).values()), None)


@EINVOICES.get(
    "/e-invoices/waiting", paged(paper.WAITING), query=PeriodQuery, needs=BOOKS, raises=(einvoicing.PeriodUnfit,)
)
def list_waiting_einvoices(session: Session, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """List the invoices and credit notes of a period that no batch holds, and what each lacks."""
    desk = einvoicing.waiting_of(session, query["from_on"], query["to_on"], now())
    rows = []
    for each in desk.waiting:
        one = each.document
        rows.append(
            {"document_id": one.id, "kind": one.kind.value, "document": one.number, "on": one.on,
             "party_id": one.party_id, "gross_fen": one.gross_fen, "tax_fen": one.tax_fen,
             "lacks": [lack.value for lack in each.lacks]}
        )  # fmt: skip
    return Page(rows, None)


@EINVOICES.page("/e-invoice-batches", paper.BATCH, needs=BOOKS)
def list_einvoice_batches(session: Session, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """List the batches, the latest first."""
    found = einvoicing.list_batches(session, **query)
    return Page([_batch(session, row) for row in found.items], found.next_cursor)


@EINVOICES.get(f"{BATCH}/rows", paged(paper.ROW), needs=BOOKS, raises=(einvoicing.get_batch,))
def rows_of_einvoice_batch(session: Session, batch_id: UUID) -> Page[dict[str, Any]]:
    """List the lines of a batch as they were handed over, with the tax bureau's numbers."""
    batch = einvoicing.get_batch(session, batch_id)
    numbers = einvoicing.numbers_of(session, batch.id)
    rows = []
    for row in einvoicing.rows_of(session, batch.id):
        given = numbers.get(row.document_id)
        names = (name for name in paper.ROW().fields if name != "number")
        rows.append({name: getattr(row, name) for name in names} | {"number": given.number if given else None})
    return Page(rows, None)


@EINVOICES.file(f"{BATCH}/csv", papers.CSV, needs=BOOKS, raises=(papers.einvoice_batch,))
def einvoice_batch_as_csv(session: Session, batch_id: UUID) -> papers.Paper:
    """Hand over a batch as CSV, always the same bytes."""
    return papers.einvoice_batch(session, batch_id, documents.EinvoiceFile.CSV)


@EINVOICES.file(f"{BATCH}/xlsx", papers.XLSX, needs=BOOKS, raises=(papers.einvoice_batch,))
def einvoice_batch_as_xlsx(session: Session, batch_id: UUID) -> papers.Paper:
    """Hand over a batch as XLSX, always the same bytes."""
    return papers.einvoice_batch(session, batch_id, documents.EinvoiceFile.XLSX)


@EINVOICES.get(
    "/invoices/<uuid:document_id>/e-invoice", paper.NUMBER,
    raises=(einvoicing.number_of_document, einvoicing.NumberNotFound),
)  # fmt: skip
def einvoice_of_document(session: Session, document_id: UUID) -> einvoicing.EinvoiceNumber:
    """Show the tax bureau's number of an invoice or credit note of one's own, or anybody's by who sees all."""
    return einvoicing.number_of_document(session, document_id, actor())


def _batch(session: Session, row: einvoicing.EinvoiceBatch) -> dict[str, Any]:
    names = ("id", "name", "from_on", "to_on", "documents", "net_fen", "tax_fen", "gross_fen", "exported_at")
    return {name: getattr(row, name) for name in names} | {
        "withdrawn": einvoicing.withdrawal_of(session, row.id) is not None
    }


def _record(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> dict[str, Any]:
    """Read the file; a dry run, or one with bad lines, names them and records nothing but that it was looked at."""
    by.must(Permission.TAKE_PAYMENT)
    try:
        content = base64.b64decode(body["content"], validate=True)
    except ValueError as error:
        raise documents.SheetUnreadable(why="base64") from error
    found = einvoicing.read_numbers(documents.read_sheet(content))
    bad = list(found.bad) or einvoicing.judged(session, found.numbers)[0]
    told = {"lines": len(found.numbers), "recorded": None,
            "bad": [{"line": row.line, "why": row.why, "value": row.value} for row in bad]}  # fmt: skip
    if bad or body["dry_run"]:
        idempotency.claim(session, body["id"], "api.look_at_einvoice_numbers", body, by=by, at=at)
        return told
    wanted = einvoicing.RecordNumbers(body["id"], found.numbers)
    return told | {"recorded": einvoicing.record_numbers(session, wanted, by=by, at=at)}


EINVOICES.command("/e-invoice-items", einvoicing.set_item, paper.SET_ITEM, paper.ITEM, einvoicing.SetItem)
EINVOICES.command(
    "/parties/<uuid:party_id>/e-invoice-title", einvoicing.set_title, paper.SET_TITLE, paper.TITLE, einvoicing.SetTitle,
    also=(parties.PartyNotFound,),
)  # fmt: skip
EINVOICES.command(
    "/e-invoice-batches", einvoicing.prepare_batch, paper.PREPARE, paper.BATCH, einvoicing.PrepareBatch, show=_batch
)
EINVOICES.command(
    f"{BATCH}/withdraw", einvoicing.withdraw_batch, paper.WITHDRAW, paper.WITHDRAWAL, einvoicing.WithdrawBatch,
    status=200,
)  # fmt: skip
EINVOICES.command(
    "/e-invoice-numbers", einvoicing.record_numbers, paper.NumbersBody, paper.NUMBERS, run=_record,
    also=(documents.SheetUnreadable,),
)  # fmt: skip
RESOURCES = (EINVOICES,)
