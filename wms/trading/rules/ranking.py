"""Inventory in storage first: the one order of the board, a pure function of its snapshot.

K = (tier, asked, fit, band, life, press, since, id), ascending and lexicographic. `asked` puts 面议 rows after the
priced rows of their tier; the other keys are those of the storage-priority definition.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from wms.kernel.numbers import floor

KEYS = ("tier", "asked", "fit", "band", "life", "press", "since", "id")


class Press(StrEnum):
    """How hard a pledge presses to sell; never shown to outsiders. In the order of the key."""

    ENFORCED = "enforced"
    MARGIN_CALL = "margin_call"
    DUE = "due"
    PLEDGED = "pledged"
    NONE = "none"


PRESS_ORDER = tuple(Press)


class StorageFirst(StrEnum):
    """Whether goods in store go before all others."""

    STRICT = "strict"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the board's rules; the defaults are version 0, before anybody has set another.

    `hold_days` is how long money of a buyer stays held for a deal at most. An owner's rank is told for
    `reference_grams` paid before exit and picked up after `reference_lead_days`.
    """

    version: int = 0
    storage_first: StorageFirst = StorageFirst.STRICT
    band: Decimal = Decimal("0.10")  # 元/kg
    life_days: tuple[int, int, int] = (7, 21, 45)
    inspection_days: int = 30
    arrival_days: int = 3
    press_due_days: int = 14
    tick: Decimal = Decimal("0.02")  # 元/kg: 1 分/斤
    proposal_minutes: int = 30
    deposit_hours: int = 24
    claim_hours: int = 24
    hold_days: int = 365
    most_rounds: int = 6
    reference_grams: int = 20_000_000
    reference_lead_days: int = 2
    grades: tuple[str, ...] = ("特级", "一级", "一二级", "二级", "三级", "半商品", "统货")  # the best first


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the key of one listing is made from, as seen by one buyer on one day.

    `price` is None for 面议; days are counted from the day of ranking, `life_days` from pick-up to quality deadline
    (None: no deadline known, the last class).
    """

    id: Any
    in_store: bool
    weighed: bool
    inspected_days_ago: int | None
    arrival_deposit_paid: bool
    due_in_days: int | None
    fit: int
    price: Decimal | None
    life_days: int | None
    press: Press
    since: int


Key = tuple[int, int, int, int, int, int, int, Any]


def key_of(candidate: Candidate, policy: Policy) -> Key:
    """Return the sort key of a candidate."""
    asked = candidate.price is None
    return (
        tier_of(candidate, policy),
        int(asked),
        candidate.fit,
        0 if candidate.price is None else floor(Fraction(candidate.price) / Fraction(policy.band)),
        life_class(candidate.life_days, policy),
        PRESS_ORDER.index(candidate.press),
        candidate.since,
        candidate.id,
    )


def ranked(candidates: Iterable[Candidate], policy: Policy) -> list[Candidate]:
    """Return candidates in storage-priority order."""
    return sorted(candidates, key=lambda candidate: key_of(candidate, policy))


def why_above(upper: Candidate, lower: Candidate, policy: Policy) -> str:
    """Return the name of the first key that puts `upper` above `lower`."""
    pairs = zip(KEYS, key_of(upper, policy), key_of(lower, policy), strict=True)
    return next(name for name, one, other in pairs if one != other)


def tier_of(candidate: Candidate, policy: Policy) -> int:
    """Return 0 in store, weighed, freshly inspected; 1 in store and weighed; 2 a booked arrival; 3 everything else."""
    if policy.storage_first is StorageFirst.OFF:
        return 0
    if candidate.in_store and candidate.weighed:
        age = candidate.inspected_days_ago
        return 0 if age is not None and age <= policy.inspection_days else 1
    due = candidate.due_in_days
    if (
        not candidate.in_store
        and candidate.arrival_deposit_paid
        and due is not None
        and 0 <= due <= policy.arrival_days
    ):
        return 2
    return 3


def life_class(days: int | None, policy: Policy) -> int:
    """Return the class of remaining life: shorter goes first."""
    if days is None:
        return len(policy.life_days)
    return sum(days > bound for bound in policy.life_days)


def press_of(stage: str, due_on: date | None, on: date, policy: Policy) -> Press:
    """Return the pressure of a pledge in `stage` (a name of Press) whose loan falls due on `due_on`."""
    press = Press(stage)
    if press is Press.PLEDGED and due_on is not None and (due_on - on).days <= policy.press_due_days:
        return Press.DUE
    return press
