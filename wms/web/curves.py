"""Curves for a page: lines on one time axis in which a hole in the readings is a hole in the line."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median_low

from wms import telemetry

PATIENCE = 3  # a line is broken where nothing came for more than so many times its usual interval
ASIDE = False  # a line has no value at an instant of another line, which is no hole

Line = Mapping[int, float | None]


def line_of(buckets: Sequence[telemetry.Bucket], scale: int) -> dict[int, float | None]:
    """Return a sensor's means by second since 1970 in the unit of the page, None once in every hole.

    A hole is where it was silent for more than three times its own usual interval.
    """
    line: dict[int, float | None] = {int(bucket.start_at.timestamp()): bucket.mean / scale for bucket in buckets}
    times = sorted(line)
    steps = list(pairwise(times))
    usual = median_low(later - earlier for earlier, later in steps) if steps else 0
    return line | {earlier + usual: None for earlier, later in steps if later - earlier > PATIENCE * usual}


def on_one_axis(lines: Sequence[Line]) -> dict[str, list[object]]:
    """Return {"x": seconds, "y": a list a line}: null breaks a line, false says nothing of it at that instant."""
    seconds = sorted({second for line in lines for second in line})
    return {"x": [*seconds], "y": [[line.get(second, ASIDE) for second in seconds] for line in lines]}
