"""Yaohua XK3190, command mode (tF = 1): ``02 address command data xor xor 03``, the XOR over address to data.

Replies B, C and D carry a weight field (gross, tare, net): a tare reply says nothing of the weight on the pan. A
handshake, a truck number and the echo of a request on a two-wire bus are valid frames without a reading.
"""

from devices.frames.framer import FrameOptions
from devices.frames.reading import ScaleReading
from devices.frames.scanner import NEED_MORE, NOT_A_FRAME, Around, Found, ScanningFramer, Verdict
from devices.frames.yaohua import WEIGHT_BYTES, carries_xor, signed_grams

PROTOCOL = "yaohua-command"
FRAME_BYTES_MIN = 6
FRAME_BYTES_MAX = 16
ADDRESSES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COMMANDS = b"ABCDEF"
STX, ETX = b"\x02", b"\x03"


def framer(options: FrameOptions) -> ScanningFramer:
    """A framer of replies; with ``options.address`` the frames of other instruments on the bus are passed over."""

    def recognise(window: bytes, _around: Around) -> Found | Verdict:
        end = window.find(ETX, 0, FRAME_BYTES_MAX) + 1
        if not end:
            return NEED_MORE if len(window) < FRAME_BYTES_MAX else NOT_A_FRAME
        frame = window[:end]
        if end < FRAME_BYTES_MIN or not carries_xor(frame[1:-3], frame[-3:-1]):
            return NOT_A_FRAME
        return _content(frame, options)

    return ScanningFramer(PROTOCOL, recognise, STX, "check")


def _content(frame: bytes, options: FrameOptions) -> Found | Verdict:
    address, command, field = frame[1:2], frame[2:3], frame[3:-3]
    if address not in ADDRESSES or command not in COMMANDS:
        return NOT_A_FRAME
    if options.address is not None and address != options.address.encode():
        return Found(len(frame), None)
    if command not in b"BCD" or not field:
        is_text = all(0x20 <= byte < 0x7F for byte in field)
        return Found(len(frame), None) if is_text else NOT_A_FRAME
    weight = signed_grams(field, options.unit) if len(field) == WEIGHT_BYTES else None
    if weight is None:
        return NOT_A_FRAME
    if command == b"C":
        return Found(len(frame), ScaleReading(PROTOCOL, None, None, None, weight, (), frame))
    return Found(len(frame), ScaleReading(PROTOCOL, weight, None, command == b"D", None, (), frame))
