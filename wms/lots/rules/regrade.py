"""Sorting: how entry weights follow apples out of old lots into new ones. Pure; whole grams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from wms.kernel.numbers import largest_remainder
from wms.lots.rules.words import SizeRule

CULLS = -1  # the place of what is thrown away among the outputs


@dataclass(frozen=True, slots=True)
class RegradeInput:
    """Units of a lot that go over the sorting line."""

    lot_id: UUID
    units: int


@dataclass(frozen=True, slots=True)
class RegradeOutput:
    """A lot to be: what was sorted into it, and the `sort` weighings that weighed it. None keeps the inputs' word."""

    lot_id: UUID
    grade: str
    weighing_ids: tuple[UUID, ...]
    size_mm: int | None = None
    size_rule: SizeRule | None = None
    colour_pattern: str | None = None
    bagging: str | None = None
    marks: str = ""


@dataclass(frozen=True, slots=True)
class Regrade:
    """Lots of one owner, variety and entry day become new ones; `cull_weighing_ids` weighed what was thrown away."""

    id: UUID
    inputs: tuple[RegradeInput, ...]
    outputs: tuple[RegradeOutput, ...]
    cull_weighing_ids: tuple[UUID, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class RegradePartGrams:
    """How much entry weight of one old lot went into one new lot; no new lot: into the culls."""

    input_lot_id: UUID
    output_lot_id: UUID | None
    grams: int


@dataclass(frozen=True, slots=True)
class Regraded:
    """What a regrade did: units by old lot, the new lots in the order asked, and the weight from each to each."""

    id: UUID
    units_in: Mapping[UUID, int]
    lot_ids: tuple[UUID, ...]
    parts: tuple[RegradePartGrams, ...]
    emptied: frozenset[UUID]


def shared_entry(input_grams: Sequence[int], sorted_grams: Sequence[int], cull_grams: int) -> list[dict[int, int]]:
    """Return for each input how its entry grams fall on the outputs (by place) and on CULLS.

    Entry weight follows the weights after sorting: all inputs together are shared over the outputs by the largest
    remainder, then each input over what the outputs still take, so that rows and columns both sum exactly and no cell
    is negative.
    """
    weights = {**dict(enumerate(sorted_grams)), **({CULLS: cull_grams} if cull_grams else {})}
    left = largest_remainder(sum(input_grams), weights)
    cells: list[dict[int, int]] = []
    for grams in input_grams:
        row = largest_remainder(grams, left)
        left = {place: left[place] - part for place, part in row.items()}
        cells.append(row)
    return cells


def common(words: Sequence[str]) -> str:
    """Return the word all inputs share, or none: a sorted lot says nothing that is true of a part of it only."""
    return words[0] if len(set(words)) == 1 else ""


def plausible(
    book_grams: int, weight_grams: int, stored_loss_grams: int, loss_permille: int, gain_permille: int
) -> bool:
    """Tell whether a weight after sorting fits what went in, less what goods like these may lose in store till then."""
    least = (book_grams - stored_loss_grams) * (1000 - loss_permille)
    return least <= weight_grams * 1000 <= book_grams * (1000 + gain_permille)
