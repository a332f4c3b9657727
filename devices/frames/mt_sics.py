"""Mettler-Toledo MT-SICS (and Kern KCP, which copies it): one CR LF line per answer, no check.

A weight stands right-aligned in exactly ten characters. An ``I4 A`` line that nobody asked for means the scale was
switched on or reset. Answers that carry no weight (``Z A``) are readings without one; their ``raw`` says which.
"""

import re

from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading, ordered
from devices.frames.scanner import NOT_A_FRAME, Around, Found, ScanningFramer, Verdict, line_end
from devices.frames.weight import grams

PROTOCOL = "mt-sics"
LINE_BYTES_MAX = 48

_WEIGHT = re.compile(rb"(S S|S D|T S|TA A) ( *)(-?)([0-9]+(?:\.[0-9]+)?) (kg|g|t|lb)\r\n")
# Firmware of weigh modules puts an error text where the value belongs.
_ERROR_TEXT = re.compile(rb"S [SD] +[Ee]rror[ -~]*\r\n")
_STATUS = re.compile(rb"(?:[SZT]|TA) ([I+\-LA])\r\n")
_REFUSED = re.compile(rb"E[STL]\r\n")
_SERIAL_NUMBER = re.compile(rb'I4 (?:(A) "[ -!#-~]{0,32}"|I)\r\n')

_FLAG_OF_STATUS = {b"I": "error", b"L": "error", b"+": "overload", b"-": "underload", b"A": None}
_ANSWERS = frozenset({b"S I", b"S +", b"S -", b"TA I", b"TA L"}) | {
    letter + b" " + status for letter in (b"Z", b"T") for status in (b"A", b"I", b"+", b"-")
}


def framer(_options: FrameOptions) -> ScanningFramer:
    """A framer of all answers that concern a weight, a tare or the scale's state."""
    return ScanningFramer(PROTOCOL, _recognise, b"STZEI", "syntax")


def _recognise(window: bytes, _around: Around) -> Found | Verdict:
    end = line_end(window, LINE_BYTES_MAX)
    if isinstance(end, Verdict):
        return end
    line = window[:end]
    reading = _weight(line) or _answer(line)
    return Found(end, reading) if reading else NOT_A_FRAME


def _weight(line: bytes) -> ScaleReading | None:
    parts = _WEIGHT.fullmatch(line)
    if parts is None or len(parts[2] + parts[3] + parts[4]) != 10:
        return None
    weight = grams(parts[4].decode(), parts[5].decode(), negative=parts[3] == b"-")
    if weight is None:
        return None
    if parts[1] in (b"T S", b"TA A"):
        return ScaleReading(PROTOCOL, None, None, None, weight, (), line)
    moving = parts[1] == b"S D"
    return ScaleReading(PROTOCOL, weight, not moving, None, None, ordered("moving" if moving else None), line)


def _answer(line: bytes) -> ScaleReading | None:
    status = _STATUS.fullmatch(line)
    if status and line[:-2] in _ANSWERS:
        return _without_weight(line, _FLAG_OF_STATUS[status[1]])
    if _REFUSED.fullmatch(line) or _ERROR_TEXT.fullmatch(line):
        return _without_weight(line, "error")
    serial = _SERIAL_NUMBER.fullmatch(line)
    if serial:
        return _without_weight(line, "power_up" if serial[1] else "error")
    return None


def _without_weight(line: bytes, flag: str | None) -> ScaleReading:
    return ScaleReading(PROTOCOL, None, None, None, None, ordered(flag), line)
