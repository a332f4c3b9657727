"""Bytes in, bytes out: what a driver may expect of a port, and a port made of a script for tests."""

from collections.abc import Iterable
from typing import Protocol

from devices.errors import LinkLost


class Link(Protocol):
    """A byte pipe to one instrument or one bus. Every failure is ``LinkLost``; after it, ``close`` and ``open``."""

    address: str

    @property
    def is_open(self) -> bool:
        """Whether ``read`` and ``write`` may be called."""
        ...

    def open(self) -> None:
        """Open the port; opening an open one does nothing. Raises LinkLost."""
        ...

    def close(self) -> None:
        """Close the port; never raises, and closing a closed one does nothing."""
        ...

    def read(self, timeout_s: float) -> bytes:
        """Whatever has come, as soon as anything has; ``b""`` after ``timeout_s`` of silence. Raises LinkLost."""
        ...

    def write(self, request: bytes) -> None:
        """Send all of ``request``. Raises LinkLost."""
        ...

    def discard_input(self) -> None:
        """Throw away what has come and was not read; only ever right before a request. Raises LinkLost."""
        ...

    def line_errors(self) -> dict[str, int]:
        """The parity, framing and overrun errors counted by the port itself; empty where it counts none."""
        ...


class ScriptedLink:
    """A link that plays back chunks; an exception in the script is raised instead of read.

    ``replies`` answers requests: each written request found there appends its chunks to the script.
    """

    address = "script"

    def __init__(
        self, script: Iterable[bytes | Exception] = (), replies: dict[bytes, list[bytes | Exception]] | None = None
    ) -> None:
        self._script: list[bytes | Exception] = list(script)
        self._replies = replies or {}
        self.written: list[bytes] = []
        self.opens = 0
        self.refuse_opens = 0
        self._open = False

    @property
    def is_open(self) -> bool:
        """Whether the script is being played."""
        return self._open

    def open(self) -> None:
        """Open, or fail as many times as ``refuse_opens`` says. Raises LinkLost."""
        if self._open:
            return
        if self.refuse_opens:
            self.refuse_opens -= 1
            raise LinkLost(address=self.address, reason="refused by the script")
        self._open = True
        self.opens += 1

    def close(self) -> None:
        """Stop playing; the rest of the script waits for the next ``open``."""
        self._open = False

    def play(self, *chunks: bytes | Exception) -> None:
        """Append to the script."""
        self._script.extend(chunks)

    def read(self, timeout_s: float) -> bytes:
        """The next chunk, or silence when the script is at its end. Raises LinkLost."""
        if not self._open:
            raise LinkLost(address=self.address, reason="not open")
        if not self._script:
            return b""
        step = self._script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def write(self, request: bytes) -> None:
        """Note the request and queue its scripted answer. Raises LinkLost."""
        if not self._open:
            raise LinkLost(address=self.address, reason="not open")
        self.written.append(request)
        self._script.extend(self._replies.get(request, []))

    def discard_input(self) -> None:
        """Drop the chunks that already stand in the script up to its next exception."""
        while self._script and isinstance(self._script[0], bytes):
            self._script.pop(0)

    def line_errors(self) -> dict[str, int]:
        """A script has none."""
        return {}
