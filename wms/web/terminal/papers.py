"""Paper from the terminal: labels, receipts and the gate pass, on screen for any printer and as files."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from wms import documents, lots, receipts
from wms.delivery.house import house
from wms.delivery.identity import actor
from wms.delivery.work import read, write
from wms.web.pages import attempt, uuid_of
from wms.web.terminal import exits
from wms.web.terminal.workplace import blueprint, page

MOST_ON_SCREEN = 60


def check_url(receipt: receipts.Receipt) -> str:
    """Return the address of a receipt's public check page."""
    return house().config.web.public_url.rstrip("/") + url_for("checking.receipt", code=receipt.check_code)


def file_of(body: bytes | str, kind: str, name: str) -> Response:
    """Return a file to open or print."""
    answer = Response(body, mimetype=kind)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def bars(sscc: str) -> str:
    """Return the barcode of a unit's number."""
    return documents.code128_svg(documents.sscc_element(sscc))


def _labels(session: Session, lot_id: UUID) -> tuple[lots.Lot, list[lots.Label]]:
    return lots.get_visible_lot(session, lot_id, actor()), lots.labels_of(session, lot_id)


@blueprint.get("/lots/<uuid:lot_id>/labels")
def labels(lot_id: UUID) -> Any:
    """Show a lot's labels as they will be printed; many of them only as files."""
    row, found = read(lambda session: _labels(session, lot_id))
    drawn = [
        (label, Markup(documents.qr_svg(label.lot_code)), Markup(bars(label.sscc)))
        for label in found[:MOST_ON_SCREEN]
    ]  # fmt: skip
    return page("labels", row=row, labels=drawn, count=len(found))


@blueprint.get("/lots/<uuid:lot_id>/labels.pdf")
def labels_pdf(lot_id: UUID) -> Response:
    """Return a lot's labels as a PDF."""
    row, found = read(lambda session: _labels(session, lot_id))
    return file_of(documents.labels_pdf(found), "application/pdf", f"{row.code}.pdf")


@blueprint.get("/lots/<uuid:lot_id>/labels.zpl")
def labels_zpl(lot_id: UUID) -> Response:
    """Return a lot's labels for a label printer."""
    row, found = read(lambda session: _labels(session, lot_id))
    return file_of(documents.labels_zpl(found), "application/zpl", f"{row.code}.zpl")


@blueprint.get("/receipts/<uuid:receipt_id>")
def receipt(receipt_id: UUID) -> Any:
    """Show a receipt as it will be printed."""
    row = read(lambda session: receipts.get_visible_receipt(session, receipt_id, actor()))
    address = check_url(row)
    return page("receipt", r=row, rows=documents.receipt_rows(row), check_url=address,
                check_svg=Markup(documents.qr_svg(address)))  # fmt: skip


@blueprint.get("/receipts/<uuid:receipt_id>.pdf")
def receipt_pdf(receipt_id: UUID) -> Response:
    """Return a receipt as a PDF."""
    row = read(lambda session: receipts.get_visible_receipt(session, receipt_id, actor()))
    return file_of(documents.receipt_pdf(row, check_url(row)), "application/pdf", f"{row.code}.pdf")


@blueprint.post("/exits/<uuid:exit_id>/pass")
def print_pass(exit_id: UUID) -> Any:
    """Issue the gate pass and show its code, this once: it is kept nowhere. Printing again voids the one before."""
    request_id, error = attempt(lambda: uuid_of("id"))
    issued, error = (None, error) if error or request_id is None else attempt(
        lambda: write(lambda session: exits.fresh_pass(session, exit_id, request_id))
    )  # fmt: skip
    if error or issued is None:
        return exits.shown_page(exit_id, error)
    return exits.pass_page(exit_id, issued)
