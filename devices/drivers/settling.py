"""When a stream of readings may be believed: pure rules over frames and their times.

The numbers are those of the protocols' study: a field parser of the Yaohua family waits for 5 equal frames; three equal
frames stand in for a checksum; a capture starts at 20 divisions and needs the pan to fall below 10 in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from devices.frames.framer import Protection
from devices.frames.reading import ScaleReading

EQUAL_WITHOUT_CHECK: Final = 3
EQUAL_WITH_FLAG: Final = 2
EQUAL_WITHOUT_FLAG: Final = 5
SETTLE_MS: Final = 1_000
SILENCE_MS: Final = 2_000
SILENCE_PERIODS: Final = 5
CAPTURE_DIVISIONS: Final = 20
REARM_DIVISIONS: Final = 10
UNWEIGHABLE: Final = frozenset({"moving", "overload", "underload", "out_of_range", "power_up", "error"})


@dataclass(frozen=True, slots=True)
class Run:
    """Frames in a row that showed the same thing: the last of them, how many, and when the first one came."""

    reading: ScaleReading
    frames: int
    since_ms: int

    def then(self, reading: ScaleReading, tick_ms: int) -> "Run":
        """The run after one more frame: longer when it shows the same, else a new one of length 1."""
        if shows_the_same(self.reading, reading):
            return Run(reading, self.frames + 1, self.since_ms)
        return Run(reading, 1, tick_ms)


def shows_the_same(one: ScaleReading, other: ScaleReading) -> bool:
    """Whether two frames agree in all they say (the bytes may differ: a printer lamp, a checksum)."""
    return (one.weight_grams, one.stable, one.net, one.tare_grams, one.flags) == (
        other.weight_grams, other.stable, other.net, other.tare_grams, other.flags,
    )  # fmt: skip


def is_confirmed(run: Run, protection: Protection) -> bool:
    """Whether the digits are protected: by the frame's check, or by three equal frames in a row."""
    return protection == "check" or run.frames >= EQUAL_WITHOUT_CHECK


def is_settled(run: Run, protection: Protection, tick_ms: int) -> bool:
    """Whether the weight stands still.

    Where the protocol says so its word is taken, from the second frame on; where it says nothing the value must stand
    for 5 frames and 1 s. Milliseconds of the monotonic clock.
    """
    reading = run.reading
    if reading.weight_grams is None or UNWEIGHABLE.intersection(reading.flags) or reading.stable is False:
        return False
    if reading.stable is None:
        return run.frames >= EQUAL_WITHOUT_FLAG and tick_ms - run.since_ms >= SETTLE_MS
    return run.frames >= EQUAL_WITH_FLAG and is_confirmed(run, protection)


def silence_allowed_ms(period_ms: int) -> int:
    """How long no good frame may come before the weight is unknown: 2 s, or 5 periods of a slower stream."""
    return max(SILENCE_MS, SILENCE_PERIODS * period_ms)


def is_heavy_enough(weight_grams: int, e_grams: int) -> bool:
    """Whether a weight is large enough to be taken in: 20 divisions or more, either sign."""
    return abs(weight_grams) >= CAPTURE_DIVISIONS * e_grams


def has_returned(reading: ScaleReading, e_grams: int) -> bool:
    """Whether the pan was let go: below 10 divisions, or the scale itself says that it stands at zero."""
    blocking: Sequence[str] = ("overload", "out_of_range", "power_up", "error")
    if any(flag in reading.flags for flag in blocking):
        return False
    if reading.weight_grams is None:
        return "zero" in reading.flags
    return abs(reading.weight_grams) < REARM_DIVISIONS * e_grams
