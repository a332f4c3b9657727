"""Goods in the trade's words: what a lot or a listing is called on a page, and the room it lies in.

What people typed stays what they typed; words that are known are said in the reader's language.
"""

import re
from datetime import datetime, timedelta
from typing import Protocol

from wms import telemetry
from wms.web.i18n import note
from wms.web.shell import say as _

STALE = timedelta(minutes=30)  # a reading older than this is shown as old, never as the temperature now

VARIETY = {
    "红富士": note("Red Fuji"),
    "维纳斯黄金": note("Venus Gold"),
    "嘎啦": note("Gala"),
    "国光": note("Ralls"),
}
GRADE = {
    "一级": note("grade 1"),
    "一二级": note("grades 1 and 2"),
    "二级": note("grade 2"),
    "三级": note("grade 3"),
    "统货": note("ungraded"),
    "半商品": note("semi-commercial"),
}
COLOUR = {"片红": note("blushed"), "条纹": note("striped"), "条红": note("striped red"), "黄绿": note("yellow-green")}
BAGGING = {
    "纸袋": note("paper bags"),
    "膜袋": note("film bags"),
    "纸加膜": note("paper and film bags"),
    "光果": note("no bags"),
}
STORAGE = {"ra": note("cold air"), "ca": note("controlled atmosphere")}
OWNER_CLASS = {"grower": note("grower's goods"), "merchant": note("merchant's goods"), "own": note("the store's own")}
SIZE_RULES = {"以上": note("{mm}# and above"), "起步": note("{mm}# and up, mixed")}
SIZE = re.compile(r"(\d+)(以上|起步)?")
WORDS = {
    "variety": VARIETY, "grade": GRADE, "colour_pattern": COLOUR, "bagging": BAGGING, "storage_type": STORAGE,
    "owner_class": OWNER_CLASS,
}  # fmt: skip


class Goods(Protocol):
    """What has the words of goods: a lot, a listing, a row of the board."""

    @property
    def variety(self) -> str:
        """The variety."""

    @property
    def size(self) -> str:
        """The size as the trade writes it."""

    @property
    def grade(self) -> str:
        """The grade."""

    @property
    def colour_pattern(self) -> str:
        """The colour pattern."""

    @property
    def bagging(self) -> str:
        """The bags."""

    @property
    def storage_type(self) -> str:
        """Cold air or controlled atmosphere."""

    @property
    def origin(self) -> str:
        """The township."""


def word(kind: str, value: str) -> str:
    """Return one of the words of goods in the reader's language; an unknown one as it is."""
    if kind == "size":
        return size(value)
    known = WORDS.get(kind, {}).get(value)
    return _(known) if known else value


def size(text: str) -> str:
    """Return a size: 80# 以上 and 80# 起步 are different distributions, both words are kept."""
    found = SIZE.fullmatch(text)
    if found is None:
        return text
    return _(SIZE_RULES[found[2]], mm=found[1]) if found[2] else f"{found[1]}#"


def spec(goods: Goods) -> str:
    """Return what is seen first: 80# 以上 一二级 片红."""
    parts = (size(goods.size), word("grade", goods.grade), word("colour_pattern", goods.colour_pattern))
    return " ".join(part for part in parts if part)


def more(goods: Goods) -> str:
    """Return what is read second: variety, bags, origin, storage."""
    parts = (word("variety", goods.variety), word("bagging", goods.bagging), goods.origin,
             word("storage_type", goods.storage_type))  # fmt: skip
    return " · ".join(part for part in parts if part)


def is_stale(sensor: telemetry.Sensor, at: datetime) -> bool:
    """Tell whether a sensor has said nothing lately, or nothing good."""
    return sensor.last_at is None or sensor.last_value is None or at - sensor.last_at > STALE
