"""Seasons: what may be asked of them, what is still open at their end, and what carrying a lot over costs. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wms.insight.rules.sheets import Column, Unit, column
from wms.kernel.errors import Spoken


@dataclass(frozen=True, slots=True)
class OpenSeason:
    """A season with its days, both included; `id` becomes the season's."""

    id: UUID
    code: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class SeasonStep:
    """Close or archive a season."""

    id: UUID
    season_id: UUID


@dataclass(frozen=True, slots=True)
class SeasonCheck:
    """What is still open: goods here, exits under way, bills, counts, advances. Grams of entry, money in fen."""

    lots: int
    units: int
    grams: int
    exits: int
    invoices: int
    invoices_fen: int
    counts: int
    advances: int
    principal_fen: int


CARRIES: tuple[Column, ...] = (
    column("Lot", "批次"), column("Owner", "货主"), column("Units", "件数", Unit.COUNT),
    column("kg", "公斤", Unit.GRAMS), column("Charges up to the season's end", "截至季末费用", Unit.FEN),
    column("30 days more", "再存 30 天", Unit.FEN), column("By the tariff", "费率规定"),
)  # fmt: skip
TARIFFS: dict[str, Spoken] = {
    "late": Spoken("late days after the season", "季后按天加收"),
    "flat": Spoken("a new season's flat rate", "按新一季包季收费"),
    "days": Spoken("goes on by days or months", "继续按天或按月计"),
    "none": Spoken("no tariff is in force", "无有效费率"),
}


def overlaps(from_on: date, until_on: date, others: Iterable[tuple[str, date, date]], code: str) -> str | None:
    """Return the code of a season that has some of these days, or this code; None where there is none."""
    return next((name for name, first, last in others if name == code or (from_on <= last and first <= until_on)), None)


def time_after(lines: Iterable[tuple[str, date]], season_ends_on: date) -> str:
    """Return what a tariff takes for time after a season, from a stay's charge lines (name, last day covered)."""
    names = {name for name, last_on in lines if last_on > season_ends_on}
    if "season_late" in names:
        return "late"
    return "flat" if "season_flat" in names else "days"
