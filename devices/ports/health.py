"""How a port is doing, for the status page, the heartbeat and the supervisor."""

from dataclasses import dataclass, field
from typing import Literal

State = Literal["starting", "ok", "silent", "lost", "dead"]


@dataclass
class Health:
    """One port's state now. Written by its thread, read by others; instants are ms UTC, `beat` is monotonic ms."""

    name: str
    device: str
    kind: str
    state: State = "starting"
    since: int = 0
    beat: int = 0
    trouble: str | None = None
    counters: dict[str, int | None] = field(default_factory=dict)
    parts: dict[str, dict[str, object]] = field(default_factory=dict)

    def change(self, state: State, at: int, trouble: str | None = None) -> bool:
        """Takes a new state; true if it is another one."""
        self.trouble = trouble
        if state == self.state:
            return False
        self.state, self.since = state, at
        return True
