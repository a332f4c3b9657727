"""The drawer: what the books say lies in it, counted as a shift begins and ends, and cash carried to the bank."""

from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import treasury
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import blocks as b
from wms.web.desk.books import second_person
from wms.web.desk.invoices import journal_url
from wms.web.desk.till import account_url
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import attempt, fen_of, may, text_of, uuid_of, whole_of
from wms.web.shell import say as _

DRAWER = "A:Cash:Drawer"
PIECES_OF = "pieces-"


@blueprint.get("/drawer")
def drawer() -> Any:
    """Show the drawer."""
    must(Permission.SEE_BOOKS, Permission.TAKE_PAYMENT)
    return _drawer()


def _drawer(error: WmsError | None = None) -> Any:
    return shown(read(_screen), error)


def _screen(session: Session) -> b.Screen:
    counts = treasury.drawer_counts(session)
    is_open = bool(counts) and counts[0].opens
    state = b.chip(_("shift is running"), "ok") if is_open else b.chip(_("no shift"), "quiet")
    stats = b.Stats(
        [b.Stat(_("In the drawer, by the books"), b.money(treasury.drawer_balance(session)), url=account_url(DRAWER)),
         b.Stat(_("Drawer"), state)]
    )  # fmt: skip
    parts: list[Any] = [stats]
    if may(Permission.TAKE_PAYMENT):
        parts += [b.Pair([_count_form(is_open)], [_bank_form()])]
    return b.Screen(_("Drawer"), [*parts, _counts(session, counts)], back=(_("Cashier"), url_for("desk.cashier")))


def _count_form(is_open: bool) -> b.Form:
    fields = [
        b.Field("number", f"¥{fen / 100:g}", f"{PIECES_OF}{fen}", required=False, unit=_("pieces"))
        for fen in treasury.DENOMINATIONS
    ]
    fields += [
        b.Field("hidden", "", "opens", "" if is_open else "1"),
        b.Field("text", _("Reason of a difference"), "reason", required=False),
        b.Field("text", _("Second person: name"), "second_name", required=False),
        b.Field("password", _("Second person: PIN"), "second_pin", required=False),
    ]
    note = _("Only a difference from the books needs a reason and the second person; it is posted at once.")
    title = _("Count to end the shift") if is_open else _("Count to begin a shift")
    return b.Form("count", title, url_for("desk.count_drawer"), _("Note the count"), fields, note)


def _bank_form() -> b.Form:
    fields = [
        b.Field("number", _("Amount"), "fen", unit=_("yuan")),
        b.Field("text", _("Number of the slip"), "reference"),
    ]
    return b.Form(
        "bank-cash", _("Cash carried to the bank"), url_for("desk.bank_cash"), _("Write it down"), fields, kind=""
    )


def _counts(session: Session, counts: list[treasury.DrawerCount]) -> b.Table:
    rows = []
    for row in counts:
        witness = person_name(session, row.witness_person_id) if row.witness_person_id else ""
        cells = [
            b.stamp(row.counted_at, person_name(session, row.counted_by_person_id)),
            b.text(_("shift began") if row.opens else _("shift ended")), b.money(row.counted_fen),
            b.money(row.book_fen), b.money(row.difference_fen, url=journal_url(row.journal_id)),
            b.text(row.reason or "–", witness),
        ]  # fmt: skip
        rows.append(b.Row(cells))
    columns = [b.Column(_("When")), b.Column(_("What")), b.Column(_("Counted amount"), True),
               b.Column(_("In the books"), True), b.Column(_("Over or short"), True),
               b.Column(_("Reason"))]  # fmt: skip
    return b.Table(_("Counts of the drawer"), columns, rows, _("Nobody counted yet."))


@blueprint.post("/drawer/count")
def count_drawer() -> Any:
    """Count the drawer; with a second person where one was named."""
    witness, error = attempt(second_person) if request.form.get("second_name") else (None, None)
    if error:
        return _drawer(error)

    def work(session: Session) -> Any:
        pieces = tuple(
            (fen, whole_of(f"{PIECES_OF}{fen}"))
            for fen in treasury.DENOMINATIONS
            if text_of(f"{PIECES_OF}{fen}", needed=False)
        )
        opens, reason = bool(request.form.get("opens")), text_of("reason", needed=False)
        wanted = treasury.CountDrawer(uuid_of("id"), opens, pieces, reason)
        return treasury.count_drawer(session, wanted, by=actor(), at=now(), witness=witness)

    return act(work, _("The count is noted."), url_for("desk.drawer"), _drawer)


@blueprint.post("/drawer/bank")
def bank_cash() -> Any:
    """Write down cash carried to the bank."""

    def work(session: Session) -> Any:
        wanted = treasury.BankCash(uuid_of("id"), fen_of("fen"), text_of("reference", most=80))
        return treasury.bank_cash(session, wanted, by=actor(), at=now())

    return act(work, _("Written down."), url_for("desk.drawer"), _drawer)
