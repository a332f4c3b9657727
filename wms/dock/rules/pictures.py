"""Photos as bytes: what they are, how large, and the same picture without what a phone wrote into it.

Place, time, maker and owner stand in EXIF, XMP, IPTC and comments; none of it is kept. Only which way up a JPEG is
stays, because the picture would lie on its side without it. Formats: JPEG (ITU T.81), PNG (W3C), WebP (RFC 9649).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 8_000_000
MOST_PIXELS = 60_000_000
PNG_SIGN = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"}
WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
WEBP_NOTES = 0x08 | 0x04  # flags of VP8X: EXIF and XMP
JPEG_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
SOI, EOI, SOS, APP1, COM = 0xD8, 0xD9, 0xDA, 0xE1, 0xFE
ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is one, without notes: its media type, its bytes, its width and height in pixels."""

    media_type: str
    body: bytes
    width: int
    height: int


def clean_picture(body: bytes) -> Picture:
    """Return a JPEG, PNG or WebP without notes and without anything behind its end. Raises ValueError for others."""
    if len(body) > MOST_BYTES:
        raise ValueError("size")
    if body.startswith(b"\xff\xd8\xff"):
        found = _jpeg(body)
    elif body.startswith(PNG_SIGN):
        found = _png(body)
    elif body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        found = _webp(body)
    else:
        raise ValueError("kind")
    if found.width < 1 or found.height < 1 or found.width * found.height > MOST_PIXELS:
        raise ValueError("pixels")
    return found


# ---------------------------------------------------------------- JPEG


def _jpeg(body: bytes) -> Picture:
    kept, size, turned, scans = bytearray(b"\xff\xd8"), (0, 0), 1, 0
    for marker, segment in _segments(body):
        if marker in JPEG_FRAMES:
            size = (int.from_bytes(segment[7:9]), int.from_bytes(segment[5:7]))
        if marker == APP1:
            turned = _orientation(segment[4:]) or turned
        scans += marker == SOS
        if _is_kept(marker, segment):
            kept += segment
    if not scans:
        raise ValueError("scan")
    if turned != 1:
        kept[2:2] = _turned(turned)
    return Picture("image/jpeg", bytes(kept), *size)


def _is_kept(marker: int, segment: bytes) -> bool:
    """Keep what draws the picture: all but comments and notes; of those only JFIF, colour profile and Adobe's mark."""
    if marker == COM:
        return False
    if not 0xE0 <= marker <= 0xEF:
        return True
    return (marker, segment[4:8]) in {(0xE0, b"JFIF"), (0xE2, b"ICC_"), (0xEE, b"Adob")}


def _segments(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the marker and bytes of each segment up to the end of the image; a scan with its data is one."""
    at = 2
    while True:
        if at + 2 > len(body) or body[at] != 0xFF:
            raise ValueError("marker")
        marker = body[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker == EOI:
            yield marker, body[at : at + 2]
            return
        else:
            end = at + 2 + int.from_bytes(body[at + 2 : at + 4])
            if end < at + 4 or end > len(body):
                raise ValueError("length")
            end = _after_scan(body, end) if marker == SOS else end
            yield marker, body[at:end]
            at = end


def _after_scan(body: bytes, at: int) -> int:
    """Return where the next marker stands that is neither a stuffed byte nor a restart."""
    while True:
        at = body.find(b"\xff", at)
        if at < 0 or at + 1 >= len(body):
            raise ValueError("scan")
        if body[at + 1] != 0 and not 0xD0 <= body[at + 1] <= 0xD7:
            return at
        at += 2


def _orientation(note: bytes) -> int:
    """Return which way up an EXIF note says the picture is, 1 to 8; 0 if it does not say."""
    if not note.startswith(b"Exif\x00\x00") or note[6:8] not in (b"II", b"MM"):
        return 0
    order = "little" if note[6:8] == b"II" else "big"
    tiff = note[6:]

    def number(at: int, length: int) -> int:
        return int.from_bytes(tiff[at : at + length], order)  # type: ignore[arg-type]  # one of the two words

    first = number(4, 4)
    for entry in range(first + 2, first + 2 + 12 * min(number(first, 2), 64), 12):
        if number(entry, 2) == ORIENTATION:
            value = number(entry + 8, 2)
            return value if 1 <= value <= 8 else 0
    return 0


def _turned(value: int) -> bytes:
    """Return the smallest EXIF note: which way up, and nothing else."""
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01" + bytes((0, value, 0, 0)) + bytes(4)
    note = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + (len(note) + 2).to_bytes(2) + note


# ---------------------------------------------------------------- PNG


def _png(body: bytes) -> Picture:
    kept, at, size, drawn = bytearray(PNG_SIGN), len(PNG_SIGN), (0, 0), False
    while True:
        length, kind = int.from_bytes(body[at : at + 4]), body[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(body) or zlib.crc32(body[at + 4 : end - 4]) != int.from_bytes(body[end - 4 : end]):
            raise ValueError("chunk")
        if kind == b"IHDR":
            size = (int.from_bytes(body[at + 8 : at + 12]), int.from_bytes(body[at + 12 : at + 16]))
        drawn = drawn or kind == b"IDAT"
        if kind in PNG_KEPT:
            kept += body[at:end]
        at = end
        if kind == b"IEND":
            break
    if not drawn:
        raise ValueError("empty")
    return Picture("image/png", bytes(kept), *size)


# ---------------------------------------------------------------- WebP


def _webp(body: bytes) -> Picture:
    end, at, size, drawn = 8 + int.from_bytes(body[4:8], "little"), 12, (0, 0), False
    kept = bytearray(b"WEBP")
    if end > len(body):
        raise ValueError("length")
    while at + 8 <= end:
        kind, length = body[at : at + 4], int.from_bytes(body[at + 4 : at + 8], "little")
        after = at + 8 + length + length % 2
        if after > end:
            raise ValueError("chunk")
        chunk = bytearray(body[at:after])
        if kind == b"VP8X":
            chunk[8] &= ~WEBP_NOTES & 0xFF
        size = size if size != (0, 0) else _webp_size(kind, bytes(chunk[8:]))
        drawn = drawn or kind in (b"VP8 ", b"VP8L", b"ANMF")
        if kind in WEBP_KEPT:
            kept += chunk
        at = after
    if not drawn:
        raise ValueError("empty")
    return Picture("image/webp", b"RIFF" + len(kept).to_bytes(4, "little") + bytes(kept), *size)


def _webp_size(kind: bytes, data: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if kind == b"VP8L" and data[:1] == b"\x2f":
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
    return 0, 0
