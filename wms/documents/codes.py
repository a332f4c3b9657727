"""Codes as SVG that stands in a page: QR for telephones, Code 128 for hand scanners."""

from typing import Any

import segno
from reportlab.graphics.barcode.code128 import Code128

FNC1 = "\xf1"
QUIET = 10  # modules of silence either side, as the standard asks
BAR_HEIGHT = 60


def qr_svg(text: str) -> str:
    """Return a QR code of a text as an SVG element; its size is the box it stands in."""
    found: str = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2, dark="#000", light="#fff")
    return found


def code128_svg(text: str) -> str:
    """Return a Code 128 of a text as an SVG element, one unit a module; `text` may begin with FNC1."""
    symbol: Any = Code128(text)  # the types of its steps are not known
    symbol.validate()
    symbol.encode()
    symbol.decompose()
    bars, x = [], QUIET
    for sign in symbol.decomposed:  # upper case a bar, lower case a space, one to four modules wide
        width = ord(sign.upper()) - ord("A") + 1
        if sign.isupper():
            bars.append(f"M{x} 0h{width}v{BAR_HEIGHT}h-{width}z")
        x += width
    path = "".join(bars)
    return (
        f'<svg class="bars" viewBox="0 0 {x + QUIET} {BAR_HEIGHT}" preserveAspectRatio="none" role="img">'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def sscc_element(sscc: str) -> str:
    """Return the GS1-128 content of an SSCC: FNC1, application identifier 00, and the 18 digits."""
    return f"{FNC1}00{sscc}"
