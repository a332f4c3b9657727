"""How much weight apples may lose in store: curves by variety and storage, as data. Pure; whole grams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

from wms.kernel.numbers import half_up
from wms.lots.errors import LossCurveWrong
from wms.lots.rules.words import StorageType

PERMILLE = 1000
LONGEST_DAYS = 730
Points = Sequence[tuple[int, int]]


class ShrinkSource(StrEnum):
    """Where a loss showed."""

    EXIT = "exit"
    COUNT = "count"
    SORT = "sort"  # culls: thrown away by the owner's grades


@dataclass(frozen=True, slots=True)
class SetLossCurve:
    """What a variety may lose by days in store: (days, permille) points, joined by straight lines, then level.

    Without a variety or a storage type it holds for all of them; the more precise curve goes first.
    """

    id: UUID
    effective_on: date
    points: tuple[tuple[int, int], ...]
    source: str
    variety: str | None = None
    storage_type: StorageType | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an owner bears of a loss: grams, and the curve they come from (None: the flat standard of the contract)."""

    grams: int
    curve_id: UUID | None


def check_points(points: Points) -> None:
    """Refuse a curve that is empty, goes back in days, or gives weight back. Raises LossCurveWrong."""
    if not points:
        raise LossCurveWrong(what="points")
    if any(not 0 <= days <= LONGEST_DAYS or not 0 <= permille <= PERMILLE for days, permille in points):
        raise LossCurveWrong(what="days, permille")
    if any(later[0] <= first[0] or later[1] < first[1] for first, later in pairwise(points)):
        raise LossCurveWrong(what="days, permille")


def loss_permille(points: Points, days: int) -> Fraction:
    """Return the permille a curve allows after some days: from nothing on day 0, straight between its points."""
    known = [(0, 0), *points] if points[0][0] > 0 else list(points)
    for (day, loss), (next_day, next_loss) in pairwise(known):
        if days < next_day:
            return loss + Fraction((next_loss - loss) * max(0, days - day), next_day - day)
    return Fraction(known[-1][1])


def allowed_grams(entry_grams: int, permille: Fraction | int) -> int:
    """Return the grams of a part that its owner bears, half up."""
    return half_up(Fraction(entry_grams) * permille / PERMILLE)


def excess_grams(loss_grams: int, allowed: int) -> int:
    """Return what of a loss the store bears; a gain is nobody's."""
    return max(0, loss_grams - allowed)
