"""CAS CI / PDI / NT: ``ST|US|OL , GS|NT , id lamp , data*8 SP unit CR LF``, 22 bytes, no check.

The device id is any byte (a line end, too) and the lamp byte has its top bit set, so the frame is neither ASCII nor a
line: it is found by its length. The lamp's other bits differ by model; only "zero" is taken from it. A ten-byte form is
the data field alone, an eighteen-byte form A&D's line. The CI-6000A reports an error as ``ERR`` and a code.
"""

import re
from dataclasses import replace

from devices.errors import BadOption
from devices.frames.and_standard import read_line
from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading, ordered
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, Recogniser, ScanningFramer, Verdict
from devices.frames.weight import grams

PROTOCOL = "cas-22"
FRAME_BYTES = 22
SHORT_BYTES = 10
LINE_BYTES = 18
LAMP_ZERO = 0x01
HEADERS = (b"ST,", b"US,", b"OL,")

_FRAME = re.compile(rb"(ST|US|OL),(GS|NT),(.)([\x80-\xff]),(.{8}) (kg| t| g|lb)\r\n", re.DOTALL)
_ERROR = re.compile(rb"ERR[ -~]{1,3}\r\n")
_VALUE = re.compile(rb" *([-+]?) *([0-9]+(?:\.[0-9]*)?)")


def framer(options: FrameOptions) -> ScanningFramer:
    """A framer of the long form, of the ten-byte one or of A&D's eighteen. Raises BadOption."""
    length = options.length or FRAME_BYTES
    if length not in (SHORT_BYTES, LINE_BYTES, FRAME_BYTES):
        raise BadOption(option="length", value=length, allowed="10, 18, 22")
    if length == LINE_BYTES:
        return ScanningFramer(PROTOCOL, _line, b"SUO", "syntax")
    if length == SHORT_BYTES:
        return ScanningFramer(PROTOCOL, _short(options.unit), b"-+ 0123456789", "none")
    return ScanningFramer(PROTOCOL, _recognise, b"SUOE", "syntax")


def _recognise(window: bytes, _around: Around) -> Found | Verdict:
    if window[:1] == b"E":
        return _error(window)
    if not any(header.startswith(window[:3]) for header in HEADERS):
        return NOT_A_FRAME
    if len(window) < FRAME_BYTES:
        return NEED_MORE
    frame = window[:FRAME_BYTES]
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        return NOT_A_FRAME
    if parts[1] == b"OL":
        return Found(FRAME_BYTES, ScaleReading(PROTOCOL, None, None, None, None, ordered("overload"), frame))
    weight = _grams(parts[5], parts[6].decode().strip())
    if weight is None:
        return NOT_A_FRAME
    moving = parts[1] == b"US"
    flags = ordered("moving" if moving else None, "zero" if parts[4][0] & LAMP_ZERO else None)
    return Found(FRAME_BYTES, ScaleReading(PROTOCOL, weight, not moving, parts[2] == b"NT", None, flags, frame))


def _error(window: bytes) -> Found | Verdict:
    end = window.find(b"\n", 0, 8) + 1
    if not end:
        return NEED_MORE if len(window) < 8 and b"ERR".startswith(window[:3]) else NOT_A_FRAME
    if not _ERROR.fullmatch(window[:end]):
        return NOT_A_FRAME
    return Found(end, ScaleReading(PROTOCOL, None, None, None, None, ordered("error"), window[:end]))


def _line(window: bytes, _around: Around) -> Found | Verdict:
    if not any(header.startswith(window[:3]) for header in HEADERS):
        return NOT_A_FRAME
    if len(window) < LINE_BYTES:
        return NEED_MORE
    frame = window[:LINE_BYTES]
    reading = read_line(frame) if frame.endswith(b"\r\n") else None
    return Found(LINE_BYTES, replace(reading, protocol=PROTOCOL)) if reading else NOT_A_FRAME


def _short(unit: str) -> Recogniser:
    def recognise(window: bytes, _around: Around) -> Found | Verdict:
        if len(window) < SHORT_BYTES:
            return NEED_MORE
        frame = window[:SHORT_BYTES]
        weight = _grams(frame[:8], unit) if frame[8:] == b"\r\n" else None
        if weight is None:
            return NOT_A_FRAME
        return Found(SHORT_BYTES, ScaleReading(PROTOCOL, weight, None, None, None, (), frame))

    return recognise


def _grams(field: bytes, unit: str) -> int | None:
    value = _VALUE.fullmatch(field)
    return grams(value[2].decode(), unit, negative=value[1] == b"-") if value else None
