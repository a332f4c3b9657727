"""Arrivals booked ahead: what is asked, and when it may come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

DAY_MINUTES = 24 * 60
STEP_MINUTES = 30


class BookingState(StrEnum):
    """Where a booked arrival stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


COMING = (BookingState.ASKED.value, BookingState.CONFIRMED.value)


@dataclass(frozen=True, slots=True)
class BookArrival:
    """A truck is announced: whose, of what, about how much, on which day and between which minutes of it.

    `room_id` is the room whose space is kept; only the store's own people name one, and then the booking is confirmed.
    """

    id: UUID
    site_id: UUID
    owner_id: UUID
    variety: str
    units: int
    grams: int
    due_on: date
    from_minute: int
    to_minute: int
    grade: str = ""
    storage_type: str = "ra"
    plate: str = ""
    driver: str = ""
    note: str = ""
    room_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConfirmArrival:
    """The store agrees to a booking and keeps space in a room for it."""

    id: UUID
    booking_id: UUID
    room_id: UUID


@dataclass(frozen=True, slots=True)
class CancelArrival:
    """A booking is given up, by its owner or by the store."""

    id: UUID
    booking_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class TakeArrivalDeposit:
    """Money an owner leaves so that the coming goods rank before goods nobody stands for."""

    id: UUID
    booking_id: UUID
    fen: int


@dataclass(frozen=True, slots=True)
class OpenBooked:
    """The booked truck stands at the gate; empty plate and driver are those of the booking."""

    id: UUID
    booking_id: UUID
    plate: str = ""
    driver: str = ""
    token_id: UUID | None = None


def clock_text(minute: int) -> str:
    """Return a minute of the day as people read it: 510 is 08:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def window_is_right(from_minute: int, to_minute: int) -> bool:
    """Tell whether a window lies within one day, on half hours, and has an end after its beginning."""
    on_steps = from_minute % STEP_MINUTES == 0 and to_minute % STEP_MINUTES == 0
    return on_steps and 0 <= from_minute < to_minute <= DAY_MINUTES


def busiest(from_minute: int, to_minute: int, others: Iterable[tuple[int, int]]) -> int:
    """Return how many of the other windows overlap this one at its fullest moment; windows are half-open."""
    over = [(start, end) for start, end in others if start < to_minute and from_minute < end]
    moments = [max(start, from_minute) for start, _ in over]
    return max((sum(start <= moment < end for start, end in over) for moment in moments), default=0)


def day_is_right(due_on: date, today: date, days_ahead: int) -> bool:
    """Tell whether a day may be booked: today or later, at most so many days ahead."""
    return today <= due_on <= today + timedelta(days=days_ahead)
