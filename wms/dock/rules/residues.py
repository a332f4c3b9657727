"""Sprays, the days to wait after them, and what a laboratory found: may these apples be sold?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID


class RefusalReason(StrEnum):
    """Why goods are not taken in."""

    DECAY = "decay"
    DAMAGED = "damaged"
    RESIDUE = "residue"
    UNRIPE = "unripe"
    WET = "wet"
    OTHER_GOODS = "other_goods"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RefuseGoods:
    """Goods of a delivery are not taken in: so many units of it, or all of it where `units` is None.

    Refused goods stay on the truck, so that the weighings know only what was accepted; `grams` is an estimate.
    """

    id: UUID
    delivery_id: UUID
    reason: RefusalReason
    note: str
    units: int | None = None
    grams: int = 0


@dataclass(frozen=True, slots=True)
class RecordTreatment:
    """The apples of a lot were sprayed on a day with something after which one waits before harvest."""

    id: UUID
    lot_id: UUID
    substance: str
    sprayed_on: date
    interval_days: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class RecordResidue:
    """What a laboratory found in a sample of a lot, in micrograms a kilogram, beside what is allowed."""

    id: UUID
    lot_id: UUID
    substance: str
    laboratory: str
    certificate: str
    sampled_on: date
    found_micrograms_kg: int
    limit_micrograms_kg: int


@dataclass(frozen=True, slots=True)
class Spray:
    """A treatment as the judgement needs it."""

    sprayed_on: date
    interval_days: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A laboratory's result as the judgement needs it."""

    sampled_on: date
    passed: bool


class Verdict(StrEnum):
    """Whether goods may go on, and why not."""

    FREE = "free"
    WAITING_TOO_SHORT = "waiting_too_short"  # harvested before the interval was over
    RESIDUE_FOUND = "residue_found"


def is_within(found_micrograms_kg: int, limit_micrograms_kg: int) -> bool:
    """Tell whether a residue is allowed: at the limit still is."""
    return found_micrograms_kg <= limit_micrograms_kg


def waited(spray: Spray, harvest_on: date | None) -> bool:
    """Tell whether the interval was over at harvest; a harvest nobody dated has waited for nothing."""
    return spray.interval_days == 0 or (
        harvest_on is not None and harvest_on >= spray.sprayed_on + timedelta(days=spray.interval_days)
    )


def judged(sprays: Sequence[Spray], findings: Sequence[Finding], harvest_on: date | None) -> Verdict:
    """Return whether goods may go on. `findings` in the order recorded: the last one counts.

    A short wait is healed by a passing result of a sample taken after the last spray, and by nothing else.
    """
    last = findings[-1] if findings else None
    if last is not None and not last.passed:
        return Verdict.RESIDUE_FOUND
    newest = max((spray.sprayed_on for spray in sprays), default=None)
    if last is not None and (newest is None or last.sampled_on >= newest):
        return Verdict.FREE
    return Verdict.FREE if all(waited(spray, harvest_on) for spray in sprays) else Verdict.WAITING_TOO_SHORT
