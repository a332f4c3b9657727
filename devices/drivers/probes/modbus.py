"""One RS-485 line as its only master: requests one after the other, with patience for each slave of its own.

The frames, the CRC and the checks of address, function and length are minimalmodbus's; the retries, the pauses between
slaves, the stripped echo and the waiting of what does not answer are ours.
"""

from dataclasses import dataclass
from typing import Final

import minimalmodbus

from devices.clock import Clock
from devices.drivers.probes.profile import Block, Profile
from devices.errors import NoReply
from devices.links.base import Link

TRIES: Final = 3
DRAIN_LAST_MS: Final = 3_000  # somebody babbles: better go on
BACK_OFF_FIRST_MS: Final = 5_000
BACK_OFF_LAST_MS: Final = 300_000
LATE_MS: Final = 1_000  # an answer that missed its time may still come this much later
QUIET_MS: Final = 50  # after noise
EXCEPTION_BYTES: Final = 5
FUNCTION: Final = 1
ERROR_BIT: Final = 0x80


class SlaveRefused(NoReply):
    """The slave answered with a Modbus exception: the register map is wrong for it."""

    code = "slave_refused"
    en = "Slave {address} refuses function {fc} at {start}: {reason}."
    zh = "从站 {address} 拒绝功能码 {fc}、寄存器 {start}：{reason}。"


class SlaveSilent(NoReply):
    """No usable answer after all tries."""

    code = "slave_silent"
    en = "Slave {address} gave no usable answer: {reason}."
    zh = "从站 {address} 没有给出可用的应答：{reason}。"


@dataclass(slots=True)
class SlaveCounters:
    """How one slave has been doing."""

    answers: int = 0
    no_answer: int = 0
    bad_answer: int = 0
    refusals: int = 0
    failures_in_a_row: int = 0
    not_before_tick: int = 0


class LinePort:
    """What minimalmodbus takes for a serial port: our link, its echo stripped, exception answers not waited for."""

    def __init__(self, link: Link, clock: Clock, baud: int) -> None:
        self.port = link.address
        self.baudrate = baud
        self.timeout = 0.3
        self._link = link
        self._clock = clock
        self._request = b""

    @property
    def is_open(self) -> bool:
        """Whether the link is."""
        return self._link.is_open

    def open(self) -> None:
        """Open the link. Raises LinkLost."""
        self._link.open()

    def close(self) -> None:
        """Close the link."""
        self._link.close()

    def reset_input_buffer(self) -> None:
        """What still comes from a slave that was given up must not be taken for the next answer. Raises LinkLost."""
        self._link.discard_input()

    def reset_output_buffer(self) -> None:
        """Nothing waits here: a write returns when it is done."""

    def flush(self) -> None:
        """Nothing waits here: a write returns when it is done."""

    def write(self, request: bytes) -> int:
        """Send a request. Raises LinkLost."""
        self._request = request
        self._link.write(request)
        return len(request)

    def read(self, count: int) -> bytes:
        """An answer of `count` bytes, less if it is an exception or time is over. Raises LinkLost."""
        until = self._clock.tick_ms() + round(self.timeout * 1000)
        answer = b""
        while not self._is_whole(answer, count):
            # A busy machine may have slept through the time allowed: what has come in it is looked at all the same.
            chunk = self._link.read(max(0, until - self._clock.tick_ms()) / 1000)
            if not chunk:
                break
            answer += chunk
            if answer.startswith(self._request):
                answer = answer[len(self._request) :]  # the adapter hears itself
        return answer

    def _is_whole(self, answer: bytes, count: int) -> bool:
        if answer and self._request.startswith(answer):
            return False  # it may become an echo
        is_exception = len(answer) >= EXCEPTION_BYTES and answer[FUNCTION] == self._request[FUNCTION] | ERROR_BIT
        return is_exception or len(answer) >= count


class Bus:
    """One line and its slaves. Belongs to one thread."""

    def __init__(self, link: Link, clock: Clock, baud: int) -> None:
        self.counters: dict[int, SlaveCounters] = {}
        self._link = link
        self._clock = clock
        self._port = LinePort(link, clock, baud)
        self._quiet_from_tick = 0

    def is_due(self, address: int) -> bool:
        """Whether a slave that failed before may be asked again."""
        return self._clock.tick_ms() >= self._slave(address).not_before_tick

    def read(self, address: int, profile: Profile) -> dict[int, list[int]]:
        """Every block of a slave, by the block's position: all of them or none.

        Raises SlaveSilent, SlaveRefused (and lets the slave rest, longer each time), LinkLost.
        """
        slave = self._slave(address)
        try:
            words = {
                position: self._read_block(address, profile, block) for position, block in enumerate(profile.blocks)
            }
        except NoReply:
            self.rest(address)
            raise
        slave.failures_in_a_row = 0
        slave.not_before_tick = 0
        return words

    def rest(self, address: int) -> None:
        """Leaves a slave that failed alone for a while: 5 s, then twice as long each time, 5 min at most."""
        slave = self._slave(address)
        wait_ms = min(BACK_OFF_FIRST_MS << min(slave.failures_in_a_row, 10), BACK_OFF_LAST_MS)
        slave.failures_in_a_row += 1
        slave.not_before_tick = self._clock.tick_ms() + wait_ms

    def _slave(self, address: int) -> SlaveCounters:
        return self.counters.setdefault(address, SlaveCounters())

    def _read_block(self, address: int, profile: Profile, block: Block) -> list[int]:
        slave = self._slave(address)
        reason, noisy = "", False
        tries = TRIES if slave.failures_in_a_row == 0 else 1  # a slave known to be dead shall not slow the others
        for _attempt in range(tries):
            self._wait_for_turn(profile.turnaround_ms)
            try:
                words = self._ask(address, profile, block)
            except minimalmodbus.SlaveReportedException as refusal:
                slave.refusals += 1
                raise SlaveRefused(address=address, fc=block.fc, start=block.start, reason=refusal) from refusal
            except minimalmodbus.NoResponseError as silence:
                slave.no_answer += 1
                reason = "answers too late: its timeout_ms is too short" if self._drain(LATE_MS) else str(silence)
            except minimalmodbus.ModbusException as wrong:
                slave.bad_answer += 1
                reason, noisy = str(wrong), True
                self._drain(QUIET_MS)
            else:
                slave.answers += 1
                return words
            finally:
                self._quiet_from_tick = self._clock.tick_ms()
        raise SlaveSilent(address=address, reason=reason, noisy=noisy)

    def _ask(self, address: int, profile: Profile, block: Block) -> list[int]:
        self._port.timeout = profile.timeout_ms / 1000
        instrument = minimalmodbus.Instrument(self._port, address)
        if block.fc in (1, 2):
            return list(instrument.read_bits(block.start, block.count, block.fc))
        return list(instrument.read_registers(block.start, block.count, block.fc))

    def _wait_for_turn(self, turnaround_ms: int) -> None:
        """Slow slaves still drive the line for a moment after their answer."""
        left_ms = self._quiet_from_tick + turnaround_ms - self._clock.tick_ms()
        if left_ms > 0:
            self._clock.pause(left_ms / 1000)

    def _drain(self, quiet_ms: int) -> bool:
        """After a failure, listens until the line was quiet that long; true if something came.

        A late answer must not meet the next request: of the same slave nobody could tell it from the right one.
        """
        came = False
        since = self._clock.tick_ms()
        until = since + DRAIN_LAST_MS
        while (now := self._clock.tick_ms()) < until and now - since < quiet_ms:
            if self._link.read((quiet_ms - (now - since)) / 1000):
                came, since, quiet_ms = True, self._clock.tick_ms(), QUIET_MS
            elif self._clock.tick_ms() == now:
                break  # a link without time of its own: a script
        return came
