"""Who may fetch goods and when: identity numbers, authorities in force, windows of a dock. Pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

TAIL = 4
WHOLE_ID = 15  # signs of the old resident card; the new one has 18, passports fewer
SHORTEST_WINDOW, LONGEST_WINDOW = 10, 480
DAY_MINUTES = 24 * 60
DAYS = "1234567"  # Monday is 1


class AppointmentState(StrEnum):
    """What became of an appointment."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class AppointmentStep(StrEnum):
    """What happened to an appointment."""

    BOOKED = "booked"
    MOVED = "moved"
    ARRIVED = "arrived"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class AuthoriseCollector:
    """A party lets a person fetch its goods on one truck from a day on, before `until_on`, `units_most` in all if set.

    `id_number` is the identity card's, whole or its last digits; `document` names the paper where staff write it down.
    """

    id: UUID
    party_id: UUID
    collector_name: str
    id_number: str
    plate: str
    from_on: date
    until_on: date
    units_most: int | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class RevokeAuthority:
    """An authority ends now."""

    id: UUID
    authority_id: UUID
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PassGate:
    """A truck at the gate: code, plate and net load as for billing, and the digits of the collector's identity card."""

    id: UUID
    code: str
    plate: str
    gate_grams: int
    collector_id: str = ""


@dataclass(frozen=True, slots=True)
class SetDockHours:
    """From a day on a dock takes `capacity` trucks a window, on `weekdays` (1 Monday to 7), between two minutes.

    A dock that takes none any more has no weekdays.
    """

    id: UUID
    dock: str
    effective_from: date
    opens_minute: int
    closes_minute: int
    window_minutes: int
    capacity: int
    weekdays: str = DAYS


@dataclass(frozen=True, slots=True)
class BookPickup:
    """A window of a dock for the truck of an exit."""

    id: UUID
    exit_id: UUID
    dock: str
    on: date
    start_minute: int


@dataclass(frozen=True, slots=True)
class MovePickup:
    """Another window for an appointment."""

    id: UUID
    appointment_id: UUID
    dock: str
    on: date
    start_minute: int


@dataclass(frozen=True, slots=True)
class EndPickup:
    """The truck came, did not come, or the appointment is given up."""

    id: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a dock with what is free in it."""

    dock: str
    on: date
    start_minute: int
    end_minute: int
    capacity: int
    taken: int

    @property
    def free(self) -> int:
        """How many trucks more it takes."""
        return max(0, self.capacity - self.taken)


def normal_id(number: str) -> str:
    """Return an identity number without spaces and cases."""
    return "".join(sign for sign in number.upper() if sign.isalnum())


def tail_of(number: str) -> str:
    """Return the last four signs of an identity number."""
    return normal_id(number)[-TAIL:]


def digest_of(authority_id: UUID, number: str) -> str | None:
    """Return the digest of a whole identity number, salted by its authority; None where only its end was given."""
    normal = normal_id(number)
    if len(normal) < WHOLE_ID:
        return None
    return hashlib.sha256(f"{authority_id}:{normal}".encode()).hexdigest()


def is_shown(authority_id: UUID, tail: str, digest: str | None, shown: str) -> bool:
    """Tell whether the digits shown are the authorised ones: whole against whole, else the last four."""
    normal = normal_id(shown)
    if digest is not None and len(normal) >= WHOLE_ID:
        return digest_of(authority_id, normal) == digest
    return len(normal) >= TAIL and normal[-TAIL:] == tail


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one, whatever spaces and cases."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold() != ""


def starts(opens_minute: int, closes_minute: int, window_minutes: int) -> Iterator[int]:
    """Yield the first minute of every whole window between opening and closing."""
    yield from range(opens_minute, closes_minute - window_minutes + 1, window_minutes)


def hours_fit(request: SetDockHours) -> bool:
    """Tell whether hours of a dock can be kept."""
    return (
        bool(request.dock.strip())
        and 0 <= request.opens_minute < request.closes_minute <= DAY_MINUTES
        and SHORTEST_WINDOW <= request.window_minutes <= LONGEST_WINDOW
        and request.closes_minute - request.opens_minute >= request.window_minutes
        and request.capacity >= 1
        and set(request.weekdays) <= set(DAYS)
        and len(set(request.weekdays)) == len(request.weekdays)
    )


def clock_text(minute: int) -> str:
    """Return a minute of the day as people write it: 08:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
