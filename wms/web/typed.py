"""Numbers as people type them: full-width digits, thousands signs, and the unit written behind them. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

KILOGRAMS: Mapping[str, Decimal] = {
    "kg": Decimal(1), "公斤": Decimal(1), "千克": Decimal(1), "斤": Decimal("0.5"), "市斤": Decimal("0.5"),
    "g": Decimal("0.001"), "克": Decimal("0.001"), "t": Decimal(1000), "吨": Decimal(1000),
}  # fmt: skip
YUAN: Mapping[str, Decimal] = {
    "元": Decimal(1), "块": Decimal(1), "圆": Decimal(1), "yuan": Decimal(1), "rmb": Decimal(1), "万": Decimal(10_000),
    "万元": Decimal(10_000),
}  # fmt: skip
PIECES: Mapping[str, Decimal] = {
    word: Decimal(1)
    for word in (
        "件",
        "箱",
        "个",
        "筐",
        "车",
        "辆",
        "人",
        "天",
        "日",
        "级",
        "层",
        "排",
        "列",
        "张",
        "枚",
        "units",
        "days",
    )
}
PER_KG: Mapping[str, Decimal] = {
    "元/斤": Decimal(2), "块/斤": Decimal(2), "yuan/jin": Decimal(2), "元/公斤": Decimal(1), "元/千克": Decimal(1),
    "元/kg": Decimal(1), "yuan/kg": Decimal(1), "元/吨": Decimal("0.001"), "元/t": Decimal("0.001"),
    "yuan/t": Decimal("0.001"),
}  # fmt: skip
NUMBER = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(.*)", re.DOTALL)
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
NOTHING: Mapping[str, Decimal] = {}
ONE = Decimal(1)
MOST_DIGITS = 30


def plain(text: str) -> str:
    """Return typed text in plain signs: half-width digits, a full stop for the ideographic one, no spaces around."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").replace("−", "-").strip()


def number(text: str, units: Mapping[str, Decimal] = NOTHING, own: Decimal = ONE) -> Decimal | None:
    """Return a typed number, times what the unit behind it counts, or `own` where none stands; None for anything else.

    Commas only separate thousands: "1,5" is neither one and a half nor fifteen. A unit that is not among `units` is
    not guessed at.
    """
    rest = plain(text).lstrip("¥$").strip()
    grouped = GROUPED.match(rest)
    if grouped:
        rest = grouped.group().replace(",", "") + rest[grouped.end() :]
    found = NUMBER.fullmatch(rest)
    if found is None or len(found.group(1)) > MOST_DIGITS:
        return None
    unit = found.group(2).strip().casefold()
    factor = units.get(unit) if unit else own
    return None if factor is None else Decimal(found.group(1)) * factor
