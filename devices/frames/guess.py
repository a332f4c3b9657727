"""Which protocol a recorded stretch of bytes speaks: every framer reads it, and the one that explains it best wins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from devices.frames.framer import FrameOptions, Protection
from devices.frames.protocols import PROTOCOLS, make_framer
from devices.frames.reading import ScaleReading

FRAMES_MIN: Final = 2  # one frame alone may be chance or the end of something else
CERTAIN_FRAMES: Final = 5
CERTAIN_COVERED: Final = 90  # percent; the first and last frame of a stretch are usually cut
TRUST: Final[dict[Protection, int]] = {"check": 100, "syntax": 90, "none": 60}  # what a covered byte is worth
EQUALS_LENGTHS: Final = (8, 9, 7, 10)


@dataclass(frozen=True, slots=True)
class Guess:
    """How much of a stretch one protocol explains: good frames, the percent of bytes in them, the last reading."""

    protocol: str
    options: FrameOptions
    protection: Protection
    frames: int
    covered_percent: int
    last: ScaleReading | None

    @property
    def score(self) -> int:
        """0 to 100: the share of bytes explained, worth less where nothing protects a frame."""
        return self.covered_percent * TRUST[self.protection] // 100 if self.frames >= FRAMES_MIN else 0

    @property
    def is_certain(self) -> bool:
        """Whether looking further is a waste of time."""
        return self.protection != "none" and self.frames >= CERTAIN_FRAMES and self.covered_percent >= CERTAIN_COVERED


def candidates() -> list[tuple[str, FrameOptions]]:
    """Every protocol in every form it may have, the usual form first."""
    variants: dict[str, list[FrameOptions]] = {
        "yaohua-equals": [
            FrameOptions(direction=direction, length=length)
            for length in EQUALS_LENGTHS
            for direction in ("reversed", "forward")
        ],
        "yaohua-a12": [FrameOptions(), FrameOptions(unchecked=True)],
        "toledo-8217": [FrameOptions(), FrameOptions(unit="lb")],
        "toledo-continuous": [FrameOptions(length=length) for length in (18, 17, 12, 11)],
        "cas-22": [FrameOptions(), FrameOptions(length=10)],  # the form of 18 is A&D's, and found as such
        "and-standard": [FrameOptions(), FrameOptions(terminator="cr")],
        "nci": [FrameOptions(), FrameOptions(status_inverted=True)],
    }
    return [(protocol, options) for protocol in PROTOCOLS for options in variants.get(protocol, [FrameOptions()])]


def guess(stretch: bytes, among: Sequence[tuple[str, FrameOptions]] | None = None) -> list[Guess]:
    """What the bytes may be, best first; nothing that explains none of them. Equal scores keep the usual form first."""
    guesses = [_try(protocol, options, stretch) for protocol, options in among or candidates()]
    return sorted((one for one in guesses if one.score), key=lambda one: -one.score)


def _try(protocol: str, options: FrameOptions, stretch: bytes) -> Guess:
    framer = make_framer(protocol, options)
    readings = framer.feed(stretch) + framer.finish()
    covered = 100 * sum(len(reading.raw) for reading in readings) // max(len(stretch), 1)
    return Guess(protocol, options, framer.protection, len(readings), covered, readings[-1] if readings else None)
