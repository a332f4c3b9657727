"""Tells systemd that every loop still turns; systemd kills and restarts the process when it is not told."""

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping

SAY_S = 5.0  # often enough for any sensible WatchdogSec
HANGS_S = 300.0  # a loop that has not turned for so long hangs; the slowest, the clock's, sleeps a minute


class Watchdog:
    """Counts the beats of loops; what it says goes to NOTIFY_SOCKET, to nobody when there is none."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._lock = threading.Lock()
        self._beaten: dict[str, float] = {}
        self._said = -SAY_S

    def beat(self, loop: str) -> Callable[[], None]:
        """Return what a loop must call each time it turns; from now on it is expected to."""
        self._beaten[loop] = time.monotonic()
        return lambda: self._beat(loop)

    def _beat(self, loop: str) -> None:
        now = time.monotonic()
        with self._lock:
            self._beaten[loop] = now
            if now - self._said < SAY_S or now - min(self._beaten.values()) > HANGS_S:
                return
            self._said = now
        self._say("READY=1\nWATCHDOG=1")

    def _say(self, words: str) -> None:
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(1)
            sender.sendto(words.encode(), address)
