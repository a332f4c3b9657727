"""Books against bank on a day: two balances, everything between them, and a signature."""

from datetime import date
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import treasury
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import money_words
from wms.web.desk import blocks as b
from wms.web.desk.advances import day_of
from wms.web.desk.bank import book_form
from wms.web.desk.till import account_url
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import fen_of, may, text_of, uuid_of
from wms.web.shell import say as _

CASH = "A:Cash:Settlement"
MOST_SHOWN = 200
MOST_BOOKED = 20


@blueprint.get("/bank/reconcile")
def reconcile() -> Any:
    """Show books and bank on a day."""
    must(Permission.SEE_BOOKS)
    return _page()


def _page(error: WmsError | None = None) -> Any:
    return shown(read(_screen), error)


def _on() -> date:
    try:
        return date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        return now().on


def _screen(session: Session) -> b.Screen:
    on = _on()
    found = treasury.reconciliation(session, on)
    sign = treasury.sign_of(session, on)
    difference = found.bank_fen - found.book_fen
    stats = b.Stats(
        [
            b.Stat(_("In the books"), b.money(found.book_fen), url=account_url(CASH)),
            b.Stat(_("At the bank"), b.money(found.bank_fen), url=url_for("desk.bank")),
            b.Stat(_("Difference"), b.money(difference), tone="" if difference == 0 else "warn"),
        ]
    )
    lines = [
        b.Line(_("Brought forward from before the first statement"), found.brought_fen),
        b.Line(_("Entries the books do not know"), found.open_bank_fen),
        b.Line(_("Postings the bank does not know"), -found.open_book_fen),
    ]
    parts: list[Any] = [stats, *_state(session, found, sign)]
    parts += [b.Pair([_entries(found)], [_postings(found)]), *_own_items(found)]
    parts.append(b.Sum(_("Why they differ"), lines, _("Difference"), difference))
    parts += [*_sign_form(found, sign), _day_form(on), _signed(session)]
    return b.Screen(_("Books and bank on {day}", day=on), parts, back=(_("Bank"), url_for("desk.bank")))


def _state(session: Session, found: treasury.Reconciliation, sign: treasury.BankDaySign | None) -> list[Any]:
    if sign is not None:
        who = person_name(session, sign.signed_by_person_id)
        words = _("Signed off by {name}. {note}", name=who, note=sign.note)
        return [b.Say(words, "ok", _("Reconciled"))]
    if not found.covered:
        return [
            b.Say(
                _("The statements do not reach this day, or leave a hole before it: the bank's balance is needed."),
                "warn",
            )
        ]
    return []


def _entries(found: treasury.Reconciliation) -> b.Table:
    rows = [
        b.Row([b.day(item.entry.booked_on), b.text(item.entry.other_name or "–", item.entry.words),
               b.money(item.open_fen)],
              url_for("desk.bank_entry", entry_id=item.entry.id))
        for item in found.entries[:MOST_SHOWN]
    ]  # fmt: skip
    columns = [b.Column(_("Day")), b.Column(_("Other side")), b.Column(_("Amount"), True)]
    foot = [b.text(_("Together")), b.text(""), b.money(found.open_bank_fen)]
    return b.Table(_("Only at the bank"), columns, rows, _("Every entry of the bank is in the books."), foot=foot)


def _own_items(found: treasury.Reconciliation) -> list[b.Fold]:
    """Open entries that call themselves the bank's charge or interest, each with the form that books it."""
    if not may(Permission.CORRECT_BOOKS):
        return []
    items = [item for item in found.entries if treasury.item_of(item.entry.words, item.entry.other_name)]
    forms = [book_form(item.entry, abs(item.open_fen), on=found.on) for item in items[:MOST_BOOKED]]
    return [b.Fold(_("Charges and interest of the bank: {n}", n=len(items)), forms, True)] if forms else []


def _postings(found: treasury.Reconciliation) -> b.Table:
    rows = [
        b.Row([b.day(item.journal.effective_on), b.text(money_words.reason(item.journal.kind),
               money_words.memo(item.journal.kind, item.journal.memo)),
               b.money(item.open_fen)], url_for("desk.journal", journal_id=item.journal.id))
        for item in found.postings[:MOST_SHOWN]
    ]  # fmt: skip
    columns = [b.Column(_("Day")), b.Column(_("What")), b.Column(_("Amount"), True)]
    foot = [b.text(_("Together")), b.text(""), b.money(found.open_book_fen)]
    return b.Table(_("Only in the books"), columns, rows, _("The bank knows every posting."), foot=foot)


def _sign_form(found: treasury.Reconciliation, sign: treasury.BankDaySign | None) -> list[b.Form]:
    if sign is not None or not may(Permission.CORRECT_BOOKS):
        return []
    is_open = bool(found.entries or found.postings)
    fields = [b.Field("hidden", "", "on", found.on.isoformat()),
              b.Field("area", _("What stays open, and why"), "note", required=is_open)]  # fmt: skip
    if not found.covered:
        hint = _("as the bank shows it at the end of the day; it must be the one the entries lead to")
        fields.append(b.Field("number", _("At the bank"), "bank", unit=_("yuan"), hint=hint))
    note = _("The figures and every open item are kept with your signature.")
    return [b.Form("sign", _("Sign the day off"), url_for("desk.sign_day"), _("Sign off"), fields, note)]


def _day_form(on: date) -> b.Form:
    fields = [b.Field("date", _("Day"), "on", on.isoformat())]
    return b.Form("day", _("Another day"), url_for("desk.reconcile"), _("Show"), fields, kind="", method="get")


def _signed(session: Session) -> b.Fold:
    rows = [
        b.Row([b.day(row.signed_for), b.money(row.book_fen), b.money(row.bank_fen), b.count(len(row.open_items)),
               b.stamp(row.signed_at, person_name(session, row.signed_by_person_id))],
              url_for("desk.reconcile", on=row.signed_for))
        for row in treasury.signed_days(session)
    ]  # fmt: skip
    columns = [b.Column(_("Day")), b.Column(_("In the books"), True), b.Column(_("At the bank"), True),
               b.Column(_("Open items"), True), b.Column(_("Signed off"))]  # fmt: skip
    return b.Fold(_("Days signed off"), [b.Table(_("Days signed off"), columns, rows, _("No day yet."))])


@blueprint.post("/bank/reconcile")
def sign_day() -> Any:
    """Sign a day off."""

    def work(session: Session) -> Any:
        told = fen_of("bank") if text_of("bank", needed=False) else None
        wanted = treasury.SignOff(uuid_of("id"), day_of("on"), text_of("note", most=400, needed=False), told)
        return treasury.sign_off_day(session, wanted, by=actor(), at=now())

    return act(work, _("Signed off."), url_for("desk.reconcile", on=request.form.get("on")), _page)
