"""A batch's readings in columns by sensor: read once, a column at a time, without looking at each row by itself.

A message is read leanly: its values stay the text they came as. What nobody has seen before (a sensor's name, a
quality, a number's text) has the whole message read by the contract, `devices.messages.decode`, which alone says what
is right; what it let pass once needs no second look. Pure, but for those memories.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter, lt
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from devices.messages import (
    INSTANT_MAX,
    PAYLOAD_BYTES_MAX,
    ROWS_MAX,
    Envelope,
    Instant,
    Measurements,
    Message,
    Row,
    Topic,
    decode,
    parse_topic,
)
from wms.telemetry.rules import whole
from wms.telemetry.rules.laying import Key, Laid

WORDS_MAX = 100_000
TEXT_MAX = 64  # of a number worth remembering: JSON allows any length, whatever the number
TWICE = b'"r"'
PART_ROWS = 4_000
NULL = b"null"
Columns = tuple[list[int], list[bytes], list[str | None], list[int], list[int], list[bool]]  # as a strand's
Said = tuple[Topic, "Message | Lean"]


class LeanRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One reading as in the contract, its value still text."""

    id: str
    dt: Annotated[int, Meta(ge=-INSTANT_MAX, le=INSTANT_MAX)]
    value: msgspec.Raw
    quality: str | None = None


class Lean(Envelope, frozen=True, kw_only=True):
    """`up/m` by a clock that was set; its rows are not looked at yet."""

    t0: Instant
    r: Annotated[list[LeanRow], Meta(min_length=1, max_length=ROWS_MAX)]


class Wholes:
    """Values of one kind in its whole units: probes repeat themselves, and exact arithmetic takes its time.

    Threads may share it: whatever is not there is worked out anew.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._known: dict[bytes, int] = {}

    def of(self, texts: Sequence[bytes]) -> list[int | None]:
        """Return values by their text."""
        values: list[int | None] = list(map(self._known.get, texts))
        if None not in values:
            return values
        return [None if text == NULL else self.one(text) for text in texts]

    def one(self, said: bytes | Decimal) -> int | None:
        """Return one value by its text or number."""
        text = str(said).encode() if isinstance(said, Decimal) else said
        found = self._known.get(text)
        if found is not None:
            return found
        value = said if isinstance(said, Decimal) else _NUMBER.decode(said)
        if value is None:
            return None
        found = whole(value, self._kind)
        if len(text) <= TEXT_MAX:
            if len(self._known) >= WORDS_MAX:
                self._known.clear()
            self._known[text] = found
        return found


@lru_cache
def wholes_of(kind: str) -> Wholes:
    """Return the one `Wholes` of a kind."""
    return Wholes(kind)


@dataclass(frozen=True, slots=True)
class Strand:
    """What one sensor said in some messages, in their order. `live_ms`: its newest good value said live, or 0."""

    at: list[int]
    texts: list[bytes]
    quality: list[str | None]
    epoch: list[int]
    sequence: list[int]
    live_ms: int
    rises: bool  # stamp after stamp, none twice


@dataclass(frozen=True, slots=True)
class Gathered:
    """Messages, and their readings by sensor; never changed."""

    messages: list[Lean]
    strands: dict[Key, Strand]
    least_ms: int
    most_ms: int
    familiar: bool  # the contract let pass before whatever they say
    laid: Laid | None = None


class _Words:
    """What the contract let pass before. Threads may share it: forgetting costs a second look, nothing else."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._texts: dict[bytes, bytes] = {}
        self._qualities: set[str | None] = {None}

    def know(self, names: Iterable[str], qualities: Iterable[str | None]) -> bool:
        """Tell whether all names and qualities were seen before."""
        return self._names.issuperset(names) and self._qualities.issuperset(qualities)

    def kept(self, texts: list[bytes]) -> list[bytes] | None:
        """Return texts as they were when they first came, so that they are kept once; None: some are new."""
        found = list(map(self._texts.get, texts))
        return None if None in found else found  # type: ignore[return-value]

    def learn(self, names: Iterable[str], texts: Iterable[bytes], qualities: Iterable[str | None]) -> None:
        """Remember words that the contract let pass."""
        if max(len(self._names), len(self._texts), len(self._qualities)) >= WORDS_MAX:
            self._names.clear()
            self._texts.clear()
            self._qualities.clear()
        self._names.update(names)
        self._texts.update(zip(texts, texts, strict=True))
        self._qualities.update(qualities)


_LEAN = msgspec.json.Decoder(Lean)
_NUMBER = msgspec.json.Decoder(Decimal | None)
_WORDS = _Words()


def read(topic: str, payload: bytes) -> Said:
    """Return a message as the contract has it, or `Lean` where its words remain to be looked at.

    Raises BadMessage as `decode` does.
    """
    parsed = parse_topic(topic)
    plain = payload.count(TWICE) == 1 and b"\\" not in payload  # of rows said twice the contract looks at all
    if parsed.channel == "up/m" and len(payload) <= PAYLOAD_BYTES_MAX and plain:
        try:
            lean = _LEAN.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return decode(topic, payload)  # it says what is wrong
        if lean.gw == parsed.gw and lean.clk != "free":
            return parsed, lean
    return decode(topic, payload)


def look_at(lean: Lean, topic: str, payload: bytes) -> None:
    """Have the contract look at a lean message, unless all its words passed before. Raises BadMessage."""
    names, texts, qualities = zip(*[(row.id, bytes(row.value), row.quality) for row in lean.r], strict=True)
    stamps = [lean.t0 + row.dt for row in lean.r]
    in_time = min(stamps) >= 0 and max(stamps) <= INSTANT_MAX
    if not (in_time and _WORDS.know(names, qualities) and _WORDS.kept(list(texts)) is not None):
        decode(topic, payload)
        if max(map(len, texts)) <= TEXT_MAX:
            _WORDS.learn(names, texts, qualities)


def widen(lean: Lean) -> Measurements:
    """Return a lean message as the contract has it, every value a number."""
    return Measurements(
        v=1, gw=lean.gw, ep=lean.ep, seq=lean.seq, clk=lean.clk, live=lean.live, mono=lean.mono, boot=lean.boot,
        t0=lean.t0, r=[Row(row.id, row.dt, _NUMBER.decode(row.value), row.quality) for row in lean.r],
    )  # fmt: skip


def gather(messages: Sequence[Lean]) -> Gathered:
    """Return the readings of messages, which stand in the order of their keys, by sensor."""
    threads: dict[Key, Columns] = {}
    least, most, familiar = INSTANT_MAX, 0, True
    for gateway, own in _parts(messages):
        rows = [row for message in own for row in message.r]
        said = [bytes(row.value) for row in rows]
        texts = _WORDS.kept(said)
        familiar = familiar and texts is not None
        quality = [row.quality for row in rows]
        at = [message.t0 + row.dt for message in own for row in message.r]
        least, most = min(least, min(at)), max(most, max(at))
        places: dict[str, list[int]] = {}
        for place, name in enumerate([row.id for row in rows]):
            try:  # nearly always: a batch has few sensors and many rows
                places[name].append(place)
            except KeyError:
                places[name] = [place]
        familiar = familiar and _WORDS.know(places, quality)
        whose = [_spread(own, field) for field in ("ep", "seq", "live")]
        columns: list[list[Any]] = [at, said if texts is None else texts, quality, *whose]
        same = [column.count(column[0]) == len(column) for column in columns]
        for name, taken in places.items():
            thread: Sequence[list[Any]] = threads.setdefault((gateway, name), ([], [], [], [], [], []))
            for grown, column, one in zip(thread, columns, same, strict=True):
                grown += column[:1] * len(taken) if one else _pick(column, taken)
    strands = {key: _strand(*thread) for key, thread in threads.items()}
    return Gathered(list(messages), strands, least, most, familiar and least >= 0 and most <= INSTANT_MAX)


def _parts(messages: Sequence[Lean]) -> Iterator[tuple[str, list[Lean]]]:
    """Return messages of one gateway each, not more at a time than a processor keeps at hand: half the time, then."""
    for gateway, group in groupby(messages, lambda message: message.gw):
        part: list[Lean] = []
        size = 0
        for message in group:
            part.append(message)
            size += len(message.r)
            if size >= PART_ROWS:
                yield gateway, part
                part, size = [], 0
        if part:
            yield gateway, part


def _spread(messages: Sequence[Lean], field: str) -> list[Any]:
    """Return what each message says of itself, once for each of its rows."""
    said = [getattr(message, field) for message in messages]
    if said.count(said[0]) == len(said):
        return [said[0]] * sum([len(message.r) for message in messages])
    return [each for each, message in zip(said, messages, strict=True) for _ in message.r]


def _pick(column: list[Any], taken: list[int]) -> list[Any]:
    return [column[taken[0]]] if len(taken) == 1 else list(itemgetter(*taken)(column))


def _strand(
    at: list[int], texts: list[bytes], quality: list[str | None], epoch: list[int], sequence: list[int],
    live: list[bool],
) -> Strand:  # fmt: skip
    if all(live) and NULL not in texts and quality.count(None) == len(quality):
        newest = max(at)
    else:
        said = zip(at, texts, quality, live, strict=True)
        newest = max([ms for ms, text, word, now in said if now and word is None and text != NULL], default=0)
    return Strand(at, texts, quality, epoch, sequence, newest, all(map(lt, at, at[1:])))
