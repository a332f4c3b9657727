"""XY-MD02 probes on one RS-485 line: a Modbus RTU slave of its own making, faults included."""

import struct
from dataclasses import dataclass
from typing import Final

from devices.simulator.pty_port import PtyPort
from devices.simulator.rooms import Probe
from devices.simulator.truth import Truth

REQUEST_BYTES: Final = 8
REPLY_AFTER_MS: Final = 8
LATE_MS: Final = 900
SILENCE_MS: Final = 30
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS = 1, 2


def checksum(frame: bytes) -> bytes:
    """CRC-16/MODBUS by table, low byte first."""
    crc = 0xFFFF
    for byte in frame:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return struct.pack("<H", crc)


def _table_entry(byte: int) -> int:
    for _bit in range(8):
        byte = byte >> 1 ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_TABLE: Final = tuple(_table_entry(byte) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way."""

    due: int
    frame: bytes
    address: int
    words: tuple[int, ...] | None


class ProbeLine:
    """The line and every probe on it, by address."""

    def __init__(self, port: PtyPort, probes: dict[int, Probe], truth: Truth) -> None:
        self.port = port
        self.probes = probes
        self._truth = truth
        self._heard = b""
        self._heard_at = 0
        self._replies: list[Reply] = []

    def step(self, tick: int, at: int) -> None:
        """Hears requests, answers those whose time has come."""
        chunk = self.port.read()
        if chunk:
            self._heard += chunk
            self._heard_at = tick
        elif self._heard and tick - self._heard_at > SILENCE_MS:
            self._heard = b""  # half a request, then silence: every slave forgets it
        while len(self._heard) >= REQUEST_BYTES:
            request, self._heard = self._heard[:REQUEST_BYTES], self._heard[REQUEST_BYTES:]
            if checksum(request[:-2]) == request[-2:]:
                self._answer(request, tick)
        for reply in [reply for reply in self._replies if reply.due <= tick]:
            self._replies.remove(reply)
            heard = self.port.write(reply.frame)
            if reply.words is not None:
                self._truth.note(
                    at, "answer", port=self.port.name, address=reply.address, words=list(reply.words), heard=heard
                )

    def _answer(self, request: bytes, tick: int) -> None:
        address, function, start, count = struct.unpack(">BBHH", request[:-2])
        probe = self.probes.get(address)
        if probe is None or probe.fault == "silent":
            return
        frame, words = self._frame(probe, address, function, start, count, tick)
        due = tick + (LATE_MS if probe.fault == "late" else REPLY_AFTER_MS)
        if probe.fault == "crc":
            frame, words = frame[:-1] + bytes([frame[-1] ^ 0x5A]), None
        elif probe.fault == "foreign":
            body = bytes([address ^ 0x40]) + frame[1:-2]
            frame, words = body + checksum(body), None
        elif probe.fault == "echo":
            frame = request + frame
        self._replies.append(Reply(due, frame, address, words if probe.fault != "late" else None))

    def _frame(
        self, probe: Probe, address: int, function: int, start: int, count: int, tick: int
    ) -> tuple[bytes, tuple[int, ...] | None]:
        words: tuple[int, ...] | None = None
        own, first = probe.registers
        every = probe.words(tick) if function == own else ()
        if function == own and count >= 1 and first <= start and start + count <= first + len(every):
            chosen = every[start - first : start - first + count]
            words = every if chosen == every else None
            body = bytes([address, function, 2 * count]) + b"".join(struct.pack(">H", word) for word in chosen)
        elif function == 3 and (start, count) == (0x0101, 1):
            body = bytes([address, function, 2]) + struct.pack(">H", address)
        else:
            code = ILLEGAL_ADDRESS if function in (3, 4) else ILLEGAL_FUNCTION
            body = bytes([address, function | 0x80, code])
        return body + checksum(body), words
