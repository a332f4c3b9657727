"""Which tariff each day of a stay takes, and the spans of equal days that follow. Pure."""

import calendar
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from wms.billing.errors import TariffMissing
from wms.billing.rules.tariffs import (
    CrateRent,
    HandlingIn,
    HandlingOut,
    KgDay,
    MonthAnniversary,
    SeasonFlat,
    SplitMonth,
    StorageLine,
    Tariff,
    rate_micro,
)

DAY = timedelta(days=1)
LAST_FULL_DAY = 15  # split month: in by the 15th pays the whole month


@dataclass(frozen=True, slots=True)
class Period:
    """From this day on (until the next period) this tariff is in force."""

    from_on: date
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class Offered:
    """An approved version that fits some goods; a greater `narrowness` wins, then the newer of two."""

    tariff: Tariff
    ends_on: date | None
    narrowness: tuple[bool, bool, bool, bool]  # contract, owner, variety, site
    approved_at: datetime

    def covers(self, on: date) -> bool:
        """Tell whether the version is in force on a day."""
        return self.tariff.effective_from <= on and (self.ends_on is None or on < self.ends_on)


def tariff_among(offered: Sequence[Offered], on: date) -> Tariff | None:
    """Return the tariff of a day: the narrowest version in force, of those the newest; None where there is none."""
    found = [item for item in offered if item.covers(on)]
    best = max(
        found,
        key=lambda item: (item.narrowness, item.tariff.effective_from, item.approved_at, item.tariff.version_id),
        default=None,
    )
    return None if best is None else best.tariff


def periods_of(offered: Sequence[Offered], first_on: date, last_on: date) -> tuple[Period, ...]:
    """Return which tariff holds when over [first_on, last_on]. Raises TariffMissing for a day without one."""
    ends = {item.ends_on for item in offered if item.ends_on is not None}
    turns = {item.tariff.effective_from for item in offered} | ends
    days = [first_on, *sorted(day for day in turns if first_on < day <= last_on)]
    periods: list[Period] = []
    for day in days:
        tariff = tariff_among(offered, day)
        if tariff is None:
            raise TariffMissing(on=day)
        if not periods or periods[-1].tariff != tariff:
            periods.append(Period(day, tariff))
    return tuple(periods)


@dataclass(frozen=True, slots=True)
class Stay:
    """When goods came in, from which day their present owner pays, and the tariffs along the way, oldest first."""

    entry_on: date
    periods: tuple[Period, ...]
    charged_from_on: date | None = None
    rented_from_on: date | None = None  # crates of a sorted lot: those before were other crates, whose rent was carried

    @property
    def first_on(self) -> date:
        """The first day charged."""
        return self.charged_from_on or self.entry_on

    def tariff_on(self, on: date) -> Tariff:
        """Return the tariff of a day; days before the first period take the first."""
        place = bisect_right(self.periods, on, key=lambda period: period.from_on)
        return self.periods[max(place - 1, 0)].tariff

    def last_counted(self, on: date) -> date:
        """Return the last day that counts when goods leave on `on`: the day before, and never before the entry."""
        return max(self.entry_on, on - DAY)


@dataclass(frozen=True, slots=True)
class Span:
    """Days [from_on, to_on) of one version at one rate in micro-yuan per kg, and what they sum to per kg."""

    line: str
    version_id: UUID
    from_on: date
    to_on: date
    rate_micro: int
    total_micro: int


def spans(stay: Stay, on: date) -> list[Span]:
    """Return the spans of a stay that ends on `on`: the entry day counts, the exit day does not."""
    seasons: set[date] = set()
    found: list[Span] = []
    for period, from_on, to_on in _covered(stay, on):
        for line in period.tariff.storage():
            found += _spans_of(line, stay, period.tariff.version_id, (from_on, to_on), on, seasons)
    return found


def entry_rate(stay: Stay) -> int:
    """Return handling in per kg; whoever bought in store does not pay it, the seller did."""
    if stay.charged_from_on is not None:
        return 0
    return sum(rate_micro(line.rate) for line in stay.tariff_on(stay.entry_on).lines if isinstance(line, HandlingIn))


def exit_rate(stay: Stay, on: date) -> int:
    """Return handling out per kg by the tariff of the exit day."""
    return sum(rate_micro(line.rate) for line in stay.tariff_on(on).lines if isinstance(line, HandlingOut))


def rent_spans(stay: Stay, on: date) -> list[Span]:
    """Return the spans of a stay's crate rent per unit: entry day counted, exit day not, free days first."""
    found: list[Span] = []
    for period, from_on, to_on in _covered(stay, on):
        for line in period.tariff.lines:
            if isinstance(line, CrateRent):
                begins = max(from_on, stay.entry_on + timedelta(days=line.free_days), stay.rented_from_on or from_on)
                ends = min(to_on, on)
                if begins < ends:
                    micro = rate_micro(line.rate)
                    total = micro * (ends - begins).days
                    found.append(Span("crate_rent", period.tariff.version_id, begins, ends, micro, total))
    return found


def _covered(stay: Stay, on: date) -> Iterator[tuple[Period, date, date]]:
    """Yield each period with its days of the stay; the entry day is there even when the exit is the same day."""
    end = max(on, stay.first_on + DAY)
    for place, period in enumerate(stay.periods):
        from_on = stay.first_on if place == 0 else max(stay.first_on, period.from_on)
        following = stay.periods[place + 1].from_on if place + 1 < len(stay.periods) else end
        to_on = min(end, following)
        if from_on < to_on:
            yield period, from_on, to_on


def _spans_of(
    line: StorageLine, stay: Stay, version_id: UUID, days: tuple[date, date], on: date, seasons: set[date]
) -> list[Span]:
    from_on, to_on = days
    match line:
        case KgDay():
            return list(_kg_days(line, stay.entry_on, version_id, from_on, min(to_on, on)))
        case SeasonFlat():
            return list(_season(line, version_id, from_on, min(to_on, max(on, from_on)), seasons))
        case MonthAnniversary():
            first_on = stay.entry_on + timedelta(days=line.free_days)
            begun = [day for day in _anniversaries(first_on, to_on) if day >= from_on]
            return [_once("month_anniversary", version_id, day, rate_micro(line.rate)) for day in begun]
        case SplitMonth():
            return list(_split_months(line, stay.entry_on, version_id, from_on, to_on))


def _once(name: str, version_id: UUID, on: date, rate: int) -> Span:
    return Span(name, version_id, on, on + DAY, rate, rate)


def _kg_days(line: KgDay, entry_on: date, version_id: UUID, from_on: date, to_on: date) -> Iterator[Span]:
    steps = [(1, line.rate), *((tier.from_day, tier.rate) for tier in line.tiers)]
    charged_on = max(from_on, entry_on + timedelta(days=line.free_days))
    if from_on < min(charged_on, to_on):
        yield Span("kg_day", version_id, from_on, min(charged_on, to_on), 0, 0)
    for place, (from_day, rate) in enumerate(steps):
        begins = max(charged_on, entry_on + timedelta(days=from_day - 1))
        ends = to_on
        if place + 1 < len(steps):
            ends = min(to_on, entry_on + timedelta(days=steps[place + 1][0] - 1))
        if begins < ends:
            micro = rate_micro(rate)
            yield Span("kg_day", version_id, begins, ends, micro, micro * (ends - begins).days)


def _season(line: SeasonFlat, version_id: UUID, from_on: date, to_on: date, seasons: set[date]) -> Iterator[Span]:
    """The flat rate once for each season the goods were here in, then the late rate for every day after it."""
    if from_on <= line.season_ends_on and line.season_ends_on not in seasons:
        seasons.add(line.season_ends_on)
        yield _once("season_flat", version_id, from_on, rate_micro(line.rate))
    late_on = max(from_on, line.season_ends_on + DAY)
    if late_on < to_on:
        micro = rate_micro(line.late_rate)
        yield Span("season_late", version_id, late_on, to_on, micro, micro * (to_on - late_on).days)


def _anniversaries(entry_on: date, to_on: date) -> Iterator[date]:
    months = 0
    while (day := _months_after(entry_on, months)) < to_on:
        yield day
        months += 1


def _months_after(on: date, months: int) -> date:
    years, month = divmod(on.month - 1 + months, 12)
    year = on.year + years
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def _split_months(line: SplitMonth, entry_on: date, version_id: UUID, from_on: date, to_on: date) -> Iterator[Span]:
    if from_on <= entry_on < to_on:
        rate = line.rate if entry_on.day <= LAST_FULL_DAY else line.half_rate
        yield _once("split_month", version_id, entry_on, rate_micro(rate))
    first = _months_after(entry_on.replace(day=1), 1)
    for day in _anniversaries(first, to_on):
        if day >= from_on:
            yield _once("split_month", version_id, day, rate_micro(line.rate))
