"""CAS CI / PDI / NT: ``ST|US|OL , GS|NT , id lamp , data*8 SP unit CR LF``, 22 bytes, no check.

The device id is any byte (a line end, too) and the lamp byte has its top bit set, so the frame is neither ASCII nor a
line: it is found by its length. The lamp's other bits differ by model; only "zero" is taken from it. A ten-byte form is
the data field alone, an eighteen-byte form A&D's line. The CI-6000A reports an error as ``ERR`` and a code.

In command mode (CI-400 manual p. 106, CI-600D p. 77) the indicator answers ``dd RW`` with a frame, repeats what it has
done (``dd MZ``, ``dd MT``), and says ``!`` when it could not and ``?`` when it did not understand.
"""

import re
from dataclasses import replace

from devices.errors import BadOption
from devices.frames.and_standard import read_line
from devices.frames.framer import FrameOptions, Protection
from devices.frames.reading import ScaleReading, ordered
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, Recogniser, ScanningFramer, Verdict
from devices.frames.weight import grams

PROTOCOL = "cas-22"
FRAME_BYTES = 22
SHORT_BYTES = 10
LINE_BYTES = 18
ANSWER_BYTES = 6
DEVICE_MAX = 99
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
    if options.device is not None and not 0 <= options.device <= DEVICE_MAX:
        raise BadOption(option="device", value=options.device, allowed=f"0–{DEVICE_MAX}")
    if length == LINE_BYTES:
        return _made(_line, b"SUO", "syntax", options.device)
    if length == SHORT_BYTES:
        return _made(_short(options.unit), b"-+ 0123456789", "none", options.device)
    return _made(_recognise, b"SUOE", "syntax", options.device)


def _made(recognise: Recogniser, starts: bytes, protection: Protection, device: int | None) -> ScanningFramer:
    """With a device, its answers to commands are frames too, and frames of others on its bus are passed over."""
    if device is None:
        return ScanningFramer(PROTOCOL, recognise, starts, protection)
    mine = {bytes((device,)), bytes((0x30 + device,))}  # the CI sends the number, the NT the character of the number
    answer = re.compile(b"%02d(?:MZ|MT)\r\n|[!?]\r\n" % device)

    def conversing(window: bytes, around: Around) -> Found | Verdict:
        done = answer.match(window)
        if done:
            failed = done[0][:1] in b"!?"
            flags = ordered("error" if failed else None)
            return Found(done.end(), ScaleReading(PROTOCOL, None, None, None, None, flags, done[0]))
        found = recognise(window, around)
        if found is NOT_A_FRAME and len(window) < ANSWER_BYTES and _may_become(window, device):
            return NEED_MORE
        is_long = isinstance(found, Found) and found.length == FRAME_BYTES
        return Found(FRAME_BYTES, None) if is_long and window[6:7] not in mine else found

    return ScanningFramer(PROTOCOL, conversing, starts + b"!?0123456789", protection)


def _may_become(window: bytes, device: int) -> bool:
    return any(
        whole.startswith(window) for whole in (b"%02dMZ\r\n" % device, b"%02dMT\r\n" % device, b"!\r\n", b"?\r\n")
    )


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
