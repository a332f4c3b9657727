"""A scale that is being watched: bytes from a link become a live weight and, at rest, a capture.

One object per instrument, turned by one thread that calls ``poll`` for ever; ``zero``, ``tare`` and ``close`` may come
from others. The rules of belief are in ``settling``, the bytes of requests in ``talk``; here is the link's side.
"""

from dataclasses import replace
from threading import RLock
from typing import Literal

from devices.clock import Clock
from devices.drivers.settling import Watch, silence_allowed_ms
from devices.drivers.talk import Command, Manner, Mode, talk_of
from devices.drivers.weights import Capture, LiveWeight, ScaleCounters, ScaleProfile
from devices.errors import BadOption, CommandRefused, CommandUnknown, LinkLost, NoReply
from devices.frames.framer import Framer
from devices.frames.reading import ScaleReading
from devices.links.base import Link

__all__ = ["Capture", "LiveWeight", "Manner", "Mode", "Outcome", "ScaleCounters", "ScaleDriver", "ScaleProfile"]

Outcome = Literal["done", "sent"]
MODES: tuple[Mode, ...] = ("listen", "stream", "poll")


class ScaleDriver:
    """Watches one scale over one link.

    ``armed`` says whether the next settled load is captured; hand the last value of an earlier process back in, so
    that a load which stood on the scale across a restart is not taken twice.
    """

    def __init__(self, link: Link, framer: Framer, profile: ScaleProfile, clock: Clock, *, armed: bool = True) -> None:
        """Open nothing yet. Raises BadOption when the protocol has no such mode."""
        self._link, self._framer, self._profile, self._clock = link, framer, profile, clock
        self._talk = talk_of(framer.protocol, profile.manner)
        self._mode: Mode = profile.mode or self._talk.usual
        if not self._talk.offers(self._mode):
            offered = [mode for mode in MODES if self._talk.offers(mode)]
            raise BadOption(option="mode", value=self._mode, allowed=", ".join(offered))
        self.last_error: LinkLost | None = None
        self._lock = RLock()
        self._watch = Watch(profile, framer.protection, armed=armed)
        self._polled_tare: int | None = None
        self._suspect = True
        self._last_ok_tick: int | None = None
        self._frames = self._opens = self._links_lost = self._replies_missing = self._restarts = 0
        self._reopen_wait_ms = profile.reopen_first_ms
        self._next_open_tick = self._next_round_tick = self._next_start_tick = clock.tick_ms()

    # ------------------------------------------------------------ what others call

    @property
    def armed(self) -> bool:
        """Whether the next settled load will be captured."""
        return self._watch.armed

    def poll(self) -> LiveWeight:
        """Read what has come, ask what is due, and say what the scale shows now.

        Blocks for at most about a period or a reply's timeout. Never raises for a lost link: the weight is unknown
        then, ``last_error`` says why, and the link is opened again after a wait that doubles up to its limit.
        """
        with self._lock:
            if self._is_connected():
                try:
                    self._turn()
                except LinkLost as error:
                    self._lose(error)
            else:
                self._clock.pause(self._profile.period_ms / 1000)
            return self._watch.live(self._clock.tick_ms(), self._clock.at_ms(), self._frames)

    def zero(self) -> Outcome:
        """Set the scale to zero. Raises CommandUnknown, CommandRefused, NoReply, LinkLost."""
        return self._carry_out("zero", self._talk.zero)

    def tare(self) -> Outcome:
        """Take the load on the scale as tare. Raises CommandUnknown, CommandRefused, NoReply, LinkLost."""
        return self._carry_out("tare", self._talk.tare)

    def clear_tare(self) -> Outcome:
        """Forget the tare. Raises CommandUnknown, CommandRefused, NoReply, LinkLost."""
        return self._carry_out("clear tare", self._talk.clear_tare)

    def counters(self) -> ScaleCounters:
        """The counts so far."""
        with self._lock:
            age = None if self._last_ok_tick is None else self._clock.tick_ms() - self._last_ok_tick
            framer = self._framer
            return ScaleCounters(
                framer.frames_ok, framer.frames_bad, framer.bytes_discarded, self._opens, self._links_lost,
                self._replies_missing, self._restarts, age, self._link.line_errors(),
            )  # fmt: skip

    def close(self) -> None:
        """Let go of the port."""
        with self._lock:
            self._link.close()
            self._forget()

    # ------------------------------------------------------------ the link

    def _is_connected(self) -> bool:
        if self._link.is_open:
            return True
        if self._clock.tick_ms() < self._next_open_tick:
            return False
        try:
            self._link.open()
        except LinkLost as error:
            self._lose(error)
            return False
        self._opens += 1
        self._forget()
        self._next_start_tick = self._clock.tick_ms()
        return True

    def _lose(self, error: LinkLost) -> None:
        self._link.close()
        self._forget()
        self._links_lost += 1
        self.last_error = error
        self._next_open_tick = self._clock.tick_ms() + self._reopen_wait_ms
        self._reopen_wait_ms = min(2 * self._reopen_wait_ms, self._profile.reopen_last_ms)

    def _forget(self) -> None:
        """Nothing read before counts any more; the first frame to come may have been joined in its middle."""
        self._framer.reset()
        self._watch.forget()
        self._polled_tare = None
        self._suspect = True

    # ------------------------------------------------------------ one turn

    def _turn(self) -> None:
        if self._mode == "poll":
            self._ask_round()
            return
        if self._mode == "stream" and self._clock.tick_ms() >= self._next_start_tick:
            self._start_stream()
        for reading in self._framer.feed(self._link.read(self._profile.period_ms / 1000)):
            self._take(reading)

    def _ask_round(self) -> None:
        wait_ms = self._next_round_tick - self._clock.tick_ms()
        if wait_ms > 0:
            self._clock.pause(wait_ms / 1000)
        self._next_round_tick = self._clock.tick_ms() + self._profile.period_ms
        self._polled_tare = None
        for command in self._talk.requests:
            self._ask(command)
            if self._await_answer(command, is_reading=True) is None:
                self._replies_missing += 1

    def _ask(self, command: Command) -> None:
        """Send a request. In a conversation what came before it is dropped: a late answer must not be taken for this
        one's. In a stream nothing is ever dropped: that would cut a frame in two."""
        if self._mode == "poll":
            self._link.discard_input()
            self._framer.reset()
        self._link.write(command.request)

    def _start_stream(self) -> None:
        """Ask for the stream, now and after every silence: an instrument that was switched off has forgotten."""
        self._next_start_tick = self._clock.tick_ms() + silence_allowed_ms(self._profile.period_ms)
        self._link.write(self._talk.start)

    def _await_answer(self, command: Command, *, is_reading: bool) -> ScaleReading | None:
        """The frame that answers, or ``None`` in time. All other frames are taken as ever; so is an answer that is a
        reading, while an acknowledgement is none."""
        deadline = self._clock.tick_ms() + self._profile.reply_timeout_ms
        while (left_ms := deadline - self._clock.tick_ms()) > 0:
            chunk = self._link.read(left_ms / 1000)
            if not chunk:
                return None
            answer: ScaleReading | None = None
            for reading in self._framer.feed(chunk):
                answers_now = answer is None and command.is_answered_by(reading.raw)
                if answers_now:
                    answer = reading
                if is_reading or not answers_now:
                    self._take(reading)
            if answer:
                return answer
        return None

    def _carry_out(self, name: str, command: Command | None) -> Outcome:
        if command is None:
            raise CommandUnknown(protocol=self._framer.protocol, command=name)
        with self._lock:
            if not self._link.is_open:
                raise self.last_error or LinkLost(address=self._link.address, reason="not open")
            try:
                self._ask(command)
                if command.answers is None:
                    return "sent"
                answer = self._await_answer(command, is_reading=False)
            except LinkLost as error:
                self._lose(error)
                raise
        if answer is None:
            raise NoReply(command=name, timeout_ms=self._profile.reply_timeout_ms)
        if not command.is_done_by(answer.raw):
            raise CommandRefused(command=name, reply=answer.raw)
        return "done"

    # ------------------------------------------------------------ readings

    def _take(self, reading: ScaleReading) -> None:
        tick = self._clock.tick_ms()
        self._frames += 1
        self._last_ok_tick = tick
        self._next_start_tick = tick + silence_allowed_ms(self._profile.period_ms)
        self._reopen_wait_ms = self._profile.reopen_first_ms
        if self._suspect:
            self._suspect = False
            return
        if "power_up" in reading.flags and self._mode == "stream":
            self._restarts += 1
            self._next_start_tick = tick  # switched on again, it does not stream by itself
        if reading.weight_grams is None and reading.tare_grams is not None:
            self._polled_tare = reading.tare_grams if self._mode == "poll" else None
            return
        if reading.weight_grams is not None and reading.tare_grams is None:
            reading = replace(reading, tare_grams=self._polled_tare)
        self._watch.take(reading, tick, self._clock.at_ms())
