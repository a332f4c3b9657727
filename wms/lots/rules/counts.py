"""Counting: states, reasons, what callers ask, and how differences become moves, losses and finds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from wms.lots.errors import CountRequestWrong


class CountState(StrEnum):
    """What a count waits for; the last three are its ends."""

    COUNTING = "counting"
    RECOUNTING = "recounting"  # what differed is counted again by somebody else
    INVESTIGATING = "investigating"  # what still differs needs a reason
    REVIEWING = "reviewing"
    APPROVING = "approving"
    AGREED = "agreed"  # book and floor said the same
    APPROVED = "approved"  # differences were booked
    VOID = "void"


UNDER_WAY = (
    CountState.COUNTING, CountState.RECOUNTING, CountState.INVESTIGATING, CountState.REVIEWING, CountState.APPROVING,
)  # fmt: skip


class CountReason(StrEnum):
    """Why book and floor differ."""

    MISCOUNTED_AT_ENTRY = "miscounted_at_entry"
    MISPLACED = "misplaced"
    LABEL_WRONG = "label_wrong"
    MOVE_NOT_BOOKED = "move_not_booked"
    EXIT_NOT_BOOKED = "exit_not_booked"
    SPOILED = "spoiled"
    MISSING = "missing"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class OpenCount:
    """Count everything that lies in a room, or one lot wherever it lies; exactly one of the two."""

    id: UUID
    site_id: UUID
    room_id: UUID | None = None
    lot_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class EnterCount:
    """What somebody counted of a lot in a place; no slot is the dock. Nobody was told what the book says."""

    id: UUID
    count_id: UUID
    lot_id: UUID
    units: int
    slot_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExplainCount:
    """Why a line differs still after it was counted again."""

    id: UUID
    count_id: UUID
    line_id: UUID
    reason: CountReason
    note: str


@dataclass(frozen=True, slots=True)
class JudgeCount:
    """A review or an approval: accepted, or sent back to be counted again with a note that says why."""

    id: UUID
    count_id: UUID
    accepted: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class CountAdjustment:
    """What an approved count changed of a lot: units and entry grams, negative when missing."""

    lot_id: UUID
    units: int
    grams: int


@dataclass(frozen=True, slots=True)
class Adjusting:
    """How the differences of one lot are booked: out of slots, then lost or found, then into slots."""

    from_slots: tuple[tuple[UUID, int], ...]
    into_slots: tuple[tuple[UUID, int], ...]
    net_units: int


def check_open(request: OpenCount) -> None:
    """Refuse a count of nothing or of two things. Raises CountRequestWrong."""
    if (request.room_id is None) == (request.lot_id is None):
        raise CountRequestWrong(what="room_id, lot_id")


def adjusting(differences: Mapping[UUID | None, int]) -> Adjusting:
    """Return how differences by place (None: the dock) are booked: what is short in one slot fills what is over."""
    slots = sorted((slot_id, units) for slot_id, units in differences.items() if slot_id is not None)
    return Adjusting(
        from_slots=tuple((slot_id, -units) for slot_id, units in slots if units < 0),
        into_slots=tuple((slot_id, units) for slot_id, units in slots if units > 0),
        net_units=sum(differences.values()),
    )


def next_count_state(state: CountState, *, uncounted: int, differing: int, unexplained: int) -> CountState:
    """Return where a count stands after a line changed.

    `uncounted` lines wait for this round, `differing` ones do not agree with the book, `unexplained` of those have no
    reason yet. A count moves on only when a round is complete.
    """
    if state in (CountState.COUNTING, CountState.RECOUNTING) and not uncounted:
        if not differing:
            return CountState.AGREED
        return CountState.RECOUNTING if state is CountState.COUNTING else CountState.INVESTIGATING
    if state is CountState.INVESTIGATING and not unexplained:
        return CountState.REVIEWING
    return state


def is_own(eyes: UUID, others: Sequence[UUID | None]) -> bool:
    """Tell whether somebody's eyes are among others'."""
    return eyes in others
