import pytest

from tests.dock.pictures import SECRET, orientation, picture, pixels
from wms.dock.rules.pictures import MOST_BYTES, clean_picture

KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_stays_and_the_notes_go(kind: str) -> None:
    sent = picture(kind)
    assert SECRET in sent
    kept = clean_picture(sent + b"PK\x03\x04 a file behind the picture")
    assert (kept.media_type, kept.width, kept.height) == (KINDS[kind], 40, 30)
    assert SECRET not in kept.body
    assert b"PK\x03\x04" not in kept.body
    assert pixels(kept.body) == pixels(sent)
    assert clean_picture(kept.body) == kept


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_turned_jpeg_stays_turned(turned: int) -> None:
    kept = clean_picture(picture("JPEG", turned=turned))
    assert (orientation(kept.body), SECRET in kept.body) == (turned, False)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_cut_short_or_changed_is_no_picture(kind: str) -> None:
    whole = picture(kind)
    for end in range(0, len(whole) - 1, 7):
        with pytest.raises(ValueError, match=r"\w"):
            clean_picture(whole[:end])


def test_a_png_with_a_changed_byte_is_none() -> None:
    body = bytearray(picture("PNG"))
    body[len(body) // 2] ^= 1
    with pytest.raises(ValueError, match="chunk"):
        clean_picture(bytes(body))


def test_other_files_and_too_large_ones_are_refused() -> None:
    for body, why in ((b"", "kind"), (b"<svg onload=alert(1)>", "kind"), (b"GIF89a" + bytes(99), "kind"),
                      (b"%PDF-1.7", "kind"), (picture("JPEG") + bytes(MOST_BYTES), "size")):  # fmt: skip
        with pytest.raises(ValueError, match=why):
            clean_picture(body)
    huge = bytearray(picture("WEBP"))
    at = huge.index(b"VP8X") + 12 if b"VP8X" in huge else 0
    huge[at : at + 6] = b"\xff\xff\x00\xff\xff\x00"
    with pytest.raises(ValueError, match="pixels"):
        clean_picture(bytes(huge))
