"""Conditional prices: one set, one tier of each kind, one rounding. Pure.

price = round_to_tick(base + Σ adjustments), half up; percentages act on the base only; below the floor there is no
price. Intervals are half-open, may not overlap and must cover the declared range, which is checked when a set is saved.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from wms.kernel.numbers import FOUR_PLACES, half_up
from wms.trading.errors import ConditionsInvalid, TierInvalid, TiersGap, TiersOverlap
from wms.trading.rules.terms import Terms

HUNDRED = 100


class Scope(StrEnum):
    """Whom a set is for; the narrowest that applies is the only one that counts."""

    COMPANY = "company"
    SEGMENT = "segment"
    PUBLIC = "public"


class Kind(StrEnum):
    """What a tier looks at; adjustments are listed in this order."""

    QTY = "qty"  # grams
    PAYMENT = "payment"
    LEAD = "lead"  # days from today to pick-up
    GRADE = "grade_diff"
    SIZE = "size_diff"
    SERVICE = "service"


INTERVALS = frozenset({Kind.QTY, Kind.LEAD})


@dataclass(frozen=True, slots=True)
class Tier:
    """One adjustment: for a half-open interval (`low` ≤ value < `high`, None: no end) or for one choice.

    Exactly one of `per_kg` (元/kg) and `percent` (of the base) is given.
    """

    kind: Kind
    low: int | None = None
    high: int | None = None
    choice: str | None = None
    per_kg: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """A set of conditions as its seller writes it: base price, floor and tiers over the declared ranges.

    `base` None is 面议. Quantities outside [qty_from_grams, qty_to_grams) and lead days outside
    [lead_from_days, lead_to_days) have no price.
    """

    base: Decimal | None
    tick: Decimal = Decimal("0.02")
    floor: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    qty_from_grams: int = 0
    qty_to_grams: int | None = None
    lead_from_days: int = 0
    lead_to_days: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a price's waterfall, in 元/kg."""

    kind: str
    label: str
    amount: Decimal


class PriceState(StrEnum):
    """What the resolver can answer."""

    PRICED = "priced"
    ON_REQUEST = "on_request"  # 面议
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True)
class Priced:
    """The answer of the resolver: a price with its waterfall, or why there is none. Floors are never in it."""

    state: PriceState
    price: Decimal | None = None
    waterfall: tuple[Step, ...] = field(default=())
    scope: Scope | None = None


NONE = Priced(PriceState.NOT_AVAILABLE)


def price_on(
    conditions: Conditions, terms: Terms, *, grade: str, size: str, on: date, release_floor: Decimal | None = None
) -> Priced:
    """Return the price of goods of a grade and size on terms asked for on a day."""
    if conditions.base is None:
        return Priced(PriceState.ON_REQUEST)
    lead_days = (terms.pickup_on - on).days
    if not _declared(conditions, terms.grams, lead_days):
        return NONE
    chosen = _choose(conditions.tiers, terms, lead_days, grade, size)
    if chosen is None:
        return NONE
    price = sum_up(conditions.base, conditions.tick, chosen)
    floors = [bound for bound in (conditions.floor, release_floor) if bound is not None]
    if price <= 0 or any(price < bound for bound in floors):
        return NONE
    return Priced(PriceState.PRICED, price, _waterfall(conditions.base, chosen, price))


def sum_up(base: Decimal, tick: Decimal, tiers: Iterable[Tier]) -> Decimal:
    """Return round_to_tick(base + Σ adjustments), half up, at four places."""
    exact = Fraction(base) + sum((_amount(base, tier) for tier in tiers), Fraction(0))
    return round_to_tick(exact, tick)


def round_to_tick(exact: Fraction, tick: Decimal) -> Decimal:
    """Round an exact price half up to a whole number of ticks."""
    return (half_up(exact / Fraction(tick)) * tick).quantize(FOUR_PLACES)


def require_sound(conditions: Conditions) -> None:
    """Raise ConditionsInvalid, TierInvalid, TiersOverlap or TiersGap unless every order has at most one price."""
    _require_frame(conditions)
    for kind in Kind:
        tiers = [tier for tier in conditions.tiers if tier.kind is kind]
        for tier in tiers:
            _require_tier(tier)
        if kind in INTERVALS:
            low, high = _range(conditions, kind)
            _require_cover(kind, tiers, low, high)
        else:
            _require_distinct(kind, tiers)


def _amount(base: Decimal, tier: Tier) -> Fraction:
    if tier.percent is not None:
        return Fraction(base) * Fraction(tier.percent) / HUNDRED
    return Fraction(tier.per_kg or 0)


def _declared(conditions: Conditions, grams: int, lead_days: int) -> bool:
    return all(_within(value, *_range(conditions, kind)) for kind, value in ((Kind.QTY, grams), (Kind.LEAD, lead_days)))


def _within(value: int, low: int | None, high: int | None) -> bool:
    return (low is None or value >= low) and (high is None or value < high)


def _range(conditions: Conditions, kind: Kind) -> tuple[int, int | None]:
    if kind is Kind.QTY:
        return conditions.qty_from_grams, conditions.qty_to_grams
    return conditions.lead_from_days, conditions.lead_to_days


def _choose(tiers: tuple[Tier, ...], terms: Terms, lead_days: int, grade: str, size: str) -> list[Tier] | None:
    """One tier of each kind that has any; None if a kind has tiers but none for the value."""
    values: dict[Kind, int | str | None] = {
        Kind.QTY: terms.grams,
        Kind.PAYMENT: terms.payment.value,
        Kind.LEAD: lead_days,
        Kind.GRADE: grade,
        Kind.SIZE: size,
        Kind.SERVICE: terms.service,
    }
    chosen = []
    for kind, value in values.items():
        of_kind = [tier for tier in tiers if tier.kind is kind]
        if not of_kind or (kind is Kind.SERVICE and value is None):
            continue
        fitting = [tier for tier in of_kind if _takes(tier, value)]
        if not fitting:
            return None
        chosen.append(fitting[0])
    return chosen


def _takes(tier: Tier, value: int | str | None) -> bool:
    if tier.kind in INTERVALS:
        assert isinstance(value, int)
        return _within(value, tier.low, tier.high)
    return tier.choice == value


def _waterfall(base: Decimal, chosen: list[Tier], price: Decimal) -> tuple[Step, ...]:
    steps = [Step("base", "", base)]
    steps += [Step(tier.kind.value, _label(tier), _shown(_amount(base, tier))) for tier in chosen]
    rounding = price - sum((step.amount for step in steps), Decimal(0))
    return (*steps, Step("rounding", "", rounding), Step("price", "", price))


def _shown(amount: Fraction) -> Decimal:
    scale = int(1 / FOUR_PLACES)
    return (Decimal(half_up(amount * scale)) / scale).quantize(FOUR_PLACES)


def _label(tier: Tier) -> str:
    if tier.kind not in INTERVALS:
        return tier.choice or ""
    return f"{tier.low or 0}..{'' if tier.high is None else tier.high}"


def _require_frame(conditions: Conditions) -> None:
    problems = {
        "tick": conditions.tick <= 0,
        "base": conditions.base is not None and conditions.base <= 0,
        "floor": conditions.floor is not None and conditions.floor < 0,
        "quantity range": not _rising(conditions.qty_from_grams, conditions.qty_to_grams),
        "lead range": not _rising(conditions.lead_from_days, conditions.lead_to_days),
        "tiers without base": conditions.base is None and bool(conditions.tiers),
    }
    for problem, found in problems.items():
        if found:
            raise ConditionsInvalid(problem=problem)


def _rising(low: int, high: int | None) -> bool:
    return low >= 0 and (high is None or high > low)


def _require_tier(tier: Tier) -> None:
    one_amount = (tier.per_kg is None) is not (tier.percent is None)
    if tier.kind in INTERVALS:
        fits = tier.choice is None and _rising(tier.low or 0, tier.high)
    else:
        fits = bool(tier.choice) and tier.low is None and tier.high is None
    if not (one_amount and fits):
        raise TierInvalid(kind=tier.kind.value)


def _require_cover(kind: Kind, tiers: list[Tier], low: int, high: int | None) -> None:
    if not tiers:
        return
    ordered = sorted(tiers, key=lambda tier: tier.low or 0)
    reached: int | None = low
    for tier in ordered:
        start = tier.low or 0
        if reached is None or start < reached:
            raise TiersOverlap(kind=kind.value, point=start)
        if start > reached:
            raise TiersGap(kind=kind.value, point=reached)
        reached = tier.high
    if reached == high:
        return
    if reached is not None and (high is None or reached < high):
        raise TiersGap(kind=kind.value, point=reached)
    raise TiersOverlap(kind=kind.value, point=high)


def _require_distinct(kind: Kind, tiers: list[Tier]) -> None:
    seen: set[str | None] = set()
    for tier in tiers:
        if tier.choice in seen:
            raise TiersOverlap(kind=kind.value, point=tier.choice)
        seen.add(tier.choice)
