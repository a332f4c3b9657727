"""The door to the frame readers: bytes in any chunks go in, readings come out."""

from dataclasses import dataclass
from typing import Literal, Protocol

from devices.frames.reading import ScaleReading

Protection = Literal["check", "syntax", "none"]


@dataclass(frozen=True, slots=True)
class FrameOptions:
    """What a protocol leaves to the menu of the instrument.

    ``unit`` is used only where the frame does not name one. ``length`` is the whole frame in bytes where several exist
    (``None``: the protocol's usual one). ``terminator`` is ``crlf``, ``cr`` or ``auto``, which takes either and so may
    hold a line back until the byte after it. ``unchecked`` reads a frame's variant without a check instead of
    the checked one; ``None`` reads both, and nothing is protected then. ``address`` limits a bus to one instrument, and
    so does ``device`` for CAS, which besides reads the answers to commands.
    """

    direction: str = "reversed"
    length: int | None = None
    unit: str = "kg"
    status_inverted: bool = False
    terminator: str = "crlf"
    unchecked: bool | None = False
    address: str | None = None
    device: int | None = None


class Framer(Protocol):
    """Finds the frames of one protocol in a stream; no I/O, never raises on any bytes, never grows past 64 bytes."""

    protocol: str
    protection: Protection
    frames_ok: int
    frames_bad: int
    bytes_discarded: int

    def feed(self, chunk: bytes) -> list[ScaleReading]:
        """Take the next bytes, however few, and give the readings they complete."""
        ...

    def finish(self) -> list[ScaleReading]:
        """The stream has ended: give what only waited for the byte after it."""
        ...

    def reset(self) -> None:
        """Forget half a frame (the port was opened again or flushed); counters stay."""
        ...
