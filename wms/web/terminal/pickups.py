"""Trucks expected: the day's appointments and windows, a booking at the counter, an authority from paper."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, lots, parties, pickup
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.pages import attempt, done, fresh_id, kept_input, may, said, text_of, uuid_of, whole_of
from wms.web.pickup_windows import book_or_move, day_of
from wms.web.shell import say as _
from wms.web.terminal import exits, words
from wms.web.terminal.workplace import blueprint, page

ENDS = {"arrived": pickup.note_arrival, "no_show": pickup.note_no_show, "cancelled": pickup.cancel_pickup}


@blueprint.get("/pickups")
def pickups() -> Any:
    """List the trucks expected on a day, and the day's windows."""
    return _day_page(None)


def _day_page(error: WmsError | None) -> tuple[str, int]:
    on = _asked_day()
    rows, windows, hours = read(
        lambda session: (
            [_line(session, row) for row in pickup.appointments_on(session, actor(), on)],
            pickup.windows(session, on),
            pickup.docks(session, on),
        )
    )
    return page(
        "pickups", 409 if error else 200, on=on, before=on - timedelta(days=1), after=on + timedelta(days=1), rows=rows,
        windows=windows, hours=hours, states=words.APPOINTMENT, clock_text=pickup.clock_text, today=now().on,
        may_set=may(Permission.MANAGE_FACILITY),
        fresh_id=fresh_id, typed=kept_input() if error else {}, error=said(error) if error else "",
    )  # fmt: skip


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return now().on


def _line(
    session: Session, row: pickup.PickupAppointment
) -> tuple[pickup.PickupAppointment, billing.ExitOrder, lots.Lot, parties.Party]:
    order = billing.get_exit(session, row.exit_id)
    return row, order, lots.get_lot(session, order.lot_id), parties.get_party(session, row.party_id)


@blueprint.post("/pickups/<uuid:appointment_id>/<any(arrived, no_show, cancelled):what>")
def end_pickup(appointment_id: UUID, what: str) -> Any:
    """Write down that a truck came, that nobody did, or that it is given up."""

    def work() -> pickup.PickupAppointment:
        wanted = pickup.EndPickup(uuid_of("id"), appointment_id)
        return write(lambda session: ENDS[what](session, wanted, by=actor(), at=now()))

    row, error = attempt(work)
    if error or row is None:
        return _day_page(error)
    return done(_("Written down."), url_for("terminal.pickups", on=row.held_on))


@blueprint.post("/pickups/hours")
def dock_hours() -> Any:
    """Say when a dock takes trucks."""

    def work() -> pickup.DockHours:
        wanted = pickup.SetDockHours(
            uuid_of("id"), text_of("dock", most=20), day_of("effective_from"), _minute("opens"), _minute("closes"),
            whole_of("window"), whole_of("capacity"), text_of("weekdays", most=7, needed=False),
        )  # fmt: skip
        return write(lambda session: pickup.set_dock_hours(session, wanted, by=actor(), at=now()))

    row, error = attempt(work)
    if error or row is None:
        return _day_page(error)
    return done(_("The hours of dock {dock} are set.", dock=row.dock), url_for("terminal.pickups"))


def _minute(field: str) -> int:
    """A time of day as its minute; what is none is as wrong as a dock that opens after it closes."""
    hours, _colon, minutes = text_of(field, most=5).partition(":")
    return int(hours) * 60 + int(minutes) if hours.isdigit() and minutes.isdigit() else -1


@blueprint.post("/exits/<uuid:exit_id>/appointment")
def book_exit(exit_id: UUID) -> Any:
    """Book a window for the truck of an exit, or move it."""
    error = attempt(lambda: book_or_move(exit_id))[1]
    if error:
        return exits.shown_page(exit_id, error)
    return done(_("Booked."), url_for("terminal.exit_page", exit_id=exit_id))


@blueprint.post("/exits/<uuid:exit_id>/authority")
def authority_from_paper(exit_id: UUID) -> Any:
    """Write down the receiver's paper that lets this exit's collector fetch, for today and six days more."""

    def work(session: Session) -> pickup.CollectorAuthority:
        order = billing.get_exit_order(session, exit_id, actor())
        today = now().on
        wanted = pickup.AuthoriseCollector(
            uuid_of("id"), pickup.receiver_of(session, order).id, order.collector_name, text_of("card", most=20),
            order.plate, today, today + timedelta(days=7), order.units, text_of("document"),
        )  # fmt: skip
        return pickup.authorise_collector(session, wanted, by=actor(), at=now())

    return exits.step(exit_id, work, _("The authority is written down."))
