"""NCI / SCP-01 (Weigh-Tronix, Brecknell, Fairbanks, Ohaus Aviator): ``0A weight*6 unit*2 0D 0A [S]hh.. 0D 03``.

Without a weight to give, only ``0A [S]hh.. 0D 03`` comes; ``0A ? 0D 03`` is an unknown command. Two to four status
bytes, with or without the letter. With ``status_inverted`` (Brecknell's SCP-12) the first status byte says "moving" and
"at zero" by a 0, and no LF stands before the status.
"""

import re

from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading, ordered
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, ScanningFramer, Verdict
from devices.frames.weight import grams

PROTOCOL = "nci"
FRAME_BYTES_MAX = 18
CR, ETX = 0x0D, 0x03

MOVING, AT_ZERO, RAM_FAULT, EEPROM_FAULT = 1, 2, 4, 8  # first byte
UNDER, OVER, ROM_FAULT, CALIBRATION_FAULT = 1, 2, 4, 8  # second byte
NET = 4  # third byte

_WEIGHT = re.compile(
    rb"\n(?=[ 0-9.]{6}[a-zA-Z ]{2}) *([0-9]*\.?[0-9]+)(kg|KG|lb|LB| [gGtT]|[gGtT] )\r\n?S?([0-?p-\x7f]{2,4})\r\x03"
)
_STATUS = re.compile(rb"\n?S?([0-?p-\x7f]{2,4})\r\x03")
_UNKNOWN_COMMAND = re.compile(rb"\n\?\r\x03")


def framer(options: FrameOptions) -> ScanningFramer:
    """A framer of weight, status and refusal replies."""
    inversion = MOVING | AT_ZERO if options.status_inverted else 0
    starts = b"\nS" + bytes(range(0x30, 0x40)) if options.status_inverted else b"\n"

    def recognise(window: bytes, around: Around) -> Found | Verdict:
        end = window.find(b"\r\x03", 0, FRAME_BYTES_MAX + 2) + 2
        if end < 2:
            return NEED_MORE if len(window) < FRAME_BYTES_MAX else NOT_A_FRAME
        frame = window[:end]
        if _UNKNOWN_COMMAND.fullmatch(frame):
            return Found(end, ScaleReading(PROTOCOL, None, None, None, None, ordered("error"), frame))
        weight = _WEIGHT.fullmatch(frame)
        status = _STATUS.fullmatch(frame)
        if weight:
            reading = _reading(frame, weight[3], inversion, (weight[1].decode(), weight[2].decode().strip().lower()))
        elif status and (frame[:1] == b"\n" or around.byte_before in (-1, ETX)):
            reading = _reading(frame, status[1], inversion, None)
        else:
            return NOT_A_FRAME
        if reading is None or (status and not reading.flags and around.byte_before == CR):
            return NOT_A_FRAME  # a status that reports nothing, behind a CR, is the tail of a damaged weight reply
        return Found(end, reading)

    return ScanningFramer(PROTOCOL, recognise, starts, "syntax")


def _reading(frame: bytes, status: bytes, inversion: int, value: tuple[str, str] | None) -> ScaleReading | None:
    first, second = status[0] ^ inversion, status[1]
    faulty = first & (RAM_FAULT | EEPROM_FAULT) or second & (ROM_FAULT | CALIBRATION_FAULT)
    flags = ordered(
        "moving" if first & MOVING else None,
        "zero" if first & AT_ZERO else None,
        "overload" if second & OVER else None,
        "underload" if second & UNDER else None,
        "error" if faulty else None,
    )
    moving = "moving" in flags
    if value is None or second & (OVER | UNDER) or faulty:
        return ScaleReading(PROTOCOL, None, False if moving else None, None, None, flags, frame)
    weight = grams(value[0], value[1])
    if weight is None:
        return None
    is_net = bool(status[2] & NET) if len(status) > 2 else None
    return ScaleReading(PROTOCOL, weight, not moving, is_net, None, flags, frame)
