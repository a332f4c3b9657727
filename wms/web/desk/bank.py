"""The bank beside the books: statements, entries nobody knows yet, and what each entry is."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, ledger, parties, treasury
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import money_words
from wms.web.desk import bank_words
from wms.web.desk import blocks as b
from wms.web.desk.books import second_person
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import FieldWrong, attempt, fen_of, may, text_of, uuid_of
from wms.web.shell import say as _

MOST_PARTS = 40


@blueprint.get("/bank")
def bank() -> Any:
    """Show the entries that are not matched, and the statements."""
    must(Permission.SEE_BOOKS)
    return shown(read(_screen))


def _screen(session: Session) -> b.Screen:
    everything, cursor = request.args.get("all") == "1", request.args.get("cursor")
    found = treasury.list_entries(session, unmatched=not everything, cursor=cursor)
    links = [
        (_("Not matched"), url_for("desk.bank"), not everything),
        (_("All entries"), url_for("desk.bank", all=1), everything),
        (_("Reconcile"), url_for("desk.reconcile"), False),
    ]
    if may(Permission.TAKE_PAYMENT):
        links.append((_("Take in a bank statement"), url_for("desk.bank_import"), False))
    more = url_for("desk.bank", all=int(everything), cursor=found.next_cursor) if found.next_cursor else ""
    entries = b.Table(
        _("Entries of the bank"),
        [b.Column(_("Day")), b.Column(_("Other side")), b.Column(_("Text")), b.Column(_("Amount"), True),
         b.Column(_("Not matched"), True)],
        [_entry_row(session, row) for row in found.items], _("Every entry is matched."), next_url=more,
    )  # fmt: skip
    statements = b.Fold(_("Statements taken in"), [_statements(session)])
    return b.Screen(_("Bank"), [b.Links(links, _("Show")), entries, statements],
                    back=(_("Cashier"), url_for("desk.cashier")))  # fmt: skip


def _entry_row(session: Session, row: treasury.BankEntry) -> b.Row:
    cells = [
        b.day(row.booked_on), b.text(row.other_name or "–", row.other_account),
        b.text(row.words or "–", row.bank_reference), b.money(row.fen), b.money(treasury.left_of(session, row.id)),
    ]  # fmt: skip
    return b.Row(cells, url_for("desk.bank_entry", entry_id=row.id))


def _statements(session: Session) -> b.Table:
    rows = [
        b.Row([b.text(row.file_name, row.account_number), b.day(row.first_on), b.day(row.last_on),
               b.count(row.entries, _("{n} known before", n=row.known) if row.known else ""), b.money(row.opening_fen),
               b.money(row.closing_fen), b.stamp(row.imported_at, person_name(session, row.account_id))])
        for row in treasury.list_statements(session).items
    ]  # fmt: skip
    columns = [b.Column(_("File")), b.Column(_("From")), b.Column(_("To")), b.Column(_("Entries"), True),
               b.Column(_("Opening balance"), True), b.Column(_("Closing balance"), True),
               b.Column(_("Imported"))]  # fmt: skip
    return b.Table(_("Statements"), columns, rows, _("No statement yet."))


@blueprint.get("/bank/entries/<uuid:entry_id>")
def bank_entry(entry_id: UUID) -> Any:
    """Show an entry: what it may be, and what it was matched with."""
    must(Permission.SEE_BOOKS)
    return _entry(entry_id)


def _entry(entry_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _entry_screen(session, entry_id)), error)


def _entry_screen(session: Session, entry_id: UUID) -> b.Screen:
    row = treasury.get_entry(session, entry_id)
    left = treasury.left_of(session, row.id)
    pairs = [
        (_("Day"), b.day(row.booked_on)), (_("Amount"), b.money(row.fen)), (_("Not matched"), b.money(left)),
        (_("Other side"), b.text(row.other_name or "–", row.other_account)), (_("Text"), b.text(row.words or "–")),
        (_("Bank's number"), b.code(row.bank_reference or "–")), (_("Our account"), b.code(row.account_number)),
    ]  # fmt: skip
    parts: list[Any] = [b.Pair([b.Facts(_("What the bank says"), pairs)], _matches(session, row))]
    if left and may(Permission.TAKE_PAYMENT):
        offered = [
            _suggested(session, row, n, each) for n, each in enumerate(treasury.suggestions(session, row, now()))
        ]
        parts += offered or [b.Say(_("Nothing in the books fits: the entry stays unidentified until somebody knows."))]
        parts += _by_hand(session, row, left)
    if left and may(Permission.CORRECT_BOOKS):
        parts.append(book_form(row, left))
    return b.Screen(_("Entry of {day}", day=row.booked_on), parts, back=(_("Bank"), url_for("desk.bank")))


def _suggested(session: Session, row: treasury.BankEntry, n: int, each: treasury.Suggestion) -> b.Form:
    """The form that accepts a suggestion as it stands."""
    if each.journal is not None:
        words = _("{what}, journal {n} of {day}", what=money_words.reason(each.journal.kind), n=each.journal.seq,
                  day=each.journal.effective_on)  # fmt: skip
        fields = [b.Field("hidden", "", "journal", str(each.journal.id))]
        title, note = _("The books know it already"), words
        where = url_for("desk.link_entry", entry_id=row.id)
        return b.Form(f"link-{n}", title, where, _("This is it"), fields, note, "primary" if n == 0 else "")
    assert each.proposal is not None
    proposal, party = each.proposal, parties.get_party(session, each.proposal.party_id)
    parts = ", ".join(
        f"{billing.get_invoice(session, invoice_id, actor()).name} {fen / 100:,.2f}"
        for invoice_id, fen in proposal.parts
    )
    because = ", ".join(_(bank_words.BECAUSE[reason]) for reason in proposal.because)
    fields = [b.Field("hidden", "", "party", str(party.id)), b.Field("hidden", "", "into", "invoices"),
              b.Field("hidden", "", "fen", f"{treasury.left_of(session, row.id) / 100:.2f}")]  # fmt: skip
    fields += [b.Field("hidden", "", f"part-{invoice_id}", f"{fen / 100:.2f}") for invoice_id, fen in proposal.parts]
    where = url_for("desk.accept_entry", entry_id=row.id)
    title = _("{name} pays {invoices}", name=party.name, invoices=parts)
    return b.Form(f"accept-{n}", title, where, _("Receive it"), fields, because, "primary" if n == 0 else "")


def _by_hand(session: Session, row: treasury.BankEntry, left: int) -> list[b.Form]:
    if row.fen < 0:
        return []
    options = [(str(each.id), f"{each.code} {each.name}") for each in parties.list_parties(session, limit=200).items]
    fields = [
        b.Field("select", _("Party"), "party", options=options),
        b.Field("number", _("Amount"), "fen", f"{left / 100:.2f}", unit=_("yuan"), hint=_("a part splits the entry")),
        b.Field("select", _("For"), "into",
                options=[("invoices", _("its invoices, the oldest first")), ("wallet", _("its wallet"))]),
    ]  # fmt: skip
    where = url_for("desk.accept_entry", entry_id=row.id)
    return [b.Form("by-hand", _("Somebody knows whose it is"), where, _("Receive it"), fields, kind="")]


def book_form(row: treasury.BankEntry, left: int, *, on: date | None = None) -> b.Form:
    """The form that books an entry as the bank's own charge or interest; on the page of a day's reconciliation, `on`,
    its title names the entry, and it leads back there."""
    guess = treasury.item_of(row.words, row.other_name)
    options = [(item.value, _(bank_words.ITEM[item.value])) for item in treasury.BankItem]
    fields = [
        b.Field("select", _("What"), "item", guess.value if guess else "charge", options=options),
        b.Field("number", _("Amount"), "fen", f"{left / 100:.2f}", unit=_("yuan")),
        b.Field("text", _("What for"), "words", row.words[:200], required=not row.words),
    ]
    if treasury.needs_second(left):
        fields += [b.Field("text", _("Second person: name"), "second_name", required=False),
                   b.Field("password", _("Second person: PIN"), "second_pin", required=False)]  # fmt: skip
    note = _("Posted to the bank's charges or interest, on the bank's day unless that was signed off.")
    if treasury.needs_second(left):
        note += " " + _("Above 500 yuan a second person confirms it.")
    title = _("The bank's own charge or interest")
    if on is not None:
        title = f"{row.booked_on} · {row.fen / 100:,.2f} · {row.words or '–'}"
    where = url_for("desk.book_entry", entry_id=row.id, on=on)
    return b.Form(f"book-{row.id}", title, where, _("Book it"), fields, note, "" if guess is None else "primary")


def _matches(session: Session, row: treasury.BankEntry) -> list[Any]:
    found = treasury.matches_of(session, row.id)
    rows, forms = [], list[Any]()
    for match in found:
        journal = ledger.get_journal(session, match.journal_id)
        url = url_for("desk.journal", journal_id=journal.id)
        state = (
            b.chip(_("taken back"), "quiet", match.undone_because or "")
            if match.undone_at
            else b.chip(_("stands"), "ok")
        )
        rows.append(b.Row([b.text(money_words.reason(journal.kind), journal.key[:40], url), b.money(match.fen), state]))
        if match.undone_at is None and may(Permission.TAKE_PAYMENT):
            forms.append(_undo_form(row, match))
    columns = [b.Column(_("Journal")), b.Column(_("Amount"), True), b.Column(_("State"))]
    return [b.Table(_("Matched with"), columns, rows, _("Nothing yet.")), *forms]


def _undo_form(row: treasury.BankEntry, match: treasury.BankMatch) -> b.Fold:
    fields = [b.Field("text", _("Reason"), "reason")]
    if match.posted:
        fields += [b.Field("text", _("Second person: name"), "second_name"),
                   b.Field("password", _("Second person: PIN"), "second_pin")]  # fmt: skip
    note = _("The payment is reversed, and what it paid is open again.") if match.posted else ""
    where = url_for("desk.undo_match", entry_id=row.id, match_id=match.id)
    form = b.Form(f"undo-{match.id}", _("Take the match back"), where, _("Take it back"), fields, note, "danger")
    return b.Fold(_("Take the match back"), [form], request.form.get("form") == form.name)


@blueprint.post("/bank/entries/<uuid:entry_id>/accept")
def accept_entry(entry_id: UUID) -> Any:
    """Receive an entry, or a part of it, as a party's money."""

    def work(session: Session) -> Any:
        into = text_of("into")
        if into not in tuple(treasury.Into):
            raise FieldWrong(field="into", value=into[:40])
        wanted = treasury.AcceptEntry(
            uuid_of("id"), entry_id, uuid_of("party"), fen_of("fen"), treasury.Into(into), _parts()
        )
        return treasury.accept_entry(session, wanted, by=actor(), at=now())

    url = url_for("desk.bank_entry", entry_id=entry_id)
    return act(work, _("Received and matched."), url, lambda error: _entry(entry_id, error))


def _parts() -> tuple[treasury.Part, ...]:
    names = [name for name in request.form if name.startswith("part-")][:MOST_PARTS]
    try:
        return tuple(treasury.Part(UUID(name.removeprefix("part-")), fen_of(name)) for name in names)
    except ValueError as error:
        raise FieldWrong(field="part", value=names[0][:40]) from error


@blueprint.post("/bank/entries/<uuid:entry_id>/book")
def book_entry(entry_id: UUID) -> Any:
    """Book an entry as the bank's own charge or interest, with a second person where it is large."""
    second, error = attempt(second_person) if text_of("second_name", needed=False) else (None, None)
    if error:
        return _entry(entry_id, error)

    def work(session: Session) -> Any:
        item = text_of("item")
        if item not in tuple(treasury.BankItem):
            raise FieldWrong(field="item", value=item[:40])
        words = text_of("words", needed=False)
        wanted = treasury.BookEntry(uuid_of("id"), entry_id, treasury.BankItem(item), fen_of("fen"), words)
        return treasury.book_entry(session, wanted, by=actor(), at=now(), approver=second)

    return act(work, _("Booked and matched."), _booked_url(entry_id), lambda error: _entry(entry_id, error))


def _booked_url(entry_id: UUID) -> str:
    """Back to where it was booked: the reconciliation of a day, or the entry."""
    on = request.args.get("on", "")
    return url_for("desk.reconcile", on=on) if on else url_for("desk.bank_entry", entry_id=entry_id)


@blueprint.post("/bank/entries/<uuid:entry_id>/link")
def link_entry(entry_id: UUID) -> Any:
    """Say that an entry is what a journal says already."""

    def work(session: Session) -> Any:
        wanted = treasury.LinkEntry(uuid_of("id"), entry_id, uuid_of("journal"))
        return treasury.link_entry(session, wanted, by=actor(), at=now())

    url = url_for("desk.bank_entry", entry_id=entry_id)
    return act(work, _("Matched."), url, lambda error: _entry(entry_id, error))


@blueprint.post("/bank/entries/<uuid:entry_id>/matches/<uuid:match_id>/undo")
def undo_match(entry_id: UUID, match_id: UUID) -> Any:
    """Take a match back, with a second person where money is reversed."""
    posted = read(lambda session: treasury.get_match(session, match_id).posted)
    second, error = attempt(second_person) if posted else (None, None)
    if error:
        return _entry(entry_id, error)

    def work(session: Session) -> Any:
        wanted = treasury.UndoMatch(uuid_of("id"), match_id, text_of("reason"))
        return treasury.undo_match(session, wanted, by=actor(), at=now(), approver=second)

    url = url_for("desk.bank_entry", entry_id=entry_id)
    return act(work, _("Taken back."), url, lambda refused: _entry(entry_id, refused))
