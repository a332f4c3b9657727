"""Disputed invoices: what is open, those a party raised itself first, and the answer to one."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, dunning, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import bill_words
from wms.web.desk import blocks as b
from wms.web.desk.books import second_person
from wms.web.desk.exits import exit_of_invoice
from wms.web.desk.invoices import lines_of_invoice, papers_of_invoice, sums_of_invoice
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import attempt, choice_of, fen_of, may, text_of, uuid_of
from wms.web.shell import say as _

MOST_WORDS = 500


@blueprint.get("/disputes")
def disputes() -> Any:
    """List the open disputes, and what was answered."""
    must(Permission.SEE_BOOKS)
    return shown(read(_list_screen))


def _list_screen(session: Session) -> b.Screen:
    waiting = [_row(session, one) for one in dunning.open_disputes(session, actor())]
    found = dunning.list_disputes(session, actor(), cursor=request.args.get("cursor"))
    over = [_row(session, one) for one in found.items if one.state != "open"]
    more = url_for("desk.disputes", cursor=found.next_cursor) if found.next_cursor else ""
    first = url_for("desk.disputes") if request.args.get("cursor") else ""
    parts = [
        b.Table(_("To be answered"), _columns(), waiting, _("No invoice is disputed.")),
        b.Table(_("Already answered"), _columns(), over, _("None yet."), next_url=more, first_url=first),
    ]
    lead = _("Those a party raised itself come first. A disputed invoice is not reminded of until it is answered.")
    return b.Screen(_("Disputed invoices"), parts, lead)


def _columns() -> list[b.Column]:
    return [
        b.Column(_("Invoice")),
        b.Column(_("Party")),
        b.Column(_("What of it")),
        b.Column(_("What is wrong")),
        b.Column(_("Raised")),
        b.Column(_("State")),
    ]


def _row(session: Session, one: dunning.Dispute) -> b.Row:
    invoice = billing.get_invoice(session, one.invoice_id, actor())
    words, tone = bill_words.STATE[one.state]
    cells = [
        b.text(invoice.name, invoice.invoiced_on.isoformat()),
        b.text(parties.get_party(session, invoice.party_id).name),
        b.text(_(bill_words.LINE[one.line])),
        b.text(_(bill_words.GROUND[one.ground]), one.reason[:60]),
        b.stamp(one.raised_at, _(bill_words.RAISED_BY[one.raised_by])),
        b.chip(_(words), tone),
    ]
    return b.Row(cells, url_for("desk.dispute", dispute_id=one.id))


@blueprint.get("/disputes/<uuid:dispute_id>")
def dispute(dispute_id: UUID) -> Any:
    """Show a dispute beside the lines it is about."""
    must(Permission.SEE_ALL)
    return _dispute(dispute_id)


def _dispute(dispute_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _screen(session, dispute_id)), error)


def _screen(session: Session, dispute_id: UUID) -> b.Screen:
    one = dunning.get_dispute(session, dispute_id, actor())
    invoice = billing.get_invoice(session, one.invoice_id, actor())
    party = parties.get_party(session, invoice.party_id)
    bill = b.Facts(_("Invoice"), sums_of_invoice(session, invoice))
    parts: list[Any] = [b.Pair([_said(session, one, invoice, party)], [bill]), papers_of_invoice(session, invoice)]
    if one.state == "open" and may(Permission.CORRECT_BOOKS):
        parts.append(b.Pair([_uphold_form(session, one, invoice)], [_refuse_form(one)]))
    parts.append(lines_of_invoice(session, invoice))
    back = (_("Disputed invoices"), url_for("desk.disputes"))
    if not may(Permission.SEE_BOOKS):
        back = (_("Exit"), url_for("desk.exit_page", exit_id=invoice.exit_id))
    return b.Screen(_("Dispute of {number}", number=invoice.name), parts, party.name, back)


def _said(session: Session, one: dunning.Dispute, invoice: billing.Invoice, party: parties.Party) -> b.Facts:
    words, tone = bill_words.STATE[one.state]
    pairs = [
        (_("State"), b.chip(_(words), tone)),
        (_("Party"), b.text(party.name, party.code, url_for("desk.party", party_id=party.id))),
        (_("Exit"), b.text(_("open it"), url=url_for("desk.exit_page", exit_id=invoice.exit_id))),
        (_("What of it"), b.text(_(bill_words.LINE[one.line]))),
        (_("What is wrong"), b.text(_(bill_words.GROUND[one.ground]))),
        (_("In the party's words"), b.text(one.reason)),
        (_("Raised"), b.stamp(one.raised_at, person_name(session, one.account_id))),
        (_("Raised by"), b.text(_(bill_words.RAISED_BY[one.raised_by]))),
    ]
    if one.credit_note_id is not None:
        note, _invoice = billing.get_credit_note(session, one.credit_note_id, actor())
        url = url_for("papers.credit_note", note_id=note.id)
        pairs.append((_("Credit note"), b.text(note.name, url=url)))
        pairs.append((_("Amount taken back"), b.money(note.storage_fen + note.handling_fen)))
    if one.outcome is not None:
        pairs.append((_("Answer"), b.text(one.outcome)))
        pairs.append((_("Answered at"), b.stamp(one.ended_at, person_name(session, one.ended_by_account_id))))
    return b.Facts(_("The dispute"), pairs)


def _uphold_form(session: Session, one: dunning.Dispute, invoice: billing.Invoice) -> b.Form:
    left = {line: dunning.left_to_dispute(session, invoice, line) for line in dunning.DisputedLine}
    most = _("{amount} at most", amount=f"{left[dunning.DisputedLine.STORAGE] / 100:,.2f}")
    most_handling = _("{amount} at most", amount=f"{left[dunning.DisputedLine.HANDLING] / 100:,.2f}")
    fields = [
        b.Field("number", _("Storage taken back"), "storage", "0.00", most, _("yuan")),
        b.Field("number", _("Handling taken back"), "handling", "0.00", most_handling, _("yuan")),
        b.Field("area", _("Answer to the party"), "outcome"),
        b.Field("text", _("Second person: name"), "second_name"),
        b.Field("password", _("Second person: PIN"), "second_pin"),
    ]
    note = _("Issues a credit note: of what is open, and of what was paid already as owed to the party.")
    url = url_for("desk.uphold_dispute", dispute_id=one.id)
    return b.Form("uphold", _("The party is right"), url, _("Issue the credit note"), fields, note)


def _refuse_form(one: dunning.Dispute) -> b.Form:
    fields = [b.Field("area", _("Answer to the party"), "outcome")]
    note = _("Nothing is taken back. The party reads these words; reminders go on.")
    url = url_for("desk.refuse_dispute", dispute_id=one.id)
    return b.Form("refuse", _("The invoice is right"), url, _("Answer so"), fields, note, "danger")


@blueprint.post("/disputes/<uuid:dispute_id>/uphold")
def uphold_dispute(dispute_id: UUID) -> Any:
    """Uphold a dispute by a credit note of two people."""
    must(Permission.CORRECT_BOOKS)
    second, error = attempt(second_person)
    if error or second is None:
        return _dispute(dispute_id, error)

    def work(session: Session) -> Any:
        one = dunning.get_dispute(session, dispute_id, actor())
        wanted = dunning.UpholdDispute(
            uuid_of("id"), one.invoice_id, text_of("outcome", most=MOST_WORDS), fen_of("storage"), fen_of("handling")
        )
        return dunning.uphold_dispute(session, wanted, by=actor(), at=now(), approver=second)

    url = url_for("desk.dispute", dispute_id=dispute_id)
    return act(work, _("Upheld: the credit note is issued."), url, lambda refused: _dispute(dispute_id, refused))


@blueprint.post("/disputes/<uuid:dispute_id>/refuse")
def refuse_dispute(dispute_id: UUID) -> Any:
    """Answer a dispute without taking anything back."""

    def work(session: Session) -> Any:
        one = dunning.get_dispute(session, dispute_id, actor())
        wanted = dunning.EndDispute(uuid_of("id"), one.invoice_id, text_of("outcome", most=MOST_WORDS))
        return dunning.end_dispute(session, wanted, by=actor(), at=now())

    url = url_for("desk.dispute", dispute_id=dispute_id)
    return act(work, _("Answered."), url, lambda refused: _dispute(dispute_id, refused))


@blueprint.post("/invoices/<uuid:invoice_id>/dispute")
def raise_dispute(invoice_id: UUID) -> Any:
    """Note at the desk what a party says is wrong with an invoice."""

    def work(session: Session) -> Any:
        wanted = dunning.DisputeInvoice(
            uuid_of("id"), invoice_id, text_of("reason", most=MOST_WORDS),
            choice_of("line", dunning.DisputedLine), choice_of("ground", dunning.Ground),
        )  # fmt: skip
        return dunning.dispute_invoice(session, wanted, by=actor(), at=now())

    return act(
        work, _("The dispute is noted."), url_for("desk.disputes"), lambda refused: exit_of_invoice(invoice_id, refused)
    )
