"""Greedy allocation over the order: a proposal, never an execution. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from wms.kernel.numbers import ceiling, half_up, value_fen


@dataclass(frozen=True, slots=True)
class Lying:
    """One ranked listing with what a match may take of it. `price` None: on request, never proposed."""

    listing_id: UUID
    outside: bool
    units_open: int
    grams_open: int
    min_take_units: int
    divisible: bool
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Part:
    """What a match proposes of one listing."""

    listing_id: UUID
    units: int
    grams: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Allocation:
    """A proposal: parts in order, what was skipped with its code, and the grams nobody could fill."""

    parts: tuple[Part, ...]
    skipped: dict[UUID, str]
    grams_missing: int


def allocate(rows: Sequence[Lying], grams: int, *, limit: Decimal | None, most_lots: int) -> Allocation:
    """Return what to take of ranked rows for a need in grams; whole units, never less than an owner's least take."""
    parts: list[Part] = []
    skipped: dict[UUID, str] = {}
    left = grams
    for row in rows:
        code = _refusal(row, left, limit, len(parts) >= most_lots)
        if code is not None:
            skipped[row.listing_id] = code
            continue
        assert row.price is not None
        units = _units_for(row, left)
        taken = half_up(Fraction(row.grams_open * units, row.units_open))
        parts.append(Part(row.listing_id, units, taken, row.price))
        left = max(0, left - taken)
    return Allocation(tuple(parts), skipped, left)


def premium_fen(parts: Sequence[Part], rows: Sequence[Lying]) -> int:
    """Return what storage-first costs the buyer: Σ grams × (price − cheapest outside price) where positive."""
    outside = [row.price for row in rows if row.outside and row.price is not None]
    if not outside:
        return 0
    cheapest = min(outside)
    dearer = [part for part in parts if part.price > cheapest]
    return half_up(sum((value_fen(part.grams, part.price - cheapest) for part in dearer), Fraction(0)))


def _refusal(row: Lying, left: int, limit: Decimal | None, full: bool) -> str | None:
    if row.price is None:
        return "on_request"
    if limit is not None and row.price > limit:
        return "above_limit"
    if left == 0:
        return "filled"
    if full:
        return "most_lots"
    units = _units_for(row, left)
    if units < row.units_open and not row.divisible:
        return "all_or_none"
    rest = row.units_open - units
    if units < row.min_take_units or 0 < rest < row.min_take_units:
        return "min_take"
    return None


def _units_for(row: Lying, left: int) -> int:
    """Whole units that cover what is left, at most what is open."""
    return min(row.units_open, ceiling(Fraction(left * row.units_open, row.grams_open)))
