"""Simple, exact interest over [start, end) on a principal that changes with its events. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from wms.kernel.numbers import half_up

MILLION = 1_000_000


class Basis(StrEnum):
    """How days become years."""

    ACT_365F = "ACT/365F"
    ACT_360 = "ACT/360"
    ACT_ACT_ISDA = "ACT/ACT ISDA"


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the principal in fen that counts from the day `on`."""

    on: date
    principal_fen: int


def year_fraction(start: date, end: date, basis: Basis) -> Fraction:
    """Return the exact part of a year in [start, end): the start day counts, the end day does not."""
    if end <= start:
        return Fraction(0)
    if basis is Basis.ACT_365F:
        return Fraction((end - start).days, 365)
    if basis is Basis.ACT_360:
        return Fraction((end - start).days, 360)
    total = Fraction(0)
    for year in range(start.year, end.year + 1):
        first, last = max(start, date(year, 1, 1)), min(end, date(year + 1, 1, 1))
        total += Fraction(max((last - first).days, 0), (date(year + 1, 1, 1) - date(year, 1, 1)).days)
    return total


def exact_interest(steps: Iterable[Step], end: date, rate_ppm: int, basis: Basis) -> Fraction:
    """Return the exact interest in fen up to, not including, `end` at a yearly rate in millionths.

    Each step of the principal counts from its own day, whenever it was recorded, so a backdated payment needs no
    replay: the next accrual is trued up by the difference.
    """
    changes: dict[date, int] = {}
    for step in steps:
        changes[step.on] = changes.get(step.on, 0) + step.principal_fen
    days = sorted(day for day in changes if day < end)
    total, principal = Fraction(0), 0
    for day, following in pairwise([*days, end]):
        principal += changes[day]
        total += principal * Fraction(rate_ppm, MILLION) * year_fraction(day, following, basis)
    return total


def interest_to(steps: Iterable[Step], end: date, rate_ppm: int, basis: Basis) -> int:
    """Return the interest in fen up to, not including, `end`, rounded half up once."""
    return half_up(exact_interest(steps, end, rate_ppm, basis))
