"""Toledo 8217 (counter scales): ``02 digits [N] 0D`` or ``02 '?' status 0D``.

Kilograms come as ``WW.WWW``, pounds as ``WW.WW`` or ``0WW.WW``; the unit is configured and the digits must fit it. Of
the status byte only the low five bits mean the same on all models, and it need not be printable. A scale that shows
less than nothing sends only its status.
"""

import re

from devices.errors import BadOption
from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading, ordered
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, ScanningFramer, Verdict
from devices.frames.weight import grams

PROTOCOL = "toledo-8217"
FRAME_BYTES_MAX = 9
STATUS_BYTES = 4
STATUS_FLAGS = ((0x01, "moving"), (0x02, "overload"), (0x04, "underload"), (0x08, "out_of_range"), (0x10, "zero"))

_FRAMES = {
    "kg": re.compile(rb"\x02([0-9]{2}\.[0-9]{3})(N?)\r"),
    "lb": re.compile(rb"\x02(0?[0-9]{2}\.[0-9]{2})(N?)\r"),
}


def framer(options: FrameOptions) -> ScanningFramer:
    """A framer of weight and status replies. Raises BadOption when the unit is neither kg nor lb."""
    if options.unit not in _FRAMES:
        raise BadOption(option="unit", value=options.unit, allowed="kg, lb")
    pattern = _FRAMES[options.unit]

    def recognise(window: bytes, _around: Around) -> Found | Verdict:
        if window[1:2] == b"?":
            return _status(window)
        end = window.find(b"\r", 0, FRAME_BYTES_MAX) + 1
        if not end:
            return NEED_MORE if len(window) < FRAME_BYTES_MAX else NOT_A_FRAME
        parts = pattern.fullmatch(window[:end])
        weight = grams(parts[1].decode(), options.unit) if parts else None
        if parts is None or weight is None:
            return NOT_A_FRAME
        return Found(end, ScaleReading(PROTOCOL, weight, True, parts[2] == b"N", None, (), window[:end]))

    return ScanningFramer(PROTOCOL, recognise, b"\x02", "syntax")


def _status(window: bytes) -> Found | Verdict:
    """A status reply is four bytes whatever the third is: a CR or STX there is a status, too."""
    if len(window) < STATUS_BYTES:
        return NEED_MORE
    status = window[2]
    if window[3:4] != b"\r" or status > 0x7F:  # the line has seven data bits
        return NOT_A_FRAME
    flags = ordered(*(flag for bit, flag in STATUS_FLAGS if status & bit))
    stable = False if "moving" in flags else None
    return Found(STATUS_BYTES, ScaleReading(PROTOCOL, None, stable, None, None, flags, window[:STATUS_BYTES]))
