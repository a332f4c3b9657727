"""Readings of one sensor as they go into the tables, and batches laid out before their transaction begins. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from wms.kernel.weaving import Packed
from wms.telemetry.rules.windows import Windows, windows_of

COLUMNS = ("sensor", "at", "value", "quality", "epoch", "sequence")
ROLLUP_COLUMNS = ("sensor", "span_ms", "start_at", "least", "most", "total", "count")
BLOCK = 4096  # rows that are laid out together: no more than a processor keeps at hand
Loose = tuple[int, int, int, int | None, str | None]  # ms, epoch, sequence, whole value, quality
Key = tuple[str, str]  # gateway and the sensor's name there


class Identity(NamedTuple):
    """What of a sensor its rows go by: its number in the tables, and its kind."""

    number: int
    kind: str


@dataclass(slots=True)
class Run:
    """Rows of one sensor in columns, no stamp twice."""

    at: list[int]
    value: list[int | None]
    quality: list[str | None]
    epoch: list[int]
    sequence: list[int]

    def rows(self) -> Iterator[Loose]:
        """Return the rows one by one."""
        return zip(self.at, self.epoch, self.sequence, self.value, self.quality, strict=True)

    def has(self, ms: int) -> bool:
        """Tell whether there is a row of an instant."""
        place = bisect_left(self.at, ms)
        return self.at[place : place + 1] == [ms]

    def windows(self) -> list[tuple[int, Windows]]:
        """Return what was measured well by the windows it falls into."""
        return list(windows_of(*self._good()))

    def _good(self) -> tuple[list[int], list[int]]:
        if self.value.count(None) == 0 and self.quality.count(None) == len(self.quality):
            return self.at, self.value  # type: ignore[return-value]
        said = zip(self.at, self.value, self.quality, strict=True)
        kept = [(ms, value) for ms, value, quality in said if value is not None and quality is None]
        return [ms for ms, _ in kept], [value for _, value in kept]


def run_of(rows: Iterable[Loose]) -> Run:
    """Return rows, rising and no stamp twice, in columns."""
    kept = list(rows)
    at, epoch, sequence, value, quality = ([row[n] for row in kept] for n in range(5))
    return Run(at, value, quality, epoch, sequence)  # type: ignore[arg-type]


def blocks_of(runs: Iterable[tuple[int, Run]]) -> Iterator[list[list[Any]]]:
    """Lay rows out block by block, in the order of `COLUMNS`; each run is told by its sensor's number."""
    block: list[list[Any]] = [[] for _ in COLUMNS]
    for number, run in runs:
        columns: tuple[list[Any], ...] = (
            [number] * len(run.at), run.at, run.value, run.quality, run.epoch, run.sequence,
        )  # fmt: skip
        for column, new in zip(block, columns, strict=True):
            column += new
        if len(block[0]) >= BLOCK:
            yield block
            block = [[] for _ in COLUMNS]
    if block[0]:
        yield block


@dataclass(frozen=True, slots=True)
class Laid:
    """A batch's runs by sensor, every one of them rising, and all their rows packed; never changed.

    Right only for sensors that are still what they were, and that said nothing newer.
    """

    sensors: Mapping[Key, Identity]
    runs: Mapping[Key, Run]
    windows: Mapping[Key, Sequence[tuple[int, Windows]]]
    packed: Packed


class Summed:
    """What a batch adds to the rollups: a window that begins after its sensor's last stamp is new, others are begun."""

    def __init__(self) -> None:
        self.new: list[list[int]] = [[] for _ in ROLLUP_COLUMNS]
        self.begun: list[tuple[int, ...]] = []

    def add(self, number: int, last_ms: int, found: Iterable[tuple[int, Windows]]) -> None:
        """Carry a sensor's windows of each span."""
        for span, windows in found:
            count, old = len(windows.start), bisect_right(windows.start, last_ms)
            columns = ([number] * count, [span] * count, *windows)
            if old:
                self.begun += zip(*[column[:old] for column in columns], strict=True)
            for column, added in zip(self.new, columns, strict=True):
                column += added[old:] if old else added
