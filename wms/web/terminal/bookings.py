"""Trucks that are booked: the day's list, a booking by phone, its confirmation with a room, and its coming in."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import dock, facility, lots, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import bookings
from wms.web.pages import attempt, done, fresh_id, kept_input, may, said, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.terminal import arrivals, words
from wms.web.terminal.workplace import blueprint, page, site_of

MOST = 200


@blueprint.get("/arrivals")
def booked() -> Any:
    """Show the trucks booked for a day, today's unless another is asked for."""
    on = _day(request.args.get("on", ""))
    found = read(lambda session: _named(session, dock.list_bookings(session, actor(), due_on=on, limit=MOST).items))
    days = [on + timedelta(days=off) for off in (-1, 1)]
    return page("bookings", rows=found, on=on, days=days, today=now().on, states=bookings.STATE,
                window=bookings.window_text, may_book=may(Permission.BOOK_ARRIVAL))  # fmt: skip


@blueprint.route("/arrivals/new", methods=["GET", "POST"])
def book() -> Any:
    """Book an arrival for an owner who phones; with a room it is confirmed at once."""
    if request.method == "GET":
        return _book_page(None)
    made, error = attempt(lambda: write(_book))
    if error or made is None:
        return _book_page(error)
    return done(_("Booked: {code}.", code=made.code), url_for("terminal.booking", booking_id=made.id))


@blueprint.get("/arrivals/<uuid:booking_id>")
def booking(booking_id: UUID) -> Any:
    """Show a booking with what can be done with it now."""
    return _booking_page(booking_id, None)


@blueprint.post("/arrivals/<uuid:booking_id>/confirm")
def confirm_booking(booking_id: UUID) -> Any:
    """Agree to a booking and keep space in a room for it."""
    return _changed(booking_id, _("Confirmed, and the space is kept."), lambda session: dock.confirm_arrival(
        session, dock.ConfirmArrival(uuid_of("id"), booking_id, uuid_of("room")), by=actor(), at=now()
    ))  # fmt: skip


@blueprint.post("/arrivals/<uuid:booking_id>/cancel")
def cancel_booking(booking_id: UUID) -> Any:
    """Give a booking up."""
    return _changed(booking_id, _("Cancelled. The space is free again."), lambda session: dock.cancel_arrival(
        session, bookings.cancellation(booking_id), by=actor(), at=now()
    ))  # fmt: skip


@blueprint.post("/arrivals/<uuid:booking_id>/let-in")
def let_booked_in(booking_id: UUID) -> Any:
    """Open the delivery of the booked truck that stands at the gate."""
    opened, error = attempt(lambda: write(lambda session: _let_in(session, booking_id)))
    if error or opened is None:
        return _booking_page(booking_id, error)
    return done(_("Delivery {code}: token {number}.", code=opened.code, number=opened.token_number),
                url_for("terminal.delivery", delivery_id=opened.id))  # fmt: skip


def _let_in(session: Session, booking_id: UUID) -> lots.Delivery:
    wanted = dock.OpenBooked(
        uuid_of("id"), booking_id, text_of("plate", most=20, needed=False), text_of("driver", most=60, needed=False)
    )
    return dock.open_booked(session, wanted, by=actor(), at=now())


def _changed(booking_id: UUID, words_after: str, act: Any) -> Any:
    error = attempt(lambda: write(act))[1]
    return _booking_page(booking_id, error) if error else done(
        words_after, url_for("terminal.booking", booking_id=booking_id)
    )  # fmt: skip


def _book(session: Session) -> dock.ArrivalBooking:
    typed = text_of("owner")
    found = arrivals.matching_owners(session, typed)
    if len(found) != 1:
        raise arrivals.OwnerUnclear(typed=typed)
    room = uuid_of("room") if request.form.get("room") else None
    wanted = bookings.wish(site_of(session).id, found[0].id, room)
    return dock.book_arrival(session, wanted, by=actor(), at=now())


def _book_page(error: WmsError | None) -> tuple[str, int]:
    typed = bookings.form_values(kept_input() if request.method == "POST" else {}, now().on)
    known, rooms = read(lambda session: (arrivals.owners(session), _rooms(session)))
    return page("booking_new", 422 if error else 200, typed=typed, error=said(error) if error else "", owners=known,
                rooms=rooms, windows=bookings.windows(), varieties=words.VARIETIES, grades=words.GRADES,
                storage=words.STORAGE)  # fmt: skip


def _booking_page(booking_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> tuple[dock.ArrivalBooking, parties.Party, list[tuple[str, str]]]:
        row = dock.get_booking(session, booking_id, actor())
        return row, parties.get_party(session, row.owner_id), _rooms(session, row.storage_type)

    row, owner, rooms = read(gather)
    return page("booking", 409 if error else 200, row=row, owner=owner, rooms=rooms, window=bookings.window_text(row),
                states=bookings.STATE, storage=words.STORAGE, error=said(error) if error else "", id=fresh_id(),
                typed=kept_input() if error else {}, may_take_in=may(Permission.TAKE_IN))  # fmt: skip


def _rooms(session: Session, storage: str = "") -> list[tuple[str, str]]:
    """Return the rooms of the site with what is free in each today."""
    rooms = facility.list_rooms(session, site_of(session).id)
    free = {room.id: lots.space_of_room(session, room.id, now().on).free_units for room in rooms}
    return [
        (str(room.id), _("{room}: {n} units free", room=room.name, n=free[room.id]))
        for room in rooms
        if storage in ("", room.storage_type)
    ]


def _named(session: Session, found: list[dock.ArrivalBooking]) -> list[tuple[dock.ArrivalBooking, parties.Party]]:
    return [(row, parties.get_party(session, row.owner_id)) for row in found]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return now().on
