"""How grams follow units. One rule: what leaves carries its cumulative share of the entry weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from wms.kernel.numbers import ceiling, cumulative


def part_grams(shared_units: int, shared_grams: int, *, gone: int, units: int) -> int:
    """Return the grams that `units` carry when `gone` of `shared_units` have gone; parts sum to the whole.

    `gone` is negative where units lost before a sample were found again after it.
    """
    return cumulative(shared_grams, before=gone, part=units, of=shared_units)


def own_part_grams(own_grams: Sequence[int], *, units: int) -> int:
    """Return the same for units weighed one by one, given the weights on hand in the order of the labels.

    They leave in that order, each with its own weight.
    """
    return sum(own_grams[:units])


def unit_load_grams(units: int, grams: int, unit_tare_grams: int) -> int:
    """Return what one unit loads a slot with: the mean net weight rounded up, and its crate."""
    return ceiling(Fraction(grams, units)) + unit_tare_grams


def net_grams(weight_grams: int, units: int, unit_tare_grams: int) -> int:
    """Return a platform weight less the crates on it."""
    return weight_grams - units * unit_tare_grams


@dataclass(frozen=True, slots=True)
class Tried:
    """What some units of a delivery weighed on a platform, crates taken off."""

    units: int
    grams: int

    def expected(self, units: int) -> int:
        """Return what so many units should weigh, to the nearest gram."""
        return (2 * self.grams * units + self.units) // (2 * self.units)

    def bears_out(self, units: int, grams: int, *, permille: int) -> bool:
        """Tell whether a net weight is within so many permille of what its units should weigh."""
        expected = self.expected(units)
        return abs(grams - expected) * 1000 <= expected * permille


def confirms(book_grams: int, weight_grams: int, *, loss_permille: int, gain_permille: int) -> bool:
    """Tell whether a scale's weight confirms a typed one: not lighter or heavier than the permilles allow."""
    return book_grams * (1000 - loss_permille) <= weight_grams * 1000 <= book_grams * (1000 + gain_permille)
