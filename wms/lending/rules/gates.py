"""The gates of an advance, computed from live facts; missing or stale evidence fails closed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from wms.lending.rules.exposure import Terms

# What each gate asks for, in English and in Chinese.
ASKS = {
    "price": ("a price to lend on", "有可靠价格"),
    "inspection": ("a fresh inspection", "检验不过期"),
    "weight": ("a weight from an instrument", "由仪器称重"),
    "in_store": ("all goods in our store", "在我们库里"),
    "no_quarantine": ("nothing in quarantine", "未隔离"),
    "no_variance": ("a count that agrees", "盘点相符"),
    "pledged_once": ("a receipt not pledged already", "没有重复质押"),
    "insurance": ("insurance in force", "有保险"),
    "no_critical_alarm": ("no critical alarm", "没有严重告警"),
    "room_history": ("a room kept within its limits, its sensors heard lately", "库温保持良好, 读数不中断"),
    "turnover": ("goods that are traded", "此类货有成交"),
}
BOARD_LEVEL = 2  # a reference made of trades (1) or firm quotes (2) may be lent on


@dataclass(frozen=True, slots=True)
class Priced:
    """What is known of the price of some goods on a day: the board's reference and the independent one."""

    board_price: Decimal | None
    board_level: int | None
    board_age_days: int | None
    independent_price: Decimal | None
    independent_age_days: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts the gates are judged on, as they were read, with None for what is missing."""

    on: date
    in_store: bool
    weighed_by_instrument: bool
    inspected_on: date | None
    quarantined: bool
    count_variance: bool
    pledged_already: bool
    insured_until: date | None
    room_kept: bool
    room_detail: str
    critical_alarms: int | None
    board_price: Decimal | None
    board_level: int | None
    board_age_days: int | None
    independent_price: Decimal | None
    independent_age_days: int | None
    dealings: int


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: its group (judged, kept, sells), its name, whether it is passed and the evidence in words."""

    group: str
    name: str
    passed: bool
    evidence: str


def price_to_lend_on(evidence: Evidence | Priced, terms: Terms) -> Decimal | None:
    """Return min(board reference, independent reference), or the independent alone until the board is at level ≤ 2.

    Only prices fresh enough count; None when there is no independent price.
    """
    if evidence.independent_price is None or not _fresh(evidence.independent_age_days, terms.price_age_days):
        return None
    if _board_counts(evidence, terms) and evidence.board_price is not None:
        return min(evidence.board_price, evidence.independent_price)
    return evidence.independent_price


def needs_price_approval(evidence: Evidence, terms: Terms) -> bool:
    """Tell whether the independent price stands alone, which needs the four eyes of the approval on the price too."""
    return not _board_counts(evidence, terms)


def gates(evidence: Evidence, terms: Terms) -> list[Gate]:
    """Return every gate with its evidence, passed or not."""
    return [*_judged(evidence, terms), *_kept(evidence), *_sells(evidence, terms)]


def _judged(evidence: Evidence, terms: Terms) -> Iterator[Gate]:
    price = price_to_lend_on(evidence, terms)
    yield Gate("judged", "price", price is not None, _words(price=price, board_level=evidence.board_level,
               board_age_days=evidence.board_age_days, independent_age_days=evidence.independent_age_days))  # fmt: skip
    age = None if evidence.inspected_on is None else (evidence.on - evidence.inspected_on).days
    inspected = age is not None and 0 <= age <= terms.inspection_days
    yield Gate("judged", "inspection", inspected, _words(inspected_on=evidence.inspected_on, age_days=age))
    by = evidence.weighed_by_instrument
    yield Gate("judged", "weight", by, _words(weighed_by_instrument=by))


def _kept(evidence: Evidence) -> Iterator[Gate]:
    yield Gate("kept", "in_store", evidence.in_store, _words(in_store=evidence.in_store))
    free = not evidence.quarantined
    yield Gate("kept", "no_quarantine", free, _words(quarantined=evidence.quarantined))
    yield Gate("kept", "no_variance", not evidence.count_variance, _words(count_variance=evidence.count_variance))
    yield Gate("kept", "pledged_once", not evidence.pledged_already, _words(pledged=evidence.pledged_already))
    insured = evidence.insured_until is not None and evidence.insured_until >= evidence.on
    yield Gate("kept", "insurance", insured, _words(insured_until=evidence.insured_until))
    calm = evidence.critical_alarms == 0
    yield Gate("kept", "no_critical_alarm", calm, _words(critical_alarms=evidence.critical_alarms))
    yield Gate("kept", "room_history", evidence.room_kept, evidence.room_detail)


def _sells(evidence: Evidence, terms: Terms) -> Iterator[Gate]:
    yield Gate("sells", "turnover", evidence.dealings > 0, _words(dealings=evidence.dealings, days=terms.sells_days))


def _board_counts(evidence: Evidence | Priced, terms: Terms) -> bool:
    level = evidence.board_level
    return level is not None and level <= BOARD_LEVEL and _fresh(evidence.board_age_days, terms.price_age_days)


def _fresh(age_days: int | None, most: int) -> bool:
    return age_days is not None and 0 <= age_days <= most


def _words(**facts: Any) -> str:
    return ", ".join(f"{name}={'missing' if value is None else value}" for name, value in facts.items())
