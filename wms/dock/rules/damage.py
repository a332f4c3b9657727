"""Damage and spoilage in store, and what the insurer pays for it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class DamageCause(StrEnum):
    """What happened to the goods."""

    SPOILED = "spoiled"
    FROZEN = "frozen"
    CRUSHED = "crushed"
    FIRE = "fire"
    WATER = "water"
    GAS = "gas"
    OTHER = "other"


class ClaimState(StrEnum):
    """Where a claim stands."""

    FILED = "filed"
    PAID = "paid"
    REJECTED = "rejected"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class ReportDamage:
    """So many units of a lot were found damaged or spoiled; they are set aside."""

    id: UUID
    lot_id: UUID
    units: int
    cause: DamageCause
    note: str


@dataclass(frozen=True, slots=True)
class FileClaim:
    """What is asked of the insurer for a damage, in fen, under the policy in force when it was found."""

    id: UUID
    damage_id: UUID
    asked_fen: int


@dataclass(frozen=True, slots=True)
class ClaimPaid:
    """The insurer paid, by this bank reference."""

    id: UUID
    claim_id: UUID
    fen: int
    reference: str


@dataclass(frozen=True, slots=True)
class ClaimRejected:
    """The insurer pays nothing, for this reason."""

    id: UUID
    claim_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class SettleClaim:
    """What the insurer paid becomes what the store owes the goods' owner."""

    id: UUID
    claim_id: UUID
