"""Exact numbers, time and canonical text, without a database."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.kernel.actor import Permission
from wms.kernel.canonical import canonical, digest, plain
from wms.kernel.clock import Moment, from_ms, to_ms
from wms.kernel.ids import derived_id, new_id
from wms.kernel.numbers import ceiling, cumulative, floor, half_up, largest_remainder, price, value_fen

YANTAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("1/2", 1), ("-1/2", -1), ("3/2", 2), ("-3/2", -2), ("49/100", 0), ("-49/100", 0), ("50/100", 1), ("0", 0)],
)
def test_halves_round_away_from_nothing(value: str, rounded: int) -> None:
    assert half_up(Fraction(value)) == rounded


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_roundings_stand_around_the_exact_value(whole: int, of: int) -> None:
    exact = Fraction(whole, of)
    assert floor(exact) <= exact <= ceiling(exact)
    assert abs(half_up(exact) - exact) <= Fraction(1, 2)


@pytest.mark.parametrize("text", ["3.00005", "0.00001"])
def test_a_price_has_four_places(text: str) -> None:
    assert str(price("3.2")) == "3.2000"
    with pytest.raises(ValueError):
        price(text)


def test_a_value_is_exact_until_the_step_that_rounds_it() -> None:
    assert value_fen(333, Decimal("3.3333")) == Fraction(333 * 33_333, 100_000)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 1_000), min_size=1).filter(sum))
def test_parts_that_leave_one_after_the_other_sum_to_the_whole(whole: int, parts: list[int]) -> None:
    of, before, carried = sum(parts), 0, 0
    for part in parts:
        carried += cumulative(whole, before=before, part=part, of=of)
        before += part
    assert carried == whole


@given(st.integers(0, 10**12), st.dictionaries(st.integers(0, 50), st.integers(0, 10**6), min_size=1))
def test_shares_sum_to_the_total_and_are_less_than_one_off(total: int, weights: dict[int, int]) -> None:
    whole = sum(weights.values())
    if not whole:
        with pytest.raises(ValueError):
            largest_remainder(total, weights)
        return
    shares = largest_remainder(total, weights)
    assert sum(shares.values()) == total
    assert all(abs(shares[key] - Fraction(total * weight, whole)) < 1 for key, weight in weights.items())


def test_leftovers_of_equal_remainders_go_to_the_lowest_key() -> None:
    assert largest_remainder(5, {"c": 1, "a": 1, "b": 1}) == {"a": 2, "b": 2, "c": 1}


# ---------------------------------------------------------------- time


def test_the_business_day_is_the_sites_own() -> None:
    assert Moment.of(datetime(2026, 10, 19, 15, 59, 59, 999_999, UTC), YANTAI).on == date(2026, 10, 19)
    assert Moment.of(datetime(2026, 10, 19, 16, 0, tzinfo=UTC), YANTAI).on == date(2026, 10, 20)


def test_a_moment_is_aware_and_cut_to_the_millisecond() -> None:
    assert Moment.of(datetime(2026, 10, 20, 8, 0, 0, 1_999, YANTAI), YANTAI).at.microsecond == 1_000
    with pytest.raises(ValueError):
        Moment(at=datetime(2026, 10, 20), on=date(2026, 10, 20))  # noqa: DTZ001 -- a naive one is the point


@given(st.integers(-(10**12), 10**13))
def test_milliseconds_go_there_and_back_exactly(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms
    assert to_ms(from_ms(ms).astimezone(timezone(timedelta(hours=8)))) == ms


def test_ids_sort_by_time_and_derived_ones_repeat() -> None:
    early, late = (Moment.of(datetime(2026, 10, day, tzinfo=UTC), YANTAI) for day in (20, 21))
    assert new_id(early) < new_id(late)
    assert (new_id(early).version, new_id(early).variant) == (7, uuid4().variant)
    parent = UUID(int=7)
    assert derived_id(parent, "lot", 1) == derived_id(parent, "lot", 1) != derived_id(parent, "lot", 2)


# ---------------------------------------------------------------- canonical text


def test_the_text_of_a_value_is_sorted_and_without_spaces() -> None:
    value = {"重": [1, None, True], "a": Decimal("1.50"), "id": UUID(int=1), "on": date(2026, 1, 2), "b": b"\x00\xff"}
    assert canonical(plain(value)) == (
        '{"a":"1.50","b":"00ff","id":"00000000-0000-0000-0000-000000000001","on":"2026-01-02","重":[1,null,true]}'
    )
    assert plain({"at": from_ms(5), "may": Permission.WEIGH}) == {"at": 5, "may": "weigh"}


def test_what_is_not_a_number_has_no_text() -> None:
    with pytest.raises(ValueError):
        canonical({"weight": float("nan")})


def test_a_set_has_one_text_in_every_process() -> None:
    """Python orders the texts of a set anew in each process: a repeated request must still have its first digest."""
    program = "from wms.kernel.canonical import digest; print(digest({'roles': frozenset({'a', 'b', 'c', 'd', 'e'})}))"
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, cwd=_root(),
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2", "3", "4")
    }  # fmt: skip
    assert said == {digest({"roles": ["a", "b", "c", "d", "e"]})}


def _root() -> str:
    return __file__.rpartition("/tests/")[0]
