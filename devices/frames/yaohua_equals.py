"""The ``=`` formats (Yaohua DS3, A12, A26, A23p): ``=`` and digits with a point; no check and no terminator.

``reversed`` sends the low position first and a sign last (``=00.3000`` is 3.00), ``forward`` reads as written
(``=-0001.00``). Neither the direction nor the length can be seen from a frame, so both are configured. A frame that
follows anything but another frame is believed only once the next ``=`` shows that the length is right.
"""

import re

from devices.errors import BadOption
from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, ScanningFramer, Verdict
from devices.frames.weight import grams

PROTOCOL = "yaohua-equals"
LENGTHS = range(7, 13)
ALPHABET = b"0123456789.-+ "
LENGTH_USUAL = {"reversed": 8, "forward": 9}

# One point at most, never alone; the sign stands where the number begins.
_VALUE = re.compile(rb"([-+ ]?)([0-9]+\.?[0-9]*|\.[0-9]+)")


def framer(options: FrameOptions) -> ScanningFramer:
    """A framer of one direction and one length. Raises BadOption."""
    if options.direction not in LENGTH_USUAL:
        raise BadOption(option="direction", value=options.direction, allowed="reversed, forward")
    length = options.length or LENGTH_USUAL[options.direction]
    if length not in LENGTHS:
        raise BadOption(option="length", value=length, allowed="7–12")
    order = -1 if options.direction == "reversed" else 1

    def recognise(window: bytes, around: Around) -> Found | Verdict:
        if any(byte not in ALPHABET for byte in window[1:length]):
            return NOT_A_FRAME
        if len(window) < length:
            return NEED_MORE
        reading = _reading(window[:length], order, options.unit)
        if reading is None:
            return NOT_A_FRAME
        if not (around.clean or around.ended):
            if len(window) == length:
                return NEED_MORE
            if window[length : length + 1] != b"=":
                return NOT_A_FRAME
        return Found(length, reading)

    return ScanningFramer(PROTOCOL, recognise, b"=", "none")


def _reading(frame: bytes, order: int, unit: str) -> ScaleReading | None:
    value = _VALUE.fullmatch(frame[1:][::order])
    weight = grams(value[2].decode(), unit, negative=value[1] == b"-") if value else None
    if weight is None:
        return None
    return ScaleReading(PROTOCOL, weight, None, None, None, (), frame)
