"""What callers ask of the room, its words, and how net grams are shared over lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from wms.kernel.numbers import largest_remainder

SERIES = "WR"
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no signs that are taken for one another
CODE_LENGTH = 16


class ReceiptState(StrEnum):
    """A receipt is open until its goods have gone or it was split."""

    OPEN = "open"
    CLOSED = "closed"
    SPLIT = "split"


class ReceiptEventKind(StrEnum):
    """What happened to a receipt."""

    ISSUED = "issued"
    PLEDGED = "pledged"
    RELEASED = "released"
    SPLIT = "split"
    TRANSFERRED = "transferred"
    REDUCED = "reduced"
    SORTED = "sorted"  # its goods went into sorted lots with receipts of their own
    COUNTED = "counted"  # an approved count found more or less than it stood for
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """One lot to be: its id, its goods (words of `lots.Goods`), units, and the platform weighings that are its own.

    Lines without weighings share the truck's net by units, crate tare off. `one_by_one`: each weighing is one unit.
    `returned_exit_id`: these goods left with that exit and come back; `return_reason` says why.
    """

    lot_id: UUID
    variety: str
    grade: str
    units: int
    size_mm: int | None = None
    size_rule: str | None = None
    colour_pattern: str = ""
    bagging: str = ""
    orchard_block: str = ""
    harvest_on: date | None = None
    picking_number: int | None = None
    owner_class: str = "grower"
    storage_type: str = "ra"
    origin: str = ""
    marks: str = ""
    unit_tare_grams: int = 0
    weighing_ids: tuple[UUID, ...] = ()
    one_by_one: bool = False
    returned_exit_id: UUID | None = None
    return_reason: str = ""


@dataclass(frozen=True, slots=True)
class CompleteIntake:
    """Make lots and receipts of a weighed delivery; `room_id` is where it will lie, if known already.

    `difference_reason`: why the net weight is far from what the crates tried on a platform let expect.
    """

    id: UUID
    delivery_id: UUID
    lines: tuple[IntakeLine, ...]
    room_id: UUID | None = None
    negotiable: bool = False
    difference_reason: str = ""


@dataclass(frozen=True, slots=True)
class MarkPledged:
    """A receipt is pledged to a lender for a loan."""

    id: UUID
    receipt_id: UUID
    lender_id: UUID
    subject_id: UUID
    advance_fen: int


@dataclass(frozen=True, slots=True)
class SplitReceipt:
    """Units of a receipt get a lot and a receipt of their own; both halves are new receipts."""

    id: UUID
    receipt_id: UUID
    new_lot_id: UUID
    units: int


class LiabilityState(StrEnum):
    """What the store owes for goods it lost is open until somebody decides."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class DecideLiability:
    """Accept what the store owes an owner for an excess loss, or waive it, with the reason.

    `price` (元/kg) is needed to accept only where no reference price was known when the loss showed.
    """

    id: UUID
    liability_id: UUID
    accepted: bool
    reason: str
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IntakeDone:
    """What an intake made: lots and their receipts, in the order of the lines."""

    delivery_id: UUID
    lot_ids: tuple[UUID, ...]
    receipt_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PublicReceipt:
    """What anybody may see who holds a receipt's check code: enough to know it is real, nothing about money."""

    number: str
    state: ReceiptState
    pledged: bool
    keeper_name: str
    issued_on: date
    valid_until_on: date
    variety: str
    grade: str
    size: str
    units: int
    units_left: int
    entry_grams: int


def shared_grams(net_grams: int, units: Sequence[int]) -> list[int]:
    """Share a net weight over lines by their units, largest remainder first, so that nothing is lost or made."""
    shares = largest_remainder(net_grams, dict(enumerate(units)))
    return [shares[index] for index in range(len(units))]
