"""Value, exposure, loan-to-value by cross-multiplication, levels, and the amounts that keep or restore them. Pure.

Sources: the settlement rules R6–R8 of the golden vectors. Values round down, required cash rounds up, and after a
closed form the exact test is run again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from wms.kernel.numbers import FEN_PER_YUAN, ceiling, floor, half_up, value_fen
from wms.lending.rules.interest import Basis, year_fraction

BASIS_POINTS = 10_000
PERMILLE = 1_000
MILLION = 1_000_000


class Level(StrEnum):
    """Where a loan stands by its loan-to-value."""

    NORMAL = "normal"
    WARNING = "warning"
    MARGIN_CALL = "margin_call"
    LIQUIDATE = "liquidate"


@dataclass(frozen=True, slots=True)
class Terms:
    """A lending product's numbers: rates in millionths a year, levels in permille of value, days and months."""

    rate_ppm: int
    basis: Basis
    advance_permille: int
    warning_permille: int
    call_permille: int
    liquidate_permille: int
    loss_allowance_permille: int
    cure_days: int
    carry_reserved: bool
    inspection_days: int
    price_age_days: int
    sells_days: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """What stands against the goods, in fen: the loan with its interest, and the lien that ranks before it."""

    principal_fen: int
    interest_fen: int
    storage_fen: int
    handling_fen: int

    @property
    def total_fen(self) -> int:
        """Everything together: what loan-to-value is tested on."""
        return self.principal_fen + self.interest_fen + self.storage_fen + self.handling_fen


def valuation_grams(entry_grams: int, loss_allowance_permille: int) -> int:
    """Return the weight to value: entry weight less the loss allowance, rounded down to the gram."""
    return entry_grams * (PERMILLE - loss_allowance_permille) // PERMILLE


def valued_fen(entry_grams: int, price: Decimal, loss_allowance_permille: int) -> int:
    """Return the value of goods in fen, rounded down."""
    return floor(value_fen(valuation_grams(entry_grams, loss_allowance_permille), price))


def headline_advance(entry_grams: int, price: Decimal, advance_permille: int) -> int:
    """Return the most that may be advanced in fen: a part of entry weight × price, down to the whole yuan."""
    return floor(value_fen(entry_grams, price) * Fraction(advance_permille, PERMILLE) / FEN_PER_YUAN) * FEN_PER_YUAN


def carry_reserved_advance(value: int, carry_fen: int, terms: Terms, start: date, end: date) -> int:
    """Return the advance in whole yuan (in fen) that still meets the ceiling at the planned exit.

    `value` is the value in fen at today's price, `carry_fen` storage and handling until `end`.
    """
    growth = 1 + Fraction(terms.rate_ppm, MILLION) * year_fraction(start, end, terms.basis)
    room = Fraction(value * terms.advance_permille, PERMILLE) - carry_fen
    yuan = max(floor(room / growth / FEN_PER_YUAN), 0)
    while yuan and not within(_at_exit(yuan * FEN_PER_YUAN, growth) + carry_fen, value, terms.advance_permille):
        yuan -= 1
    return yuan * FEN_PER_YUAN


def break_even_price(exposure_fen: int, grams: int) -> Decimal:
    """Return the price in 元/kg, up to four places, at which goods of `grams` just cover an exposure."""
    scaled = ceiling(Fraction(exposure_fen, grams) * 1000 * 100)
    return Decimal(scaled).scaleb(-4)


def within(exposure_fen: int, value: int, permille: int) -> bool:
    """Tell whether exposure ≤ permille of value, by integers."""
    return exposure_fen * PERMILLE <= permille * value


def ltv_bp(exposure_fen: int, value: int) -> int | None:
    """Return loan-to-value in basis points, rounded down, or None without value."""
    return None if value <= 0 else exposure_fen * BASIS_POINTS // value


def level_of(exposure_fen: int, value: int, terms: Terms) -> Level:
    """Return the level an exposure has reached; no value with any exposure is the worst."""
    for permille, level in (
        (terms.liquidate_permille, Level.LIQUIDATE),
        (terms.call_permille, Level.MARGIN_CALL),
        (terms.warning_permille, Level.WARNING),
    ):
        if exposure_fen and exposure_fen * PERMILLE >= permille * value:
            return level
    return Level.NORMAL


def cash_to_reach(exposure_fen: int, value: int, permille: int) -> int:
    """Return the cash in fen, rounded up, that brings an exposure down to `permille` of value; 0 if it is there."""
    needed = max(exposure_fen - value * permille // PERMILLE, 0)
    assert within(exposure_fen - needed, value, permille)
    return needed


def principal_to_repay(
    principal_fen: int, *, units_out: int, units_pledged: int, lien_after_fen: int, value_after: int, permille: int
) -> int:
    """Return the principal a partial sale must repay: max(pro rata, what keeps loan-to-value at the ceiling).

    `lien_after_fen` is unbilled storage and handling of what stays (interest is paid by the sale), `value_after`
    its value. Everything is repaid when nothing stays.
    """
    if units_out >= units_pledged:
        return principal_fen
    pro_rata = half_up(Fraction(principal_fen * units_out, units_pledged))
    most_after = value_after * permille // PERMILLE - lien_after_fen
    return min(principal_fen, max(pro_rata, principal_fen - most_after))


def maturity(exposure_fen: int, value: int, terms: Terms, start: date, carry: "Carry") -> date:
    """Return the last day before carry alone would reach the call level; at most a year ahead.

    `exposure_fen` is the exposure on `start` without interest; interest accrues on `carry.principal_fen`.
    """
    low, high = 0, 365
    while low < high:
        days = (low + high + 1) // 2
        end = start + timedelta(days=days)
        growth = carry.principal_fen * Fraction(terms.rate_ppm, MILLION) * year_fraction(start, end, terms.basis)
        then = exposure_fen + half_up(growth + carry.fen_per_day * days)
        if then * PERMILLE >= terms.call_permille * value:
            high = days - 1
        else:
            low = days
    return start + timedelta(days=low)


@dataclass(frozen=True, slots=True)
class Carry:
    """What grows day by day: interest on a principal, and the exact storage a day in fen."""

    principal_fen: int
    fen_per_day: Fraction


def _at_exit(principal_fen: int, growth: Fraction) -> int:
    return principal_fen + half_up(principal_fen * (growth - 1))
