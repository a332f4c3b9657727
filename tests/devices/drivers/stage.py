"""A scale on a script: a link that plays frames, a clock that moves only when told."""

from collections.abc import Callable

from devices.clock import ManualClock
from devices.drivers.scale import LiveWeight, ScaleDriver, ScaleProfile
from devices.frames import FrameOptions, make_framer
from devices.links import ScriptedLink

STEP_MS = 100


def yaohua(kilograms: int, *, negative: bool = False) -> bytes:
    """A continuous frame without decimals: a check, but no word on motion."""
    body = f"{'-' if negative else '+'}{kilograms:06d}0".encode()
    xor = 0
    for byte in body:
        xor ^= byte
    return b"\x02" + body + f"{xor:02X}".encode() + b"\x03"


def toledo(kilograms: int, b: int = 0x30, tare: int = 0) -> bytes:
    """A continuous frame without decimals: a check, and a word on motion."""
    body = bytes((2, 0x2A, b, 0x20)) + f"{kilograms:6d}{tare:6d}".encode() + b"\r"
    return body + bytes((-sum(body) & 0x7F,))


def sics(kilograms: int, status: str = "S") -> bytes:
    """A line: no check, but a word on motion."""
    return f"S {status} {kilograms:>10d} kg\r\n".encode()


def equals(kilograms: int) -> bytes:
    """Neither a check nor a word on motion."""
    return b"=" + f"{kilograms:06d}.".encode()[::-1]


class Stage:
    """One driver, played one chunk at a time, ``STEP_MS`` apart."""

    def __init__(
        self,
        protocol: str,
        *,
        replies: dict[bytes, list[bytes | Exception]] | None = None,
        options: FrameOptions | None = None,
        armed: bool = True,
        **profile: object,
    ) -> None:
        self.clock = ManualClock()
        self.link = ScriptedLink(replies=replies)
        self.framer = make_framer(protocol, options)
        settings: dict = {"e_grams": 1000, "period_ms": STEP_MS} | profile
        self.driver = ScaleDriver(self.link, self.framer, ScaleProfile(**settings), self.clock, armed=armed)

    def play(self, *chunks: bytes | Exception) -> list[LiveWeight]:
        """Poll once for each chunk."""
        shown = []
        for chunk in chunks:
            self.link.play(chunk)
            shown.append(self.driver.poll())
            self.clock.advance(STEP_MS)
        return shown

    def show(self, frame: bytes, times: int = 1) -> LiveWeight:
        """Poll once for each of the equal frames; what was shown last."""
        return self.play(*[frame] * times)[-1]

    def join(self, frame: bytes) -> None:
        """Show one frame that nobody believes because it is the first."""
        assert not self.show(frame).known

    def wait(self, ms: int) -> LiveWeight:
        """Let time pass in silence."""
        self.clock.advance(ms)
        return self.driver.poll()


def captured(shown: list[LiveWeight]) -> list[int]:
    """The weights of all captures."""
    return [capture.weight_grams for live in shown for capture in live.captures]


FrameMaker = Callable[[int], bytes]
