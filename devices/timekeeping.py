"""How far this box's clock may be trusted, and stamps that stay honest when it may not.

"ntp": the kernel says the clock is synchronised; "rtc": it is not, but a battery clock kept it over the power cut;
"free": neither, it began somewhere. While free, stamps run on from where the boot began, whatever else steps the clock,
so that one offset, told when the clock is set at last, corrects all of them.
"""

import ctypes
import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from devices.clock import Clock
from devices.messages import ClockQuality

logger = logging.getLogger(__name__)

EARLIEST_MS: Final = 1_735_689_600_000  # 2025-01-01: no box with this software lived before
STEP_MS: Final = 1_000  # the contract's "ntp" means better than a second
STA_UNSYNC: Final = 0x0040  # linux/timex.h
TIME_ERROR: Final = 5
RTC: Final = Path("/sys/class/rtc/rtc0")
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Stamp:
    """An instant (ms UTC) and what it is worth; `mono` and `boot` only while the clock is free."""

    at: int
    clk: ClockQuality
    mono: int | None = None
    boot: str | None = None


class Source(Protocol):
    """What the operating system says about its clock."""

    def is_synchronised(self) -> bool:
        """Whether a time server keeps it."""
        ...

    def has_battery(self) -> bool:
        """Whether a battery clock stands behind it."""
        ...

    def boot(self) -> str:
        """An id that changes with each boot."""
        ...


class _Timex(ctypes.Structure):
    """The head of `struct timex`; the padding is generous because its tail grew over the years."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


class LinuxSource:
    """The kernel's own view, the same whichever time service runs."""

    def is_synchronised(self) -> bool:
        """What `adjtimex` says."""
        timex = _Timex()
        try:
            state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
        except AttributeError:  # no Linux
            return False
        return 0 <= state < TIME_ERROR and not timex.status & STA_UNSYNC

    def has_battery(self) -> bool:
        """Whether the kernel found a real-time clock."""
        return RTC.exists()

    def boot(self) -> str:
        """The kernel's id of this boot."""
        return BOOT_ID.read_text().strip() if BOOT_ID.exists() else str(uuid.UUID(int=uuid.getnode()))


class TrustedSource(LinuxSource):
    """For a box whose host keeps the clock and does not say so (a container)."""

    def is_synchronised(self) -> bool:
        """By configuration."""
        return True


@dataclass(frozen=True, slots=True)
class Settled:
    """A free clock was set: add `offset` ms to this boot's free stamps."""

    boot: str
    offset: int


@dataclass(frozen=True, slots=True)
class Stepped:
    """A clock that was thought good jumped by `offset` ms."""

    offset: int


class Timekeeper:
    """The gateway's clock: a `Clock` for the drivers whose wall time is what the records will say.

    `difference` is what the wall clock added to the monotonic one when it was last looked at.
    """

    def __init__(self, clock: Clock, source: Source, base_of_boot: int | None, *, was_set: bool = False) -> None:
        """`base_of_boot`: what an earlier run in this boot noted for its free clock and nobody has settled yet.

        `was_set`: an earlier run in this boot had a good clock, so it has one still.
        """
        self.boot = source.boot()
        self._clock = clock
        self._source = source
        self.difference = clock.at_ms() - clock.tick_ms()
        self.quality: ClockQuality = self._quality_now()
        if base_of_boot is not None and self.quality != "ntp":
            self.quality = "free"  # an earlier run has stamped by its count, which only a time server ends
        elif self.quality == "free" and was_set:
            self.quality = "rtc"  # a second free count in one boot could not be told from the first
        self.base = base_of_boot if base_of_boot is not None else self.difference

    def _quality_now(self) -> ClockQuality:
        if self._source.is_synchronised():
            return "ntp"
        is_plausible = self._clock.at_ms() >= EARLIEST_MS
        return "rtc" if is_plausible and self._source.has_battery() else "free"

    def at_ms(self) -> int:
        """The wall clock; while it is free, the boot's own count."""
        return self._clock.tick_ms() + self.base if self.quality == "free" else self._clock.at_ms()

    def tick_ms(self) -> int:
        """Monotonic ms."""
        return self._clock.tick_ms()

    def pause(self, seconds: float) -> None:
        """Let that much time pass."""
        self._clock.pause(seconds)

    def stamp(self, at: int | None = None) -> Stamp:
        """Now, or an instant this clock gave a moment ago, with its worth."""
        at = self.at_ms() if at is None else at
        if self.quality != "free":
            return Stamp(at, self.quality)
        return Stamp(at, "free", max(0, at - self.base), self.boot)

    def look(self) -> Settled | Stepped | None:
        """Asks the kernel again (some times a minute is enough); what changed, if it matters to anybody's stamps."""
        before, self.quality = self.quality, self._stays_or_rises(self._quality_now())
        difference = self._clock.at_ms() - self._clock.tick_ms()
        stepped, self.difference = difference - self.difference, difference
        if before == "free" and self.quality != "free":
            logger.info("The clock was set: quality %s, %+d ms", self.quality, difference - self.base)
            return Settled(self.boot, difference - self.base)
        if before != "free" and abs(stepped) >= STEP_MS:
            logger.warning("The clock stepped by %+d ms", stepped)
            return Stepped(stepped)
        return None

    def _stays_or_rises(self, now: ClockQuality) -> ClockQuality:
        """A clock that was set once in this boot is never free again: losing the time server leaves a good clock."""
        if now == "free" and self.quality != "free":
            return "rtc"
        # A wall clock that becomes plausible by hand is no proof; only a time server ends the free running.
        return "free" if self.quality == "free" and now != "ntp" else now
