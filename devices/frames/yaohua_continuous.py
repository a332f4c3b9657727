"""Yaohua XK3190, continuous output (tF = 0): ``02 sign d*6 places xor xor 03``, 12 bytes.

The frame has no motion flag, no unit and no word on gross or net; the two characters before ETX are a check, not a
status.
"""

from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, ScanningFramer, Verdict
from devices.frames.yaohua import carries_xor, signed_grams

PROTOCOL = "yaohua-continuous"
FRAME_BYTES = 12


def framer(options: FrameOptions) -> ScanningFramer:
    """A framer of the continuous output; the unit comes from the options."""

    def recognise(window: bytes, _around: Around) -> Found | Verdict:
        if len(window) < FRAME_BYTES:
            return NEED_MORE
        frame = window[:FRAME_BYTES]
        if frame[-1:] != b"\x03" or not carries_xor(frame[1:9], frame[9:11]):
            return NOT_A_FRAME
        weight = signed_grams(frame[1:9], options.unit)
        if weight is None:
            return NOT_A_FRAME
        return Found(FRAME_BYTES, ScaleReading(PROTOCOL, weight, None, None, None, (), frame))

    return ScanningFramer(PROTOCOL, recognise, b"\x02", "check")
