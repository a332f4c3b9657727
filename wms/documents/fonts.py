"""A typeface with Chinese: the system's if it is there; for PDF the viewer's own otherwise."""

from functools import cache
from pathlib import Path

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

from wms.kernel.errors import Unavailable

HAN = "Han"
BUILT_IN = "STSong-Light"
PLACES = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/wqy-microhei/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
)


class FontMissing(Unavailable):
    """A label's Chinese is drawn as a picture, for which a typeface must be installed."""

    code = "font_missing"
    en = "Labels for this printer need a Chinese typeface on the server: install fonts-wqy-microhei."
    zh = "此打印机标签需要服务器安装中文字体: 请安装 fonts-wqy-microhei。"


def path_of_font() -> Path | None:
    """Return the file of a TrueType face with Chinese, or None."""
    return next((path for path in PLACES if path.exists()), None)


@cache
def pdf_font() -> str:
    """Return the name of the face for PDF, registered: embedded if the file is there, else the viewer's."""
    path = path_of_font()
    if path is None:
        pdfmetrics.registerFont(UnicodeCIDFont(BUILT_IN))
        return BUILT_IN
    pdfmetrics.registerFont(TTFont(HAN, str(path), subfontIndex=0))
    return HAN


@cache
def picture_font(pixels: int) -> ImageFont.FreeTypeFont:
    """Return the face for drawing, `pixels` high. Raises FontMissing."""
    path = path_of_font()
    if path is None:
        raise FontMissing
    return ImageFont.truetype(str(path), pixels)
