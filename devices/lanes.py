"""Which waiting message goes next: what just happened first, then history, slowly, then again what nobody confirmed."""

from collections import deque
from dataclasses import dataclass

from devices.clock import Clock
from devices.messages import Ack
from devices.spool import Outgoing, Spool

LIVE_MS = 60_000  # older than this, a record is history and may page nobody
RESEND_MS = 60_000  # without the server's acknowledgement
HISTORY_GAP_MS = 50  # 20 messages a second
OUTSTANDING_MAX = 500  # sent and not acknowledged by the server: the backlog belongs here, not into a broker's queue
PASS_PAUSE_MS = 1_000  # before history is looked through again
LOOK_AHEAD = 200
NOBODY_LISTENS_MS = 5_000
MISSED_GAP_MS = 5_000


@dataclass(frozen=True)
class Next:
    """A message to send now, and whether it is still live."""

    message: Outgoing
    live: bool


class Lanes:
    """The order of sending. `announce` may be called from any thread; everything else belongs to the publisher's."""

    def __init__(self, spool: Spool, clock: Clock) -> None:
        self._spool = spool
        self._clock = clock
        self._fresh: deque[tuple[int, int]] = deque()
        self._sent: dict[int, int] = {}
        self._again: deque[int] = deque()
        self._asked: dict[int, int] = {}
        self._history: deque[int] = deque()
        self._cursor = 0
        self._history_from = 0
        self._pass_from = 0
        self._all_from = 0

    def announce(self, *seqs: int) -> None:
        """Something was just written: it goes first, the newest before the others."""
        tick = self._clock.tick_ms()
        self._fresh.extend((seq, tick) for seq in seqs)

    def next(self) -> Next | None:
        """The message to send now, noted as sent; None if nothing is due."""
        tick = self._clock.tick_ms()
        if tick < self._all_from:
            return None
        return self._next_live(tick) or self._next_history(tick)

    def _next_live(self, tick: int) -> Next | None:
        while self._fresh:
            seq, since = self._fresh.pop()
            if tick - since > LIVE_MS:
                continue  # history finds it
            message = None if seq in self._sent else self._spool.get(seq)
            if message is not None:
                self._sent[seq] = tick
                return Next(message, live=True)
        return None

    def _next_history(self, tick: int) -> Next | None:
        if tick < self._history_from or self._is_crowded(tick):
            return None
        while (seq := self._next_waiting(tick)) is not None:
            message = self._spool.get(seq)
            if message is not None:
                self._history_from = tick + HISTORY_GAP_MS
                self._sent[seq] = tick
                return Next(message, live=False)
        return None

    def _is_crowded(self, tick: int) -> bool:
        if len(self._sent) >= OUTSTANDING_MAX:
            self._sent = {seq: at for seq, at in self._sent.items() if tick - at < RESEND_MS}
        return len(self._sent) >= OUTSTANDING_MAX

    def _next_waiting(self, tick: int) -> int | None:
        if self._again:
            return self._again.popleft()
        while True:
            if not self._history and not self._look_further(tick):
                return None
            seq = self._history.popleft()
            sent = self._sent.get(seq)
            if sent is None or tick - sent >= RESEND_MS:
                return seq

    def _look_further(self, tick: int) -> bool:
        if tick < self._pass_from:
            return False
        waiting_live = {seq for seq, _since in list(self._fresh)}
        found = self._spool.list_after(self._cursor, LOOK_AHEAD)
        self._cursor = found[-1] if found else 0
        if not found:
            self._pass_from = tick + PASS_PAUSE_MS
        self._history.extend(seq for seq in found if seq not in waiting_live)
        return bool(found)

    def acknowledged(self, ack: Ack) -> None:
        """Takes the server's word to the spool; what it misses goes again at once."""
        epoch = self._spool.epoch
        missed = self._spool.acknowledge(ack)
        if self._spool.epoch != epoch:
            self._start_over()
        elif ack.ep == epoch:
            self._sent = {seq: at for seq, at in self._sent.items() if seq > ack.upto}
            self._ask_again(missed, self._clock.tick_ms())

    def _ask_again(self, missed: list[int], tick: int) -> None:
        """The server repeats what it misses every second; an answer on its way is not sent every second."""
        self._asked = {seq: at for seq, at in self._asked.items() if tick - at < MISSED_GAP_MS}
        for seq in missed:
            if seq not in self._asked:
                self._asked[seq] = tick
                self._again.append(seq)

    def undelivered(self, seqs: list[int]) -> None:
        """The connection went before the broker confirmed these: they are due again."""
        for seq in seqs:
            self._sent.pop(seq, None)

    def nobody_listens(self, seq: int) -> None:
        """The broker had no subscriber for it (or no room): wait a little before anything else, then send it again."""
        self._sent.pop(seq, None)
        self._all_from = self._clock.tick_ms() + NOBODY_LISTENS_MS

    def _start_over(self) -> None:
        """A new epoch: every number means another message now."""
        self._fresh.clear()
        self._sent.clear()
        self._again.clear()
        self._asked.clear()
        self._history.clear()
        self._cursor = 0
