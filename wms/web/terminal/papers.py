"""Paper from the terminal: labels, receipts and the gate pass, on screen for any printer and as files."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from wms import dock, documents, lots, receipts, users
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.errors import WmsError
from wms.web.pages import FieldWrong, attempt, done, fresh_id, kept_input, said, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.terminal import exits, words
from wms.web.terminal.workplace import blueprint, page

MOST_ON_SCREEN = 60
FILES = ("pdf", "zpl")


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
    return _labels_page(lot_id, None)


def _labels_page(lot_id: UUID, error: WmsError | None) -> Any:
    row, found = read(lambda session: _labels(session, lot_id))
    drawn = [
        (label, Markup(documents.qr_svg(label.lot_code)), Markup(bars(label.sscc)))
        for label in found[:MOST_ON_SCREEN]
    ]  # fmt: skip
    return page("labels", 422 if error else 200, row=row, labels=drawn, count=len(found),
                printers=sorted(house().config.printers.addresses()),
                **_printed(dock.PaperKind.LABELS, lot_id, error))  # fmt: skip


def _printed(kind: dock.PaperKind, subject_id: UUID, error: WmsError | None) -> dict[str, Any]:
    """Return what the print form of a paper shows: how often and by whom it was printed, and what is wrong."""
    prints = read(lambda session: dock.prints_of(session, kind, subject_id))
    names = read(lambda session: {row.account_id: users.get_account(session, row.account_id).name for row in prints})
    return {"prints": prints, "printed_by": names, "id": fresh_id(), "error": said(error) if error else "",
            "typed": kept_input() if error else {}}  # fmt: skip


@blueprint.post("/lots/<uuid:lot_id>/labels/print")
def print_labels(lot_id: UUID) -> Any:
    """Print a lot's labels: as a file, or into a printer's queue; beyond the first time with the reason."""
    row, found = read(lambda session: _labels(session, lot_id))
    way = request.form.get("way", "pdf")
    sent = "" if way in FILES else documents.labels_zpl(found)
    error = attempt(lambda: _print(dock.PaperKind.LABELS, lot_id, f"{row.code} × {len(found)}", sent))[1]
    if error:
        return _labels_page(lot_id, error)
    if way == "pdf":
        return file_of(documents.labels_pdf(found), "application/pdf", f"{row.code}.pdf")
    if way == "zpl":
        return file_of(documents.labels_zpl(found), "application/zpl", f"{row.code}.zpl")
    return done(_("In the queue of {printer}.", printer=way), url_for("terminal.printers"))


@blueprint.post("/receipts/<uuid:receipt_id>/print")
def print_receipt(receipt_id: UUID) -> Any:
    """Print a receipt as a PDF; beyond the first time with the reason."""
    row = read(lambda session: receipts.get_visible_receipt(session, receipt_id, actor()))
    error = attempt(lambda: _print(dock.PaperKind.RECEIPT, receipt_id, row.code, ""))[1]
    if error:
        return _receipt_page(receipt_id, error)
    return file_of(documents.receipt_pdf(row, check_url(row)), "application/pdf", f"{row.code}.pdf")


@blueprint.get("/printers")
def printers() -> Any:
    """Show what waits at each printer, and what is stuck."""
    return _printers_page(None)


@blueprint.post("/printers/<uuid:job_id>")
def print_job(job_id: UUID) -> Any:
    """Try a waiting print again at once, or give it up."""
    again = request.form.get("way") == "again"
    act = dock.retry_print if again else dock.cancel_print
    error = attempt(lambda: write(lambda session: act(session, job_id, by=actor(), at=now())))[1]
    if error:
        return _printers_page(error)
    return done(_("Tried again at once.") if again else _("Cancelled."), url_for("terminal.printers"))


def _print(kind: dock.PaperKind, subject_id: UUID, title: str, content: str) -> dock.Print:
    way = request.form.get("way", "pdf")
    if way not in (*FILES, *house().config.printers.addresses()):
        raise FieldWrong(field="way", value=way[:40])
    wanted = dock.PrintPaper(
        uuid_of("id"), kind, subject_id, title, text_of("reason", needed=False), "" if way in FILES else way, content
    )
    return write(lambda session: dock.print_paper(session, wanted, by=actor(), at=now()))


def _printers_page(error: WmsError | None) -> Any:
    jobs = read(dock.print_queue)
    names = sorted({*house().config.printers.addresses(), *(job.printer for job in jobs)})
    return page("printers", 409 if error else 200, jobs=jobs, names=names, states=words.PRINT,
                error=said(error) if error else "")  # fmt: skip


@blueprint.get("/receipts/<uuid:receipt_id>")
def receipt(receipt_id: UUID) -> Any:
    """Show a receipt as it will be printed."""
    return _receipt_page(receipt_id, None)


def _receipt_page(receipt_id: UUID, error: WmsError | None) -> Any:
    row = read(lambda session: receipts.get_visible_receipt(session, receipt_id, actor()))
    address = check_url(row)
    return page("receipt", 422 if error else 200, r=row, rows=documents.receipt_rows(row), check_url=address,
                check_svg=Markup(documents.qr_svg(address)),
                **_printed(dock.PaperKind.RECEIPT, receipt_id, error))  # fmt: skip


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
