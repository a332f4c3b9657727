"""Booked arrivals at the desk: what is coming, and the deposits owners leave for it."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wms import dock, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import bookings
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, shown
from wms.web.pages import fen_of, may, uuid_of
from wms.web.shell import say as _

COMING = (dock.BookingState.ASKED.value, dock.BookingState.CONFIRMED.value)


@blueprint.get("/arrivals")
def arrivals() -> Any:
    """Show the trucks still to come with their deposits."""
    return _page()


def _page(error: WmsError | None = None) -> Any:
    must(Permission.SEE_ALL, Permission.TAKE_PAYMENT)
    return shown(read(_screen), error)


def _screen(session: Session) -> b.Screen:
    rows = dock.list_bookings(session, actor(), states=COMING, limit=200).items
    columns = [b.Column(_("Day")), b.Column(_("Owner")), b.Column(_("Goods")), b.Column(_("Units"), True),
               b.Column(_("Weight"), True), b.Column(_("State")), b.Column(_("Arrival deposit"), True)]  # fmt: skip
    table = b.Table(_("Booked arrivals"), columns, [_row(session, row) for row in rows], _("No truck is booked."))
    confirmed = [row for row in rows if row.state == dock.BookingState.CONFIRMED]
    parts: list[Any] = [table]
    if confirmed and may(Permission.TAKE_PAYMENT):
        parts.append(_deposit(session, confirmed))
    return b.Screen(_("Booked arrivals"), parts, _("Goods with a deposit are on the board before they come."))


def _row(session: Session, row: dock.ArrivalBooking) -> b.Row:
    word, tone = bookings.STATE[row.state]
    owner = parties.get_party(session, row.owner_id)
    return b.Row([
        b.day(row.due_on, f"{bookings.window_text(row)} · {row.code}"),
        b.text(owner.name, row.plate, url_for("desk.party", party_id=owner.id)),
        b.text(f"{row.variety} {row.grade}"), b.count(row.units), b.weight(row.grams), b.chip(_(word), tone),
        b.money(row.deposit_fen),
    ])  # fmt: skip


def _deposit(session: Session, rows: list[dock.ArrivalBooking]) -> b.Form:
    options = [
        (str(row.id), f"{row.code} · {parties.get_party(session, row.owner_id).name} · {row.due_on}") for row in rows
    ]
    fields = [
        b.Field("select", _("Booking"), "booking", options=options),
        b.Field("number", _("Amount"), "fen", unit=_("yuan")),
    ]
    note = _("Given back to the owner's account when the truck comes or the booking is cancelled.")
    return b.Form("deposit", _("A deposit was left"), url_for("desk.arrival_deposit"), _("Write it down"), fields, note)


@blueprint.post("/arrivals/deposit")
def arrival_deposit() -> Any:
    """Take an owner's deposit for a booked arrival."""

    def work(session: Session) -> Any:
        wanted = dock.TakeArrivalDeposit(uuid_of("id"), uuid_of("booking"), fen_of("fen"))
        return dock.take_arrival_deposit(session, wanted, by=actor(), at=now())

    return act(work, _("Written down."), url_for("desk.arrivals"), _page)
