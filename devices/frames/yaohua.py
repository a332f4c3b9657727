"""What the frames of the Yaohua XK3190 family share."""

from typing import Final

from devices.frames.weight import grams

HEX: Final = b"0123456789ABCDEF"
PUNCTUATION_HEX: Final = b"0123456789:;<=>?"  # some firmware adds 30h to every nibble
WEIGHT_BYTES: Final = 8  # sign, six digits, decimal places


def carries_xor(body: bytes, check: bytes) -> bool:
    """Whether the two check characters are the XOR of ``body``, in either of the two spellings of a nibble."""
    xor = 0
    for byte in body:
        xor ^= byte
    high, low = xor >> 4, xor & 15
    return check in (bytes((HEX[high], HEX[low])), bytes((PUNCTUATION_HEX[high], PUNCTUATION_HEX[low])))


def signed_grams(field: bytes, unit: str) -> int | None:
    """Grams of a weight field: ``+`` or ``-``, six digits, the number of decimal places ``0`` to ``4``."""
    sign, digits, places = field[:1], field[1:7], field[7:8]
    if len(field) != WEIGHT_BYTES or sign not in (b"+", b"-") or not digits.isdigit() or not b"0" <= places <= b"4":
        return None
    return grams(digits.decode(), unit, negative=sign == b"-", places=int(places))
