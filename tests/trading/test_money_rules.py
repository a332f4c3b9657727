"""The buyer's money, pure: GV-10's figures, caps and splits that lose no fen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.trading.errors import EarnestTooHigh
from wms.trading.rules.money import deposit_share, dues_of, part_due, split_forfeit, undelivered_share

GRAMS, PRICE = 20_000_000, Decimal("7.86")


def test_the_deposit_of_gv_10() -> None:
    dues = dues_of(GRAMS, PRICE, earnest_bp=1_000, prepay_bp=0, loss_permille=15)
    assert (dues.value_fen, dues.earnest_fen, dues.deposit_fen) == (15_720_000, 1_572_000, 1_572_000)
    assert dues.balance_fen == 15_720_000 * 985 // 1000 - 1_572_000


def test_thirty_seventy_is_twenty_earnest_and_ten_part_payment() -> None:
    dues = dues_of(GRAMS, PRICE, earnest_bp=2_000, prepay_bp=1_000, loss_permille=15)
    assert (dues.earnest_fen, dues.deposit_fen) == (3_144_000, 4_716_000)


def test_deposits_round_down_to_whole_yuan() -> None:
    dues = dues_of(1_009_999, Decimal("7.86"), earnest_bp=2_000, prepay_bp=1_000, loss_permille=0)
    assert dues.value_fen == 793_859  # 7,938.59214 yuan
    assert (dues.earnest_fen, dues.deposit_fen) == (158_700, 238_100)


def test_the_law_caps_earnest_money() -> None:
    dues_of(GRAMS, PRICE, earnest_bp=2_000, prepay_bp=0, loss_permille=15)
    with pytest.raises(EarnestTooHigh):
        dues_of(GRAMS, PRICE, earnest_bp=2_001, prepay_bp=0, loss_permille=15)


def test_the_forfeit_of_gv_10() -> None:
    assert split_forfeit(1_572_000, 8_000) == (1_257_600, 314_400)


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_forfeit_loses_no_fen(fen: int, bp: int) -> None:
    seller, platform = split_forfeit(fen, bp)
    assert seller + platform == fen
    assert 0 <= fen * bp - seller * 10_000 < 10_000


@given(st.lists(st.integers(1, 3_000_000), min_size=1, max_size=6))
def test_loads_sum_to_the_price_of_the_whole(loads: list[int]) -> None:
    grams = billed = 0
    for load in loads:
        billed += part_due(PRICE, grams_before=grams, billed_fen=billed, grams=load)
        grams += load
    assert billed == part_due(PRICE, grams_before=0, billed_fen=0, grams=grams)


def test_the_gross_of_gv_10() -> None:
    assert part_due(PRICE, grams_before=0, billed_fen=0, grams=19_764_350) == 15_534_779


@given(st.integers(0, 10**9), st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_deposit_shares_sum_to_the_deposit(deposit: int, parts: list[int]) -> None:
    whole, before, total = sum(parts), 0, 0
    for part in parts:
        total += deposit_share(deposit, units_before=before, units=part, of=whole)
        before += part
    assert total == deposit


def test_what_is_at_stake_shrinks_with_delivery() -> None:
    assert [undelivered_share(1_000, units_left=left, of=3) for left in (3, 2, 1, 0)] == [1_000, 666, 333, 0]
