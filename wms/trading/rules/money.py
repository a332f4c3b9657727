"""The buyer's money: earnest, deposit, balance and what a default forfeits. Pure; whole fen."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from wms.kernel.numbers import FEN_PER_YUAN, floor, half_up, value_fen
from wms.trading.errors import EarnestTooHigh

BASIS = 10_000
MOST_EARNEST_BP = 2_000  # Civil Code art. 586: 定金 at most a fifth of the contract value
PERMILLE = 1_000


@dataclass(frozen=True, slots=True)
class Dues:
    """What a deal asks of its buyer in fen: `deposit_fen` = earnest (定金) + part payment (预付款)."""

    value_fen: int
    earnest_fen: int
    deposit_fen: int
    balance_fen: int


def dues_of(grams: int, price: Decimal, *, earnest_bp: int, prepay_bp: int, loss_permille: int) -> Dues:
    """Return the dues of a deal on book weight; deposits round down to whole yuan, the balance is net of loss.

    The balance is held on book weight less the loss standard and posted on catch weight. Raises EarnestTooHigh.
    """
    if earnest_bp > MOST_EARNEST_BP:
        raise EarnestTooHigh(earnest_bp=earnest_bp)
    value = value_fen(grams, price)
    earnest = _whole_yuan(value * earnest_bp / BASIS)
    deposit = _whole_yuan(value * (earnest_bp + prepay_bp) / BASIS)
    expected = half_up(value * (PERMILLE - loss_permille) / PERMILLE)
    return Dues(half_up(value), earnest, deposit, max(expected - deposit, 0))


def part_due(price: Decimal, *, grams_before: int, billed_fen: int, grams: int) -> int:
    """Return the fen of one load: round(price × all that left) − billed so far, so that loads sum to the whole."""
    return half_up(value_fen(grams_before + grams, price)) - billed_fen


def deposit_share(deposit_fen: int, *, units_before: int, units: int, of: int) -> int:
    """Return the deposit that goes with a load: in proportion to units, cumulative, the last load takes the rest."""
    return half_up(Fraction(deposit_fen * (units_before + units), of)) - half_up(
        Fraction(deposit_fen * units_before, of)
    )


def undelivered_share(earnest_fen: int, *, units_left: int, of: int) -> int:
    """Return the earnest money at stake for what was not delivered, rounded down."""
    return floor(Fraction(earnest_fen * units_left, of))


def split_forfeit(forfeit_fen: int, seller_bp: int) -> tuple[int, int]:
    """Return (seller's, platform's) part of forfeited earnest money; the seller's is rounded down."""
    seller = floor(Fraction(forfeit_fen * seller_bp, BASIS))
    return seller, forfeit_fen - seller


def _whole_yuan(fen: Fraction) -> int:
    return floor(fen / FEN_PER_YUAN) * FEN_PER_YUAN
