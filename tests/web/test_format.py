"""Numbers and dates as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.web import format

YANTAI = ZoneInfo("Asia/Shanghai")


def digits(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(format.MINUS, "-"))


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "0.00"), (1, "0.01"), (99, "0.99"), (123_456, "1,234.56"), (-5, "−0.05"), (-100_000_000, "−1,000,000.00")],
)
def test_money_is_yuan_with_two_decimals(fen: int, shown: str) -> None:
    assert format.money(fen) == shown


@given(st.integers(-(10**15), 10**15))
def test_money_loses_no_fen(fen: int) -> None:
    assert digits(format.money(fen)) * 100 == fen


@pytest.mark.parametrize(
    ("grams", "places", "shown"),
    [
        (12_345_600, None, "12,345.6"), (12_345_678, None, "12,345.678"), (12_000_000, None, "12,000.0"),
        (1, None, "0.001"), (12_345_650, 1, "12,345.7"), (12_345_649, 1, "12,345.6"), (-500, 0, "−1"), (-499, 0, "0"),
    ],
)  # fmt: skip
def test_weight_in_kg_is_exact_unless_asked_otherwise(grams: int, places: int | None, shown: str) -> None:
    assert format.weight_kg(grams, places) == shown


@given(st.integers(-(10**12), 10**12))
def test_weight_in_kg_loses_no_gram(grams: int) -> None:
    assert digits(format.weight_kg(grams)) * 1000 == grams


@pytest.mark.parametrize(
    ("grams", "places", "shown"),
    [(12_400_000, None, "12.4"), (12_345_500, None, "12.346"), (100_000_000_000, None, "100,000.0"), (950_000, 0, "1")],
)
def test_weight_in_tonnes(grams: int, places: int | None, shown: str) -> None:
    assert format.weight_t(grams, places) == shown


@pytest.mark.parametrize(
    ("per_kg", "jin", "kg", "tonne"),
    [
        ("8.4000", "4.20", "8.40", "8,400"), ("8.0400", "4.02", "8.04", "8,040"),
        ("8.0433", "4.0217", "8.0433", "8,043.3"), ("0.0001", "0.0001", "0.0001", "0.1"),
        ("7.8600", "3.93", "7.86", "7,860"),
    ],
)  # fmt: skip
def test_price_in_each_unit(per_kg: str, jin: str, kg: str, tonne: str) -> None:
    price = Decimal(per_kg)
    assert format.price(price, format.PriceUnit.JIN) == jin
    assert format.price(price, format.PriceUnit.KG) == kg
    assert format.price(price, format.PriceUnit.TONNE) == tonne


@given(st.integers(1, 10**7).map(lambda n: Decimal(n) / 10_000))
def test_price_per_kg_and_tonne_are_exact_and_a_jin_is_half(per_kg: Decimal) -> None:
    assert digits(format.price(per_kg, format.PriceUnit.KG)) == per_kg
    assert digits(format.price(per_kg, format.PriceUnit.TONNE)) == per_kg * 1000
    assert abs(digits(format.price(per_kg, format.PriceUnit.JIN)) * 2 - per_kg) <= Decimal("0.0001")


@pytest.mark.parametrize(
    ("millidegrees", "shown"), [(-500, "−0.5"), (-49, "0.0"), (-50, "−0.1"), (0, "0.0"), (1_249, "1.2"), (1_250, "1.3")]
)
def test_temperature_is_rounded_half_away_from_zero_and_never_minus_nought(millidegrees: int, shown: str) -> None:
    assert format.temperature(millidegrees) == shown


def test_shares() -> None:
    assert format.percent(925) == "92.5"
    assert format.ratio(1, 3) == "33.3"
    with pytest.raises(ZeroDivisionError):
        format.ratio(1, 0)


@given(st.integers(-(10**9), 10**9), st.integers(0, 4), st.integers(1, 10**6))
def test_every_figure_is_rounded_half_up_once(numerator: int, places: int, denominator: int) -> None:
    value = Fraction(numerator, denominator)
    shown = Fraction(digits(format.fixed(value, places)))
    off = abs(shown - value)
    assert off <= Fraction(1, 2 * 10**places)
    if off == Fraction(1, 2 * 10**places):
        assert abs(shown) > abs(value)


def test_days_and_instants_are_the_sites() -> None:
    late = datetime(2026, 3, 1, 16, 5, tzinfo=UTC)
    assert format.day(date(2026, 3, 2)) == "2026-03-02"
    assert format.stamp(late, YANTAI) == "2026-03-02 00:05"
    assert format.minute(late, YANTAI) == "00:05"
    assert format.days_between(date(2026, 2, 28), date(2026, 3, 2)) == 2
