"""The question that catches 斤 taken for 公斤, and a point that slipped, before a price binds anybody."""

from dataclasses import dataclass
from decimal import Decimal

from flask import request
from sqlalchemy.orm import Session

from wms import prices
from wms.kernel.clock import Moment
from wms.kernel.numbers import FOUR_PLACES

LOW, HIGH = Decimal("0.7"), Decimal("1.4")
SLIPS = (Decimal(2), Decimal("0.5"), Decimal(10), Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class PriceQuestion:
    """A price far from the reference, both in 元/kg, and what was perhaps meant instead."""

    price: Decimal
    reference: Decimal
    meant: Decimal | None
    jin: bool  # a factor of two: 斤 and 公斤


def question(session: Session, goods: object, price: Decimal | None, at: Moment) -> PriceQuestion | None:
    """Return what to ask about a price of some goods, or None if it is near their reference, or was confirmed."""
    if price is None or request.form.get("sure") == "yes":
        return None
    found = prices.reference(session, prices.Cell.of(goods), at.on)
    if found is None or LOW * found.price <= price <= HIGH * found.price:
        return None
    for factor in SLIPS:
        meant = price / factor
        if LOW * found.price <= meant <= HIGH * found.price:
            return PriceQuestion(price, found.price, meant.quantize(FOUR_PLACES), factor in SLIPS[:2])
    return PriceQuestion(price, found.price, None, False)
