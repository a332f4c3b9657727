"""Values in windows of time: the least, the most, the sum and how many. Pure."""

from bisect import bisect_left
from collections.abc import Sequence

from wms.telemetry.rules import KEPT_SPANS_MS

Window = tuple[int, int]  # its length and its start, both in milliseconds
Sums = tuple[int, int, int, int]  # least, most, total, count


def windows_of(at: Sequence[int], values: Sequence[int]) -> dict[Window, Sums]:
    """Return the kept windows that values at rising stamps fall into; wide ones are summed from narrow ones."""
    narrow, *wider = KEPT_SPANS_MS
    found: dict[Window, Sums] = {}
    begin, count = 0, len(at)
    while begin < count:
        window = at[begin] // narrow
        end = bisect_left(at, (window + 1) * narrow, begin)
        own = values[begin:end]
        sums = min(own), max(own), sum(own), end - begin
        found[narrow, window * narrow] = sums
        for span in wider:
            key = span, window * narrow // span * span
            found[key] = _joined(found[key], sums) if key in found else sums
        begin = end
    return found


def _joined(one: Sums, other: Sums) -> Sums:
    return min(one[0], other[0]), max(one[1], other[1]), one[2] + other[2], one[3] + other[3]
