"""When a stream of readings may be believed: the rules, and the little memory they need. No I/O and no clock.

The numbers are those of the protocols' study: a field parser of the Yaohua family waits for 5 equal frames; three equal
frames stand in for a checksum; a capture starts at 20 divisions and needs the pan to fall below 10 in between.
"""

from typing import Final

from devices.drivers.weights import Capture, LiveWeight, ScaleProfile
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
NOT_EMPTY: Final = frozenset({"overload", "out_of_range", "power_up", "error"})


def silence_allowed_ms(period_ms: int) -> int:
    """How long no good frame may come before the weight is unknown: 2 s, or 5 periods of a slower stream."""
    return max(SILENCE_MS, SILENCE_PERIODS * period_ms)


def shows_the_same(one: ScaleReading, other: ScaleReading) -> bool:
    """Whether two frames agree in all they say (the bytes may differ: a printer lamp, a checksum)."""
    return (one.weight_grams, one.stable, one.net, one.tare_grams, one.flags) == (
        other.weight_grams, other.stable, other.net, other.tare_grams, other.flags,
    )  # fmt: skip


def frames_to_confirm(protection: Protection) -> int:
    """How many equal frames protect the digits: one with a check of its own, else three."""
    return 1 if protection == "check" else EQUAL_WITHOUT_CHECK


def is_settled(reading: ScaleReading, frames: int, stood_ms: int, protection: Protection) -> bool:
    """Whether a weight that came ``frames`` times in a row over ``stood_ms`` stands still.

    Where the protocol says so its word is taken, from the second frame on; where it says nothing the value must stand
    for 5 frames and 1 s. Nothing is settled before its digits are confirmed.
    """
    if reading.weight_grams is None or reading.stable is False or UNWEIGHABLE.intersection(reading.flags):
        return False
    if reading.stable is None:
        return frames >= EQUAL_WITHOUT_FLAG and stood_ms >= SETTLE_MS
    return frames >= max(EQUAL_WITH_FLAG, frames_to_confirm(protection))


def is_heavy_enough(weight_grams: int, e_grams: int) -> bool:
    """Whether a weight is large enough to be taken in: 20 divisions or more, either sign."""
    return abs(weight_grams) >= CAPTURE_DIVISIONS * e_grams


def has_returned(reading: ScaleReading, e_grams: int) -> bool:
    """Whether the pan was let go: below 10 divisions, or the scale itself says that it stands at zero."""
    if NOT_EMPTY.intersection(reading.flags):
        return False
    if reading.weight_grams is None:
        return "zero" in reading.flags
    return abs(reading.weight_grams) < REARM_DIVISIONS * e_grams


class Watch:
    """The readings of one scale as they come: which value stands, since when, and whether the next load is captured.

    Ticks are milliseconds of a clock that never goes back. A watch that was armed captures the next settled load and
    is armed again when the pan has been let go.
    """

    def __init__(self, profile: ScaleProfile, protection: Protection, *, armed: bool) -> None:
        self.armed = armed
        self._profile = profile
        self._protection: Protection = protection
        self._captures: list[Capture] = []
        self._returned_frames = 0
        self.forget()

    def forget(self) -> None:
        """What stood before counts no more (the link broke, the scale was silent); armed or not stays as it was."""
        self._reading: ScaleReading | None = None
        self._frames = 0
        self._first_tick = self._last_tick = 0
        self._at_ms = 0
        self._settled = False
        self._returned_frames = 0

    def take(self, reading: ScaleReading, tick: int, at_ms: int) -> None:
        """Count one more frame, and capture its weight if that is due."""
        self._expire(tick)
        if self._reading is None or not shows_the_same(self._reading, reading):
            self._frames, self._first_tick = 0, tick
        self._reading, self._last_tick, self._at_ms = reading, tick, at_ms
        self._frames += 1
        self._settled = is_settled(reading, self._frames, tick - self._first_tick, self._protection)
        self._returned_frames = self._returned_frames + 1 if has_returned(reading, self._profile.e_grams) else 0
        if self._returned_frames >= frames_to_confirm(self._protection):
            self.armed = True
        self._capture(reading)

    def live(self, tick: int, at_ms: int, frames: int) -> LiveWeight:
        """What to show at this moment, with the captures since the last call; ``frames`` is passed through."""
        self._expire(tick)
        captures, self._captures = tuple(self._captures), []
        reading = self._reading
        # Digits that nothing protects, not even a line around them, are not shown before they are confirmed.
        if reading is None or (self._protection == "none" and self._frames < EQUAL_WITHOUT_CHECK):
            return LiveWeight(None, False, None, None, (), b"", at_ms, False, frames, captures)
        net = self._net(reading) if reading.weight_grams is not None else None
        return LiveWeight(
            reading.weight_grams, self._settled, net, reading.tare_grams, reading.flags, reading.raw,
            self._at_ms, True, frames, captures,
        )  # fmt: skip

    def _expire(self, tick: int) -> None:
        """After a silence the weight is unknown, and equal values on both sides of it prove nothing."""
        if self._reading is not None and tick - self._last_tick > silence_allowed_ms(self._profile.period_ms):
            self.forget()

    def _capture(self, reading: ScaleReading) -> None:
        weight = reading.weight_grams
        if weight is None or not (self.armed and self._settled and is_heavy_enough(weight, self._profile.e_grams)):
            return
        self.armed = False
        self._captures.append(Capture(weight, self._net(reading), reading.tare_grams, reading.raw, self._at_ms))

    def _net(self, reading: ScaleReading) -> bool | None:
        return self._profile.net if reading.net is None else reading.net
