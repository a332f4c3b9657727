"""What is measured, beside its limits and on its way out of them: rules alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest

from wms import lots
from wms.lots.rules import quality
from wms.lots.rules.quality import PlanStep

DAY = date(2026, 10, 20)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("value", "least", "most", "said"),
    [
        (5999, 6000, None, "below"), (6000, 6000, None, "within"), (8000, 6000, 8000, "within"),
        (8001, 6000, 8000, "above"), (0, None, 0, "within"), (1, None, 0, "above"), (1, None, None, "no_limit"),
    ],
)  # fmt: skip
def test_the_limits_themselves_are_within(value: int, least: int | None, most: int | None, said: str) -> None:
    assert quality.verdict(value, least, most) == said


def test_the_line_is_the_nearest_to_all_days() -> None:
    assert quality.slope([(on(0), 7000)]) is None
    assert quality.slope([(on(0), 7000), (on(10), 6500)]) == -50
    assert quality.slope([(on(0), 0), (on(1), 0), (on(2), 3)]) == Fraction(3, 2)
    assert quality.by_day([(on(1), 4), (on(0), 1), (on(0), 2)]) == [(on(0), 2), (on(1), 4)]


@pytest.mark.parametrize(
    ("points", "usual", "left"),
    [
        ([7000, 6500], None, 10),  # 50 a day down, 500 to go
        ([7000, 6500], -300, 10),  # what was measured goes before what is usual
        ([6500, 7000], -300, 100),  # hardening apples are a slip of the probe: the usual change counts
        ([7000], -300, 100),
        ([7000], None, None),
        ([7000, 5999], None, 0),
        ([7000, 6000], None, 0),
        ([7000, 6001], None, 0),
    ],
)
def test_days_are_counted_down_to_the_limit(points: list[int], usual: int | None, left: int | None) -> None:
    limit = lots.SetLimit(uuid4(), "firmness", DAY, "T", least=6000, change_per_month=usual)
    found = quality.outlook("firmness", [(on(10 * at), value) for at, value in enumerate(points)], limit)
    assert found.days_left == left
    assert found.until == (None if left is None else on(10 * (len(points) - 1) + left))


def test_what_grows_is_counted_up() -> None:
    limit = lots.SetLimit(uuid4(), "decay", DAY, "T", most=50)
    assert quality.outlook("decay", [(on(0), 10), (on(30), 25)], limit).days_left == 50
    assert quality.outlook("decay", [(on(0), 10), (on(30), 25)], None).days_left is None


PLAN = (PlanStep(100, 5, 50), PlanStep(300, 7, 70), PlanStep(None, 15, 150))


@pytest.mark.parametrize(("units", "crates"), [(1, 5), (100, 5), (101, 7), (300, 7), (301, 15), (9_999, 15)])
def test_a_plan_draws_by_the_size_of_the_lot(units: int, crates: int) -> None:
    found = quality.drawn_of(PLAN, units)
    assert found is not None
    assert found.crates == crates


def test_a_plan_may_end_and_must_rise() -> None:
    assert quality.drawn_of(PLAN[:2], 301) is None
    assert quality.plan_is_right(PLAN)
    for wrong in ((), (PlanStep(None, 1, 1), PlanStep(5, 1, 1)), (PlanStep(5, 1, 1), PlanStep(5, 2, 2)),
                  (PlanStep(5, 0, 1),)):  # fmt: skip
        assert not quality.plan_is_right(wrong)


MAPPING = lots.SaveMapping(
    uuid4(), "FTA", "Lot",
    (lots.MappedColumn("N", "firmness", Decimal("0.101972")), lots.MappedColumn("Brix", "brix")), "Date", "No",
)  # fmt: skip


def read(*lines: str, mapping: lots.SaveMapping = MAPPING) -> lots.ReadingSheet:
    cells = [line.split(",") for line in ("no,LOT,date,n,brix", *lines)]
    return lots.read_readings(cells, mapping, lots.USUAL, DAY)


def test_a_file_is_read_by_its_headings_in_the_parameters_unit() -> None:
    sheet = read("1,l1,2026/10/20,60,13.25", "", "2,L1,2026-10-20,,12.8%")
    assert sheet.bad == ()
    assert [(row.line, row.lot, row.on, row.fruit) for row in sheet.rows] == [(2, "L1", DAY, "1"), (4, "L1", DAY, "2")]
    assert [[(one.code, one.value) for one in row.values] for row in sheet.rows] == [
        [("firmness", 6118), ("brix", 133)], [("brix", 128)],
    ]  # fmt: skip


def test_every_bad_row_is_named() -> None:
    sheet = read("1,,2026-10-20,60,13", "2,L1,gestern,60,13", "3,L1,2026-10-20,soft,13", "4,L1,2026-10-20,,",
                 "5,L1,2026-10-20,60,-1", "6,L1,2026-10-20,60,1", "6,L1,2026-10-20,60,1",
                 ",L1,2026-10-20,60,1")  # fmt: skip
    assert [(bad.line, bad.why) for bad in sheet.bad] == [
        (2, "Lot"), (3, "Date"), (4, "N"), (5, "no_value"), (6, "Brix"), (8, "twice"), (9, "No"),
    ]  # fmt: skip
    assert [row.line for row in sheet.rows] == [7]


def test_a_missing_column_refuses_the_file_and_apples_are_counted_without_one() -> None:
    other = replace(MAPPING, columns=(lots.MappedColumn("Starch", "starch"),))
    assert [(bad.line, bad.why) for bad in read("1,L1,2026-10-20,60,13", mapping=other).bad] == [(1, "Starch")]
    bare = replace(MAPPING, day="", fruit="")
    sheet = read("9,L1,?,60,13", "9,L1,?,61,13", mapping=bare)
    assert [(row.on, row.fruit) for row in sheet.rows] == [(DAY, "1"), (DAY, "2")]
