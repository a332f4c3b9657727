"""Readings in vectors, so that a batch is worked on a column at a time. Pure.

Measured values come as floats and leave as whole units of their kind, exactly: `wholes_of` says how.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from wms.telemetry.rules import SCALES, whole

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Loose = tuple[int, int, int, int | None, str | None]  # ms, epoch, sequence, whole value, quality

Word = TypeVar("Word", str, str | None)
Values = TypeVar("Values", Ints, Floats)

NOTHING = -(2**63)  # among whole values: there was none; no measurement comes near it
DIGITS_MAX = 15  # a decimal of so many digits and no more comes out of a float as it went in
CLOSE = 2.0**-50  # twice a product's relative error and more: nearer to a half than that, a float does not tell
GOOD: Sequence[str | None] = (None,)  # the words of rows that all are good


@dataclass(frozen=True, slots=True, eq=False)
class Rows(Generic[Values]):
    """Readings in vectors of one length. `quality` tells a word's place in `words`, and 0 is none: the reading is good.

    `value` is whole, `NOTHING` where there was none; or a float as it was said, then NaN.
    """

    at: Ints
    value: Values
    quality: Codes
    epoch: Ints
    sequence: Ints
    words: Sequence[str | None] = GOOD

    def __len__(self) -> int:
        return len(self.at)

    def part(self, which: slice | Bools | NDArray[np.intp]) -> "Rows[Values]":
        """Return some of the rows; a slice of them shares its memory."""
        return Rows(
            self.at[which], self.value[which], self.quality[which], self.epoch[which], self.sequence[which], self.words
        )

    def with_values(self, value: Ints) -> "Rows[Ints]":
        """Return the rows with other values."""
        return Rows(self.at, value, self.quality, self.epoch, self.sequence, self.words)

    def good(self: "Rows[Ints]") -> Bools:
        """Tell which rows have a value that nothing is wrong with."""
        found: Bools = (self.value != NOTHING) & (self.quality == 0)
        return found

    def loose(self: "Rows[Ints]") -> Iterator[Loose]:
        """Return rows one by one."""
        values = [None if value == NOTHING else value for value in self.value.tolist()]
        words = [self.words[code] for code in self.quality.tolist()]
        return zip(self.at.tolist(), self.epoch.tolist(), self.sequence.tolist(), values, words, strict=True)

    def last(self: "Rows[Ints]") -> Loose:
        """Return the last row."""
        return next(self.part(slice(-1, None)).loose())

    def has(self, ms: int) -> bool:
        """Tell whether one of rows that rise is of an instant."""
        place = int(np.searchsorted(self.at, ms))
        return place < len(self) and int(self.at[place]) == ms


def rows_of(loose: Iterable[Loose]) -> Rows[Ints]:
    """Return rows in vectors. Raises OverflowError for numbers that no table takes."""
    rows = list(loose)
    places: dict[str | None, int] = {None: 0}
    at, epoch, sequence = (np.array([row[n] for row in rows], np.int64) for n in range(3))
    value = np.array([NOTHING if row[3] is None else row[3] for row in rows], np.int64)
    return Rows(at, value, codes_of([row[4] for row in rows], places), epoch, sequence, list(places))


def joined(parts: Sequence[Rows[Ints]]) -> Rows[Ints]:
    """Return rows one after the other."""
    places: dict[str | None, int] = {None: 0}
    codes = [codes_of(part.words, places)[part.quality] for part in parts]
    at, value, epoch, sequence = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("at", "value", "epoch", "sequence")
    )
    return Rows(at, value, np.concatenate(codes), epoch, sequence, list(places))


def codes_of(said: Sequence[Word], places: dict[Word, int]) -> Codes:
    """Return the place of each word, giving new ones the next."""
    try:
        return np.fromiter(map(places.__getitem__, said), np.int32, len(said))
    except KeyError:
        for word in said:
            places.setdefault(word, len(places))
        return codes_of(said, places)


def wholes_of(values: Floats, kind: str) -> Ints:
    """Return values of up to `DIGITS_MAX` digits as whole units of a kind, halves away from zero, as `whole` does.

    Multiplied as floats they are told apart from a half unless they are next to one; those go by their decimals.
    """
    scaled = values * np.float64(SCALES[kind])
    size = np.abs(scaled)
    doubtful = np.abs(size - np.floor(size) - 0.5) <= size * CLOSE
    nothing = np.isnan(scaled)
    scaled[nothing] = 0
    found = np.rint(scaled).astype(np.int64)
    found[nothing] = NOTHING
    for place in np.flatnonzero(doubtful).tolist():
        found[place] = _exactly(float(values[place]), kind)
    return found


def wholes_by_kind(values: Floats, kinds: Sequence[str], counts: Sequence[int]) -> Ints:
    """Return values of sensors one after the other, so many of each, as whole units of their kinds."""
    first, *others = dict.fromkeys(kinds)
    found = wholes_of(values, first)
    for kind in others:
        own = np.repeat(np.array([each == kind for each in kinds]), counts)
        found[own] = wholes_of(values[own], kind)
    return found


def decimal_of(value: float) -> Decimal:
    """Return the decimal of up to `DIGITS_MAX` digits that a float was made of."""
    return Decimal(repr(value).removesuffix(".0"))


@lru_cache(100_000)  # a probe of sixteenths of a degree says few different values
def _exactly(value: float, kind: str) -> int:
    return whole(decimal_of(value), kind)
