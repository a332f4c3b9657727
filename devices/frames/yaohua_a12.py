"""Yaohua XK3190-A12(E): ``W`` ``G|N`` value*7 ``kg`` xor xor CR LF, 15 bytes. Its manual's "checksum" is an XOR.

``OL`` and ``LO`` after nine blanks are overload (over Max + 9 e) and underload (below -20 d). In the field the same
indicator also sends lower-case lines without any check (``wn-003.17kg``); those are read only when asked for.
"""

import re

from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading, ordered
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, ScanningFramer, Verdict
from devices.frames.weight import grams
from devices.frames.yaohua import carries_xor

PROTOCOL = "yaohua-a12"
FRAME_BYTES = 15
PLAIN_BYTES = 13

_WEIGHT = re.compile(rb"W([GN])(-?)([0-9]+(?:\.[0-9]+|[0-9] ))(kg|lb)")
_LIMIT = re.compile(rb" {9}(OL|LO)")
_PLAIN = re.compile(rb"w([wnt])(-?)([0-9]+\.[0-9]+)(kg|lb)\r\n")


def framer(options: FrameOptions) -> ScanningFramer:
    """A framer of the checked frame, or with ``options.unchecked`` of the lower-case line; with ``None`` of both."""
    if options.unchecked is None:
        return ScanningFramer(PROTOCOL, _recognise_either, b"Ww ", "none")
    if options.unchecked:
        return ScanningFramer(PROTOCOL, _recognise_plain, b"w", "none")
    return ScanningFramer(PROTOCOL, _recognise, b"W ", "check")


def _recognise(window: bytes, _around: Around) -> Found | Verdict:
    if len(window) < FRAME_BYTES:
        return NEED_MORE
    frame = window[:FRAME_BYTES]
    if frame[13:] != b"\r\n" or not carries_xor(frame[:11], frame[11:13]):
        return NOT_A_FRAME
    limit = _LIMIT.fullmatch(frame[:11])
    if limit:
        flag = "overload" if limit[1] == b"OL" else "underload"
        return Found(FRAME_BYTES, ScaleReading(PROTOCOL, None, None, None, None, ordered(flag), frame))
    parts = _WEIGHT.fullmatch(frame[:11])
    weight = _grams(parts) if parts else None
    if parts is None or weight is None:
        return NOT_A_FRAME
    return Found(FRAME_BYTES, ScaleReading(PROTOCOL, weight, None, parts[1] == b"N", None, (), frame))


def _recognise_either(window: bytes, around: Around) -> Found | Verdict:
    return _recognise_plain(window, around) if window[:1] == b"w" else _recognise(window, around)


def _recognise_plain(window: bytes, _around: Around) -> Found | Verdict:
    if len(window) < PLAIN_BYTES:
        return NEED_MORE
    frame = window[:PLAIN_BYTES]
    parts = _PLAIN.fullmatch(frame)
    weight = _grams(parts) if parts else None
    if parts is None or weight is None:
        return NOT_A_FRAME
    if parts[1] == b"t":
        return Found(PLAIN_BYTES, ScaleReading(PROTOCOL, None, None, None, weight, (), frame))
    return Found(PLAIN_BYTES, ScaleReading(PROTOCOL, weight, None, parts[1] == b"n", None, (), frame))


def _grams(parts: re.Match[bytes]) -> int | None:
    return grams(parts[3].decode().strip(), parts[4].decode(), negative=parts[2] == b"-")
