"""Numbers as people type them, and what is not one."""

from decimal import Decimal

import pytest

from wms.web import typed


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("12", 12_000), ("１２．５", 12_500), (" 1,250 kg ", 1_250_000), ("3 吨", 3_000_000), ("３吨", 3_000_000),
        ("500斤", 250_000), ("2T", 2_000_000), ("1.5公斤", 1_500), ("12。5", 12_500), (".5", 500), ("-3", -3_000),
    ],
)  # fmt: skip
def test_weights(text: str, grams: int) -> None:
    found = typed.number(text, typed.KILOGRAMS)
    assert found is not None
    assert found * 1000 == grams


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("¥1,200.50", "1200.5"), ("1.2万", "12000"), ("３５ 元", "35"), ("0.8万元", "8000"), ("10 块", "10")],
)
def test_money(text: str, yuan: str) -> None:
    assert typed.number(text, typed.YUAN) == Decimal(yuan)


def test_a_price_says_its_own_unit_or_has_the_readers() -> None:
    own = Decimal(2)  # yuan per jin
    assert typed.number("3.8", typed.PER_KG, own) == Decimal("7.6")
    assert typed.number("7.6元/公斤", typed.PER_KG, own) == Decimal("7.6")
    assert typed.number("7600 元/吨", typed.PER_KG, own) == Decimal("7.6")


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,5", "12,34", "1,23,456", "1.2.3", "1e5", "5 箱", "3 斤斤", "NaN", "Infinity", "一", "1" * 40, "--1",
     "0x10", "1 2"],
)  # fmt: skip
def test_what_is_not_clearly_a_weight(text: str) -> None:
    assert typed.number(text, typed.KILOGRAMS) is None
