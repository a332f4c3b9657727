"""The page the desk opens on: what needs me now, with clocks, and the figures of the house."""

from typing import Any

from flask import redirect, url_for
from sqlalchemy.orm import Session

from wms import facility, ledger, lending
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.web.desk import blocks as b
from wms.web.desk.item import Item
from wms.web.desk.todo import in_store_grams, items_for
from wms.web.desk.workplace import blueprint, shown
from wms.web.pages import may
from wms.web.shell import say as _
from wms.web.shell import say_count as _n


@blueprint.get("")
def home() -> Any:
    """Show what waits for the reader; an empty house greets the administrator with its set-up."""
    return _home_page()


def _home_page() -> Any:
    if may(Permission.MANAGE_FACILITY) and not read(facility.list_sites):
        return redirect(url_for("desk.setup"))
    items, stats = read(lambda session: (items_for(session, actor()), _stats(session)))
    columns = [
        b.Column(_("What")),
        b.Column(_("Whose")),
        b.Column(_("Amount"), True),
        b.Column(_("Clock")),
        b.Column(_("State")),
    ]
    table = b.Table(
        _("To do"),
        columns,
        [_row(item) for item in items],
        _("Nothing waits for you. What comes will stand here with its clock."),
    )
    urgent = sum(item.tone in ("danger", "warn") for item in items)
    lead = _n("One thing waits, {urgent} pressing.", "{n} things wait, {urgent} pressing.", len(items), urgent=urgent)
    return shown(b.Screen(_("What needs me now"), [stats, table], lead if items else ""))


def _row(item: Item) -> b.Row:
    amount = b.money(item.fen) if item.fen is not None else b.text("")
    state = b.chip(item.state, item.tone) if item.state else b.chip(_("now"), item.tone)
    return b.Row([b.text(item.what), b.text(item.whose), amount, b.text(item.clock), state], item.url)


def _stats(session: Session) -> b.Stats:
    grams = in_store_grams(session)
    found = [b.Stat(_("In store"), b.weight(grams), url=url_for("desk.lots_list"))]
    if may(Permission.SEE_BOOKS):
        principal = sum(ledger.balances(session, "A:Loan:Principal:").values())
        loans = lending.list_loans(session, by=actor(), state=lending.LoanState.ACTIVE, limit=200).items
        balances = ledger.balances(session)
        words = _n("1 advance running", "{n} advances running", len(loans))
        found.append(
            b.Stat(_("Advances outstanding"), b.money(principal), words, url_for("desk.loans", state="active"))
        )
        found.append(
            b.Stat(
                _("Cash in settlement"),
                b.money(balances.get("A:Cash:Settlement", 0)),
                "",
                url_for("desk.account", code="A:Cash:Settlement"),
            )
        )
        sign = b.chip(_("balanced"), "ok") if sum(balances.values()) == 0 else b.chip(_("not balanced"), "danger")
        found.append(b.Stat(_("Books"), sign, now().on.isoformat(), url_for("desk.books")))
    return b.Stats(found)
