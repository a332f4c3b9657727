"""Booked arrivals as owners and clerks type them: one form, one list of windows."""

from datetime import date
from uuid import UUID

from wms import dock
from wms.web.i18n import note
from wms.web.pages import FieldWrong, fresh_id, grams_of, text_of, uuid_of, whole_of

STATE = {
    "asked": (note("Asked for"), "warn"),
    "confirmed": (note("Confirmed"), "ok"),
    "arrived": (note("Has come"), "info"),
    "cancelled": (note("Cancelled"), "quiet"),
}
REFUSAL = {
    "decay": note("Decayed"),
    "damaged": note("Bruised or damaged"),
    "residue": note("Residues"),
    "unripe": note("Unripe"),
    "wet": note("Wet"),
    "other_goods": note("Not what was announced"),
    "other": note("Another reason"),
}
FIRST_HOUR, LAST_HOUR, HOURS = 6, 22, 2


def window_text(row: dock.ArrivalBooking) -> str:
    """Return a booking's window as people read it."""
    return f"{dock.clock_text(row.from_minute)}–{dock.clock_text(row.to_minute)}"


def windows() -> list[tuple[str, str]]:
    """Return the windows offered: two hours each through the dock's day."""
    starts = range(FIRST_HOUR * 60, LAST_HOUR * 60, HOURS * 60)
    return [(str(at), f"{dock.clock_text(at)}–{dock.clock_text(at + HOURS * 60)}") for at in starts]


def wish(site_id: UUID, owner_id: UUID, room_id: UUID | None = None) -> dock.BookArrival:
    """Return the arrival a form announces. Raises FieldWrong."""
    start = whole_of("window")
    return dock.BookArrival(
        id=uuid_of("id"),
        site_id=site_id,
        owner_id=owner_id,
        variety=text_of("variety", most=40),
        units=whole_of("units"),
        grams=grams_of("weight"),
        due_on=day_of("due_on"),
        from_minute=start,
        to_minute=start + HOURS * 60,
        grade=text_of("grade", most=40, needed=False),
        storage_type=text_of("storage", most=10),
        plate=text_of("plate", most=20, needed=False),
        driver=text_of("driver", most=60, needed=False),
        note=text_of("note", most=500, needed=False),
        room_id=room_id,
    )


def cancellation(booking_id: UUID) -> dock.CancelArrival:
    """Return what a form gives up, and why. Raises FieldWrong."""
    return dock.CancelArrival(uuid_of("id"), booking_id, text_of("reason"))


def day_of(field: str) -> date:
    """Return a field of the form as a day. Raises FieldWrong."""
    value = text_of(field, most=10)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise FieldWrong(field=field, value=value) from error


def form_values(typed: dict[str, str], today: date) -> dict[str, str]:
    """Return what the form shows first: what was typed, else an empty form for today."""
    return {"id": fresh_id(), "due_on": today.isoformat(), "storage": "ra", "window": "480", **typed}
