"""Toledo continuous output (8530, IND2xx to IND5xx and their copies): ``02 A B C weight*6 tare*6 0D [check]``.

The low seven bits of all bytes sum to 0 modulo 128. The check byte may be 0A, 0D or 02, so the frame is found by its
length: STX, CR at its fixed place, the check right after. A short form lacks the tare field; forms without the check
exist; the length chooses among the four. The constant bits of A, B and C differ by maker and are not looked at.
"""

import re

from devices.errors import BadOption
from devices.frames.framer import FrameOptions, Protection
from devices.frames.reading import ScaleReading, ordered
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, ScanningFramer, Verdict
from devices.frames.weight import grams

PROTOCOL = "toledo-continuous"
LENGTH_USUAL = 18
LENGTHS = (11, 12, 17, 18)  # short, short with check, full, full with check
LENGTHS_CHECKED = (12, 18)

PLACES = (-2, -1, 0, 1, 2, 3, 4, 5)  # by the low three bits of A
NET, NEGATIVE, OUT_OF_RANGE, MOTION, KILOGRAMS, POWER_UP = 0x01, 0x02, 0x04, 0x08, 0x10, 0x40  # B
UNIT_BITS, EXPANDED = 0x07, 0x10  # C
UNIT_BY_B, UNIT_GRAMS, UNIT_TONNES = 0, 1, 2

_DIGITS = re.compile(rb" *[0-9]+")


def framer(options: FrameOptions) -> ScanningFramer:
    """A framer of one of the four lengths. Raises BadOption."""
    length = options.length or LENGTH_USUAL
    if length not in LENGTHS:
        raise BadOption(option="length", value=length, allowed="11, 12, 17, 18")
    checked = length in LENGTHS_CHECKED
    protection: Protection = "check" if checked else "syntax"

    def recognise(window: bytes, _around: Around) -> Found | Verdict:
        if len(window) < length:
            return NEED_MORE
        frame = window[:length]
        body = frame[:-1] if checked else frame
        # Seven data bits: a set eighth one is damage that the sum would not see.
        if body[-1:] != b"\r" or any(byte > 0x7F for byte in frame) or (checked and sum(frame) % 128):
            return NOT_A_FRAME
        reading = _reading(frame, body[4:-1])
        return Found(length, reading) if reading else NOT_A_FRAME

    return ScanningFramer(PROTOCOL, recognise, b"\x02", protection)


def _reading(frame: bytes, fields: bytes) -> ScaleReading | None:
    """The meaning of a framed body; ``None`` where the fields hold something else than digits."""
    b = frame[2]
    flags = ordered(
        "moving" if b & MOTION else None,
        "out_of_range" if b & OUT_OF_RANGE else None,
        "power_up" if b & POWER_UP else None,
    )
    stable = not b & MOTION
    unit = _unit(frame)
    if b & (OUT_OF_RANGE | POWER_UP):  # the digits mean nothing, whatever they are
        is_text = all(0x20 <= byte < 0x7F for byte in fields)
        stable_if_said = False if b & MOTION else None
        return ScaleReading(PROTOCOL, None, stable_if_said, None, None, flags, frame) if is_text else None
    # A tare of zero may be blanked as a whole, not only its leading zeros.
    if not _DIGITS.fullmatch(fields[:6]) or not _DIGITS.fullmatch(fields[6:].strip(b" ") or b"0"):
        return None
    if unit is None:
        return ScaleReading(PROTOCOL, None, None, None, None, ordered(*flags, "error"), frame)
    places = PLACES[frame[1] & 0x07]
    weight = grams(fields[:6].decode().strip(), unit, negative=bool(b & NEGATIVE), places=places)
    tare = grams(fields[6:].decode().strip() or "0", unit, places=places)
    if weight is None or tare is None:
        return None
    is_net = bool(b & NET)
    # In gross mode a field of zero is how the indicator says that no tare is set.
    tare_said = tare if fields[6:] and (is_net or tare) else None
    return ScaleReading(PROTOCOL, weight, stable, is_net, tare_said, flags, frame)


def _unit(frame: bytes) -> str | None:
    """The unit, or ``None`` where B and C name one that makers use differently, or a display expanded tenfold."""
    if frame[3] & EXPANDED:
        return None
    if frame[3] & UNIT_BITS == UNIT_BY_B:
        return "kg" if frame[2] & KILOGRAMS else "lb"
    return {UNIT_GRAMS: "g", UNIT_TONNES: "t"}.get(frame[3] & UNIT_BITS)
