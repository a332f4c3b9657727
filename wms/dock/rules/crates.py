"""Crates as assets: who has how many of whose, and what deposit stands for them."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class CrateMoveKind(StrEnum):
    """What happened to crates, as its two ends say."""

    BROUGHT = "brought"  # bought or built: new among us
    ISSUED = "issued"  # their owner gives them to somebody
    RETURNED = "returned"  # they come back to their owner
    PASSED = "passed"  # from one holder to another
    LOST = "lost"  # gone: a holder's deposit is kept


@dataclass(frozen=True, slots=True)
class AddCrateType:
    """A kind of crate: its tare, whose it is, and the deposit of one; a new deposit is a new type."""

    id: UUID
    code: str
    name: str
    owner_id: UUID
    tare_grams: int
    deposit_fen: int


@dataclass(frozen=True, slots=True)
class MoveCrates:
    """Crates change hands: without `from_id` they are new, without `to_id` they are gone."""

    id: UUID
    type_id: UUID
    units: int
    from_id: UUID | None = None
    to_id: UUID | None = None
    delivery_id: UUID | None = None
    exit_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class TakeCrateDeposit:
    """A holder pays deposits that are due, in fen."""

    id: UUID
    party_id: UUID
    fen: int


@dataclass(frozen=True, slots=True)
class CrateHolding:
    """How many crates of a type somebody has, and the deposit that stands for them."""

    type_id: UUID
    code: str
    name: str
    holder_id: UUID
    owner_id: UUID
    units: int
    deposit_fen: int


def kind_of(owner_id: UUID, from_id: UUID | None, to_id: UUID | None) -> CrateMoveKind:
    """Return what a move is, by whose the crates are."""
    if from_id is None:
        return CrateMoveKind.BROUGHT
    if to_id is None:
        return CrateMoveKind.LOST
    if from_id == owner_id:
        return CrateMoveKind.ISSUED
    return CrateMoveKind.RETURNED if to_id == owner_id else CrateMoveKind.PASSED


def deposit_for(holder_id: UUID | None, owner_id: UUID, units: int, deposit_fen: int) -> int:
    """Return the deposit that stands for crates with a holder; with their owner, or nobody, none does."""
    return 0 if holder_id in (None, owner_id) else units * deposit_fen


def refund(freed_fen: int, due_fen: int) -> tuple[int, int]:
    """Return how a freed deposit is used: first what of it was never paid, the rest is owed to the holder."""
    unpaid = min(freed_fen, max(0, due_fen))
    return unpaid, freed_fen - unpaid
