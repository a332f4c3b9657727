"""Labels of units, 100 × 70 mm: PDF for any printer, ZPL for label printers with the Chinese drawn as a picture."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from wms.documents.codes import sscc_element
from wms.documents.fonts import pdf_font, picture_font
from wms.lots import Label

WIDTH_MM, HEIGHT_MM = 100, 70
DOTS_PER_MM = 8
MARGIN_MM = 5
QR_MM = 22
LINE_PX = (44, 32, 28)


def lines_of(label: Label) -> tuple[str, str, str]:
    """Return what a label says in words: the goods, the owner, the lot with the unit's number and day."""
    weight = "" if label.own_grams is None else f" {label.own_grams / 1000:.1f} kg"
    return (
        f"{label.variety} {label.grade} {label.size}".strip(),
        f"{label.owner_name}",
        f"{label.lot_code} #{label.ordinal}{weight}  入库 {label.entry_on:%Y-%m-%d}",
    )


def labels_pdf(labels: Sequence[Label]) -> bytes:
    """Return labels as a PDF, one a page."""
    paper = io.BytesIO()
    canvas = Canvas(paper, pagesize=(WIDTH_MM * mm, HEIGHT_MM * mm), pageCompression=1)
    canvas.setTitle("Labels")
    for label in labels:
        _draw(canvas, label)
        canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _draw(canvas: Canvas, label: Label) -> None:
    font = pdf_font()
    top = HEIGHT_MM * mm - MARGIN_MM * mm
    for text, size in zip(lines_of(label), (18, 13, 11), strict=True):
        top -= size
        canvas.setFont(font, size)
        canvas.drawString(MARGIN_MM * mm, top, text)
        top -= 6
    code = QrCodeWidget(label.lot_code, barLevel="M")
    left, _, right, _ = code.getBounds()
    scale = QR_MM * mm / (right - left)
    drawing = Drawing(QR_MM * mm, QR_MM * mm, transform=[scale, 0, 0, scale, 0, 0])
    drawing.add(code)
    renderPDF.draw(drawing, canvas, (WIDTH_MM - QR_MM - 2) * mm, (HEIGHT_MM - QR_MM - 2) * mm)
    bars = Code128(sscc_element(label.sscc), barHeight=20 * mm, barWidth=0.45 * mm, quiet=True)
    bars.drawOn(canvas, (WIDTH_MM * mm - bars.width) / 2, 10 * mm)
    canvas.setFont(font, 11)
    canvas.drawCentredString(WIDTH_MM * mm / 2, 5 * mm, f"(00) {label.sscc}")


def labels_zpl(labels: Sequence[Label]) -> str:
    """Return labels as ZPL for 203 dpi. Raises FontMissing."""
    return "".join(_zpl(label) for label in labels)


def _zpl(label: Label) -> str:
    width, height = WIDTH_MM * DOTS_PER_MM, HEIGHT_MM * DOTS_PER_MM
    parts, y = [f"^XA^CI28^PW{width}^LL{height}^LH0,0"], 24
    for text, pixels in zip(lines_of(label), LINE_PX, strict=True):
        parts.append(f"^FO32,{y}{graphic(text, pixels)}^FS")
        y += pixels + 20
    parts.append(f"^FO{width - 200},16^BQN,2,6^FDMA,{label.lot_code}^FS")
    parts.append(f"^FO60,{height - 300}^BY3^BCN,180,N,N,N^FD>;>800{label.sscc}^FS")
    parts.append(f"^FO200,{height - 90}^A0N,36,36^FD(00) {label.sscc}^FS^XZ\n")
    return "".join(parts)


def graphic(text: str, pixels: int) -> str:
    """Return a line of text as ^GFA: ASCII hexadecimal, one bit a dot, black is 1. Raises FontMissing."""
    font = picture_font(pixels)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text or " "))
    row_bytes = max(1, -(-(right - left) // 8))
    picture = Image.new("1", (row_bytes * 8, max(1, bottom - top)), 0)
    ImageDraw.Draw(picture).text((-left, -top), text, font=font, fill=1)
    bits = picture.tobytes()
    return f"^GFA,{len(bits)},{len(bits)},{row_bytes},{bits.hex().upper()}"
