"""Numbers and dates as people read them: pure functions from whole units to text, the same in both languages.

Every figure is rounded half up, once, here; a minus is the true minus sign (U+2212), which is as wide as a digit.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from wms.kernel import numbers

MINUS = "\N{MINUS SIGN}"


class PriceUnit(StrEnum):
    """What a price is quoted per: the field says 元/斤, the store 元/kg, the exchange 元/t."""

    JIN = "jin"
    KG = "kg"
    TONNE = "t"


GRAMS_PER = {PriceUnit.JIN: 500, PriceUnit.KG: 1_000, PriceUnit.TONNE: 1_000_000}


def fixed(value: Fraction, places: int, *, at_least: int | None = None) -> str:
    """Return `value` with `places` decimals and grouped thousands; zeros beyond `at_least` decimals are cut."""
    scaled = numbers.half_up(value * 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    decimals = f"{part:0{places}d}" if places else ""
    if at_least is not None:
        decimals = decimals[:at_least] + decimals[at_least:].rstrip("0")
    return f"{MINUS if scaled < 0 else ''}{whole:,}{'.' if decimals else ''}{decimals}"


def count(number: int) -> str:
    """Return a whole number with grouped thousands: 12,480."""
    return fixed(Fraction(number), 0)


def money(fen: int) -> str:
    """Return whole fen as yuan with two decimals: 1,234.56."""
    return fixed(Fraction(fen, numbers.FEN_PER_YUAN), 2)


def weight_kg(grams: int, places: int | None = None) -> str:
    """Return grams as kg: exact to the gram when `places` is None (at least one decimal), else rounded to it."""
    exact = Fraction(grams, numbers.GRAMS_PER_KG)
    return fixed(exact, 3, at_least=1) if places is None else fixed(exact, places)


def weight_t(grams: int, places: int | None = None) -> str:
    """Return grams as tonnes: to the kg when `places` is None (at least one decimal), else rounded to it."""
    exact = Fraction(grams, 1_000_000)
    return fixed(exact, 3, at_least=1) if places is None else fixed(exact, places)


def price(per_kg: Decimal, unit: PriceUnit = PriceUnit.KG) -> str:
    """Return a price held in 元/kg in the unit asked for: 2 to 4 decimals per 斤 or kg, 0 to 2 per tonne."""
    exact = Fraction(per_kg) * GRAMS_PER[unit] / numbers.GRAMS_PER_KG
    return fixed(exact, 2, at_least=0) if unit is PriceUnit.TONNE else fixed(exact, 4, at_least=2)


def temperature(millidegrees: int, places: int = 1) -> str:
    """Return millidegrees Celsius as degrees: −0.5."""
    return fixed(Fraction(millidegrees, 1000), places)


def percent(permille: int, places: int = 1) -> str:
    """Return parts per thousand as a percentage without its sign: 925 → 92.5."""
    return fixed(Fraction(permille, 10), places)


def ratio(part: int, of: int, places: int = 1) -> str:
    """Return part ÷ of as a percentage without its sign; `of` must not be zero: a rate of nothing is unknown."""
    return fixed(Fraction(part * 100, of), places)


def day(on: date) -> str:
    """Return a business day: 2026-03-02."""
    return on.isoformat()


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """Return an aware instant as day and minute in the site's zone: 2026-03-02 14:05."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def minute(at: datetime, zone: ZoneInfo) -> str:
    """Return an aware instant as the minute of its day in the site's zone: 14:05."""
    return at.astimezone(zone).strftime("%H:%M")


def days_between(on: date, until: date) -> int:
    """Return how many days `until` lies after `on`; negative when it has passed."""
    return (until - on).days
