"""The invoices of an exit: what each came to and how, its papers, and what is said to be wrong with it."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, dunning, einvoicing
from wms.kernel.actor import Permission
from wms.web import bill_words
from wms.web.bills import rate_of
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.pages import may
from wms.web.shell import say as _


def journal_url(journal_id: UUID | None) -> str:
    """Return the address of a journal."""
    return url_for("desk.journal", journal_id=journal_id) if journal_id and may(Permission.SEE_BOOKS) else ""


def charge_columns() -> list[b.Column]:
    """Return the heads of explained charges."""
    return [
        b.Column(_("Charge")),
        b.Column(_("From")),
        b.Column(_("To")),
        b.Column(_("Days"), True),
        b.Column(_("Rate"), True),
        b.Column(_("Weight"), True),
        b.Column(_("Amount, yuan"), True),
    ]


def charge_row(line: dict[str, Any]) -> b.Row:
    """Return one explained charge: its days, rate and weight, and the exact amount they make."""
    exact = f"{Decimal(int(line.get('nanoyuan', 0))).scaleb(-9):,.4f}"
    cells = [
        b.text(words.named(words.CHARGE, str(line.get("line", "")))),
        b.text(str(line.get("from_on", "–"))),
        b.text(str(line.get("to_on", "–"))),
        b.count(int(line.get("days", 0))) if line.get("days") else b.text("–"),
        b.text(rate_of(str(line.get("rate", "0")))),
        b.weight(int(line.get("grams", 0))),
        b.text(exact),
    ]
    return b.Row(cells)


def lines_of_invoice(session: Session, invoice: billing.Invoice) -> b.Table:
    """Return the lines of an invoice, each with the days, rate and weight it was made of."""
    rows = [charge_row(part) for line in billing.lines_of(session, invoice.id) for part in line.explanation]
    return b.Table(_("Lines of the invoice"), charge_columns(), rows)


def papers_of_invoice(session: Session, invoice: billing.Invoice) -> b.Links:
    """Return the ways to an invoice and its credit notes as papers."""
    links = [(_("Invoice as PDF"), url_for("papers.invoice", invoice_id=invoice.id), False)]
    links += [
        (_("Credit note {number} as PDF", number=note.name), url_for("papers.credit_note", note_id=note.id), False)
        for note in billing.credit_notes_of(session, invoice.id)
    ]
    return b.Links(links)


def sums_of_invoice(session: Session, invoice: billing.Invoice) -> list[tuple[str, b.Cell]]:
    """Return what an invoice came to, what it is called at the tax bureau, what was taken back, and what is open."""
    left, notes = billing.open_of_invoice(session, invoice.id), billing.credit_notes_of(session, invoice.id)
    numbers = einvoicing.numbers_of_documents(session, [invoice.id, *(note.id for note in notes)])
    number = numbers.get(invoice.id)
    said = [(_("Tax bureau's number"), b.text(number))] if number else []
    taken = [_taken_back(note, numbers.get(note.id)) for note in notes]
    return [
        (_("Number"), b.text(invoice.name)),
        *said,
        (_("Charged until"), b.day(invoice.invoiced_on)),
        (_("Storage"), b.money(invoice.storage_fen)),
        (_("Handling"), b.money(invoice.handling_fen)),
        (_("Tax in it"), b.money(invoice.tax_fen)),
        (_("Total"), b.money(invoice.total_fen, url=journal_url(invoice.journal_id))),
        *taken,
        (_("Still open"), b.money(left.total_fen)),
    ]


def _taken_back(note: billing.CreditNote, number: str | None) -> tuple[str, b.Cell]:
    red = _("red letter {number}", number=number) if number else ""
    return _("Credit note {number}", number=note.name), b.money(-note.storage_fen - note.handling_fen, red)


def invoice_parts(session: Session, order: billing.ExitOrder) -> list[Any]:
    """Return the blocks of an exit's invoices."""
    found: list[Any] = []
    for invoice in billing.invoices_of(session, order.id):
        pairs, said = sums_of_invoice(session, invoice), dunning.disputes_of(session, invoice.id)
        if said:
            url = url_for("desk.dispute", dispute_id=said[0].id)
            state = _(bill_words.STATE[said[0].state][0])
            pairs.append((_("Dispute"), b.text(state, _(bill_words.LINE[said[0].line]), url)))
        found += [b.Facts(_("Invoice"), pairs), papers_of_invoice(session, invoice), lines_of_invoice(session, invoice)]
        if may(Permission.TAKE_PAYMENT) and not any(one.state == "open" for one in said):
            name = f"dispute-{invoice.number}"
            is_open = request.form.get("form") == name
            label = _("The party disputes {number}", number=invoice.name)
            found.append(b.Fold(label, [_dispute_form(invoice, name)], open=is_open))
    return found


def _dispute_form(invoice: billing.Invoice, name: str) -> b.Form:
    fields = [
        b.Field("select", _("What of it"), "line", "whole", options=_said(bill_words.LINE)),
        b.Field("select", _("What is wrong"), "ground", "other", options=_said(bill_words.GROUND)),
        b.Field("area", _("In the party's words"), "reason"),
    ]
    url, note = url_for("desk.raise_dispute", invoice_id=invoice.id), _("Reminders stand still until it is answered.")
    return b.Form(name, _("Note a dispute"), url, _("Note the dispute"), fields, note)


def _said(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, _(text)) for key, text in names.items()]
