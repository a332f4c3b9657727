"""From raw registers to values that can be trusted, and a word for those that cannot. Pure.

A sentinel of a broken probe becomes no value at all, with the reason; a value that is only strange stays, with a doubt.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from devices.drivers.probes.profile import Block, Profile, Value

FLOATING_LINE: Final = 0xFFFF  # -0.1 in tenths: what a bus reads when nobody drives it
STUCK_MS: Final = 24 * 3_600_000  # no probe in a working room shows one number for a day
JUMP_WITHIN_MS: Final = 600_000
WET: Final = Decimal("99.9")  # a wet humidity sensor sticks here
TWIN_MATCHES: Final = 40  # two probes that agree to the last digit this often are one probe, or two with one address


@dataclass(frozen=True, slots=True)
class Measured:
    """One quantity of one poll: `value` None means there was none, and `quality` says why; quality None means good."""

    name: str
    value: Decimal | None
    quality: str | None


def read_values(profile: Profile, words: Mapping[int, Sequence[int]]) -> list[Measured]:
    """The profile's values from the words of its blocks (by the block's position); hidden ones are used, not given."""
    raws: dict[str, tuple[int, ...]] = {}
    dead: set[str] = set()
    for position, block in enumerate(profile.blocks):
        block_words = words[position]
        for value in block.values:
            raws[value.name] = tuple(block_words[value.at - block.start : value.at - block.start + value.width])
        if _is_dead(block, block_words):
            dead.update(value.name for value in block.values)
    return [
        Measured(value.name, None, "open") if value.name in dead else _measured(value, raws) for value in profile.values
    ]


def _is_dead(block: Block, words: Sequence[int]) -> bool:
    """All lines floating, or temperature and humidity both exactly 0: the sensor behind the interface is gone."""
    if block.fc in (1, 2) or len(block.values) < 2:
        return False
    kinds = {value.kind for value in block.values}
    return all(word == FLOATING_LINE for word in words) or ({"temperature", "humidity"} <= kinds and not any(words))


def _measured(value: Value, raws: Mapping[str, tuple[int, ...]]) -> Measured:
    raw = raws[value.name]
    if value.guard is not None and (doubt := value.guards.get(raws[value.guard][0])) is not None:
        return Measured(value.name, None, doubt)
    if value.width == 1 and raw[0] in value.invalid:
        return Measured(value.name, None, value.invalid[raw[0]])
    number = _number(value, raw)
    if number is None:
        return Measured(value.name, None, "open")
    return judged(value, number)


def judged(value: Value, number: Decimal) -> Measured:
    """A number against the limits of what the probe can measure."""
    low = value.minimum is not None and number < value.minimum
    high = value.maximum is not None and number > value.maximum
    if low or high:
        return Measured(value.name, None, "range")
    if value.kind == "humidity" and number >= WET:
        return Measured(value.name, number, "range")
    return Measured(value.name, number, None)


def _number(value: Value, raw: Sequence[int]) -> Decimal | None:
    """The exact decimal; None for a float that is no number."""
    if value.type == "bit":
        return Decimal(raw[0] >> value.bit & 1)
    if value.type == "float32":
        high, low = raw if value.word_order == "high_first" else (raw[1], raw[0])
        real: float = struct.unpack(">f", struct.pack(">HH", high, low))[0]
        if not math.isfinite(real):
            return None
        exact = Decimal(real) * value.scale
        return exact.quantize(Decimal(1).scaleb(-(value.places or 0)))
    signed = raw[0] - 0x10000 if value.type == "int16" and raw[0] >= 0x8000 else raw[0]
    return signed * value.scale


class Doubt:
    """What one quantity showed before, to notice a jump or a number that never moves. Times are monotonic ms."""

    def __init__(self, value: Value) -> None:
        self._value = value
        self._last: Decimal | None = None
        self._last_tick = 0
        self._moved_tick = 0

    def judge(self, measured: Measured, tick: int) -> Measured:
        """The same, or with the doubt that its past raises; a value that jumped once is good again when it stays."""
        now = measured.value
        if now is None:
            return measured
        before, before_tick = self._last, self._last_tick
        if now != before:
            self._moved_tick = tick
        self._last, self._last_tick = now, tick
        if measured.quality is not None or before is None:
            return measured
        jump = self._value.jump
        if jump is not None and abs(now - before) > jump and tick - before_tick <= JUMP_WITHIN_MS:
            return Measured(measured.name, now, "jump")
        if self._value.kind in ("temperature", "humidity") and tick - self._moved_tick >= STUCK_MS:
            return Measured(measured.name, now, "stuck")
        return measured


class Twins:
    """Notices two addresses of one bus that give the same answers, poll after poll: a wrong or doubled address."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[Measured, ...]] = {}
        self._matches: dict[frozenset[int], int] = {}
        self._differed: set[frozenset[int]] = set()

    def mark(self, address: int, measured: list[Measured]) -> list[Measured]:
        """The measured values, doubted once another address has agreed with all of them often enough.

        The two are polled in turn, so a moving value differs at every other look; only two looks that differ in a row
        show two probes.
        """
        mine = tuple(measured)
        self._last[address] = mine
        if len(mine) < 2 or any(one.value is None for one in mine):
            return measured  # one number alone agrees by chance
        is_twin = False
        for other, theirs in self._last.items():
            if other != address:
                is_twin = self._is_one(frozenset((address, other)), agree=theirs == mine) or is_twin
        if not is_twin:
            return measured
        return [Measured(one.name, one.value, one.quality or "twin") for one in measured]

    def _is_one(self, pair: frozenset[int], *, agree: bool) -> bool:
        if agree:
            self._matches[pair] = self._matches.get(pair, 0) + 1
            self._differed.discard(pair)
        elif pair in self._differed:
            self._matches[pair] = 0
        else:
            self._differed.add(pair)
        return self._matches.get(pair, 0) >= TWIN_MATCHES
