"""A bounded box between the thread that hears and the thread that writes."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from wms import telemetry

LETTERS_MAX = 20_000  # the broker may not honour the receive maximum, so we bound ourselves
BYTES_MAX = 64 * 1024 * 1024
BATCH_BYTES = 4 * 1024 * 1024  # about 190,000 readings
BATCH_LETTERS = 4_000
ENOUGH_BYTES = BATCH_BYTES // 2  # as much is worth a transaction at once
ENOUGH_LETTERS = BATCH_LETTERS // 2  # the broker sends the other half while this one is written
BATCH_S = 0.2


class Full(Exception):
    """The box stayed full for as long as its user has patience."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A message that waits to be stored, with the connection it came by: a later connection reuses its mid."""

    generation: int
    mid: int
    letter: telemetry.Arrived


class Letterbox:
    """Letters in the order they came; one thread puts, one takes."""

    def __init__(self) -> None:
        self._letters: list[Pending] = []
        self._bytes = 0
        self._changed = threading.Condition()

    def put(self, letters: Sequence[Pending], patience_s: float) -> None:
        """Put letters in, waiting for room. Raises Full."""
        size = sum([len(one.letter.payload) for one in letters])
        with self._changed:
            if not self._changed.wait_for(self._has_room, patience_s):
                raise Full
            self._letters += letters
            self._bytes += size
            if self._has_enough():  # a taker woken for every few letters would cost more than storing them
                self._changed.notify_all()

    def take(self) -> list[Pending]:
        """Return what a transaction should hold: at once when that is much, else what came in BATCH_S."""
        with self._changed:
            self._changed.wait_for(self._has_enough, BATCH_S)
            size = count = 0
            for one in self._letters[:BATCH_LETTERS]:
                if size > BATCH_BYTES:
                    break
                size += len(one.letter.payload)
                count += 1
            taken, self._letters = self._letters[:count], self._letters[count:]
            self._bytes -= size
            self._changed.notify_all()
            return taken

    def clear(self) -> None:
        """Forget all letters."""
        with self._changed:
            self._letters, self._bytes = [], 0
            self._changed.notify_all()

    def _has_room(self) -> bool:
        return len(self._letters) < LETTERS_MAX and self._bytes < BYTES_MAX

    def _has_enough(self) -> bool:
        return len(self._letters) >= ENOUGH_LETTERS or self._bytes >= ENOUGH_BYTES
