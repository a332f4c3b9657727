"""The price of every cell of a condition set, so that SQL can order the board without knowing tiers. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product

from wms.trading.rules.conditions import Conditions, Kind, PriceState, price_on
from wms.trading.rules.terms import Payment, Terms

ANY_SERVICE = "*"
_DAY = date(2000, 1, 1)  # any day: a price depends on the distance to pick-up only


@dataclass(frozen=True, slots=True)
class Point:
    """The price in one cell: half-open intervals of grams and lead days, one payment, one service."""

    payment: Payment
    service: str
    qty_low: int
    qty_high: int | None
    lead_low: int
    lead_high: int | None
    state: PriceState
    price: Decimal | None


def points_of(conditions: Conditions, *, grade: str, size: str) -> Iterator[Point]:
    """Yield the points of a set for goods of a grade and size; together they cover every quantity and lead time."""
    cells = product(Payment, _services(conditions), _intervals(conditions, Kind.QTY), _intervals(conditions, Kind.LEAD))
    for payment, service, (qty_low, qty_high), (lead_low, lead_high) in cells:
        asked = None if service in ("", ANY_SERVICE) else service
        terms = Terms(qty_low, payment, _DAY + timedelta(days=lead_low), asked)
        found = price_on(conditions, terms, grade=grade, size=size, on=_DAY)
        yield Point(payment, service, qty_low, qty_high, lead_low, lead_high, found.state, found.price)


def _services(conditions: Conditions) -> list[str]:
    named = [tier.choice for tier in conditions.tiers if tier.kind is Kind.SERVICE and tier.choice]
    return ["", *named] if named else [ANY_SERVICE]


def _intervals(conditions: Conditions, kind: Kind) -> list[tuple[int, int | None]]:
    if kind is Kind.QTY:
        bounds = [conditions.qty_from_grams, conditions.qty_to_grams]
    else:
        bounds = [conditions.lead_from_days, conditions.lead_to_days]
    for tier in conditions.tiers:
        if tier.kind is kind:
            bounds += [tier.low, tier.high]
    starts = sorted({0, *[bound for bound in bounds if bound is not None]})
    return [*pairwise(starts), (starts[-1], None)]
