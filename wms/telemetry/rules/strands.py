"""A batch's readings in vectors by sensor: read once, a column at a time, without looking at each row by itself.

A message is read leanly: its values become floats, which is exact for the numbers let through here. What nobody has
seen before (a sensor's name, a quality) and what is out of bounds has the whole message read by the contract,
`devices.messages.decode`, which alone says what is right; so has what is written oddly. Pure, but for the memory of
words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from devices.messages import (
    INSTANT_MAX,
    PAYLOAD_BYTES_MAX,
    ROWS_MAX,
    VALUE_BOUND,
    Envelope,
    Instant,
    Measurements,
    Message,
    Row,
    Topic,
    decode,
    parse_topic,
)
from wms.telemetry.rules.laying import Key, Laid
from wms.telemetry.rules.vectors import DIGITS_MAX, Bools, Codes, Floats, Ints, Rows, codes_of, decimal_of

WORDS_MAX = 100_000
TWICE = b'"r"'
PART_ROWS = 4_000
BOUND = int(VALUE_BOUND)
Said = tuple[Topic, "Message | Lean"]

# A payload with every digit and point as 0, every e as e and all else blank: long numbers and powers show.
_FOLD = bytes(0x30 if chr(n) in "0123456789." else 0x65 if chr(n) in "eE" else 0x20 for n in range(256))
_LONG, _POWER = b"0" * (DIGITS_MAX + 2), b"0e"
_STRING = re.compile(rb'"[^"]*"')  # where nothing is escaped


class LeanRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One reading as in the contract, its value a float."""

    id: str
    dt: Annotated[int, Meta(ge=-INSTANT_MAX, le=INSTANT_MAX)]
    value: float | None
    quality: str | None = None


class Lean(Envelope, frozen=True, kw_only=True):
    """`up/m` by a clock that was set; its rows are not looked at yet."""

    t0: Instant
    r: Annotated[list[LeanRow], Meta(min_length=1, max_length=ROWS_MAX)]


class Strand(NamedTuple):
    """What one sensor said in some messages, in their order. `live_ms`: its newest good value said live, or 0."""

    rows: Rows[Floats]
    live_ms: int
    rises: bool  # stamp after stamp, none twice


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Messages, and their readings by sensor; never changed.

    `rows` are all of them, strand after strand; `begins` tells where each strand begins.
    """

    messages: list[Lean]
    rows: Rows[Floats] | None
    begins: list[int]
    strands: Mapping[Key, Strand]
    least_ms: int
    most_ms: int
    familiar: bool  # the contract let pass before whatever they say
    laid: Laid | None = None


class _Words:
    """What the contract let pass before. Threads may share it: forgetting costs a second look, nothing else."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._qualities: set[str | None] = {None}

    def know(self, names: Iterable[str], qualities: Iterable[str | None]) -> bool:
        """Tell whether all names and qualities were seen before."""
        return self._names.issuperset(names) and self._qualities.issuperset(qualities)

    def learn(self, names: Iterable[str], qualities: Iterable[str | None]) -> None:
        """Remember words that the contract let pass."""
        if max(len(self._names), len(self._qualities)) >= WORDS_MAX:
            self._names.clear()
            self._qualities.clear()
        self._names.update(names)
        self._qualities.update(qualities)


_LEAN = msgspec.json.Decoder(Lean)
_WORDS = _Words()


def read(topic: str, payload: bytes) -> Said:
    """Return a message as the contract has it, or `Lean` where its words remain to be looked at.

    Raises BadMessage as `decode` does.
    """
    parsed = parse_topic(topic)
    if parsed.channel == "up/m" and len(payload) <= PAYLOAD_BYTES_MAX and _is_plain(payload):
        try:
            lean = _LEAN.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return decode(topic, payload)  # it says what is wrong
        if lean.gw == parsed.gw and lean.clk != "free":
            return parsed, lean
    return decode(topic, payload)


def _is_plain(payload: bytes) -> bool:
    """Tell whether rows are said once, nothing is escaped, and all numbers are short and without a power of ten."""
    if payload.count(TWICE) != 1 or b"\\" in payload:
        return False
    return not _is_long(payload) or not _is_long(_STRING.sub(b"", payload))  # a boot's id may look like a power


def _is_long(text: bytes) -> bool:
    folded = text.translate(_FOLD)
    return _LONG in folded or _POWER in folded


def look_at(lean: Lean, topic: str, payload: bytes) -> None:
    """Have the contract look at a lean message, unless all its words passed before. Raises BadMessage."""
    names, qualities = [row.id for row in lean.r], [row.quality for row in lean.r]
    stamps = [lean.t0 + row.dt for row in lean.r]
    in_time = min(stamps) >= 0 and max(stamps) <= INSTANT_MAX
    bounded = all([row.value is None or -BOUND < row.value < BOUND for row in lean.r])
    if not (in_time and bounded and _WORDS.know(names, qualities)):
        decode(topic, payload)
        _WORDS.learn(names, qualities)


def widen(lean: Lean) -> Measurements:
    """Return a lean message as the contract has it, every value a decimal."""
    return Measurements(
        v=1, gw=lean.gw, ep=lean.ep, seq=lean.seq, clk=lean.clk, live=lean.live, mono=lean.mono, boot=lean.boot,
        t0=lean.t0,
        r=[Row(row.id, row.dt, None if row.value is None else decimal_of(row.value), row.quality) for row in lean.r],
    )  # fmt: skip


def gather(messages: Sequence[Lean]) -> Gathered:
    """Return the readings of messages, which stand in the order of their keys, by sensor."""
    if not messages:
        return Gathered([], None, [], {}, INSTANT_MAX, 0, familiar=True)
    keys: dict[Key, int] = {}
    words: dict[str | None, int] = {None: 0}
    parts: list[_Part] = []
    familiar = True
    for gateway, own in groupby(messages, attrgetter("gw")):
        places: dict[str, int] = {}
        for few in _parts(own):
            parts.append(_part(few, places, len(keys), words))
        familiar = familiar and _WORDS.know(places, ())
        keys |= {(gateway, name): len(keys) + place for name, place in places.items()}
    whose, live, at, value, quality, epoch, sequence = (np.concatenate(column) for column in zip(*parts, strict=True))
    familiar = familiar and _WORDS.know((), words) and not bool((np.abs(value) >= BOUND).any())
    least, most = int(at.min()), int(at.max())
    order = np.argsort(whose.astype(np.int16) if len(keys) < 2**15 else whose, kind="stable")
    said: Rows[Floats] = Rows(at, value, quality, epoch, sequence, list(words))
    rows = said.part(order)
    begins = np.concatenate((np.zeros(1, np.intp), np.cumsum(np.bincount(whose, minlength=len(keys)))[:-1]))
    strands = _strands(keys, rows, live[order], begins)
    in_time = least >= 0 and most <= INSTANT_MAX
    return Gathered(list(messages), rows, begins.tolist(), strands, least, most, familiar and in_time)


class _Part(NamedTuple):
    """Rows of some messages in vectors, in their order: the place of each one's sensor, and what it says."""

    whose: Codes
    live: Bools
    at: Ints
    value: Floats
    quality: Codes
    epoch: Ints
    sequence: Ints


def _part(messages: Sequence[Lean], places: dict[str, int], before: int, words: dict[str | None, int]) -> _Part:
    """Return the rows of one gateway's messages; its sensors' places are counted on from those `before`."""
    rows = [row for message in messages for row in message.r]
    counts = [len(message.r) for message in messages]
    start, epoch, sequence = (
        np.repeat(np.array([getattr(message, field) for message in messages], np.int64), counts)
        for field in ("t0", "ep", "seq")
    )
    quality = [row.quality for row in rows]
    return _Part(
        codes_of([row.id for row in rows], places) + np.int32(before),
        np.repeat(np.array([message.live for message in messages], np.bool_), counts),
        start + np.array([row.dt for row in rows], np.int64),
        np.array([row.value for row in rows], np.float64),  # None becomes NaN
        np.zeros(len(rows), np.int32) if quality.count(None) == len(rows) else codes_of(quality, words),
        epoch,
        sequence,
    )


def _parts(messages: Iterable[Lean]) -> Iterator[list[Lean]]:
    """Return messages, not more at a time than a processor keeps at hand: half the time, then."""
    part: list[Lean] = []
    size = 0
    for message in messages:
        part.append(message)
        size += len(message.r)
        if size >= PART_ROWS:
            yield part
            part, size = [], 0
    if part:
        yield part


def _strands(keys: Iterable[Key], rows: Rows[Floats], live: Bools, begins: NDArray[np.intp]) -> dict[Key, Strand]:
    """Part rows that stand sensor after sensor."""
    good = live & (rows.quality == 0) & ~np.isnan(rows.value)
    newest = np.maximum.reduceat(np.where(good, rows.at, 0), begins).tolist()
    rising = np.concatenate((np.ones(1, np.bool_), rows.at[1:] > rows.at[:-1]))
    rising[begins] = True
    rises = np.logical_and.reduceat(rising, begins).tolist()
    ends = [*begins.tolist()[1:], len(rows)]
    cut = zip(keys, begins.tolist(), ends, newest, rises, strict=True)
    return {key: Strand(rows.part(slice(begin, end)), ms, rise) for key, begin, end, ms, rise in cut}
