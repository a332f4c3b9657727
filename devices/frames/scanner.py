"""The machine under every framer: a bounded buffer that looks for frames and steps over one byte where there is none.

A protocol gives it one function, the recogniser, which is shown a window that begins at a possible first byte and says:
a frame of so many bytes, not a frame, or more bytes needed. On "not a frame" only that first byte is dropped, because
the true frame may begin with the next one; a buffer is never thrown away whole.
"""

import re
from collections.abc import Callable
from enum import Enum
from typing import Final, NamedTuple

from devices.frames.framer import Protection
from devices.frames.reading import ScaleReading

BUFFER_BYTES: Final = 64
QUIET: Final = b"\r\n"  # line ends left between frames are nobody's fault


class Verdict(Enum):
    """A recogniser's answer when it has no frame to give."""

    NEED_MORE = 1
    NOT_A_FRAME = 2


NEED_MORE: Final = Verdict.NEED_MORE
NOT_A_FRAME: Final = Verdict.NOT_A_FRAME


class Found(NamedTuple):
    """A valid frame of ``length`` bytes; ``reading`` is ``None`` for one that carries nothing to show (a handshake)."""

    length: int
    reading: ScaleReading | None


class Around(NamedTuple):
    """What surrounds the window: the byte before it (-1 at the start of the stream), whether the window follows the
    start or a good frame with nothing thrown away between, and whether the stream has ended behind it."""

    byte_before: int
    clean: bool
    ended: bool


Recogniser = Callable[[bytes, Around], Found | Verdict]


class ScanningFramer:
    """A ``Framer`` around one recogniser; see ``devices.frames.framer.Framer``."""

    def __init__(self, protocol: str, recognise: Recogniser, starts: bytes, protection: Protection) -> None:
        self.protocol = protocol
        self.protection: Protection = protection
        self.frames_ok = 0
        self.frames_bad = 0
        self.bytes_discarded = 0
        self._recognise = recognise
        self._start = re.compile(b"[" + re.escape(starts) + b"]")
        self.reset()

    def reset(self) -> None:
        """Forget half a frame; counters stay."""
        self._buffer = bytearray()
        self._byte_before = -1
        self._clean = True
        self._junk = 0

    def feed(self, chunk: bytes) -> list[ScaleReading]:
        """Take bytes in any portions; give the readings they complete, in order."""
        readings: list[ScaleReading] = []
        taken = 0
        while taken < len(chunk):
            room = BUFFER_BYTES - len(self._buffer)  # never 0: _drain leaves less than a full buffer
            self._buffer += chunk[taken : taken + room]
            taken += room
            self._drain(readings, ended=False)
        return readings

    def finish(self) -> list[ScaleReading]:
        """The stream has ended: a frame that waited for the byte after it need not wait any more."""
        readings: list[ScaleReading] = []
        self._drain(readings, ended=True)
        return readings

    def _drain(self, readings: list[ScaleReading], *, ended: bool) -> None:
        while self._buffer:
            start = self._start.search(self._buffer)
            self._discard(start.start() if start else len(self._buffer))
            if not self._buffer:
                return
            around = Around(self._byte_before, self._clean, ended)
            verdict = self._recognise(bytes(self._buffer), around)
            if isinstance(verdict, Found):
                self._accept(verdict, readings)
            elif verdict is NEED_MORE and len(self._buffer) < BUFFER_BYTES and not ended:
                return
            else:
                self._discard(1)

    def _accept(self, found: Found, readings: list[ScaleReading]) -> None:
        self._byte_before = self._buffer[found.length - 1]
        del self._buffer[: found.length]
        self._clean = True
        self._junk = 0
        self.frames_ok += 1
        if found.reading is not None:
            readings.append(found.reading)

    def _discard(self, count: int) -> None:
        """Drop bytes. One bad frame is counted for each stretch of them, and again after every 64."""
        if not count:
            return
        self._byte_before = self._buffer[count - 1]
        self._clean = False
        loud = sum(byte not in QUIET for byte in self._buffer[:count])
        del self._buffer[:count]
        self.bytes_discarded += count
        if loud:
            before, self._junk = self._junk, self._junk + loud
            self.frames_bad += -(-self._junk // BUFFER_BYTES) - -(-before // BUFFER_BYTES)


def line_end(window: bytes, length_max: int) -> int | Verdict:
    """Where the line that begins the window ends (one past its LF), or why there is none within ``length_max``."""
    end = window.find(b"\n", 0, length_max) + 1
    if end:
        return end
    return NEED_MORE if len(window) < length_max else NOT_A_FRAME
