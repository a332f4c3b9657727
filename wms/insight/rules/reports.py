"""Reports over the whole store: what can be asked, and how lots are grouped. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from wms.insight.errors import QuestionWrong
from wms.insight.rules.sheets import Column, Row, Unit, column
from wms.kernel.errors import Spoken


class ReportKind(StrEnum):
    """Which report."""

    STOCK = "stock"
    AGEING = "ageing"
    OCCUPANCY = "occupancy"
    MOVEMENTS = "movements"
    SHRINK = "shrink"
    ARRIVALS = "arrivals"
    FORECAST = "forecast"


class GroupBy(StrEnum):
    """What stock is grouped by."""

    OWNER = "owner"
    VARIETY = "variety"
    GRADE = "grade"
    SIZE = "size"
    ROOM = "room"
    ENTRY_MONTH = "entry_month"
    ORIGIN = "origin"
    STORAGE = "storage_type"


DATED = (ReportKind.MOVEMENTS, ReportKind.SHRINK)
LONG_ROWS = 5_000  # more than this is made as a file by the workers


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """One report: grouped where it groups, between two business days where it has days (both included)."""

    kind: ReportKind
    group: GroupBy = GroupBy.OWNER
    from_on: date | None = None
    until_on: date | None = None

    def check(self) -> None:
        """Raise QuestionWrong if the days stand the wrong way round."""
        if self.from_on and self.until_on and self.until_on < self.from_on:
            raise QuestionWrong(what=Spoken("the order of the days", "起止日期"))


@dataclass(frozen=True, slots=True)
class StockPart:
    """What a report knows of (a part of) a lot that is here."""

    group: str
    units: int
    grams: int
    entry_on: date
    deadline_on: date
    held_units: int


REPORTS: dict[ReportKind, Spoken] = {
    ReportKind.STOCK: Spoken("Stock", "库存"),
    ReportKind.AGEING: Spoken("Ageing", "库龄"),
    ReportKind.OCCUPANCY: Spoken("Occupancy", "库容占用"),
    ReportKind.MOVEMENTS: Spoken("Movements", "出入移动"),
    ReportKind.SHRINK: Spoken("Loss of weight", "损耗"),
    ReportKind.ARRIVALS: Spoken("Arrivals ahead", "到货预报"),
    ReportKind.FORECAST: Spoken("Arrivals forecast by day", "到货预测 (按日)"),
}
GROUPS: dict[GroupBy, Spoken] = {
    GroupBy.OWNER: Spoken("Owner", "货主"),
    GroupBy.VARIETY: Spoken("Variety", "品种"),
    GroupBy.GRADE: Spoken("Grade", "等级"),
    GroupBy.SIZE: Spoken("Size", "规格"),
    GroupBy.ROOM: Spoken("Room", "库房"),
    GroupBy.ENTRY_MONTH: Spoken("Entry month", "入库月份"),
    GroupBy.ORIGIN: Spoken("Origin", "产地"),
    GroupBy.STORAGE: Spoken("Storage", "储存方式"),
}
AGES = (30, 60, 90, 120, 180)  # days; the last group is open
_UNITS = (column("Lots", "批次数", Unit.COUNT), column("Units", "件数", Unit.COUNT), column("kg", "公斤", Unit.GRAMS))
SHARE = column("Share %", "占比 %", Unit.PERMILLE)
LATE = column("Past its day kg", "已过期公斤", Unit.GRAMS)
HELD = column("Held units", "冻结件数", Unit.COUNT)
AGEING: tuple[Column, ...] = (column("Days in store", "库龄天数"), *_UNITS, SHARE, LATE)
OCCUPANCY: tuple[Column, ...] = (
    column("Room", "库房"), column("Name", "名称"), column("Slots", "库位数", Unit.COUNT),
    column("Units", "件数", Unit.COUNT), column("Room for units", "可容件数", Unit.COUNT),
    column("Filled %", "占用 %", Unit.PERMILLE), column("Load kg", "载重公斤", Unit.GRAMS),
    column("May hold kg", "可载公斤", Unit.GRAMS), column("Loaded %", "载重 %", Unit.PERMILLE),
)  # fmt: skip
MOVEMENTS: tuple[Column, ...] = (
    column("When", "时间", Unit.INSTANT), column("Lot", "批次"), column("Owner", "货主"), column("What", "事项"),
    column("Units", "件数", Unit.COUNT), column("kg", "公斤", Unit.GRAMS), column("From", "自"), column("To", "至"),
    column("By", "经手人"),
)  # fmt: skip
SHRINK: tuple[Column, ...] = (
    column("Day", "日期", Unit.DAY), column("Lot", "批次"), column("Owner", "货主"),
    column("Variety", "品种", vocabulary="variety"), column("Found by", "来源"),
    column("Days in store", "库龄天数", Unit.COUNT), column("Units", "件数", Unit.COUNT),
    column("Entry kg", "入库公斤", Unit.GRAMS), column("Out kg", "出库公斤", Unit.GRAMS),
    column("Loss kg", "损耗公斤", Unit.GRAMS), column("Loss %", "损耗 %", Unit.PERMILLE),
    column("Allowed kg", "标准内公斤", Unit.GRAMS), column("The store bears kg", "库方承担公斤", Unit.GRAMS),
)  # fmt: skip
ARRIVALS: tuple[Column, ...] = (
    column("Due", "预计", Unit.DAY), column("Owner", "货主"), column("Variety", "品种", vocabulary="variety"),
    column("Grade", "等级", vocabulary="grade"), column("Size", "规格", vocabulary="size"),
    column("Units", "件数", Unit.COUNT), column("kg", "公斤", Unit.GRAMS), column("How sure", "确定程度"),
)  # fmt: skip
FORECAST: tuple[Column, ...] = (
    column("Due", "预计", Unit.DAY), column("Trucks", "车次", Unit.COUNT), column("Units", "件数", Unit.COUNT),
    column("kg", "公斤", Unit.GRAMS), column("Confirmed kg", "已确认公斤", Unit.GRAMS),
    column("Come by then kg", "累计到货公斤", Unit.GRAMS), column("Room left kg", "剩余库容公斤", Unit.GRAMS),
)  # fmt: skip
SOURCES = {"exit": Spoken("exit", "出库"), "count": Spoken("count", "盘点"), "sort": Spoken("sorting", "分选")}

T = TypeVar("T")


def stock_columns(group: GroupBy) -> tuple[Column, ...]:
    """Return the columns of stock by something."""
    words = group.value if group in (GroupBy.VARIETY, GroupBy.GRADE, GroupBy.SIZE, GroupBy.STORAGE) else ""
    return (Column(GROUPS[group], vocabulary=words), *_UNITS, SHARE, HELD)


def stock_rows(parts: Iterable[StockPart]) -> list[Row]:
    """Return stock by group, the heaviest first; shares are permille of the grams, rounded down."""
    groups = _grouped(parts, lambda part: part.group)
    total = sum(part.grams for group in groups.values() for part in group) or 1
    rows: list[Row] = [
        (
            name, len(group), sum(part.units for part in group), grams, grams * 1000 // total,
            sum(part.held_units for part in group),
        )
        for name, group in groups.items()
        if (grams := sum(part.grams for part in group)) >= 0
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-int(str(row[3])), str(row[0])))


def age_rows(parts: Iterable[StockPart], on: date) -> list[Row]:
    """Return stock by days in store, the youngest first, with what is past its quality deadline; all groups, empty too.

    The entry day is day 1, as storage counts it.
    """
    kept = list(parts)
    total = sum(part.grams for part in kept) or 1
    rows: list[Row] = []
    first = 1
    for last in (*AGES, None):
        group = [part for part in kept if first <= _age(part, on) and (last is None or _age(part, on) <= last)]
        grams = sum(part.grams for part in group)
        late = sum(part.grams for part in group if part.deadline_on < on)
        name = f"{first}–{last}" if last is not None else f"> {AGES[-1]}"
        rows.append((name, len(group), sum(part.units for part in group), grams, grams * 1000 // total, late))
        first = (last or 0) + 1
    return rows


def _age(part: StockPart, on: date) -> int:
    return max(1, (on - part.entry_on).days + 1)


def _grouped(parts: Iterable[StockPart], name: Callable[[StockPart], str]) -> dict[str, list[StockPart]]:
    found: dict[str, list[StockPart]] = {}
    for part in parts:
        found.setdefault(name(part), []).append(part)
    return found
