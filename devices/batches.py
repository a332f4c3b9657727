"""Readings and the messages that carry them: batching, thinning, renumbering. Pure, no disk."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from typing import cast
from uuid import UUID

import msgspec

from devices.messages import (
    ROWS_MAX,
    Channel,
    ClockQuality,
    DeviceEvent,
    Measurements,
    Row,
    SeqRange,
    Upward,
    Weighing,
    decode_as,
    encode,
    late,
)

KEEP_ONE_IN = 10

Make = Callable[[int, int], Upward]  # (epoch, sequence) → message


@dataclass(frozen=True)
class Reading:
    """One value of one sensor; `at` is ms UTC, `clk`, `mono` and `boot` say how far that can be trusted."""

    sensor: str
    at: int
    value: Decimal | None
    quality: str | None
    clk: str
    mono: int | None = None
    boot: str | None = None


def thinned(readings: Iterable[Reading]) -> list[Reading]:
    """One in ten of each sensor's readings, and its lowest and highest good one, in the order of time.

    A sensor's first reading always stays, so that the curve keeps its beginning. A reading without a value stays only
    as the one in ten: a dead probe shall not crowd out living ones.
    """
    kept: set[tuple[str, int]] = set()
    by_sensor: dict[str, list[Reading]] = {}
    ordered = sorted(readings, key=lambda reading: (reading.at, reading.sensor))
    for reading in ordered:
        by_sensor.setdefault(reading.sensor, []).append(reading)
    for series in by_sensor.values():
        kept.update((reading.sensor, reading.at) for reading in series[::KEEP_ONE_IN])
        good = [(reading.value, reading.at, reading.sensor) for reading in series if reading.value is not None]
        if good:
            kept.update((sensor, at) for _value, at, sensor in (min(good), max(good)))
    return [reading for reading in ordered if (reading.sensor, reading.at) in kept]


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Whole numbers as ascending ranges, both ends included."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def merged(parts: Iterable[SeqRange]) -> list[SeqRange]:
    """Ranges that overlap or touch become one; ascending."""
    found: list[SeqRange] = []
    for first, last in sorted(parts):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def reading_of(row: tuple[str, int, str | None, str | None, str, int | None, str | None]) -> Reading:
    """A reading as the spool keeps it: its value as text, so that no digit is lost."""
    sensor, at, value, quality, clk, mono, boot = row
    return Reading(sensor, at, None if value is None else Decimal(value), quality, clk, mono, boot)


def readings_in(body: bytes) -> list[Reading]:
    """The readings a batch carries."""
    batch = cast(Measurements, decode_as("up/m", body))
    boot = str(batch.boot) if batch.boot else None
    return [
        Reading(
            row.id,
            batch.t0 + row.dt,
            row.value,
            row.quality,
            batch.clk,
            None if batch.mono is None else batch.mono + row.dt,
            boot,
        )
        for row in batch.r
    ]


def batches(gw: str, readings: list[Reading], *, live: bool = True) -> Iterator[Make]:
    """One message for each stretch of readings under one clock: `t0` is its first instant, `mono` belongs to `t0`."""
    for _clock, stretch in groupby(readings, key=lambda reading: (reading.clk, reading.boot)):
        rows = list(stretch)
        for start in range(0, len(rows), ROWS_MAX):
            yield _batch(gw, rows[start : start + ROWS_MAX], live=live)


def _batch(gw: str, readings: list[Reading], *, live: bool) -> Make:
    first = min(readings, key=lambda reading: reading.at)
    rows = [Row(r.sensor, r.at - first.at, r.value, r.quality) for r in readings]
    clk, boot = cast(ClockQuality, first.clk), UUID(first.boot) if first.boot else None

    def make(ep: int, seq: int) -> Measurements:
        return Measurements(
            v=1, gw=gw, ep=ep, seq=seq, t0=first.at, clk=clk, live=live, r=rows, mono=first.mono, boot=boot
        )

    return make


def renumbered(channel: Channel, body: bytes) -> Make:
    message = cast(Measurements | Weighing | DeviceEvent, decode_as(channel, body))

    def make(ep: int, seq: int) -> Upward:
        moved: Upward = msgspec.structs.replace(message, ep=ep, seq=seq)
        # Numbers of the epoch before mean nothing in this one; the text still tells of the loss.
        return msgspec.structs.replace(moved, lost=None) if isinstance(moved, DeviceEvent) else moved

    return make


def holes(first: int, last: int, held: list[int]) -> list[SeqRange]:
    """The stretches of first..last that are not held."""
    edges = [first - 1, *held, last + 1]
    return [(a + 1, b - 1) for a, b in pairwise(edges) if b - a > 1]


def as_history(channel: Channel, body: bytes) -> bytes:
    """A spooled message as the history lane sends it."""
    return encode(late(cast(Upward, decode_as(channel, body))))
