"""Reminders: who is told what next, the ladder's levels, the log with its proofs, disputed invoices."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, dunning, lots, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import FieldWrong, may, text_of, uuid_of, whole_of
from wms.web.shell import say as _

FIRST_ZH = "{party}: 账单 {number} 尚欠 {yuan} 元, 已 {days} 日, 请付清。{store}"
FIRST_EN = "{party}: {yuan} yuan of invoice {number} are open for {days} days. Please pay. {store}"


def day_of(field: str) -> date:
    """Return a field of the form as a day. Raises FieldWrong."""
    value = request.form.get(field, "")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise FieldWrong(field=field, value=value[:40]) from error


def options(names: dict[str, str]) -> list[tuple[str, str]]:
    """Return words of a table as a form's choices."""
    return [(key, _(text)) for key, text in names.items()]


@blueprint.get("/reminders")
def reminders() -> Any:
    """Show who is told what next, the ladder and what was told."""
    must(Permission.SEE_BOOKS)
    return _page()


def _page(error: WmsError | None = None) -> Any:
    return shown(read(_screen), error)


def _screen(session: Session) -> b.Screen:
    page = dunning.list_notices(session, actor(), cursor=request.args.get("cursor"))
    more = url_for("desk.reminders", cursor=page.next_cursor) if page.next_cursor else ""
    log = b.Table(
        _("What was told"),
        notice_columns(),
        [notice_row(session, row) for row in page.items],
        _("Nothing was told yet."),
        next_url=more,
    )
    parts: list[Any] = [_due(session), log, _levels(session)]
    if may(Permission.CORRECT_BOOKS):
        parts.append(b.Fold(_("Set a level"), [_level_form()]))
    lead = _("The daily close tells each of them once, one level a day; payment and dispute stop it.")
    return b.Screen(_("Reminders"), parts, lead)


def _due(session: Session) -> b.Table:
    rows = []
    for due in dunning.due_notices(session, now().on):
        invoice = due.item.invoice
        party = parties.get_party(session, invoice.party_id)
        cells = [
            b.text(party.name, party.code),
            b.text(invoice.name),
            b.money(due.item.open.total_fen),
            b.count(due.item.age(now().on)),
            b.count(due.level.level),
        ]
        rows.append(b.Row(cells, url_for("desk.exit_page", exit_id=invoice.exit_id)))
    columns = [
        b.Column(_("Party")),
        b.Column(_("Invoice")),
        b.Column(_("Still open"), True),
        b.Column(_("Days"), True),
        b.Column(_("Level"), True),
    ]
    return b.Table(_("To be told at the next daily close"), columns, rows, _("Nobody is to be reminded today."))


def _levels(session: Session) -> b.Table:
    rows = [
        b.Row(
            [
                b.count(one.level),
                b.count(one.after_days),
                b.text(_(words.CHANNEL[one.channel])),
                b.text(one.words_zh, one.words_en),
            ]
        )
        for one in dunning.ladder(session, now().on)
    ]
    columns = [
        b.Column(_("Level"), True),
        b.Column(_("Days after it fell due"), True),
        b.Column(_("Channel")),
        b.Column(_("Words")),
    ]
    return b.Table(_("The ladder"), columns, rows, _("No level is set: nobody is reminded."))


def _level_form() -> b.Form:
    fields = [
        b.Field("number", _("Level"), "level", "1"),
        b.Field(
            "number", _("Days after it fell due"), "after", "7", hint=_("empty takes the level out"), required=False
        ),
        b.Field("date", _("From the day"), "effective_from", now().on.isoformat()),
        b.Field("select", _("Channel"), "channel", "sms", options=options(words.CHANNEL)),
        b.Field("area", _("Words in Chinese"), "words_zh", FIRST_ZH),
        b.Field("area", _("Words in English"), "words_en", FIRST_EN),
    ]
    note = _("Blanks: {blanks}", blanks="{number} {yuan} {days} {party} {store}")
    return b.Form("level", _("A level of the ladder"), url_for("desk.set_level"), _("Set the level"), fields, note)


@blueprint.post("/reminders/levels")
def set_level() -> Any:
    """Set a level of the ladder."""

    def work(session: Session) -> Any:
        after = whole_of("after") if request.form.get("after", "").strip() else None
        channel = dunning.Channel.LETTER if request.form.get("channel") == "letter" else dunning.Channel.SMS
        wanted = dunning.SetLevel(
            uuid_of("id"),
            whole_of("level"),
            day_of("effective_from"),
            after,
            channel,
            text_of("words_zh", most=500),
            text_of("words_en", most=500),
        )
        return dunning.set_level(session, wanted, by=actor(), at=now())

    return act(work, _("The level is set."), url_for("desk.reminders"), _page)


def notice_columns() -> list[b.Column]:
    """Return the heads of a list of notices."""
    return [
        b.Column(_("When")),
        b.Column(_("Party")),
        b.Column(_("About")),
        b.Column(_("Channel")),
        b.Column(_("Owed that day"), True),
        b.Column(_("Proof")),
    ]


def notice_row(session: Session, row: dunning.Notice) -> b.Row:
    """Return one notice of a list."""
    proofs = dunning.proofs_of(session, row.id)
    proof = words.named(words.PROOF, proofs[-1].kind) if proofs else _("none")
    tone = "quiet" if not proofs else "danger" if proofs[-1].kind == "returned" else "ok"
    cells = [
        b.stamp(row.sent_at),
        b.text(parties.get_party(session, row.party_id).name),
        b.text(*about(session, row)),
        b.text(_(words.CHANNEL[row.channel]), row.address),
        b.money(row.open_fen),
        b.chip(proof, tone),
    ]
    return b.Row(cells, url_for("desk.notice", notice_id=row.id))


def about(session: Session, row: dunning.Notice) -> tuple[str, str]:
    """Return what a notice is about, and which level or step it is."""
    if row.invoice_id is not None:
        return billing.get_invoice(session, row.invoice_id, actor()).name, _("level {n}", n=row.level)
    case = dunning.get_case(session, row.case_id or row.id, actor())
    return lots.get_lot(session, case.lot_id).code, words.named(words.UNCOLLECTED_STEP, row.step or "")


@blueprint.get("/notices/<uuid:notice_id>")
def notice(notice_id: UUID) -> Any:
    """Show a notice word for word, with its proofs."""
    must(Permission.SEE_ALL)
    return _notice(notice_id)


def _notice(notice_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _notice_screen(session, notice_id)), error)


def _notice_screen(session: Session, notice_id: UUID) -> b.Screen:
    row = dunning.get_notice(session, notice_id, actor())
    subject, step = about(session, row)
    party = parties.get_party(session, row.party_id)
    pairs = [
        (_("Party"), b.text(party.name, party.code, url_for("desk.party", party_id=party.id))),
        (_("About"), b.text(subject, step)),
        (_("When"), b.stamp(row.sent_at)),
        (_("Channel"), b.text(_(words.CHANNEL[row.channel]), row.address)),
        (_("Owed that day"), b.money(row.open_fen)),
        (_("Words in Chinese"), b.text(row.words_zh)),
        (_("Words in English"), b.text(row.words_en)),
    ]
    rows = [
        b.Row(
            [
                b.text(words.named(words.PROOF, proof.kind)),
                b.text(proof.proof_reference),
                b.day(proof.proved_on),
                b.text(person_name(session, proof.account_id)),
            ]
        )
        for proof in dunning.proofs_of(session, row.id)
    ]
    columns = [b.Column(_("Proof")), b.Column(_("Number or paper")), b.Column(_("Of")), b.Column(_("By"))]
    parts: list[Any] = [
        b.Facts(_("The notice"), pairs),
        b.Links([(_("Letter as PDF"), url_for("papers.notice", notice_id=row.id), False)]),
        b.Table(_("Proofs that it was received"), columns, rows, _("Nothing proves yet that it was received.")),
    ]
    if may(Permission.TAKE_PAYMENT):
        parts.append(_proof_form(row.id))
    back = (_("Uncollected goods"), url_for("desk.uncollected"))
    if may(Permission.SEE_BOOKS):
        back = (_("Reminders"), url_for("desk.reminders"))
    return b.Screen(_("Notice {subject}", subject=subject), parts, step, back)


def _proof_form(notice_id: UUID) -> b.Form:
    fields = [
        b.Field("select", _("Proof"), "kind", "courier_signed", options=options(words.PROOF)),
        b.Field("text", _("Number or paper"), "reference"),
        b.Field("date", _("Of"), "proved_on", now().on.isoformat()),
    ]
    return b.Form("proof", _("Record a proof"), url_for("desk.record_proof", notice_id=notice_id), _("Record"), fields)


@blueprint.post("/notices/<uuid:notice_id>/proofs")
def record_proof(notice_id: UUID) -> Any:
    """Record that a notice was got, or came back."""

    def work(session: Session) -> Any:
        kind = text_of("kind")
        if kind not in list(dunning.ProofKind):
            raise FieldWrong(field="kind", value=kind[:40])
        wanted = dunning.RecordProof(
            uuid_of("id"), notice_id, dunning.ProofKind(kind), text_of("reference"), day_of("proved_on")
        )
        return dunning.record_proof(session, wanted, by=actor(), at=now())

    url = url_for("desk.notice", notice_id=notice_id)
    return act(work, _("The proof is recorded."), url, lambda error: _notice(notice_id, error))
