"""Charges in words, in both languages: what a tariff's line costs, and what a line of a bill is called. Pure."""

from decimal import Decimal
from uuid import UUID

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
    TariffLine,
    Works,
)

Both = tuple[str, str]  # Chinese, English
LINE_NAMES: dict[str, Both] = {
    "kg_day": ("仓储费(按日)", "Storage by day"),
    "month_anniversary": ("仓储费(按月)", "Storage by month"),
    "split_month": ("仓储费(按半月)", "Storage by half month"),
    "season_flat": ("仓储费(按季)", "Storage for the season"),
    "season_late": ("仓储费(逾季按日)", "Storage after the season"),
    "cap": ("仓储费封顶", "Cap of storage"),
    "minimum": ("最低收费补足", "Least charge of a lot"),
    "handling_in": ("入库装卸", "Handling in"),
    "handling_out": ("出库装卸", "Handling out"),
    "crate_rent": ("周转筐租金", "Rent of crates"),
    "works": ("作业费", "Work on the goods"),
}


def name_of_line(line: str) -> Both:
    """Return what a line of a bill is called; one not known here keeps its own word."""
    return LINE_NAMES.get(line, (line, line))


def number(rate: Decimal) -> str:
    """Return a rate as people write it: without an exponent and without zeros at its end."""
    return f"{rate.normalize():f}"


def tariff_words(lines: tuple[TariffLine, ...]) -> Both:
    """Return what a tariff charges, every line of it, as one text in Chinese and one in English."""
    said = [words_of_line(line) for line in lines]
    return "; ".join(zh for zh, _ in said), "; ".join(en for _, en in said)


def words_of_line(line: TariffLine) -> Both:
    """Return what one line of a tariff charges, with every number of it but the price list of work, which is posted."""
    match line:
        case KgDay():
            return _by_day(line)
        case SeasonFlat():
            return _by_season(line)
        case MonthAnniversary():
            zh, en = _free(line.free_days)
            rate = number(line.rate)
            return (
                f"仓储费每满入库日起一个月(不足按一月) {rate} 元/公斤{zh}",
                f"storage {rate} yuan/kg a month begun{en}",
            )
        case SplitMonth():
            rate, half = number(line.rate), number(line.half_rate)
            return (
                f"仓储费每自然月 {rate} 元/公斤, 15 日后入库首月 {half} 元/公斤",
                f"storage {rate} yuan/kg a calendar month, {half} for the first one if in after the 15th",
            )
        case _:
            return _beside_storage(line)


def _by_day(line: KgDay) -> Both:
    free_zh, free_en = _free(line.free_days)
    zh, en = f"仓储费 {number(line.rate)} 元/公斤·日", f"storage {number(line.rate)} yuan/kg a day"
    for tier in line.tiers:
        zh += f", 第 {tier.from_day} 日起 {number(tier.rate)}"
        en += f", {number(tier.rate)} from day {tier.from_day}"
    return zh + free_zh, en + free_en


def _by_season(line: SeasonFlat) -> Both:
    zh = f"仓储费整季 {number(line.rate)} 元/公斤, 至 {line.season_ends_on}, 提前出库不减"
    en = f"storage {number(line.rate)} yuan/kg for the season to {line.season_ends_on}, the same for leaving early"
    if line.late_rate:
        zh += f", 逾季 {number(line.late_rate)} 元/公斤·日"
        en += f", then {number(line.late_rate)} yuan/kg a day"
    return zh, en


def _beside_storage(line: TariffLine) -> Both:
    match line:
        case HandlingIn():
            return f"入库装卸 {number(line.rate)} 元/公斤", f"handling in {number(line.rate)} yuan/kg"
        case HandlingOut():
            return f"出库装卸 {number(line.rate)} 元/公斤", f"handling out {number(line.rate)} yuan/kg"
        case CrateRent():
            zh, en = _free(line.free_days)
            return f"周转筐租金 {number(line.rate)} 元/件·日{zh}", f"crate rent {number(line.rate)} yuan/unit a day{en}"
        case Cap():
            return f"仓储费封顶 {number(line.rate)} 元/公斤", f"storage at most {number(line.rate)} yuan/kg"
        case Minimum():
            yuan = number(Decimal(line.minimum_fen).scaleb(-2))
            return f"每批仓储费最低 {yuan} 元", f"storage at least {yuan} yuan a lot"
        case Works():
            return "作业按公示价目表", "work by the posted price list"
        case _:
            raise ValueError(line.kind)


def _free(days: int) -> Both:
    return (f", 前 {days} 日免费", f", first {days} days free") if days else ("", "")


def exit_number(exit_id: UUID, lot_code: str) -> str:
    """Return what an exit order is called on paper: its lot and the end of its id."""
    return f"{lot_code}-{exit_id.hex[-6:].upper()}"
