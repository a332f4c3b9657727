"""Tariffs in words: every line with every number of it, in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from wms import billing
from wms.billing.rules.tariffs import KINDS
from wms.billing.rules.wording import LINE_NAMES, words_of_line

LINES: dict[billing.TariffLine, tuple[str, str]] = {
    billing.KgDay(Decimal("0.0020"), 7, (billing.Tier(91, Decimal("0.003")),)): (
        "仓储费 0.002 元/公斤·日, 第 91 日起 0.003, 前 7 日免费",
        "storage 0.002 yuan/kg a day, 0.003 from day 91, first 7 days free",
    ),
    billing.SeasonFlat(Decimal("0.4"), date(2027, 5, 31), Decimal("0.003")): (
        "仓储费整季 0.4 元/公斤, 至 2027-05-31, 提前出库不减, 逾季 0.003 元/公斤·日",
        "storage 0.4 yuan/kg for the season to 2027-05-31, the same for leaving early, then 0.003 yuan/kg a day",
    ),
    billing.MonthAnniversary(Decimal("0.06")): (
        "仓储费每满入库日起一个月(不足按一月) 0.06 元/公斤", "storage 0.06 yuan/kg a month begun",
    ),
    billing.SplitMonth(Decimal("0.06"), Decimal("0.03")): (
        "仓储费每自然月 0.06 元/公斤, 15 日后入库首月 0.03 元/公斤",
        "storage 0.06 yuan/kg a calendar month, 0.03 for the first one if in after the 15th",
    ),
    billing.HandlingIn(Decimal("0.02")): ("入库装卸 0.02 元/公斤", "handling in 0.02 yuan/kg"),
    billing.HandlingOut(Decimal(10)): ("出库装卸 10 元/公斤", "handling out 10 yuan/kg"),
    billing.CrateRent(Decimal("0.05"), 3): (
        "周转筐租金 0.05 元/件·日, 前 3 日免费", "crate rent 0.05 yuan/unit a day, first 3 days free",
    ),
    billing.Cap(Decimal("0.5")): ("仓储费封顶 0.5 元/公斤", "storage at most 0.5 yuan/kg"),
    billing.Minimum(30_000): ("每批仓储费最低 300 元", "storage at least 300 yuan a lot"),
    billing.Works((billing.WorkRate("sorting", billing.Per.KG, Decimal("0.1")),)): (
        "作业按公示价目表", "work by the posted price list",
    ),
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_said_in_words(line: billing.TariffLine) -> None:
    assert words_of_line(line) == LINES[line]


def test_every_kind_has_words_and_a_name() -> None:
    assert {line.kind for line in LINES} == set(KINDS)
    assert set(KINDS) <= set(LINE_NAMES)
    assert billing.name_of_line("unheard of") == ("unheard of", "unheard of")


def test_a_receipt_carries_both_languages() -> None:
    zh, en = billing.tariff_words((billing.HandlingIn(Decimal("0.02")), billing.Cap(Decimal("0.5"))))
    assert (zh, en) == (
        "入库装卸 0.02 元/公斤; 仓储费封顶 0.5 元/公斤", "handling in 0.02 yuan/kg; storage at most 0.5 yuan/kg",
    )  # fmt: skip
