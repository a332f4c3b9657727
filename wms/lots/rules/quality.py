"""Quality as data: what is measured, within which limits by which standard, how much is drawn, how it goes on. Pure.

Values are whole numbers in 10^-decimals of the parameter's unit: firmness 6.25 kgf/cm² with three decimals is 6250.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

from wms.kernel.numbers import floor, half_up

MONTH_DAYS = 30
MOST_DECIMALS = 3
MOST_VALUE = 10**9


class Verdict(StrEnum):
    """What a value is beside its limits."""

    WITHIN = "within"
    BELOW = "below"
    ABOVE = "above"
    NO_LIMIT = "no_limit"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing measured of apples; `decays` tells condition, which drives deadlines, from permanent grade."""

    code: str
    zh: str
    en: str
    unit: str
    decimals: int
    decays: bool


USUAL: Mapping[str, Parameter] = {
    one.code: one
    for one in (
        Parameter("firmness", "硬度", "Firmness", "kgf/cm²", 3, decays=True),
        Parameter("brix", "可溶性固形物", "Soluble solids", "%", 1, decays=False),
        Parameter("decay", "腐烂", "Decay", "%", 1, decays=True),
        Parameter("colour", "着色面积", "Colour", "%", 1, decays=False),
        Parameter("starch", "淀粉指数", "Starch index", "", 1, decays=False),
        Parameter("defects", "缺陷", "Defects", "%", 1, decays=False),
        Parameter("size", "果径", "Size", "mm", 0, decays=False),
    )
}
COLUMNS: Mapping[str, str] = {
    "firmness": "firmness_gf_cm2",
    "brix": "brix_permille",
    "decay": "decay_permille",
    "colour": "colour_permille",
}


@dataclass(frozen=True, slots=True)
class SetParameter:
    """Name a parameter, or name it anew; values that stand keep their number, so decimals of a known one stay."""

    id: UUID
    code: str
    zh: str
    en: str
    unit: str
    decimals: int
    decays: bool


@dataclass(frozen=True, slots=True)
class SetLimit:
    """What a parameter must keep from a day on, by which edition of which standard; no bound at all ends a limit.

    Without a variety or a grade it holds for all of them; the more precise limit goes first. `change_per_month` is what
    is usual in 30 days of storage, signed.
    """

    id: UUID
    code: str
    effective_on: date
    standard: str
    least: int | None = None
    most: int | None = None
    change_per_month: int | None = None
    variety: str | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class PlanStep:
    """Of a lot of at most `up_to_units` so many crates are opened and so many apples looked at; None: however large."""

    up_to_units: int | None
    crates: int
    pieces: int


@dataclass(frozen=True, slots=True)
class SetSamplingPlan:
    """How much is drawn of a lot, by its size, from a day on; without a variety for all of them."""

    id: UUID
    effective_on: date
    steps: tuple[PlanStep, ...]
    standard: str
    variety: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found of a parameter: the mean of so many apples, and the lowest and highest of them if known."""

    code: str
    value: int
    pieces: int = 1
    lowest: int | None = None
    highest: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a day: the mean where there were more."""

    on: date
    value: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a parameter of a lot goes on: its values by day, its limits, and the days left from the last one."""

    code: str
    points: tuple[Point, ...]
    least: int | None
    most: int | None
    standard: str
    change_per_month: int | None
    days_left: int | None
    until: date | None


def verdict(value: int, least: int | None, most: int | None) -> Verdict:
    """Return what a value is beside its limits, the limits themselves being within."""
    if least is None and most is None:
        return Verdict.NO_LIMIT
    if least is not None and value < least:
        return Verdict.BELOW
    return Verdict.ABOVE if most is not None and value > most else Verdict.WITHIN


def by_day(points: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """Return one value a day, the mean half up, in the order of days."""
    days: dict[date, list[int]] = defaultdict(list)
    for on, value in points:
        days[on].append(value)
    return [(on, half_up(Fraction(sum(values), len(values)))) for on, values in sorted(days.items())]


def slope(points: Sequence[tuple[date, int]]) -> Fraction | None:
    """Return the change a day of the straight line nearest to one value a day (least squares); None for one day."""
    if len(points) < 2:
        return None
    first = points[0][0]
    days = [(on - first).days for on, _ in points]
    count, sum_days, sum_values = len(points), sum(days), sum(value for _, value in points)
    products = sum(day * value for day, (_, value) in zip(days, points, strict=True))
    return Fraction(
        count * products - sum_days * sum_values, count * sum(day * day for day in days) - sum_days * sum_days
    )


def change_a_day(
    points: Sequence[tuple[date, int]], least: int | None, most: int | None, change_per_month: int | None
) -> Fraction:
    """Return how a parameter goes on: as measured if that leads to a limit, else as is usual, else not at all."""
    measured = slope(points)
    if measured is not None and (measured < 0 if most is None else measured > 0 if least is None else measured != 0):
        return measured
    return Fraction(change_per_month or 0, MONTH_DAYS)


def days_left(value: int, least: int | None, most: int | None, rate: Fraction) -> int | None:
    """Return in how many whole days a value leaves its limits at a rate a day; 0 if it has; None if it never does."""
    if verdict(value, least, most) in (Verdict.BELOW, Verdict.ABOVE):
        return 0
    if rate < 0 and least is not None:
        return floor(Fraction(value - least) / -rate)
    if rate > 0 and most is not None:
        return floor(Fraction(most - value) / rate)
    return None


def outlook(code: str, points: Sequence[tuple[date, int]], limit: SetLimit | None, *, decays: bool = True) -> Outlook:
    """Return how a parameter goes on from its newest value; `points` hold at least one. What stays has no last day."""
    daily = by_day(points)
    on, value = daily[-1]
    least, most = (None, None) if limit is None else (limit.least, limit.most)
    usual = None if limit is None else limit.change_per_month
    rate = change_a_day(daily, least, most, usual)
    left = days_left(value, least, most, rate) if decays else None
    until = None if left is None else on + timedelta(days=min(left, 10_000))
    standard = "" if limit is None else limit.standard
    return Outlook(
        code, tuple(Point(*one) for one in daily), least, most, standard, half_up(rate * MONTH_DAYS), left, until
    )


def drawn_of(steps: Sequence[PlanStep], units: int) -> PlanStep | None:
    """Return what a plan draws of a lot of so many units; None if it says nothing of so large a lot."""
    return next((step for step in steps if step.up_to_units is None or units <= step.up_to_units), None)


def plan_is_right(steps: Sequence[PlanStep]) -> bool:
    """Tell whether a plan's steps rise, draw something, and only the last is without an end."""
    ends = [step.up_to_units for step in steps]
    finite = [end for end in ends if end is not None]
    rising = all(later > first for first, later in pairwise(finite))
    return (
        bool(steps)
        and None not in ends[:-1]
        and rising
        and all(end >= 1 for end in finite)
        and all(step.crates >= 1 and step.pieces >= 1 for step in steps)
    )
