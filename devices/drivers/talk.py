"""What each protocol can be asked, byte for byte, and how its answers are recognised.

``answers`` is matched against the start of a frame's raw bytes; a command without it is sent and not answered.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Mode = Literal["listen", "stream", "poll"]
CRLF = b"\r\n"

ANY = re.compile(rb"", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """One request; ``done`` tells among its answers those that mean yes (``None``: all of them)."""

    request: bytes
    answers: re.Pattern[bytes] | None = None
    done: re.Pattern[bytes] | None = None

    def is_answered_by(self, raw: bytes) -> bool:
        """Whether a frame answers this request."""
        return self.answers is not None and self.answers.match(raw) is not None

    def is_done_by(self, raw: bytes) -> bool:
        """Whether a frame that answers says yes."""
        return self.done is None or self.done.match(raw) is not None


@dataclass(frozen=True, slots=True)
class Talk:
    """A protocol's manners: how it usually talks, what starts its stream, what is asked in each round of polling."""

    usual: Mode
    start: bytes = b""
    requests: tuple[Command, ...] = ()
    zero: Command | None = None
    tare: Command | None = None
    clear_tare: Command | None = None

    def offers(self, mode: Mode) -> bool:
        """Whether the protocol can be run in that mode."""
        return mode == "listen" or bool(self.start if mode == "stream" else self.requests)


@dataclass(frozen=True, slots=True)
class Manner:
    """What of an instrument's set-up changes the bytes sent to it.

    ``address`` A to Z on a Yaohua bus; ``shows_net`` asks for net instead of gross; ``bare_commands`` leaves off the CR
    LF that newer Toledo terminals expect; ``device`` is the number of a CAS indicator in command mode, ``None`` for one
    that talks by itself and takes no commands.
    """

    address: str = "A"
    shows_net: bool = False
    bare_commands: bool = False
    device: int | None = None


def talk_of(protocol: str, manner: Manner) -> Talk:
    """The manners of a protocol; one that is not listed here talks by itself and takes no commands."""
    make = _TALKS.get(protocol)
    return make(manner) if make else Talk("listen")


def yaohua_request(address: str, command: str) -> bytes:
    """``02 address command xor xor 03``: the XOR over the two letters, each nibble as a hex digit."""
    xor = ord(address) ^ ord(command)
    return f"\x02{address}{command}{xor >> 4:X}{xor & 15:X}\x03".encode("ascii")


def _yaohua_command(manner: Manner) -> Talk:
    def ask(command: str) -> Command:
        return Command(
            yaohua_request(manner.address, command), re.compile(f"\x02{manner.address}{command}[-+]".encode())
        )

    return Talk("poll", requests=(ask("C"), ask("D" if manner.shows_net else "B")))


def _mt_sics(_manner: Manner) -> Talk:
    return Talk(
        "stream",
        start=b"SIR" + CRLF,
        requests=(Command(b"SI" + CRLF, re.compile(rb"S |E[STL]")),),
        zero=Command(b"Z" + CRLF, re.compile(rb"Z |E[STL]"), re.compile(rb"Z A")),
        tare=Command(b"T" + CRLF, re.compile(rb"T |E[STL]"), re.compile(rb"T S")),
    )


def _toledo_8217(_manner: Manner) -> Talk:
    status = re.compile(rb"\x02\?", re.DOTALL)
    # Not moving, not over capacity, not outside the range in which zero can be captured.
    fine = re.compile(rb"\x02\?[" + re.escape(bytes(b for b in range(128) if not b & 0x0B)) + rb"]", re.DOTALL)
    return Talk(
        "poll",
        requests=(Command(b"W", ANY),),
        zero=Command(b"Z", status, fine),
        tare=Command(b"T", status, fine),
        clear_tare=Command(b"C", status, fine),
    )


def _toledo_continuous(manner: Manner) -> Talk:
    end = b"" if manner.bare_commands else CRLF
    return Talk("listen", zero=Command(b"Z" + end), tare=Command(b"T" + end), clear_tare=Command(b"C" + end))


def _and_standard(_manner: Manner) -> Talk:
    return Talk(
        "listen",
        start=b"SIR" + CRLF,
        requests=(Command(b"Q" + CRLF, ANY),),
        zero=Command(b"Z" + CRLF),
        tare=Command(b"T" + CRLF),
    )


def _cas_22(manner: Manner) -> Talk:
    """Command mode as in the manuals of CI-400 (p. 106) and CI-600D (p. 77); without a number the stream."""
    if manner.device is None:
        return Talk("listen")
    failed = rb"[!?]\r\n"

    def do(key: str) -> Command:
        request = f"{manner.device:02d}{key}".encode() + CRLF
        return Command(request, re.compile(re.escape(request) + b"|" + failed), re.compile(re.escape(request)))

    ask = Command(f"{manner.device:02d}RW".encode() + CRLF, ANY)
    return Talk("poll", requests=(ask,), zero=do("MZ"), tare=do("MT"))


def _ohaus(_manner: Manner) -> Talk:
    return Talk(
        "poll",
        start=b"CP" + CRLF,
        requests=(Command(b"IP" + CRLF, ANY),),
        zero=Command(b"Z" + CRLF),
        tare=Command(b"T" + CRLF),
    )


def _nci(_manner: Manner) -> Talk:
    status = re.compile(rb"\n?(?:\?|S?[0-?p-\x7f]{2,4})\r\x03")
    return Talk(
        "poll",
        requests=(Command(b"W\r", ANY),),
        zero=Command(b"Z\r", status, re.compile(rb"\n?S?[0-?p-\x7f]{2,4}\r\x03")),
    )


_TALKS: dict[str, Callable[[Manner], Talk]] = {
    "yaohua-command": _yaohua_command,
    "mt-sics": _mt_sics,
    "toledo-8217": _toledo_8217,
    "toledo-continuous": _toledo_continuous,
    "and-standard": _and_standard,
    "cas-22": _cas_22,
    "ohaus": _ohaus,
    "nci": _nci,
}
