"""Readings as they go into the tables, and batches laid out before their transaction begins. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wms.kernel.weaving import Column, Packed, Row
from wms.telemetry.rules.vectors import Codes, Ints, Rows
from wms.telemetry.rules.windows import Windows, windows_of

COLUMNS = ("sensor", "at", "value", "quality", "epoch", "sequence")
ROLLUP_COLUMNS = ("sensor", "span_ms", "start_at", "least", "most", "total", "count")
Key = tuple[str, str]  # gateway and the sensor's name there
Spans = Sequence[tuple[int, Windows]]  # by their length in ms


class Identity(NamedTuple):
    """What of a sensor its rows go by: its number in the tables, and its kind."""

    number: int
    kind: str


class Sheet(NamedTuple):
    """Rows as the table takes them: good ones in columns, others one by one, in the order of `COLUMNS`."""

    columns: list[Column]
    rows: list[Row]
    spans: Spans


def sheet_of(sensor: Codes, rows: Rows[Ints]) -> Sheet:
    """Lay out rows with whole values, told by their sensors' numbers, and what was measured well by its windows."""
    good = rows.good()
    odd: list[Row] = []
    if not good.all():
        loose = zip(sensor[~good].tolist(), rows.part(~good).loose(), strict=True)
        odd = [(number, ms, value, word, epoch, sequence) for number, (ms, epoch, sequence, value, word) in loose]
        sensor, rows = sensor[good], rows.part(good)
    columns: list[Column] = [sensor, rows.at, rows.value, None, rows.epoch, rows.sequence]
    return Sheet(columns, odd, list(windows_of(sensor, rows.at, rows.value)))


@dataclass(frozen=True, slots=True)
class Laid:
    """A batch's rows by sensor, all of them rising, packed for the table, with their windows; never changed.

    Right only for sensors that are still what they were, and that said nothing newer.
    """

    sensors: Mapping[Key, Identity]
    runs: Mapping[Key, Rows[Ints]]
    spans: Spans
    packed: Packed


class Summed(NamedTuple):
    """What a batch adds to the rollups: windows that begin after their sensor's last stamp are new, others begun."""

    new: list[list[NDArray[Any]]]
    begun: list[tuple[int, ...]]


def sum_up(spans: Iterable[tuple[int, Windows]], last_ms: Mapping[int, int]) -> Summed:
    """Part windows by what was the last stamp of each sensor, by its number."""
    summed = Summed([], [])
    for span, windows in spans:
        old = windows.start <= np.array([last_ms[number] for number in windows.sensor.tolist()], np.int64)
        if old.any():
            summed.begun.extend(zip(*[column.tolist() for column in _rollups(span, windows.part(old))], strict=True))
            windows = windows.part(~old)
        if len(windows.start):
            summed.new.append(_rollups(span, windows))
    return summed


def _rollups(span: int, windows: Windows) -> list[NDArray[Any]]:
    sensor, *others = windows
    return [sensor, np.full(len(sensor), span, np.int32), *others]
