"""A serial port, local or over the network, as a ``Link``: pyserial behind it, its errors translated once.

Addresses are what pyserial understands: a device path (best one under ``/dev/serial/by-id``, which stays the same when
a USB adapter is plugged in again), ``socket://host:port`` for a converter that passes bytes through, and
``rfc2217://host:port`` for one that can also be told speed and parity.
"""

import struct
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import serial

from devices.errors import BadOption, LinkLost

READ_BYTES_MAX = 4096
WRITE_TIMEOUT_S = 2.0
ADDRESSES = "/dev/…, socket://host:port, rfc2217://host:port"
BAUDS = (600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
DATA_BITS = (7, 8)
STOP_BITS = (1, 2)
PARITIES = {"N": serial.PARITY_NONE, "E": serial.PARITY_EVEN, "O": serial.PARITY_ODD}

# tcflush and friends raise termios.error, which is no OSError; the module exists on POSIX alone.
_TERMIOS: tuple[type[Exception], ...] = (import_module("termios").error,) if find_spec("termios") else ()
_IOCTL = import_module("fcntl").ioctl if find_spec("fcntl") else None
TIOCGICOUNT = 0x545D  # linux/serial.h, struct serial_icounter_struct: eleven counters
_BROKEN: tuple[type[Exception], ...] = (serial.SerialException, OSError, *_TERMIOS)


@dataclass(frozen=True, slots=True)
class LineSettings:
    """Speed and character of a line, as a menu shows them: 9600, 8 data bits, parity N, E or O, 1 or 2 stop bits."""

    baud: int = 9600
    data_bits: int = 8
    parity: str = "N"
    stop_bits: int = 1

    def __str__(self) -> str:
        return f"{self.baud} {self.data_bits}{self.parity}{self.stop_bits}"


class SerialLink:
    """A pyserial port; see ``devices.links.base.Link``. The port is locked against other programs while open."""

    def __init__(self, address: str, line: LineSettings | None = None) -> None:
        """Nothing is opened yet. Raises BadOption when the settings or the kind of address do not exist."""
        self.address = address
        self.line = line or LineSettings()
        self._port = _closed_port(address, self.line)

    @property
    def is_open(self) -> bool:
        """Whether the port is open."""
        return bool(self._port.is_open)

    def open(self) -> None:
        """Open and lock the port; an open one is left alone. Raises LinkLost."""
        if self._port.is_open:
            return
        try:
            self._port.open()
        except _BROKEN as error:
            raise LinkLost(address=self.address, reason=error) from error

    def close(self) -> None:
        """Close the port; an adapter that is already gone is no reason to fail."""
        try:
            self._port.close()
        except _BROKEN:
            self._port = _closed_port(self.address, self.line)  # the old object is half closed: start from a new one

    def read(self, timeout_s: float) -> bytes:
        """Whatever has come, waiting at most ``timeout_s`` for the first byte. Raises LinkLost."""
        try:
            if self._port.timeout != timeout_s:  # setting it configures the port anew
                self._port.timeout = timeout_s
            chunk = bytes(self._port.read(1))
            while chunk and len(chunk) < READ_BYTES_MAX:
                waiting = self._port.in_waiting
                if not waiting:
                    break
                chunk += bytes(self._port.read(min(waiting, READ_BYTES_MAX - len(chunk))))
        except _BROKEN as error:
            raise LinkLost(address=self.address, reason=error) from error
        return chunk

    def write(self, request: bytes) -> None:
        """Send all of ``request``. Raises LinkLost."""
        try:
            self._port.write(request)
        except _BROKEN as error:
            raise LinkLost(address=self.address, reason=error) from error

    def discard_input(self) -> None:
        """Drop what has come and was not read. Raises LinkLost."""
        try:
            self._port.reset_input_buffer()
        except _BROKEN as error:
            raise LinkLost(address=self.address, reason=error) from error

    def line_errors(self) -> dict[str, int]:
        """Errors since the driver was loaded, as Linux counts them for a real UART; empty for anything else."""
        if _IOCTL is None or not self._port.is_open or "://" in self.address:
            return {}
        try:
            counts = _IOCTL(self._port.fileno(), TIOCGICOUNT, bytes(80))
        except OSError:  # a pseudo-terminal and some adapters do not count
            return {}
        _, _, _, _, _, _, frame, overrun, parity, brk, buffer_overrun = struct.unpack("11i", counts[:44])
        return {"framing": frame, "overrun": overrun + buffer_overrun, "parity": parity, "break": brk}


def _closed_port(address: str, line: LineSettings) -> serial.Serial:
    choices = (
        ("parity", line.parity, PARITIES),
        ("data_bits", line.data_bits, DATA_BITS),
        ("stop_bits", line.stop_bits, STOP_BITS),
        ("baud", line.baud, BAUDS),
    )
    for option, value, allowed in choices:
        if value not in allowed:
            raise BadOption(option=option, value=value, allowed=", ".join(map(str, allowed)))
    try:
        port = serial.serial_for_url(
            address,
            do_not_open=True,
            baudrate=line.baud,
            bytesize=line.data_bits,
            parity=PARITIES[line.parity],
            stopbits=line.stop_bits,
            write_timeout=WRITE_TIMEOUT_S,
        )
    except ValueError as error:
        raise BadOption(option="port", value=address, allowed=ADDRESSES) from error
    if "://" not in address:
        port.exclusive = True  # two readers of one port would share its bytes between them
    return port
