"""Values in windows of time: the least, the most, the sum and how many. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from wms.telemetry.rules import KEPT_SPANS_MS
from wms.telemetry.rules.vectors import Bools, Codes, Ints


class Windows(NamedTuple):
    """Windows of one length in vectors: whose, when each begins (ms), its least, most, sum and number of values."""

    sensor: Codes
    start: Ints
    least: Ints
    most: Ints
    total: Ints
    values: Ints

    def part(self, which: Bools) -> "Windows":
        """Return some of the windows."""
        sensor, *others = self
        return Windows(sensor[which], *[column[which] for column in others])


def windows_of(sensor: Codes, at: Ints, values: Ints) -> Iterator[tuple[int, Windows]]:
    """Return, by their length in ms, the kept windows that values fall into, sensor after sensor at rising stamps."""
    kept = Windows(sensor, at, values, values, values, np.ones_like(values))
    for span in KEPT_SPANS_MS:
        kept = _widened(kept, span)
        yield span, kept


def _widened(narrow: Windows, span: int) -> Windows:
    """Return wider windows, summed from narrower ones (or single values) that fit into them."""
    start = narrow.start // span * span
    new = (start[1:] != start[:-1]) | (narrow.sensor[1:] != narrow.sensor[:-1])
    firsts = np.flatnonzero(np.concatenate((np.ones(min(len(start), 1), np.bool_), new)))
    if not len(firsts):  # reduceat wants something to begin with
        return narrow
    return Windows(
        narrow.sensor[firsts], start[firsts], np.minimum.reduceat(narrow.least, firsts),
        np.maximum.reduceat(narrow.most, firsts), np.add.reduceat(narrow.total, firsts),
        np.add.reduceat(narrow.values, firsts),
    )  # fmt: skip
