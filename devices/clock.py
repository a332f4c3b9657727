"""The one place in the gateway that asks the operating system for the time."""

import time
from typing import Protocol


class Clock(Protocol):
    """Time as the drivers see it: one wall clock for evidence, one monotonic clock for durations."""

    def at_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC; may step when the system's clock is set."""
        ...

    def tick_ms(self) -> int:
        """Milliseconds of a clock that never goes back; its zero means nothing."""
        ...

    def pause(self, seconds: float) -> None:
        """Let that much time pass."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def at_ms(self) -> int:
        """Wall clock, milliseconds UTC."""
        return time.time_ns() // 1_000_000

    def tick_ms(self) -> int:
        """Monotonic clock, milliseconds."""
        return time.monotonic_ns() // 1_000_000

    def pause(self, seconds: float) -> None:
        """Sleep for that many seconds."""
        time.sleep(seconds)


class ManualClock:
    """A clock that moves only when told to: for tests and for replaying a recorded stream at its own pace."""

    def __init__(self, at_ms: int = 1_760_000_000_000) -> None:
        self._at_ms = at_ms
        self._tick_ms = 0

    def at_ms(self) -> int:
        """Wall clock, milliseconds UTC."""
        return self._at_ms

    def tick_ms(self) -> int:
        """Monotonic clock, milliseconds."""
        return self._tick_ms

    def pause(self, seconds: float) -> None:
        """Advance both clocks at once instead of sleeping."""
        self.advance(round(seconds * 1000))

    def advance(self, ms: int) -> None:
        """Move both clocks forward by ``ms`` milliseconds."""
        self._at_ms += ms
        self._tick_ms += ms
