"""Loadings: what a truck's pick list is made of, and when the truck is complete. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class LoadingState(StrEnum):
    """How far a loading has come."""

    OPEN = "open"
    CHECKED = "checked"
    VOID = "void"


class PickOrder(StrEnum):
    """In which order the list leads through the store."""

    FEFO = "fefo"  # what must be gone first: quality deadline, then entry day
    GIVEN = "given"  # the order in which the exits were named


class ShortReason(StrEnum):
    """Why less was found than the list asks for."""

    MISSING = "missing"
    DAMAGED = "damaged"
    WRONG_GOODS = "wrong_goods"
    OUT_OF_REACH = "out_of_reach"


class ScanStep(StrEnum):
    """What a scan confirmed."""

    PICK = "pick"
    LOAD = "load"


@dataclass(frozen=True, slots=True)
class OpenLoading:
    """A truck comes for one or more exits; `bay` names the staging area. Exits in the order named."""

    id: UUID
    site_id: UUID
    exit_ids: tuple[UUID, ...]
    bay: str
    pick_order: PickOrder = PickOrder.FEFO


@dataclass(frozen=True, slots=True)
class AddToLoading:
    """One more exit for a truck."""

    id: UUID
    loading_id: UUID
    exit_id: UUID


@dataclass(frozen=True, slots=True)
class DropFromLoading:
    """An exit leaves the list; what was picked for it stays on the dock as its own until it is put back or given up."""

    id: UUID
    loading_id: UUID
    exit_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ScanUnits:
    """Units at a line of the list, by what was scanned: a unit's label counts one, a lot's label `units`.

    Without `line_id` the scan itself finds the line, of the slot named where one was scanned.
    """

    id: UUID
    loading_id: UUID
    scanned: str
    units: int = 1
    slot: str = ""


@dataclass(frozen=True, slots=True)
class ShortPick:
    """Less is there than the list says: how many are missing at a line, and why."""

    id: UUID
    loading_id: UUID
    line_id: UUID
    units: int
    reason: ShortReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckLoading:
    """The truck is complete: everything on the list, nothing else."""

    id: UUID
    loading_id: UUID


@dataclass(frozen=True, slots=True)
class VoidLoading:
    """The truck does not come, or is gathered anew; its exits stay."""

    id: UUID
    loading_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units of a lot that an exit takes, with what decides when they are picked."""

    exit_id: UUID
    lot_id: UUID
    units: int
    deadline_on: date
    entry_on: date
    sequence: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where units of a lot are still free to be picked; no slot is the dock."""

    slot_id: UUID | None
    slot_code: str
    units: int


@dataclass(frozen=True, slots=True)
class PickLine:
    """One line of a list: go there, take that many."""

    exit_id: UUID
    lot_id: UUID
    slot_id: UUID | None
    units: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one exit of a loading has come, in units."""

    units: int
    picked: int
    weighed: int
    loaded: int

    @property
    def complete(self) -> bool:
        """Everything ordered is picked, weighed and on the truck."""
        return self.picked == self.weighed == self.loaded == self.units


def plan(wanted: Iterable[Wanted], places: Mapping[UUID, Sequence[Place]], order: PickOrder) -> list[PickLine]:
    """Return the lines that gather what is wanted; each place gives only what it has, in its order.

    Under FEFO the lot with the earliest deadline comes first, then the earliest entry; else as the exits were named.
    What no place has is left out: the caller sees the sum.
    """
    left = {lot_id: [place.units for place in found] for lot_id, found in places.items()}
    lines: list[PickLine] = []
    for one in sorted(wanted, key=lambda one: _rank(one, order)):
        rest = one.units
        for index, place in enumerate(places.get(one.lot_id, ())):
            units = min(rest, left[one.lot_id][index])
            if units:
                lines.append(PickLine(one.exit_id, one.lot_id, place.slot_id, units))
                left[one.lot_id][index] -= units
                rest -= units
    return lines


def _rank(one: Wanted, order: PickOrder) -> tuple[date, date, int]:
    if order is PickOrder.GIVEN:
        return date.min, date.min, one.sequence
    return one.deadline_on, one.entry_on, one.sequence
