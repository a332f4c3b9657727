"""Files of transfers for the bank: made of payouts by one person, approved by another, then handed over."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import parties, treasury
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import sheets
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import FieldWrong, may, text_of, uuid_of
from wms.web.shell import say as _

ROW_OF = "transfer-"
MOST = 100
MIMETYPES = {"csv": ("csv", "text/csv"), "pain001": ("xml", "application/xml")}


@blueprint.get("/transfers")
def transfers() -> Any:
    """Show payouts that wait for a file, and the files."""
    must(Permission.SEE_BOOKS, Permission.PAY_OUT)
    return _transfers()


def _transfers(error: WmsError | None = None) -> Any:
    return shown(read(_screen), error)


def _screen(session: Session) -> b.Screen:
    parts: list[Any] = []
    waiting = treasury.waiting_transfers(session)[-MOST:]
    if waiting and may(Permission.PAY_OUT):
        parts.append(_prepare_form(session, waiting))
    for row in treasury.list_files(session):
        if treasury.approval_of(session, row.id) is None and may(Permission.CORRECT_BOOKS):
            parts.append(_approve_form(session, row))
    lead = _("One person makes a file of payouts, another looks at it and approves; then it can be handed to the bank.")
    parts.append(_files(session))
    return b.Screen(_("Transfer files"), parts, lead, (_("Cashier"), url_for("desk.cashier")))


def _prepare_form(session: Session, waiting: list[treasury.Waiting]) -> b.Form:
    last = next(iter(treasury.list_files(session, 1)), None)
    kinds = [("csv", _("CSV, as Chinese banks take it")), ("pain001", _("ISO 20022 pain.001"))]
    fields = [
        b.Field("select", _("Kind"), "kind", last.kind if last else "csv", options=kinds),
        b.Field("text", _("Our name"), "own_name", last.own_name if last else ""),
        b.Field("text", _("Our account"), "own_account", last.own_account if last else ""),
    ]
    for each in waiting:
        name = parties.get_party(session, each.party_id).name
        label = f"{name} · {each.transfer.fen / 100:,.2f} · {each.transfer.words}"
        hint = f"{each.transfer.account_name} {each.transfer.bank} …{each.transfer.account_number[-4:]}"
        fields.append(b.Field("check", label, f"{ROW_OF}{each.source_id}", False, hint))
    note = _("Payouts and refunds that no file holds yet. Leave out what was paid by hand.")
    return b.Form("prepare", _("Make a file"), url_for("desk.prepare_transfers"), _("Make the file"), fields, note)


def _approve_form(session: Session, row: treasury.TransferFile) -> b.Form:
    who = person_name(session, row.prepared_by_person_id)
    lines = "; ".join(
        f"{each.account_name} {each.transfer_fen / 100:,.2f}" for each in treasury.rows_of(session, row.id)
    )
    note = _("Made by {name}: {lines}", name=who, lines=lines)
    title = _("Approve {n} transfers, {yuan} yuan", n=row.transfers, yuan=f"{row.total_fen / 100:,.2f}")
    where = url_for("desk.approve_transfers", file_id=row.id)
    return b.Form(f"approve-{row.id}", title, where, _("Approve"), note=note)


def _files(session: Session) -> b.Table:
    rows = []
    for row in treasury.list_files(session):
        given = treasury.approval_of(session, row.id)
        state = b.chip(_("approved"), "ok") if given else b.chip(_("waits for a second person"), "warn")
        url = url_for("desk.transfer_file", file_id=row.id) if given and may(Permission.PAY_OUT) else ""
        cells = [
            b.stamp(row.prepared_at, person_name(session, row.prepared_by_person_id)), b.count(row.transfers),
            b.money(row.total_fen), state, b.code(row.content_digest[:16] + "…"),
            b.text(_("Download") if url else "–", url=url),
        ]  # fmt: skip
        rows.append(b.Row(cells))
    columns = [b.Column(_("Made")), b.Column(_("Transfers"), True), b.Column(_("Together"), True), b.Column(_("State")),
               b.Column(_("Digest")), b.Column(_("File"))]  # fmt: skip
    return b.Table(_("Files"), columns, rows, _("No file yet."))


@blueprint.post("/transfers")
def prepare_transfers() -> Any:
    """Make a file of the payouts that were marked."""

    def work(session: Session) -> Any:
        kind = text_of("kind")
        if kind not in tuple(treasury.FileKind):
            raise FieldWrong(field="kind", value=kind[:40])
        own = text_of("own_name", most=80), text_of("own_account", most=40)
        wanted = treasury.PrepareTransfers(uuid_of("id"), treasury.FileKind(kind), *own, _marked())
        return treasury.prepare_transfers(session, wanted, by=actor(), at=now())

    return act(work, _("Made: another person approves it."), url_for("desk.transfers"), _transfers)


def _marked() -> tuple[UUID, ...]:
    names = [name.removeprefix(ROW_OF) for name in request.form if name.startswith(ROW_OF)]
    try:
        return tuple(map(UUID, names))
    except ValueError as error:
        raise FieldWrong(field=ROW_OF, value=names[0][:40]) from error


@blueprint.post("/transfers/<uuid:file_id>/approve")
def approve_transfers(file_id: UUID) -> Any:
    """Approve a file."""
    return act(
        lambda s: treasury.approve_transfers(
            s, treasury.ApproveTransfers(uuid_of("id"), file_id), by=actor(), at=now()
        ),
        _("Approved: it can be handed to the bank."),
        url_for("desk.transfers"),
        _transfers,
    )


@blueprint.get("/transfers/<uuid:file_id>")
def transfer_file(file_id: UUID) -> Any:
    """Hand over an approved file."""
    must(Permission.PAY_OUT)
    row, content = read(lambda s: (treasury.get_file(s, file_id), treasury.file_content(s, file_id)))
    ending, mimetype = MIMETYPES[row.kind]
    return sheets.as_file(f"transfers-{row.prepared_on}-{row.content_digest[:8]}.{ending}", mimetype, content)
