"""Bringing apples: an owner books a truck, sees what the store confirmed, and cancels."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import dock, facility
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.errors import Forbidden
from wms.web import bookings
from wms.web.bookings import REFUSAL
from wms.web.i18n import note
from wms.web.pages import attempt, done, fresh_id, kept_input, said
from wms.web.portal.workplace import blueprint, page, status_of
from wms.web.shell import say as _

VARIETIES = ("红富士", "烟富3号", "烟富8号", "嘎啦", "红将军", "国光", "维纳斯黄金")
GRADES = ("一级", "一二级", "二级", "三级", "统货")
STORAGE = {"ra": note("Cold air"), "ca": note("Controlled atmosphere")}


@blueprint.get("/arrivals")
def arrivals() -> Any:
    """Show my bookings, those still to come first."""
    return _list_page()


@blueprint.route("/arrivals/new", methods=["GET", "POST"])
def arrival_book() -> Any:
    """Book a truck of mine."""
    if request.method == "GET":
        return _form_page()
    made, error = attempt(lambda: write(_book))
    if error is not None:
        return _form_page(status_of(error), error=said(error))
    assert made is not None
    return done(_("Asked for: {code}. The store confirms it.", code=made.code), url_for("portal.arrivals"))


@blueprint.post("/arrivals/<uuid:booking_id>/cancel")
def arrival_cancel(booking_id: UUID) -> Any:
    """Give a booking of mine up."""

    def cancel(session: Session) -> dock.ArrivalBooking:
        return dock.cancel_arrival(session, bookings.cancellation(booking_id), by=actor(), at=now())

    error = attempt(lambda: write(cancel))[1]
    if error is not None:
        return _list_page(status_of(error), error=said(error))
    return done(_("Cancelled."), url_for("portal.arrivals"))


def _book(session: Session) -> dock.ArrivalBooking:
    owner_id = actor().party_id
    if owner_id is None:
        raise Forbidden(permission="book_arrival")
    wanted = bookings.wish(_site(session).id, owner_id)
    return dock.book_arrival(session, wanted, by=actor(), at=now())


def _site(session: Session) -> facility.Site:
    code = house().config.mqtt.site
    sites = facility.list_sites(session)
    found = next((site for site in sites if site.code == code), sites[0] if sites else None)
    if found is None:
        raise facility.SiteNotFound
    return found


def _list_page(status: int = 200, **values: Any) -> Any:
    rows = read(lambda session: dock.list_bookings(session, actor(), limit=100).items)
    coming = [row for row in rows if row.state in ("asked", "confirmed") and row.due_on >= now().on]
    refused = read(lambda session: [
        (row, dock.photos_of(session, dock.PhotoOf.REFUSAL, row.id))
        for row in dock.list_refusals(session, actor(), limit=20).items
    ])  # fmt: skip
    past = [row for row in reversed(rows) if row not in coming]
    return page("arrivals", status, coming=coming, past=past, states=bookings.STATE, window=bookings.window_text,
                fresh=fresh_id(), refused=refused, reasons=REFUSAL, **values)  # fmt: skip


def _form_page(status: int = 200, **values: Any) -> Any:
    shown = bookings.form_values(kept_input() if request.method == "POST" else {}, now().on)
    return page("arrival_book", status, **{"values": shown, "windows": bookings.windows(), "varieties": VARIETIES,
                "grades": GRADES, "storage": STORAGE, **values})  # fmt: skip
