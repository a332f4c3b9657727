"""Digits and a unit to whole grams: exact, rounded half up once."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

GRAMS_PER: Final = {
    "g": Decimal(1),
    "kg": Decimal(1_000),
    "t": Decimal(1_000_000),
    "lb": Decimal("453.59237"),  # international pound, exact by definition (1959)
}
GRAMS_MAX: Final = 1_000_000_000  # 1000 t: no scale weighs more, so digits that say so are not a weight


def grams(digits: str, unit: str, *, negative: bool = False, places: int = 0) -> int | None:
    """Whole grams of ``digits`` (an optional point inside) divided by ten to the ``places``.

    Half a gram rounds away from zero, so that a weight and its negative have the same size. ``None`` where the digits
    are no number or more than any scale carries.
    """
    try:
        value = Decimal(digits).scaleb(-places) * GRAMS_PER[unit]
    except InvalidOperation:
        return None
    whole = int(value.to_integral_value(rounding=ROUND_HALF_UP))
    if abs(whole) > GRAMS_MAX:
        return None
    return -whole if negative else whole
