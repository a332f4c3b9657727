"""Lines of a tariff: what is charged, per what, at which rate. Pure."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

RATE_PLACES = 6
_MICRO = 10**RATE_PLACES


def rate_micro(rate: Decimal) -> int:
    """Return a rate in 元/kg as whole micro-yuan per kg. Raises ValueError beyond six places or below zero."""
    scaled = rate * _MICRO
    if scaled != scaled.to_integral_value() or scaled < 0:
        raise ValueError(f"a rate has at most six places and is not negative: {rate}")
    return int(scaled)


@dataclass(frozen=True, slots=True)
class Tier:
    """From this day in store on (the entry day is day 1), another rate in 元/kg a day."""

    from_day: int
    rate: Decimal


@dataclass(frozen=True, slots=True)
class KgDay:
    """Storage per entry kilogram and day in 元; `free_days` count from the entry day; tiers by days in store."""

    kind: ClassVar[str] = "kg_day"
    rate: Decimal
    free_days: int = 0
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class SeasonFlat:
    """Storage per entry kilogram in 元 for the season up to and with `season_ends_on`, then `late_rate` a day.

    Leaving early costs the same.
    """

    kind: ClassVar[str] = "season_flat"
    rate: Decimal
    season_ends_on: date
    late_rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class MonthAnniversary:
    """Storage per entry kilogram in 元 for each month begun since entry; a month runs to, not including, its day.

    `free_days` come first: the months then begin on the day after them.
    """

    kind: ClassVar[str] = "month_anniversary"
    rate: Decimal
    free_days: int = 0


@dataclass(frozen=True, slots=True)
class SplitMonth:
    """Storage per entry kilogram in 元 per calendar month: in by the 15th the whole rate, later half, then whole."""

    kind: ClassVar[str] = "split_month"
    rate: Decimal
    half_rate: Decimal


@dataclass(frozen=True, slots=True)
class HandlingIn:
    """Handling at entry, per entry kilogram in 元, billed at exit."""

    kind: ClassVar[str] = "handling_in"
    rate: Decimal


@dataclass(frozen=True, slots=True)
class HandlingOut:
    """Handling at exit, per entry kilogram in 元."""

    kind: ClassVar[str] = "handling_out"
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Cap:
    """Storage never costs more than this per entry kilogram, in 元."""

    kind: ClassVar[str] = "cap"
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Minimum:
    """Storage of a lot costs at least this much in fen, topped up at its last exit."""

    kind: ClassVar[str] = "minimum"
    minimum_fen: int


@dataclass(frozen=True, slots=True)
class CrateRent:
    """Rent of the store's crates in 元 per unit and day, billed at exit beside handling; free days count from entry."""

    kind: ClassVar[str] = "crate_rent"
    rate: Decimal
    free_days: int = 0


class Per(StrEnum):
    """What a piece of work is counted by."""

    KG = "kg"
    UNIT = "unit"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class WorkRate:
    """What one kind of work costs in 元 per kilogram, unit or job."""

    work: str
    per: Per
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Works:
    """The price list of work done on goods in store: sorting, repacking, night loading."""

    kind: ClassVar[str] = "works"
    rates: tuple[WorkRate, ...]


TariffLine = (
    KgDay | SeasonFlat | MonthAnniversary | SplitMonth | HandlingIn | HandlingOut | CrateRent | Works | Cap | Minimum
)
StorageLine = KgDay | SeasonFlat | MonthAnniversary | SplitMonth
KINDS: dict[str, type[TariffLine]] = {
    line.kind: line
    for line in (
        KgDay, SeasonFlat, MonthAnniversary, SplitMonth, HandlingIn, HandlingOut, CrateRent, Works, Cap, Minimum
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tariff:
    """One approved version as the arithmetic sees it."""

    version_id: UUID
    effective_from: date
    lines: tuple[TariffLine, ...]

    def storage(self) -> tuple[StorageLine, ...]:
        """Return the lines that charge for time."""
        return tuple(line for line in self.lines if isinstance(line, StorageLine))

    def work_rate(self, work: str) -> WorkRate | None:
        """Return what a kind of work costs, or None where the tariff has no price for it."""
        found = (item for line in self.lines if isinstance(line, Works) for item in line.rates)
        return next((item for item in found if item.work == work), None)


def written(lines: tuple[TariffLine, ...]) -> list[dict[str, Any]]:
    """Return lines as JSON knows them, decimals as text."""
    return [{"kind": line.kind} | _texts(asdict(line)) for line in lines]


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _text(value) for key, value in values.items()}


def _text(value: Any) -> Any:
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, list | tuple):
        return [_texts(item) for item in value]
    return value


def read(lines: list[dict[str, Any]]) -> tuple[TariffLine, ...]:
    """Return what `written` wrote."""
    return tuple(_line(dict(line)) for line in lines)


def _line(values: dict[str, Any]) -> TariffLine:
    make = KINDS[values.pop("kind")]
    for name in ("rate", "late_rate", "half_rate"):
        if name in values:
            values[name] = Decimal(values[name])
    if "season_ends_on" in values:
        values["season_ends_on"] = date.fromisoformat(values["season_ends_on"])
    if "tiers" in values:
        values["tiers"] = tuple(Tier(item["from_day"], Decimal(item["rate"])) for item in values["tiers"])
    if "rates" in values:
        values["rates"] = tuple(
            WorkRate(item["work"], Per(item["per"]), Decimal(item["rate"])) for item in values["rates"]
        )
    return make(**values)


def rates_of(line: TariffLine) -> list[Decimal]:
    """Return every rate a line names."""
    match line:
        case KgDay():
            return [line.rate, *(tier.rate for tier in line.tiers)]
        case SeasonFlat():
            return [line.rate, line.late_rate]
        case SplitMonth():
            return [line.rate, line.half_rate]
        case Works():
            return [item.rate for item in line.rates]
        case Minimum():
            return []
        case _:
            return [line.rate]
