"""Ohaus: a line of polarity, weight, unit, a ``?`` while unstable, and a legend; no check.

Two layouts have fixed columns and are 21 bytes long: Defender 3000 (weight in columns 3 to 9) and Ranger (4 to 10). The
older Navigator and Scout send value and unit with nothing at a fixed place: such a line is read only when it begins
where a line may begin, else a damaged digit would leave a smaller weight behind it.
"""

import re

from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading, ordered
from devices.frames.scanner import NOT_A_FRAME, Around, Found, ScanningFramer, Verdict, line_end
from devices.frames.weight import grams

PROTOCOL = "ohaus"
COLUMNS_BYTES = 21
OLDER_BYTES_MAX = 18  # longer ones are lines in columns that have lost a byte, perhaps a digit
LINE_BYTES_MAX = 32
LF = 0x0A
LINE_STARTS = (-1, LF)

_WEIGHT_FIELD = rb"(?=[ 0-9.]{7} ) *([0-9]+(?:\.[0-9]+)?) "
_DEFENDER = re.compile(rb"([- ]) " + _WEIGHT_FIELD + rb"(kg|g|t|lb) {3,4}([? ])(G  |NET|T  |   )\r\n")
_RANGER = re.compile(rb"([- ])  " + _WEIGHT_FIELD + rb"(kg| g|g | t|t |lb) ([? ]) (NET|B/G|G  |PT |   )\r\n")
_OLDER = re.compile(rb" *(-?) *([0-9]+(?:\.[0-9]+)?) +(kg|g|t|lb)(?: +(\?))?(?: +(G|NET|T|B/G|PT))?\r\n")
_ERROR = re.compile(rb"ES\r\n")
_IS_NET = {b"G": False, b"B/G": False, b"NET": True}


def framer(_options: FrameOptions) -> ScanningFramer:
    """A framer of all three layouts."""
    return ScanningFramer(PROTOCOL, _recognise, b"-+ 0123456789E", "syntax")


def _recognise(window: bytes, around: Around) -> Found | Verdict:
    end = line_end(window, LINE_BYTES_MAX)
    if isinstance(end, Verdict):
        return end
    line = window[:end]
    if _ERROR.fullmatch(line):
        return Found(end, ScaleReading(PROTOCOL, None, None, None, None, ordered("error"), line))
    reading = _columns(line)
    if reading is None and len(line) <= OLDER_BYTES_MAX and around.byte_before in LINE_STARTS:
        reading = _reading(_OLDER.fullmatch(line), line)
    return Found(end, reading) if reading else NOT_A_FRAME


def _columns(line: bytes) -> ScaleReading | None:
    if len(line) != COLUMNS_BYTES:
        return None
    return _reading(_DEFENDER.fullmatch(line) or _RANGER.fullmatch(line), line)


def _reading(parts: re.Match[bytes] | None, line: bytes) -> ScaleReading | None:
    if parts is None:
        return None
    weight = grams(parts[2].decode(), parts[3].decode().strip(), negative=parts[1] == b"-")
    if weight is None:
        return None
    legend = (parts[5] or b"").strip()
    if legend in (b"T", b"PT"):
        return ScaleReading(PROTOCOL, None, None, None, weight, (), line)
    moving = parts[4] == b"?"
    flags = ordered("moving" if moving else None)
    return ScaleReading(PROTOCOL, weight, not moving, _IS_NET.get(legend), None, flags, line)
