"""Properties of charges over every line method: splits, days one by one, bills grown day by day, future tariffs."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from wms.billing.rules.charges import Billed, Charges, Part, charges, tax_of
from wms.billing.rules.schedule import Period, Stay
from wms.billing.rules.tariffs import (
    Cap,
    CrateRent,
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
)
from wms.kernel.numbers import cumulative, half_up

patient = settings(deadline=None)  # a busy machine is no finding
RATES = st.integers(0, 40_000).map(lambda micro: Decimal(micro).scaleb(-6))
FLATS = st.integers(0, 900_000).map(lambda micro: Decimal(micro).scaleb(-6))
ENTRIES = st.dates(date(2026, 8, 28), date(2027, 2, 2))
DAY = timedelta(days=1)


@st.composite
def kg_day(draw: st.DrawFn) -> KgDay:
    days = sorted(draw(st.sets(st.integers(2, 120), max_size=3)))
    return KgDay(draw(RATES), draw(st.integers(0, 30)), tuple(Tier(day, draw(RATES)) for day in days))


METHODS = st.one_of(
    kg_day(),
    st.builds(SeasonFlat, FLATS, st.sampled_from([date(2027, 3, 31), date(2027, 5, 31), date(2028, 5, 31)]), RATES),
    st.builds(MonthAnniversary, FLATS, st.integers(0, 20)),
    st.builds(SplitMonth, FLATS, FLATS),
)
EXTRAS = st.lists(
    st.one_of(
        st.builds(HandlingIn, RATES), st.builds(HandlingOut, RATES), st.builds(CrateRent, RATES, st.integers(0, 9))
    ),
    max_size=3,
    unique_by=lambda line: line.kind,
)


@st.composite
def stays(draw: st.DrawFn, extras: bool = True) -> Stay:
    entry = draw(ENTRIES)
    turns = sorted(draw(st.sets(st.integers(1, 200), max_size=3)))
    periods = []
    for turn in (0, *turns):
        lines = (draw(METHODS), *(draw(EXTRAS) if extras else ()))
        periods.append(Period(entry + timedelta(days=turn), Tariff(UUID(int=turn + 1), entry, lines)))
    return Stay(entry, tuple(periods))


def anniversary(entry: date, on: date) -> bool:
    """Whether a month of storage begins on a day: the entry's day, or the month's last where it has no such day."""
    last = (on.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY
    return on >= entry and on.day == min(entry.day, last.day)


def of_day(line: TariffLine, entry: date, on: date, seasons: set[date]) -> int:
    """What one day in store costs by a line, in micro-yuan per kg: nothing here knows spans."""
    nth = (on - entry).days + 1
    match line:
        case KgDay():
            rates = [line.rate, *(tier.rate for tier in line.tiers if tier.from_day <= nth)]
            return rate_micro(rates[-1]) if nth > line.free_days else 0
        case SeasonFlat():
            if on > line.season_ends_on:
                return rate_micro(line.late_rate)
            first = line.season_ends_on not in seasons
            seasons.add(line.season_ends_on)
            return rate_micro(line.rate) if first else 0
        case MonthAnniversary():
            return rate_micro(line.rate) if anniversary(entry + timedelta(days=line.free_days), on) else 0
        case SplitMonth():
            whole = on.day == 1 or (on == entry and on.day <= 15)
            return rate_micro(line.rate) if whole else rate_micro(line.half_rate) if on == entry else 0
    return 0


def day_by_day(where: Stay, out_on: date) -> int:
    """Storage per kg over a stay, counted one day after another: the entry day counts, the exit day does not."""
    seasons: set[date] = set()
    days = [where.entry_on + timedelta(days=n) for n in range(max(1, (out_on - where.entry_on).days))]
    if out_on <= where.entry_on:  # in and out on one day: what is charged by the day is not
        flat = [line for line in where.tariff_on(where.entry_on).storage() if not isinstance(line, KgDay)]
        late = [line for line in flat if isinstance(line, SeasonFlat) and where.entry_on > line.season_ends_on]
        return sum(of_day(line, where.entry_on, where.entry_on, seasons) for line in flat if line not in late)
    return sum(of_day(line, where.entry_on, on, seasons) for on in days for line in where.tariff_on(on).storage())


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


@patient
@given(stays(), st.integers(0, 400), st.integers(1, 40_000_000))
def test_segments_bill_what_days_bill_one_by_one(where: Stay, days: int, grams: int) -> None:
    on = where.entry_on + timedelta(days=days)
    found = charges(where, Part(1, grams), Billed(), on)
    assert found.storage_nanoyuan == grams * day_by_day(where, on)


@patient
@given(stays(), st.integers(1, 40_000_000), st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(0, 300))
def test_any_split_of_an_exit_bills_the_same_total(where: Stay, grams: int, parts: list[int], days: int) -> None:
    bounded = with_bounds(where, Cap(Decimal("0.31")), Minimum(44_444))
    on, units, billed, gone = where.entry_on + timedelta(days=days), sum(parts), Billed(), 0
    for count in parts:
        share = cumulative(grams, before=gone, part=count, of=units)
        gone += count
        billed = plus(billed, charges(bounded, Part(count, share, last=gone == units), billed, on))
    whole = charges(bounded, Part(units, grams, last=True), Billed(), on)
    assert (billed.storage_fen + billed.minimum_fen, billed.handling_fen) == (whole.storage_fen, whole.handling_fen)


def with_bounds(where: Stay, *lines: TariffLine) -> Stay:
    """The same stay, every tariff of it with more lines."""
    periods = tuple(
        Period(item.from_on, replace(item.tariff, lines=(*item.tariff.lines, *lines))) for item in where.periods
    )
    return replace(where, periods=periods)


@patient
@given(
    stays(),
    st.integers(1, 9_000_000),
    st.lists(st.integers(1, 30), min_size=1, max_size=9),
    st.integers(0, 60_000),
)
def test_an_exit_billed_again_each_day_costs_what_one_bill_costs(
    where: Stay, grams: int, waits: list[int], least: int
) -> None:
    """Goods that stay on the dock pay the new days; a minimum topped up before is used up by them, not kept."""
    bounded, billed, day = with_bounds(where, Minimum(least)), Billed(), where.entry_on
    only = replace(bounded, periods=bounded.periods[:1])
    before = Part(3, grams, last=True)
    for wait in waits:
        day += timedelta(days=wait)
        mine = replace(
            before, storage_before_nanoyuan=billed.storage_nanoyuan, handling_before_nanoyuan=billed.handling_nanoyuan
        )
        found = charges(only, mine, billed, day)
        assert found.storage_fen >= 0
        billed = plus(billed, found)
    once = charges(only, before, Billed(), day)
    assert billed.storage_fen + billed.minimum_fen == once.storage_fen
    assert billed.handling_fen == once.handling_fen


@patient
@given(stays(), METHODS, st.integers(0, 250), st.integers(0, 100))
def test_a_tariff_of_the_future_changes_nothing_before_its_day(
    where: Stay, line: TariffLine, days: int, ahead: int
) -> None:
    on = where.entry_on + timedelta(days=days)
    future = max(on, where.entry_on + DAY) + timedelta(days=ahead)
    kept = tuple(period for period in where.periods if period.from_on < future)
    changed = replace(where, periods=(*kept, Period(future, Tariff(UUID(int=999), future, (line,)))))
    part = Part(5, 7_777_777)
    before, after = (charges(item, part, Billed(), on, handling_out=False) for item in (where, changed))
    assert (before.storage_nanoyuan, before.handling_nanoyuan) == (after.storage_nanoyuan, after.handling_nanoyuan)


@patient
@given(st.integers(0, 10**9), st.sampled_from([0, 30, 60, 90, 130]), st.data())
def test_notes_take_back_the_tax_a_corrected_invoice_lacks(fen: int, rate: int, draws: st.DataObject) -> None:
    """Invoice less its credit notes, each with the tax of what stays, is the corrected invoice to the fen."""
    left, tax = fen, tax_of(fen, rate)
    for _ in range(draws.draw(st.integers(1, 4))):
        back = draws.draw(st.integers(0, left))
        tax -= tax_of(left, rate) - tax_of(left - back, rate)
        left -= back
    assert tax == tax_of(left, rate)
    assert left - tax == half_up(Fraction(left * 1000, 1000 + rate))


def test_crate_rent_is_by_unit_and_day_beside_handling() -> None:
    rent = CrateRent(Decimal("0.03"), free_days=2)
    where = Stay(date(2026, 10, 20), (Period(date(2026, 10, 20), Tariff(UUID(int=1), date(2026, 9, 1), (rent,))),))
    found = charges(where, Part(10, 200_000), Billed(), date(2026, 10, 27))
    assert (found.storage_fen, found.handling_fen) == (0, 10 * 5 * 3)
    assert [(line.line, line.days, line.rate) for line in found.lines] == [("crate_rent", 5, Decimal("0.030000"))]
    assert charges(where, Part(10, 200_000), Billed(), date(2026, 10, 22)).handling_fen == 0


def test_free_days_come_before_the_first_month() -> None:
    line = MonthAnniversary(Decimal("0.05"), free_days=10)
    where = Stay(date(2026, 10, 20), (Period(date(2026, 10, 20), Tariff(UUID(int=1), date(2026, 9, 1), (line,))),))
    fens = [charges(where, Part(1, 1_000_000), Billed(), on).storage_fen
            for on in (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 1))]  # fmt: skip
    assert fens == [0, 5_000, 5_000, 10_000]
