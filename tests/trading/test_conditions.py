"""Conditional prices, pure: the vectors, the edges of intervals, and what saving refuses."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.trading.errors import ConditionsInvalid, TierInvalid, TiersGap, TiersOverlap
from wms.trading.rules.conditions import (
    Conditions,
    Kind,
    Priced,
    PriceState,
    Tier,
    price_on,
    require_sound,
    round_to_tick,
    sum_up,
)
from wms.trading.rules.terms import Payment, Terms

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "trading.json").read_text())
ON = date(2026, 11, 1)
TONNE = 1_000_000


@pytest.mark.parametrize("case", VECTORS["condition_price"])
def test_the_vectors(case: dict[str, Any]) -> None:
    tiers = [Tier(Kind.QTY, per_kg=Decimal(text)) for text in case["add_yuan_per_kg"]]
    tiers += [Tier(Kind.SERVICE, choice="s", percent=Decimal(text)) for text in case["add_percent_of_base"]]
    assert sum_up(Decimal(case["base"]), Decimal(case["tick"]), tiers) == Decimal(case["price"])


def qty(low: int, high: int | None, per_kg: str) -> Tier:
    return Tier(Kind.QTY, low, high, per_kg=Decimal(per_kg))


def lead(low: int, high: int | None, per_kg: str) -> Tier:
    return Tier(Kind.LEAD, low, high, per_kg=Decimal(per_kg))


EXAMPLE = Conditions(
    base=Decimal("8.00"),
    tiers=(
        qty(0, 5 * TONNE, "0.20"),
        qty(5 * TONNE, 20 * TONNE, "0.08"),
        qty(20 * TONNE, 100 * TONNE, "0"),
        qty(100 * TONNE, None, "-0.10"),
        Tier(Kind.PAYMENT, choice="full", per_kg=Decimal(0)),
        Tier(Kind.PAYMENT, choice="deposit", per_kg=Decimal("0.04")),
        lead(0, 2, "0.06"),
        lead(2, 60, "0"),
        lead(60, None, "-0.04"),
    ),
)


def price(conditions: Conditions, tonnes: str, payment: Payment, days: int, **more: Any) -> Priced:
    grams = int(Decimal(tonnes) * TONNE)
    terms = Terms(grams, payment, ON + timedelta(days=days))
    return price_on(conditions, terms, grade="一级", size="80", on=ON, **more)


@pytest.mark.parametrize(
    ("tonnes", "payment", "days", "expected"),
    [
        ("100", Payment.FULL, 60, "7.86"),
        ("2", Payment.DEPOSIT, 1, "8.30"),
        ("19.9", Payment.FULL, 5, "8.08"),
        ("20", Payment.FULL, 5, "8.00"),
        ("4.999999", Payment.FULL, 5, "8.20"),
        ("5", Payment.FULL, 5, "8.08"),
        ("20", Payment.FULL, 59, "8.00"),
        ("20", Payment.FULL, 60, "7.96"),
    ],
)
def test_one_tier_of_each_kind(tonnes: str, payment: Payment, days: int, expected: str) -> None:
    require_sound(EXAMPLE)
    assert price(EXAMPLE, tonnes, payment, days).price == Decimal(expected)


def test_the_waterfall_adds_up_to_the_price() -> None:
    found = price(EXAMPLE, "2", Payment.DEPOSIT, 1)
    *steps, last = found.waterfall
    assert (last.kind, last.amount) == ("price", Decimal("8.30"))
    assert sum(step.amount for step in steps) == last.amount
    assert [step.kind for step in steps] == ["base", "qty", "payment", "lead", "rounding"]


@pytest.mark.parametrize(
    ("floor", "release_floor", "state"),
    [
        ("8.00", None, PriceState.PRICED),
        ("8.0001", None, PriceState.NOT_AVAILABLE),
        (None, "8.00", PriceState.PRICED),
        (None, "8.0001", PriceState.NOT_AVAILABLE),
        ("7.00", "8.0001", PriceState.NOT_AVAILABLE),
        ("8.0001", "7.00", PriceState.NOT_AVAILABLE),
    ],
)
def test_below_the_higher_floor_there_is_no_price(
    floor: str | None, release_floor: str | None, state: PriceState
) -> None:
    conditions = replace(EXAMPLE, floor=None if floor is None else Decimal(floor))
    bound = None if release_floor is None else Decimal(release_floor)
    found = price(conditions, "20", Payment.FULL, 5, release_floor=bound)
    assert found.state is state
    assert (found.price is None) == (state is PriceState.NOT_AVAILABLE)
    assert not found.waterfall or state is PriceState.PRICED


def test_outside_the_declared_range_there_is_no_price() -> None:
    narrow = Conditions(Decimal("8"), qty_from_grams=TONNE, qty_to_grams=2 * TONNE, lead_from_days=1, lead_to_days=3)
    states = [price(narrow, tonnes, Payment.FULL, 1).state for tonnes in ("0.999999", "1", "1.999999", "2")]
    assert states == [PriceState.NOT_AVAILABLE, PriceState.PRICED, PriceState.PRICED, PriceState.NOT_AVAILABLE]
    states = [price(narrow, "1", Payment.FULL, days).state for days in (0, 1, 2, 3)]
    assert states == [PriceState.NOT_AVAILABLE, PriceState.PRICED, PriceState.PRICED, PriceState.NOT_AVAILABLE]


def test_a_choice_without_a_tier_has_no_price_once_the_kind_has_tiers() -> None:
    only_full = replace(EXAMPLE, tiers=(Tier(Kind.PAYMENT, choice="full", per_kg=Decimal(0)),))
    assert price(only_full, "1", Payment.DEPOSIT, 1).state is PriceState.NOT_AVAILABLE
    only_90 = replace(EXAMPLE, tiers=(Tier(Kind.SIZE, choice="90", per_kg=Decimal(0)),))
    assert price(only_90, "1", Payment.FULL, 1).state is PriceState.NOT_AVAILABLE


def test_without_a_base_the_price_is_on_request() -> None:
    assert price(Conditions(None), "1", Payment.FULL, 1) == Priced(PriceState.ON_REQUEST)


def test_percentages_act_on_the_base_only() -> None:
    tiers = (qty(0, None, "1.00"), Tier(Kind.SERVICE, choice="box", percent=Decimal(10)))
    assert sum_up(Decimal("8.00"), Decimal("0.01"), tiers) == Decimal("9.80")


@given(st.integers(1, 2_000_000), st.sampled_from(["0.01", "0.02", "0.05", "0.1"]))
def test_rounding_is_half_up_to_the_tick(ten_thousandths: int, tick: str) -> None:
    exact = Fraction(ten_thousandths, 10_000)
    rounded = round_to_tick(exact, Decimal(tick))
    step = Fraction(tick)
    assert Fraction(rounded) % step == 0
    assert -step / 2 < exact - Fraction(rounded) <= step / 2 or exact - Fraction(rounded) == -step / 2
    assert Fraction(rounded) - exact != -step / 2


@pytest.mark.parametrize(
    ("tiers", "error"),
    [
        ((qty(0, 10, "0"), qty(9, None, "0")), TiersOverlap),
        ((qty(0, 10, "0"), qty(0, None, "0")), TiersOverlap),
        ((qty(0, None, "0"), qty(10, None, "0")), TiersOverlap),
        ((qty(0, 10, "0"), qty(11, None, "0")), TiersGap),
        ((qty(1, None, "0"),), TiersGap),
        ((qty(0, 10, "0"),), TiersGap),
        ((lead(0, 2, "0"), lead(3, None, "0")), TiersGap),
        ((Tier(Kind.PAYMENT, choice="full", per_kg=Decimal(0)),) * 2, TiersOverlap),
        ((Tier(Kind.PAYMENT, per_kg=Decimal(0)),), TierInvalid),
        ((Tier(Kind.PAYMENT, low=1, choice="full", per_kg=Decimal(0)),), TierInvalid),
        ((Tier(Kind.QTY, 0, None),), TierInvalid),
        ((Tier(Kind.QTY, 0, None, per_kg=Decimal(1), percent=Decimal(1)),), TierInvalid),
        ((Tier(Kind.QTY, 5, 5, per_kg=Decimal(1)),), TierInvalid),
        ((Tier(Kind.QTY, 0, None, choice="x", per_kg=Decimal(1)),), TierInvalid),
    ],
)
def test_saving_refuses_tiers_that_could_give_two_prices_or_none(tiers: tuple[Tier, ...], error: type) -> None:
    with pytest.raises(error):
        require_sound(Conditions(Decimal("8.00"), tiers=tiers))


def test_a_bounded_range_is_covered_exactly() -> None:
    bounded = Conditions(Decimal(8), tiers=(qty(5, 20, "0"),), qty_from_grams=5, qty_to_grams=20)
    require_sound(bounded)
    with pytest.raises(TiersGap):
        require_sound(replace(bounded, qty_to_grams=21))
    with pytest.raises(TiersOverlap):
        require_sound(replace(bounded, qty_to_grams=19))


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(Decimal(0)),
        Conditions(Decimal(8), tick=Decimal(0)),
        Conditions(Decimal(8), floor=Decimal(-1)),
        Conditions(Decimal(8), qty_from_grams=5, qty_to_grams=5),
        Conditions(Decimal(8), lead_from_days=-1),
        Conditions(None, tiers=(qty(0, None, "0"),)),
    ],
)
def test_saving_refuses_a_wrong_frame(conditions: Conditions) -> None:
    with pytest.raises(ConditionsInvalid):
        require_sound(conditions)
