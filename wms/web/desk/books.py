"""The books: accounts, journals with their chain, reversal by two people, and the trial balance."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import ledger, users
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel import audit
from wms.kernel.actor import Actor, Permission
from wms.kernel.errors import Refused, WmsError
from wms.web import preferences
from wms.web.account_names import account_name
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.money_words import memo
from wms.web.pages import attempt, may, text_of, uuid_of
from wms.web.shell import say as _


class SecondPersonSame(Refused):
    """A reversal needs two pairs of eyes."""

    code = "second_person_same"
    en = "Another person than you must confirm the reversal."
    zh = "冲销须由您以外的另一人确认。"


@blueprint.get("/books")
def books() -> Any:
    """Show the trial balance: every account with its balance, today or as of two days."""
    return _books_page()


def _books_page() -> Any:
    must(Permission.SEE_BOOKS)
    as_of, known = _day("effective"), _day("recorded")

    def gather(session: Session) -> tuple[dict[str, int], tuple[int, str]]:
        found = ledger.balances(session)
        if as_of or known:
            found = {code: ledger.balance(session, code, effective_on=as_of, recorded_on=known) for code in found}
        return found, ledger.head(session)

    found, (seq, last) = read(gather)
    rows = [b.Row([_account_cell(code), *_sides(fen)]) for code, fen in found.items() if fen]
    settled = [b.Row([_account_cell(code), b.money(0)]) for code, fen in found.items() if not fen]
    debit, credit = sum(fen for fen in found.values() if fen > 0), -sum(fen for fen in found.values() if fen < 0)
    columns = [b.Column(_("Ledger account")), b.Column(_("Debit"), True), b.Column(_("Credit"), True)]
    foot = [b.text(_("Together")), b.money(debit), b.money(credit)]
    chip = b.chip(_("balanced"), "ok") if debit == credit else b.chip(_("not balanced"), "danger")
    stats = b.Stats(
        [
            b.Stat(_("Books"), chip),
            b.Stat(_("Journals"), b.count(seq), url=url_for("desk.journals")),
            b.Stat(_("Head of the chain"), b.code(last[:16] + "…")),
        ]
    )
    ask = b.Form(
        "as-of",
        _("As of"),
        url_for("desk.books"),
        _("Show"),
        [
            b.Field("date", _("What counts until"), "effective", as_of.isoformat() if as_of else "", required=False),
            b.Field("date", _("What was known on"), "recorded", known.isoformat() if known else "", required=False),
        ],
        kind="",
        method="get",
    )
    parts: list[Any] = [stats, b.Table(_("Trial balance"), columns, rows, _("No account yet."), foot=foot)]
    if settled:
        title = _("Accounts whose balance is zero")
        parts.append(
            b.Fold(title, [b.Table(title, [b.Column(_("Ledger account")), b.Column(_("Balance"), True)], settled)])
        )
    return shown(b.Screen(_("Books"), [*parts, ask]))


def _account_cell(code: str) -> b.Cell:
    return b.text(account_name(code), code, url_for("desk.account", code=code))


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


@blueprint.get("/books/accounts/<path:code>")
def account(code: str) -> Any:
    """Show an account: its balance and the postings it is made of, newest first."""
    return _account_page(code)


def _account_page(code: str) -> Any:
    must(Permission.SEE_BOOKS)
    cursor = request.args.get("cursor")

    def gather(session: Session) -> tuple[int, list[b.Row], str | None]:
        found = ledger.list_journals(session, account=code, cursor=cursor)
        rows = [row for journal in found.items for row in _posting_rows(session, journal, code)]
        return ledger.balance(session, code), rows, found.next_cursor

    balance, rows, following = read(gather)
    columns = [
        b.Column(_("Journal")),
        b.Column(_("Counts for")),
        b.Column(_("What")),
        b.Column(_("Debit"), True),
        b.Column(_("Credit"), True),
    ]
    more = url_for("desk.account", code=code, cursor=following) if following else ""
    side = _("debit") if balance > 0 else _("credit") if balance < 0 else ""
    stats = b.Stats([b.Stat(_("Balance"), b.money(abs(balance)), side)])
    table = b.Table(
        _("Postings"),
        columns,
        rows,
        _("Nothing was posted here."),
        next_url=more,
        first_url=url_for("desk.account", code=code) if cursor else "",
    )
    return shown(b.Screen(account_name(code), [stats, table], code, (_("Books"), url_for("desk.books"))))


def _posting_rows(session: Session, journal: ledger.Journal, code: str) -> list[b.Row]:
    url = url_for("desk.journal", journal_id=journal.id)
    legs = [leg for leg in ledger.postings_of(session, journal.id) if leg.account == code]
    return [
        b.Row(
            [
                b.text(_("No. {n}", n=journal.seq), url=url),
                b.day(journal.effective_on),
                b.text(words.reason(journal.kind), memo(journal.kind, journal.memo)),
                *_sides(leg.fen),
            ],
            url,
        )
        for leg in legs
    ]


def _sides(fen: int) -> tuple[b.Cell, b.Cell]:
    return (b.money(fen), b.text("")) if fen > 0 else (b.text(""), b.money(-fen))


@blueprint.get("/books/journals")
def journals() -> Any:
    """List the journals, newest first."""
    return _journals_page()


def _journals_page() -> Any:
    must(Permission.SEE_BOOKS)
    cursor = request.args.get("cursor")

    def gather(session: Session) -> tuple[list[b.Row], str | None]:
        found = ledger.list_journals(session, cursor=cursor)
        return [_journal_row(session, journal) for journal in found.items], found.next_cursor

    rows, following = read(gather)
    columns = [
        b.Column(_("Journal")),
        b.Column(_("Counts for")),
        b.Column(_("Recorded")),
        b.Column(_("What")),
        b.Column(_("By")),
        b.Column(_("Amount"), True),
    ]
    more = url_for("desk.journals", cursor=following) if following else ""
    table = b.Table(
        _("Journals"),
        columns,
        rows,
        _("No journal yet."),
        next_url=more,
        first_url=url_for("desk.journals") if cursor else "",
    )
    return shown(b.Screen(_("Journals"), [table], "", (_("Books"), url_for("desk.books"))))


def _journal_row(session: Session, journal: ledger.Journal) -> b.Row:
    total = sum(leg.fen for leg in ledger.postings_of(session, journal.id) if leg.fen > 0)
    cells = [
        b.text(_("No. {n}", n=journal.seq)),
        b.day(journal.effective_on),
        b.stamp(journal.recorded_at),
        b.text(words.reason(journal.kind), memo(journal.kind, journal.memo)),
        b.text(person_name(session, journal.actor_person_id or journal.actor_id)),
        b.money(total),
    ]
    return b.Row(cells, url_for("desk.journal", journal_id=journal.id))


@blueprint.get("/books/journals/<uuid:journal_id>")
def journal(journal_id: UUID) -> Any:
    """Show a journal: its legs, who wrote it, and its place in the chain."""
    must(Permission.SEE_BOOKS)
    return _journal(journal_id)


def _journal(journal_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _journal_screen(session, journal_id)), error)


def _journal_screen(session: Session, journal_id: UUID) -> b.Screen:
    row = ledger.get_journal(session, journal_id)
    legs = ledger.postings_of(session, row.id)
    lines = [b.Row([_account_cell(leg.account), *_sides(leg.fen)]) for leg in legs]
    total = sum(leg.fen for leg in legs if leg.fen > 0)
    columns = [b.Column(_("Ledger account")), b.Column(_("Debit"), True), b.Column(_("Credit"), True)]
    foot = [b.text(_("Together")), b.money(total), b.money(total)]
    parts: list[Any] = [b.Table(_("Legs"), columns, lines, foot=foot), b.Pair([_written(session, row)], [_chain(row)])]
    elsewhere = ledger.taken_back_by(row.kind)
    if elsewhere is not None:
        way = elsewhere[1 if preferences.current().language == "zh" else 0]
        parts.append(b.Say(_("Not reversed by hand: {way}.", way=way)))
    elif may(Permission.CORRECT_BOOKS):
        parts.append(
            b.Form(
                "reverse",
                _("Reverse this journal"),
                url_for("desk.reverse", journal_id=row.id),
                _("Reverse"),
                [
                    b.Field("text", _("Second person: name"), "second_name"),
                    b.Field("password", _("Second person: PIN"), "second_pin"),
                ],
                _(
                    "Posts the exact negation; nothing is deleted. "
                    "Another person who may correct the books confirms here."
                ),
                kind="danger",
            )
        )
    back = (_("Journals"), url_for("desk.journals"))
    return b.Screen(_("Journal {n}", n=row.seq), parts, words.reason(row.kind), back)


def _written(session: Session, row: ledger.Journal) -> b.Facts:
    pairs = [
        (_("Key"), b.code(row.key)),
        (_("What"), b.text(words.reason(row.kind))),
        (_("Memo"), b.text(row.memo)),
        (_("Counts for"), b.day(row.effective_on)),
        (_("Recorded"), b.stamp(row.recorded_at)),
        (_("Written by"), b.text(person_name(session, row.actor_person_id or row.actor_id))),
        (_("Confirmed by"), b.text(person_name(session, row.approver_person_id or row.approver_id))),
    ]
    if row.reverses_id:
        url = url_for("desk.journal", journal_id=row.reverses_id)
        pairs.append((_("Reverses"), b.text(_("the journal it negates"), url=url)))
    return b.Facts(_("Who and when"), pairs)


def _chain(row: ledger.Journal) -> b.Facts:
    fits = ledger.chained(row.previous_hash, row.memento) == row.hash
    state = b.chip(_("the hash fits"), "ok") if fits else b.chip(_("the hash does not fit"), "danger")
    pairs = [
        (_("Chain"), state),
        (_("Before"), b.code(row.previous_hash)),
        (_("Hash"), b.code(row.hash)),
        (_("The text it covers"), b.code(row.memento)),
    ]
    return b.Facts(_("Its place in the chain"), pairs)


@blueprint.post("/books/journals/<uuid:journal_id>/reverse")
def reverse(journal_id: UUID) -> Any:
    """Reverse a journal: two people who may correct the books, the second by name and PIN on the same form."""
    return _reverse_page(journal_id)


def _reverse_page(journal_id: UUID) -> Any:
    must(Permission.CORRECT_BOOKS)
    second, error = attempt(second_person)
    if error or second is None:
        return _journal(journal_id, error)

    def work(session: Session) -> Any:
        row = ledger.reverse_by_hand(
            session,
            journal_id,
            entry_id=uuid_of("id"),
            key=f"reversal:{journal_id}",
            by=actor(),
            at=now(),
            approver=second,
        )
        audit.record(session, "ledger.reverse", ("journal", journal_id), by=actor(), at=now(), approver=second.eyes)
        return row

    return act(
        work,
        _("Reversed."),
        url_for("desk.journal", journal_id=journal_id),
        lambda refused: _journal(journal_id, refused),
    )


def second_person() -> Actor:
    """Return the other person of a form, by name and PIN, who may correct the books too.

    Raises Forbidden, SecondPersonSame, and what confirming refuses.
    """
    asked = users.WitnessRequest(None, text_of("second_name", most=40), text_of("second_pin", most=20))
    found = users.confirm_witness(house().database, asked, by=actor(), at=now())
    found.must(Permission.CORRECT_BOOKS)
    if found.eyes == actor().eyes:
        raise SecondPersonSame
    return found
