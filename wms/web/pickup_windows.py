"""Windows of the docks on forms: what may be chosen, and a booking made or moved from what was."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from wms import pickup
from wms.delivery.identity import actor, now
from wms.delivery.work import write
from wms.web.pages import FieldWrong, uuid_of
from wms.web.shell import say as _

BOOK_AHEAD = 7


def day_of(field: str) -> date:
    """Return a field of the form as a day. Raises FieldWrong."""
    value = request.form.get(field, "")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise FieldWrong(field=field, value=value[:40]) from error


def window_options(session: Session, first: date) -> list[tuple[str, str]]:
    """Return the windows of the coming days that take a truck more, as a form's choices."""
    days = [first + timedelta(days=n) for n in range(BOOK_AHEAD)]
    return [
        (f"{one.on}|{one.dock}|{one.start_minute}",
         _("{day} {first}–{last}, dock {dock}: {free} free", day=one.on, first=pickup.clock_text(one.start_minute),
           last=pickup.clock_text(one.end_minute), dock=one.dock, free=one.free))
        for day in days for one in pickup.windows(session, day) if one.free
    ]  # fmt: skip


def window_of(field: str) -> tuple[str, date, int]:
    """Return the window a form chose: dock, day, first minute. Raises FieldWrong."""
    value = request.form.get(field, "")
    day, _bar, rest = value.partition("|")
    dock, _bar, minute = rest.rpartition("|")
    if not (dock and minute.isdigit()):
        raise FieldWrong(field=field, value=value[:40])
    try:
        return dock, date.fromisoformat(day), int(minute)
    except ValueError as error:
        raise FieldWrong(field=field, value=value[:40]) from error


def book_or_move(exit_id: UUID) -> Any:
    """Book the chosen window for an exit, or move the appointment that stands to it."""
    dock, on, minute = window_of("window")

    def work(session: Session) -> pickup.PickupAppointment:
        standing = pickup.appointment_of(session, exit_id)
        if standing is not None and standing.state == pickup.AppointmentState.BOOKED:
            move = pickup.MovePickup(uuid_of("id"), standing.id, dock, on, minute)
            return pickup.move_pickup(session, move, by=actor(), at=now())
        book = pickup.BookPickup(uuid_of("id"), exit_id, dock, on, minute)
        return pickup.book_pickup(session, book, by=actor(), at=now())

    return write(work)
