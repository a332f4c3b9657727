"""Values in windows of time: the least, the most, the sum and how many. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wms.telemetry.rules import KEPT_SPANS_MS


class Windows(NamedTuple):
    """Windows of one length in columns: when each begins (ms, rising), its least, most, sum and number of values."""

    start: list[int]
    least: list[int]
    most: list[int]
    total: list[int]
    values: list[int]


def windows_of(at: Sequence[int], values: Sequence[int]) -> Iterator[tuple[int, Windows]]:
    """Return, by their length in ms, the kept windows that values at rising stamps fall into."""
    narrow, *wider = KEPT_SPANS_MS
    kept = Windows([], [], [], [], [])
    begin, ends = 0, len(at)
    while begin < ends:
        start = at[begin] // narrow * narrow
        end = bisect_left(at, start + narrow, begin)
        own = values[begin:end]
        kept.start.append(start)
        kept.least.append(min(own))
        kept.most.append(max(own))
        kept.total.append(sum(own))
        kept.values.append(end - begin)
        begin = end
    yield narrow, kept
    for span in wider:
        kept = _widened(kept, span)
        yield span, kept


def _widened(narrow: Windows, span: int) -> Windows:
    """Return wider windows, summed from narrower ones that fit into them."""
    wide = Windows([], [], [], [], [])
    begin, ends = 0, len(narrow.start)
    while begin < ends:
        start = narrow.start[begin] // span * span
        end = bisect_left(narrow.start, start + span, begin)
        wide.start.append(start)
        wide.least.append(min(narrow.least[begin:end]))
        wide.most.append(max(narrow.most[begin:end]))
        wide.total.append(sum(narrow.total[begin:end]))
        wide.values.append(sum(narrow.values[begin:end]))
        begin = end
    return wide
