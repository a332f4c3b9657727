"""A&D standard format, the AD-44xx indicators and the many that copy them (CAS's "AND 18" form is one).

``HH , [comparator ,] [GS|NT|TR ,] value unit CR LF``. ``ST`` stable, ``US`` unstable, ``QT`` a stable count of
pieces, ``OL`` out of range: the digits of an ``OL`` frame are never a weight (``OL,+9999999E+19``). A second word
``OK``, ``HI`` or ``LO`` is a comparator's and says nothing about the range; ``LO`` as the first word does (AD-4404).
"""

import re

from devices.errors import BadOption
from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading, ordered
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, ScanningFramer, Verdict
from devices.frames.weight import grams

PROTOCOL = "and-standard"
LINE_BYTES_MAX = 32
TERMINATORS = ("crlf", "cr", "auto")
HEADERS = (b"ST,", b"US,", b"QT,", b"OL,", b"LO,")

_WEIGHT = re.compile(
    rb"(ST|US|QT),(?:(?:OK|HI|LO),)?(?:(GS|NT|TR|G |N ),)? *([+-]?) *([0-9]{1,9}(?:\.[0-9]{0,8})?|\.[0-9]{1,8})"
    rb" {0,3}(kg|g|t|lb|PC)"
)
_RANGE = re.compile(rb"(OL|LO),(?:(?:GS|NT|TR|G |N ),)?( *-)?[ -~]{0,24}")
_IS_NET = {b"GS": False, b"G ": False, b"NT": True, b"N ": True}


def framer(options: FrameOptions) -> ScanningFramer:
    """A framer of lines that end in CR LF, in CR alone, or in either; a given length must be met. Raises BadOption."""
    if options.terminator not in TERMINATORS:
        raise BadOption(option="terminator", value=options.terminator, allowed=", ".join(TERMINATORS))
    if options.length is not None and not 8 <= options.length <= LINE_BYTES_MAX:
        raise BadOption(option="length", value=options.length, allowed=f"8–{LINE_BYTES_MAX}")

    def recognise(window: bytes, around: Around) -> Found | Verdict:
        if not any(header.startswith(window[:3]) for header in HEADERS):
            return NOT_A_FRAME
        end = _end(window, options.terminator, ended=around.ended)
        if isinstance(end, Verdict):
            return end
        if options.length not in (None, end):
            return NOT_A_FRAME
        reading = read_line(window[:end])
        return Found(end, reading) if reading else NOT_A_FRAME

    return ScanningFramer(PROTOCOL, recognise, b"SUQOL", "syntax")


def _end(window: bytes, terminator: str, *, ended: bool) -> int | Verdict:
    """One past the line's last byte. Whether an LF belongs to a CR is known only when the byte after it is there."""
    end = window.find(b"\n" if terminator == "crlf" else b"\r", 0, LINE_BYTES_MAX) + 1
    if not end:
        return NEED_MORE if len(window) < LINE_BYTES_MAX else NOT_A_FRAME
    if terminator != "auto":
        return end
    if len(window) == end and not ended:
        return NEED_MORE
    return end + (window[end : end + 1] == b"\n")


def read_line(line: bytes) -> ScaleReading | None:
    """The reading of one whole line, its end included; ``None`` where its form is not this one."""
    content = line.removesuffix(b"\n").removesuffix(b"\r")
    out = _RANGE.fullmatch(content)
    if out:
        flag = "out_of_range" if out[1] == b"LO" else "underload" if out[2] else "overload"
        return ScaleReading(PROTOCOL, None, None, None, None, ordered(flag), line)
    parts = _WEIGHT.fullmatch(content)
    if parts is None:
        return None
    moving = parts[1] == b"US"
    flags = ordered("moving" if moving else None)
    if parts[5] == b"PC":
        return ScaleReading(PROTOCOL, None, not moving, None, None, flags, line)
    weight = grams(parts[4].decode(), parts[5].decode(), negative=parts[3] == b"-")
    if weight is None or parts[1] == b"QT":
        return None
    if parts[2] == b"TR":
        return ScaleReading(PROTOCOL, None, None, None, weight, (), line)
    is_net = _IS_NET[parts[2]] if parts[2] else None
    return ScaleReading(PROTOCOL, weight, not moving, is_net, None, flags, line)
