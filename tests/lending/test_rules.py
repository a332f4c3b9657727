"""Interest, value, exposure and the amounts that keep a loan whole, against the golden vectors."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.lending.rules.exposure import (
    Exposure,
    Level,
    Terms,
    carry_reserved_advance,
    cash_to_reach,
    headline_advance,
    level_of,
    ltv_bp,
    principal_to_repay,
    valued_fen,
    within,
)
from wms.lending.rules.interest import Basis, Step, exact_interest, interest_to, year_fraction

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "settlement.json").read_text())
TERMS = Terms(72_000, Basis.ACT_365F, 800, 850, 900, 950, 15, 3, False, 30, 3, 30)
KG = 1000


def fen(text: str) -> int:
    return int(Decimal(text.replace(",", "")) * 100)


@pytest.mark.parametrize("row", CASES["GV-09"]["derived"]["rows"])
@pytest.mark.parametrize(("column", "basis"), ((3, Basis.ACT_365F), (4, Basis.ACT_360), (5, Basis.ACT_ACT_ISDA)))
def test_day_counts(row, column, basis):
    start, end = date.fromisoformat(row[0]), date.fromisoformat(row[1])
    assert interest_to([Step(start, 11_200_000)], end, 72_000, basis) == fen(row[column])


def test_month_ends_and_a_backdated_payment_true_up():
    """GV-05: closes cover their own day; the payment of 5 January, known on the 20th, lowers what was accrued."""
    start = date(2026, 10, 22)
    steps = [Step(start, 11_200_000)]
    posted = [
        interest_to(steps, day + timedelta(days=1), 72_000, Basis.ACT_365F)
        for day in (date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 20))
    ]
    assert posted == [22_093, 88_373, 156_861, 201_048]
    assert interest_to(steps, date(2027, 1, 5), 72_000, Basis.ACT_365F) == 165_699
    steps.append(Step(date(2027, 1, 5), -2_834_301))
    assert interest_to(steps, date(2027, 1, 21), 72_000, Basis.ACT_365F) == 192_102


@given(
    st.dates(date(2026, 9, 1), date(2028, 3, 5)), st.integers(0, 400), st.integers(0, 400), st.sampled_from(list(Basis))
)
def test_years_add_up(start, first, second, basis):
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    assert year_fraction(start, middle, basis) + year_fraction(middle, end, basis) == year_fraction(start, end, basis)


@given(st.integers(0, 30), st.integers(1, 10**9), st.integers(1, 400_000))
def test_interest_equals_the_sum_of_single_days(days, principal, rate_ppm):
    start = date(2027, 12, 20)
    steps = [Step(start, principal)]
    daily = sum(Fraction(principal * rate_ppm, 1_000_000) / 365 for _ in range(days))
    assert exact_interest(steps, start + timedelta(days=days), rate_ppm, Basis.ACT_365F) == daily


def test_the_headline_advance_is_whole_yuan_rounded_down():
    assert headline_advance(20_000 * KG, Decimal("7.0000"), 800) == 11_200_000
    assert headline_advance(20_000 * KG - 1, Decimal("7.0000"), 800) == 11_199_900


def test_the_partial_sale_of_gv_02():
    value = valued_fen(12_000 * KG, Decimal("7.2000"), 15)
    assert value == fen("85,104.00")
    repaid = principal_to_repay(
        11_200_000, units_out=400, units_pledged=1000, lien_after_fen=236_160, value_after=value, permille=800
    )
    assert repaid == fen("46,278.40")
    after = Exposure(11_200_000 - repaid, 0, 236_160 - 0, 0)
    assert after.total_fen == fen("68,083.20")
    assert ltv_bp(after.total_fen, value) == 8000


def test_pro_rata_when_it_is_more_than_the_ceiling_asks():
    value = valued_fen(12_000 * KG, Decimal("9.0000"), 15)
    repaid = principal_to_repay(
        11_200_000, units_out=400, units_pledged=1000, lien_after_fen=236_160, value_after=value, permille=800
    )
    assert repaid == fen("44,800.00")


def test_the_margin_call_of_gv_03():
    value = valued_fen(20_000 * KG, Decimal("6.5500"), 15)
    exposure = Exposure(11_200_000, 198_838, 347_600, 90_000)
    assert (value, exposure.total_fen) == (fen("129,035.00"), fen("118,364.38"))
    assert ltv_bp(exposure.total_fen, value) == 9173
    assert level_of(exposure.total_fen, value, TERMS) is Level.MARGIN_CALL
    assert cash_to_reach(exposure.total_fen, value, 800) == fen("15,136.38")


def test_the_release_of_gv_08():
    value = valued_fen(15_000 * KG, Decimal("7.3000"), 15)
    assert value == fen("107,857.50")
    assert cash_to_reach(fen("117,270.38"), value, 800) == fen("30,984.38")


@pytest.mark.parametrize(
    ("exposure", "level"),
    (
        (0, Level.NORMAL),
        (84_999, Level.NORMAL),
        (85_000, Level.WARNING),
        (89_999, Level.WARNING),
        (90_000, Level.MARGIN_CALL),
        (94_999, Level.MARGIN_CALL),
        (95_000, Level.LIQUIDATE),
    ),
)
def test_levels_at_their_thresholds(exposure, level):
    assert level_of(exposure, 100_000, TERMS) is level


def test_goods_without_value_are_the_worst_level_never_the_best():
    assert level_of(1, 0, TERMS) is Level.LIQUIDATE
    assert ltv_bp(1, 0) is None


@pytest.mark.parametrize(("value", "advance"), (("140,000.00", "98,151.00"), ("137,900.00", "96,538.00")))
def test_the_carry_reserved_advance_of_gv_13(value, advance):
    carry = fen("8,844.00") + fen("900.00")
    got = carry_reserved_advance(fen(value), carry, TERMS, date(2026, 10, 22), date(2027, 5, 22))
    assert got == fen(advance)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.sampled_from((800, 850, 900)))
def test_cash_to_reach_is_enough_and_not_a_fen_too_much(exposure, value, permille):
    cash = cash_to_reach(exposure, value, permille)
    assert within(exposure - cash, value, permille)
    assert cash == 0 or not within(exposure - cash + 1, value, permille)
