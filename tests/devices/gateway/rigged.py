"""The gateway as a process, with two levers that no healthy box has: its wall clock can be stepped, its spool shrunk.

`python -m tests.devices.gateway.rigged run --config FILE` takes what `python -m devices run` takes. Beside FILE lie
`clock-offset` (ms added to the wall clock) and `spool-limit` (bytes); both may change while it runs.
"""

import signal
import sys
import threading
from pathlib import Path

from devices.clock import SystemClock
from devices.config import load_config
from devices.gateway import Gateway

LOOK_S = 0.1


class SteppableClock(SystemClock):
    """The machine's clock, set wrong by as much as a file says."""

    def __init__(self, lever: Path) -> None:
        self._lever = lever

    def at_ms(self) -> int:
        return super().at_ms() + (number(self._lever) or 0)


def number(lever: Path) -> int | None:
    return int(lever.read_text()) if lever.exists() else None


def pull(lever: Path, value: int) -> None:
    """Sets a lever so that nobody reads half a number."""
    fresh = lever.with_suffix(".new")
    fresh.write_text(str(value))
    fresh.replace(lever)


def main(arguments: list[str]) -> None:
    """Runs until SIGTERM."""
    path = Path(arguments[arguments.index("--config") + 1])
    epoch = int(arguments[arguments.index("--epoch") + 1]) if "--epoch" in arguments else None
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    gateway = Gateway(load_config(path), SteppableClock(path.parent / "clock-offset"), epoch)
    usual = gateway.spool.bytes_max

    def follow() -> None:
        while not stop.wait(LOOK_S):
            gateway.spool.bytes_max = number(path.parent / "spool-limit") or usual

    threading.Thread(target=follow, daemon=True).start()
    gateway.run(stop)


if __name__ == "__main__":
    main(sys.argv)
