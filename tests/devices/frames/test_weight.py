"""Digits and units to whole grams."""

import pytest

from devices.frames.reading import FLAGS, ordered
from devices.frames.weight import GRAMS_MAX, grams


@pytest.mark.parametrize(
    ("digits", "unit", "expected"),
    (
        ("129.07", "g", 129),
        ("129.49", "g", 129),
        ("129.50", "g", 130),
        ("0.5", "g", 1),
        ("0.4999", "g", 0),
        ("1234.5", "kg", 1_234_500),
        ("12.3456", "kg", 12_346),
        ("12.3455", "kg", 12_346),
        ("48.76", "t", 48_760_000),
        ("1", "lb", 454),
        ("2", "lb", 907),
        ("1000", "lb", 453_592),
        ("100000000", "lb", None),
    ),
)
def test_units_are_exact_and_half_a_gram_rounds_up(digits: str, unit: str, expected: int | None) -> None:
    assert grams(digits, unit) == expected


@pytest.mark.parametrize("digits", ("0.5", "1.5", "129.50", "2.4999"))
def test_a_negative_weight_has_the_size_of_the_positive(digits: str) -> None:
    size = grams(digits, "g")
    assert size is not None
    assert grams(digits, "g", negative=True) == -size


def test_nothing_weighs_more_than_a_thousand_tonnes() -> None:
    assert grams("1000", "t") == GRAMS_MAX
    assert grams("1000.000001", "t") is None
    assert grams("999999", "kg", places=-2) is None


@pytest.mark.parametrize("digits", ("", ".", "1.2.3", "--1", "1 2", "0x10"))
def test_what_is_no_number_is_no_weight(digits: str) -> None:
    assert grams(digits, "kg") is None


def test_flags_are_listed_in_the_fixed_order_once() -> None:
    assert ordered("error", None, "moving", "zero", "moving") == ("moving", "zero", "error")
    assert ordered(*reversed(FLAGS)) == FLAGS
