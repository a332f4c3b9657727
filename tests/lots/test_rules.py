from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.lots.rules.condition import condition_days, deadline_after, storage_deadline
from wms.lots.rules.holds import HeldUnits, free_for, free_of_all, most_severe
from wms.lots.rules.labels import check_digit, day_code, sscc
from wms.lots.rules.places import PlaceRule, matching, room_for
from wms.lots.rules.policy import LotPolicy, policy_from
from wms.lots.rules.quantities import confirms, part_grams, unit_load_grams
from wms.lots.rules.words import HoldReason, PledgeStage, StorageType

POLICY = LotPolicy()


def test_the_check_digit_is_gs1s() -> None:
    assert check_digit("37610425002123456") == "9"  # the example of the GS1 General Specifications
    assert sscc("6900000", 1) == "069000000000000014"


@pytest.mark.parametrize("serial", [0, 10**9])
def test_serials_end(serial: int) -> None:
    with pytest.raises(ValueError, match="serial"):
        sscc("6900000", serial)


def test_codes_grow_beyond_four_digits() -> None:
    assert [day_code("L", "261020", number) for number in (1, 9999, 10000)] == [
        "L261020-0001", "L261020-9999", "L261020-10000",
    ]  # fmt: skip


@given(grams=st.integers(1, 10**9), units=st.integers(1, 2_000), cuts=st.lists(st.integers(1, 2_000), max_size=8))
def test_parts_always_sum_to_the_whole(grams: int, units: int, cuts: list[int]) -> None:
    grams = max(grams, units)
    gone = total = 0
    for cut in [*cuts, units]:
        part = min(cut, units - gone)
        carried = part_grams(units, grams, gone=gone, units=part)
        assert carried >= 0
        total += carried
        gone += part
    assert (gone, total) == (units, grams)


@given(grams=st.integers(1, 10**9), units=st.integers(1, 2_000), gone=st.integers(0, 1_999))
def test_while_units_remain_grams_remain(grams: int, units: int, gone: int) -> None:
    grams, gone = max(grams, units), min(gone, units - 1)
    assert part_grams(units, grams, gone=gone, units=units - gone) > 0


def test_a_load_is_never_less_than_the_weight() -> None:
    assert unit_load_grams(3, 20_000_000, 2_000) == 6_668_667
    assert 3 * (unit_load_grams(3, 20_000_000, 0)) >= 20_000_000


@pytest.mark.parametrize(("weight", "right"), [(98_500, True), (98_499, False), (100_100, True), (100_101, False)])
def test_confirmation_is_exact(weight: int, right: bool) -> None:
    assert confirms(100_000, weight, loss_permille=15, gain_permille=1) is right


@pytest.mark.parametrize(
    ("firmness", "decay", "days"),
    [
        (None, None, 90), (5500, 9, 90), (5499, 0, 45), (None, 10, 45), (4500, 19, 45), (4499, 0, 21), (9000, 20, 21),
        (9000, 49, 21), (9000, 50, 7), (1, 1000, 7),
    ],
)  # fmt: skip
def test_the_worst_finding_counts(firmness: int | None, decay: int | None, days: int) -> None:
    assert condition_days(firmness, decay, POLICY) == days


def test_the_earlier_deadline_counts() -> None:
    entry = date(2026, 10, 20)
    stored = storage_deadline(entry, StorageType.RA, POLICY)
    assert stored == date(2027, 4, 18)
    assert storage_deadline(entry, StorageType.CA, POLICY) == date(2027, 7, 17)
    assert deadline_after(stored, date(2027, 4, 10), 7) == date(2027, 4, 17)
    assert deadline_after(stored, date(2027, 4, 12), 7) == stored


@given(
    st.builds(
        HeldUnits, on_hand=st.integers(0, 50), sale=st.integers(0, 25), exit=st.integers(0, 25),
        pledge=st.integers(0, 50), quarantine=st.integers(0, 1), lien=st.integers(0, 50), count=st.integers(0, 50),
    )
)  # fmt: skip
def test_nothing_free_twice(held: HeldUnits) -> None:
    held_back = (held.pledge, held.quarantine, held.lien, held.count)
    if held.sale + held.exit > held.on_hand or max(held_back) > held.on_hand:
        return
    for reason in HoldReason:
        free = free_for(held, reason)
        assert 0 <= free <= held.on_hand
        if free and reason in (HoldReason.SALE, HoldReason.EXIT):
            assert held.sale + held.exit + free <= held.on_hand
        if free and reason is HoldReason.PLEDGE:
            assert held.pledge + held.sale + held.exit + free <= held.on_hand
    assert free_of_all(held) <= free_for(held, HoldReason.COUNT)


def test_the_most_severe_stage_wins() -> None:
    assert most_severe([]) is PledgeStage.NONE
    assert most_severe(["due", "margin_call", "pledged"]) is PledgeStage.MARGIN_CALL


def test_places_follow_priority_and_fit() -> None:
    def rule(number: int, priority: int, *wanted: object | None) -> PlaceRule:
        full = (*wanted, *[None] * (7 - len(wanted)))
        return PlaceRule(UUID(int=number), priority, UUID(int=9), None, full)

    fuji, any_one, gala = rule(1, 2, "富士"), rule(2, 1), rule(3, 0, "嘎啦")
    goods = ("富士", "一二级", 80, "ra", "grower", None, "蓬莱")
    assert matching([fuji, any_one, gala], goods) == [any_one, fuji]
    assert (fuji.text, any_one.text) == ("variety=富士", "*")
    assert (room_for(5, 10, 3), room_for(2, 100, 3), room_for(-1, 100, 3)) == (3, 2, 0)


def test_settings_read_back_and_take_defaults_for_new_names() -> None:
    assert policy_from({"weight_age_s": 30, "gone": 1}) == LotPolicy(weight_age_s=30)
    for wrong in ({"weight_age_s": -1}, {"gs1_prefix": "12345"}, {"gs1_prefix": "69a0000"}):
        with pytest.raises(ValueError, match="settings"):
            policy_from(wrong)
