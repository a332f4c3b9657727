"""Exact arithmetic of money (fen), weight (grams) and prices (元/kg, four places). No float anywhere."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

FEN_PER_YUAN = 100
GRAMS_PER_KG = 1000
PRICE_SCALE = 10_000  # a price is kept as whole ten-thousandths of a yuan per kg
FOUR_PLACES = Decimal("0.0001")

K = TypeVar("K", str, int)


def half_up(value: Fraction) -> int:
    """Round an exact value to a whole number, halves away from zero (四舍五入)."""
    sign = -1 if value < 0 else 1
    return sign * ((2 * abs(value.numerator) + value.denominator) // (2 * value.denominator))


def floor(value: Fraction) -> int:
    """Round down: advances and releasable quantities."""
    return value.numerator // value.denominator


def ceiling(value: Fraction) -> int:
    """Round up: what must be paid or delivered to cure."""
    return -(-value.numerator // value.denominator)


def price(value: Decimal | str | int) -> Decimal:
    """Return a price in 元/kg at exactly four places. Raises ValueError if it has more."""
    exact = Decimal(value)
    fixed = exact.quantize(FOUR_PLACES, rounding=ROUND_HALF_UP)
    if fixed != exact:
        raise ValueError(f"a price has at most four places: {value}")
    return fixed


def value_fen(grams: int, price_per_kg: Decimal) -> Fraction:
    """Return the exact value in fen of `grams` at a price in 元/kg."""
    return Fraction(grams, GRAMS_PER_KG) * Fraction(price_per_kg) * FEN_PER_YUAN


def share(whole: int, part: int, of: int) -> int:
    """Return round(whole × part / of): the cumulative share of the first `part` of `of`."""
    return half_up(Fraction(whole * part, of))


def cumulative(whole: int, *, before: int, part: int, of: int) -> int:
    """Return what `part` carries of `whole` when `before` of `of` have gone already; parts always sum to the whole."""
    return share(whole, before + part, of) - share(whole, before, of)


def largest_remainder(total: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Split `total` in proportion to `weights`; leftovers go to the largest remainders, ties to the lowest key."""
    whole = sum(weights.values())
    if whole <= 0:
        raise ValueError("weights must sum to more than nothing")
    exact = {key: Fraction(total * weight, whole) for key, weight in weights.items()}
    shares = {key: floor(value) for key, value in exact.items()}
    order: Sequence[K] = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    for key in order[: total - sum(shares.values())]:
        shares[key] += 1
    return shares
