"""Notes and coins in a drawer. Pure; whole fen."""

from collections.abc import Mapping

# Notes and coins of the yuan in circulation, in fen.
DENOMINATIONS = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 2, 1)
MOST_PIECES = 100_000


def is_count(pieces: Mapping[int, int]) -> bool:
    """Tell whether a count names only denominations that exist, none of them fewer than no times."""
    return all(fen in DENOMINATIONS and 0 <= number <= MOST_PIECES for fen, number in pieces.items())


def counted(pieces: Mapping[int, int]) -> int:
    """Return what the pieces are worth, in fen."""
    return sum(fen * number for fen, number in pieces.items())
