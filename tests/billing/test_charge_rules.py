"""Storage and handling, pure: the vectors, an oracle that goes day by day, splits, tiers, caps, minimums."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lots.make import moment
from wms.billing.errors import TariffMissing
from wms.billing.rules.charges import Billed, Charges, Part, charges, tax_of
from wms.billing.rules.schedule import Offered, Period, Stay, periods_of, tariff_among
from wms.billing.rules.tariffs import (
    Cap,
    HandlingIn,
    HandlingOut,
    KgDay,
    Minimum,
    MonthAnniversary,
    SeasonFlat,
    SplitMonth,
    Tariff,
    TariffLine,
    Tier,
    rate_micro,
    read,
    written,
)
from wms.kernel.numbers import cumulative, half_up

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "settlement.json").read_text("utf-8"))
ENTRY = date(2026, 10, 20)
IN, OUT = HandlingIn(Decimal("0.0200")), HandlingOut(Decimal("0.0250"))
OLD = (KgDay(Decimal("0.0020"), free_days=7), IN, OUT)
NEW = (KgDay(Decimal("0.0022"), free_days=7), IN, OUT)
NEW_ON = date(2027, 1, 1)


def tariff(*lines: TariffLine, from_on: date = date(2026, 9, 1), number: int = 1) -> Tariff:
    return Tariff(UUID(int=number), from_on, lines)


def stay(*lines: TariffLine, entry_on: date = ENTRY) -> Stay:
    return Stay(entry_on, (Period(entry_on, tariff(*lines)),))


GOLDEN = Stay(ENTRY, (Period(ENTRY, tariff(*OLD)), Period(NEW_ON, tariff(*NEW, from_on=NEW_ON, number=2))))
WHOLE = Part(1000, 20_000_000, last=True)


def fen(text: str) -> int:
    return int(text.replace(",", "").replace(".", ""))


def bill(where: Stay, grams: int, on: date, billed: Billed | None = None, *, last: bool = False) -> Charges:
    return charges(where, Part(1, grams, last), billed or Billed(), on)


def plus(billed: Billed, found: Charges) -> Billed:
    return Billed(
        billed.units + found.units,
        billed.grams + found.grams,
        billed.storage_nanoyuan + found.storage_nanoyuan,
        billed.storage_fen + found.storage_fen - found.minimum_fen,
        billed.handling_nanoyuan + found.handling_nanoyuan,
        billed.handling_fen + found.handling_fen,
        billed.minimum_fen + found.minimum_fen,
    )


# ---------------------------------------------------------------- the vectors


def test_gv01_a_full_exit_over_two_tariffs() -> None:
    found = charges(GOLDEN, WHOLE, Billed(), date(2027, 2, 15))
    derived = VECTORS["GV-01"]["derived"]
    assert (found.storage_fen, found.handling_fen) == (fen(derived["storage"]), fen(derived["handling"]))
    charged = [(line.days, line.rate) for line in found.lines if line.line == "kg_day" and line.rate]
    assert charged == [(66, Decimal("0.002000")), (45, Decimal("0.002200"))]


def test_gv02_a_part_and_what_remains() -> None:
    derived = VECTORS["GV-02"]["derived"]
    part = charges(GOLDEN, Part(400, 8_000_000), Billed(), date(2027, 1, 10))
    assert (part.storage_fen, part.handling_fen) == (fen(derived["storage"]), fen(derived["handling"]))
    rest = charges(GOLDEN, Part(600, 12_000_000, last=True), plus(Billed(), part), date(2027, 1, 10))
    assert rest.total_fen == fen(derived["remaining_lien_accrued"])


def test_gv03_accrued_on_a_day() -> None:
    derived = VECTORS["GV-03"]["derived"]
    found = charges(GOLDEN, WHOLE, Billed(), date(2027, 1, 20))
    assert (found.storage_fen, found.handling_fen) == (fen(derived["storage_accrued"]), fen(derived["handling"]))


def test_gv07_a_season_at_one_price() -> None:
    season = SeasonFlat(Decimal("0.4000"), date(2027, 5, 31), late_rate=Decimal("0.0030"))
    where, derived = stay(season, Minimum(30_000)), VECTORS["GV-07"]["derived"]
    late = bill(where, 12_345_678, date(2027, 6, 10), last=True)
    assert late.storage_fen == fen(derived["right"]) + fen(derived["late_charge"])
    assert [line.days for line in late.lines if line.line == "season_late"] == [derived["late_days"]]
    early = bill(where, 12_345_678, date(2026, 12, 15), last=True)
    assert early.storage_fen == fen(derived["early_exit_2026_12_15_charge"])
    small = bill(where, 650_000, date(2026, 12, 15), last=True)
    assert small.storage_fen == fen(derived["small_lot_charge"])
    assert small.storage_fen - small.minimum_fen == fen(derived["small_lot_raw"])


def test_gv08_a_part_taken_out_by_its_owner() -> None:
    applied = VECTORS["GV-08"]["derived"]["applied"]
    found = charges(GOLDEN, Part(250, 5_000_000), Billed(), date(2027, 1, 20))
    assert (found.storage_fen, found.handling_fen) == (fen(applied["storage"]), fen(applied["handling"]))


def test_gv12_the_tax_inside() -> None:
    derived = VECTORS["GV-12"]["derived"]
    for name in ("storage", "handling", "commission"):
        gross = fen(derived[name]["gross"])
        assert tax_of(gross, 60) == fen(derived[name]["vat"])
        assert gross - tax_of(gross, 60) == fen(derived[name]["net"])
    assert tax_of(462_000, 0) == 0


def test_gv13_charges_to_the_planned_exit() -> None:
    derived = VECTORS["GV-13"]["derived"]
    found = charges(GOLDEN, WHOLE, Billed(), date(2027, 5, 22))
    assert found.storage_fen == fen(derived["storage_to_exit"])


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("out_on", "days"),
    [("2026-10-20", 0), ("2026-10-26", 0), ("2026-10-27", 0), ("2026-10-28", 1), ("2026-10-29", 2)],
)
def test_the_entry_day_counts_the_exit_day_does_not_and_free_days_come_first(out_on: str, days: int) -> None:
    found = bill(stay(*OLD), 1_000_000, date.fromisoformat(out_on))
    assert found.storage_nanoyuan == days * 1_000_000 * 2_000


def test_handling_is_owed_even_on_the_entry_day_and_out_by_the_tariff_of_the_exit_day() -> None:
    dearer = (KgDay(Decimal("0.002")), IN, HandlingOut(Decimal("0.05")))
    where = Stay(ENTRY, (Period(ENTRY, tariff(*OLD)), Period(NEW_ON, tariff(*dearer, number=2))))
    assert bill(where, 1_000_000, ENTRY).handling_fen == 4500
    assert bill(where, 1_000_000, NEW_ON - timedelta(days=1)).handling_fen == 4500
    assert bill(where, 1_000_000, NEW_ON).handling_fen == 7000
    assert charges(where, Part(1, 1_000_000), Billed(), NEW_ON, handling_out=False).handling_fen == 2000


def test_tiers_count_days_in_store() -> None:
    line = KgDay(Decimal("0.002"), free_days=3, tiers=(Tier(31, Decimal("0.001")), Tier(91, Decimal("0.003"))))
    found = bill(stay(line), 1_000_000, ENTRY + timedelta(days=100))
    assert [(item.days, item.rate) for item in found.lines] == [
        (3, Decimal(0)),
        (27, Decimal("0.002")),
        (60, Decimal("0.001")),
        (10, Decimal("0.003")),
    ]


def test_a_buyer_in_store_pays_from_his_day_on_with_no_new_free_days_and_no_handling_in() -> None:
    where = Stay(ENTRY, (Period(ENTRY, tariff(*OLD)),), charged_from_on=date(2026, 11, 1))
    seller = bill(stay(*OLD), 1_000_000, date(2026, 11, 1))
    buyer = bill(where, 1_000_000, date(2026, 12, 1))
    together = bill(stay(*OLD), 1_000_000, date(2026, 12, 1))
    assert seller.storage_nanoyuan + buyer.storage_nanoyuan == together.storage_nanoyuan
    assert buyer.handling_fen == 2500


@pytest.mark.parametrize(
    ("out_on", "months"),
    [("2027-01-31", 1), ("2027-02-27", 1), ("2027-02-28", 1), ("2027-03-01", 2), ("2027-03-31", 2), ("2027-04-01", 3)],
)
def test_a_month_begun_is_charged_and_ends_with_a_short_february(out_on: str, months: int) -> None:
    where = stay(MonthAnniversary(Decimal("0.05")), entry_on=date(2027, 1, 31))
    assert bill(where, 1_000_000, date.fromisoformat(out_on)).storage_fen == months * 5000


@pytest.mark.parametrize(
    ("in_on", "out_on", "halves"),
    [
        ("2026-10-15", "2026-10-20", 2),
        ("2026-10-16", "2026-10-20", 1),
        ("2026-10-16", "2026-11-01", 1),
        ("2026-10-16", "2026-11-02", 3),
        ("2026-10-01", "2026-12-02", 6),
    ],
)
def test_a_split_month_charges_half_for_its_second_half(in_on: str, out_on: str, halves: int) -> None:
    where = stay(SplitMonth(Decimal("0.06"), Decimal("0.03")), entry_on=date.fromisoformat(in_on))
    assert bill(where, 1_000_000, date.fromisoformat(out_on)).storage_fen == halves * 3000


def test_a_stay_over_two_seasons_pays_each_once() -> None:
    first = SeasonFlat(Decimal("0.4"), date(2027, 5, 31), late_rate=Decimal("0.003"))
    second = SeasonFlat(Decimal("0.5"), date(2028, 5, 31))
    where = Stay(ENTRY, (Period(ENTRY, tariff(first)), Period(date(2027, 6, 6), tariff(second, number=2))))
    found = bill(where, 1_000_000, date(2027, 9, 1))
    assert [(item.line, item.days) for item in found.lines] == [
        ("season_flat", 1),
        ("season_late", 5),
        ("season_flat", 1),
    ]
    assert found.storage_fen == 40_000 + 5 * 300 + 50_000


# ---------------------------------------------------------------- cap and minimum


def test_the_cap_is_per_entry_kilogram() -> None:
    where = stay(KgDay(Decimal("0.01")), Cap(Decimal("0.5")))
    assert bill(where, 1_000_000, ENTRY + timedelta(days=50)).storage_fen == 50_000
    capped = bill(where, 1_000_000, ENTRY + timedelta(days=51))
    assert capped.storage_fen == 50_000
    assert [line.line for line in capped.lines] == ["kg_day", "cap"]


def test_the_minimum_is_for_the_lot_and_topped_up_at_its_last_exit_only() -> None:
    where = stay(KgDay(Decimal("0.001")), Minimum(1000))
    first = bill(where, 100_000, ENTRY + timedelta(days=10))
    assert (first.storage_fen, first.minimum_fen) == (100, 0)
    last = bill(where, 100_000, ENTRY + timedelta(days=20), plus(Billed(), first), last=True)
    assert (last.storage_fen, last.minimum_fen) == (900, 700)
    enough = bill(where, 10_000_000, ENTRY + timedelta(days=20), plus(Billed(), first), last=True)
    assert enough.minimum_fen == 0


# ---------------------------------------------------------------- properties

patient = settings(deadline=None)  # a busy machine is no finding
RATES = st.integers(0, 40_000).map(lambda micro: Decimal(micro).scaleb(-6))
DAYS = st.integers(0, 260)


def oracle(where: Stay, on: date) -> int:
    """Micro-yuan per kg of a kg-day tariff, one day after another."""
    total, day = 0, where.entry_on
    while day < on:
        (line,) = where.tariff_on(day).storage()
        assert isinstance(line, KgDay)
        nth = (day - where.entry_on).days + 1
        if nth > line.free_days:
            rate = [line.rate, *(tier.rate for tier in line.tiers if tier.from_day <= nth)][-1]
            total += rate_micro(rate)
        day += timedelta(days=1)
    return total


@st.composite
def kg_day(draw: st.DrawFn) -> KgDay:
    days = sorted(draw(st.sets(st.integers(2, 120), max_size=3)))
    return KgDay(draw(RATES), draw(st.integers(0, 30)), tuple(Tier(day, draw(RATES)) for day in days))


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    turns = sorted(draw(st.sets(st.integers(1, 200), max_size=3)))
    return Stay(
        ENTRY,
        tuple(
            Period(ENTRY + timedelta(days=turn), tariff(draw(kg_day()), IN, OUT, number=turn + 1))
            for turn in (0, *turns)
        ),
    )


@patient
@given(stays(), DAYS)
def test_spans_equal_days_counted_one_by_one(where: Stay, days: int) -> None:
    on = ENTRY + timedelta(days=days)
    found = bill(where, 1_000, on)
    assert found.storage_nanoyuan == 1_000 * oracle(where, on)
    spans = [line for line in found.lines if line.line == "kg_day"]
    assert sum(line.days for line in spans) == days
    assert all(before.to_on == after.from_on for before, after in pairwise(spans))


@patient
@given(stays(), st.integers(1, 40_000_000), st.lists(st.integers(1, 9), min_size=1, max_size=12), DAYS)
def test_any_split_of_an_exit_bills_the_same(where: Stay, grams: int, parts: list[int], days: int) -> None:
    on, units, billed, gone = ENTRY + timedelta(days=days), sum(parts), Billed(), 0
    for count in parts:
        part_grams = cumulative(grams, before=gone, part=count, of=units)
        billed = plus(billed, charges(where, Part(count, part_grams), billed, on))
        gone += count
    whole = charges(where, Part(units, grams), Billed(), on)
    assert (billed.storage_fen, billed.handling_fen) == (whole.storage_fen, whole.handling_fen)
    assert billed.grams == grams


@patient
@given(stays(), st.lists(st.tuples(st.integers(1, 5_000_000), st.integers(0, 40)), min_size=1, max_size=8))
def test_exits_on_many_days_sum_to_their_rounded_exact_total(where: Stay, exits: list[tuple[int, int]]) -> None:
    billed, day, exact = Billed(), ENTRY, 0
    for grams, wait in exits:
        day += timedelta(days=wait)
        found = charges(where, Part(1, grams), billed, day)
        assert found.storage_fen >= 0
        exact += grams * oracle(where, day)
        billed = plus(billed, found)
    assert billed.storage_fen == half_up(Fraction(exact, 10_000_000))


@patient
@given(stays(), kg_day(), DAYS, st.integers(0, 100))
def test_a_tariff_of_the_future_changes_nothing_before(where: Stay, line: KgDay, days: int, ahead: int) -> None:
    on = ENTRY + timedelta(days=days)
    future = on + timedelta(days=ahead)
    kept = tuple(period for period in where.periods if period.from_on < future) or where.periods[:1]
    changed = Stay(ENTRY, (*kept, Period(future, tariff(line, IN, OUT, number=999))))
    assert bill(changed, 7_777, on).storage_nanoyuan == bill(where, 7_777, on).storage_nanoyuan


# ---------------------------------------------------------------- which tariff


def offered(number: int, from_on: str, *, narrow: str = "", ends_on: str | None = None) -> Offered:
    narrowness = ("contract" in narrow, "owner" in narrow, "variety" in narrow, "site" in narrow)
    made = tariff(*OLD, from_on=date.fromisoformat(from_on), number=number)
    ends = date.fromisoformat(ends_on) if ends_on else None
    return Offered(made, ends, narrowness, moment("2026-09-01").at)


def test_the_narrowest_tariff_in_force_wins_then_the_newest() -> None:
    everybody = [offered(1, "2026-09-01"), offered(2, "2026-11-01")]
    own = offered(3, "2026-10-01", narrow="owner", ends_on="2026-12-01")
    assert tariff_among([*everybody, own], date(2026, 11, 15)) == own.tariff
    assert tariff_among([*everybody, own], date(2026, 12, 1)) == everybody[1].tariff
    assert tariff_among([*everybody, own], date(2026, 9, 30)) == everybody[0].tariff
    wide = offered(4, "2026-10-01", narrow="variety site")
    assert tariff_among([own, wide], date(2026, 11, 15)) == own.tariff
    assert tariff_among(everybody, date(2026, 8, 31)) is None


def test_periods_follow_starts_and_ends_and_refuse_a_gap() -> None:
    everybody = offered(1, "2026-09-01")
    own = offered(3, "2026-10-01", narrow="owner", ends_on="2026-12-01")
    found = periods_of([everybody, own], date(2026, 9, 15), date(2027, 1, 1))
    assert [(period.from_on, period.tariff.version_id.int) for period in found] == [
        (date(2026, 9, 15), 1),
        (date(2026, 10, 1), 3),
        (date(2026, 12, 1), 1),
    ]
    with pytest.raises(TariffMissing):
        periods_of([own], date(2026, 10, 5), date(2026, 12, 1))
    with pytest.raises(TariffMissing):
        periods_of([own], date(2026, 9, 30), date(2026, 10, 5))


def test_lines_are_read_as_they_were_written() -> None:
    lines: tuple[TariffLine, ...] = (
        KgDay(Decimal("0.0020"), 7, (Tier(31, Decimal("0.001")),)),
        SeasonFlat(Decimal("0.4"), date(2027, 5, 31), Decimal("0.003")),
        MonthAnniversary(Decimal("0.05")),
        SplitMonth(Decimal("0.06"), Decimal("0.03")),
        IN,
        OUT,
        Cap(Decimal("0.5")),
        Minimum(1000),
    )
    assert read(json.loads(json.dumps(written(lines)))) == lines
