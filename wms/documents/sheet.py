"""The sheet every paper of the house is printed on: heads in both languages, terms with their words, tables, codes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from wms.documents.fonts import pdf_font

PADDING = 6  # points the frame of a page keeps inside its margins
WIDTH_MM = 174
MARGIN_MM = 18
QR_MM = 28
GREY = colors.Color(0.35, 0.35, 0.35)
LINE = colors.Color(0.6, 0.6, 0.6)

Both = tuple[str, str]  # Chinese, English


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms with what they say: Chinese term, English term, the words."""

    rows: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its name, heads, rows and a last row of sums; `numbers` are the columns set to the right."""

    name: Both
    heads: Sequence[Both]
    widths_mm: Sequence[int]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    foot: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph a language."""

    text: Both
    strong: bool = False


@dataclass(frozen=True, slots=True)
class BigCode:
    """A code to scan and to read aloud, in the middle of the paper."""

    qr: str
    printed: str
    note: Both


Part = Terms | Grid | Words | BigCode


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper: what it is, its number, who issues it, where it can be checked, what it says, who signs it."""

    title: Both
    number: str
    issuer: str
    parts: Sequence[Part]
    check_url: str = ""
    signs: Sequence[Both] = field(default_factory=tuple)


def sheet_pdf(sheet: Sheet) -> bytes:
    """Return a sheet as a PDF on A4; every page names the paper and counts."""
    styles = _styles()
    paper = io.BytesIO()
    document = SimpleDocTemplate(
        paper, pagesize=A4, title=f"{sheet.number} {sheet.title[1]}", author=sheet.issuer,
        leftMargin=MARGIN_MM * mm - PADDING,
        rightMargin=MARGIN_MM * mm - PADDING, topMargin=16 * mm, bottomMargin=18 * mm,
    )  # fmt: skip
    story: list[Flowable] = [_head(sheet, styles), Spacer(1, 5 * mm)]
    for part in sheet.parts:
        story += [*_drawn(part, styles), Spacer(1, 5 * mm)]
    if sheet.signs:
        story.append(KeepTogether([Spacer(1, 10 * mm), _signs(sheet.signs, styles)]))

    def foot(canvas: Canvas, shown: Any) -> None:
        canvas.setFont(pdf_font(), 7.5)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN_MM * mm, 10 * mm, f"{sheet.title[0]} {sheet.title[1]} № {sheet.number}")
        canvas.drawRightString(A4[0] - MARGIN_MM * mm, 10 * mm, f"{shown.page}")

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return paper.getvalue()


def qr(text: str, size_mm: float = QR_MM) -> Drawing:
    """Return a QR code of a text as a square of `size_mm`."""
    code = QrCodeWidget(text, barLevel="M")
    left, _, right, _ = code.getBounds()
    scale = size_mm * mm / (right - left)
    drawing = Drawing(size_mm * mm, size_mm * mm, transform=[scale, 0, 0, scale, 0, 0])
    drawing.add(code)
    return drawing


def both(text: Both) -> str:
    """Return a label in both languages, the English one smaller, as markup."""
    return f'{escape(text[0])} <font size="7" color="#595959">{escape(text[1])}</font>'


def _styles() -> dict[str, ParagraphStyle]:
    plain = ParagraphStyle("plain", fontName=pdf_font(), fontSize=9, leading=12.5, wordWrap="CJK")
    return {
        "plain": plain,
        "head": ParagraphStyle("head", parent=plain, fontSize=19, leading=25),
        "issuer": ParagraphStyle("issuer", parent=plain, fontSize=10, leading=14),
        "small": ParagraphStyle("small", parent=plain, fontSize=7, leading=9, textColor=GREY),
        "strong": ParagraphStyle("strong", parent=plain, fontSize=11, leading=15),
        "right": ParagraphStyle("right", parent=plain, alignment=TA_RIGHT, wordWrap=None),
        "heading": ParagraphStyle("heading", parent=plain, fontSize=8, leading=10),
        "heading_right": ParagraphStyle("heading_right", parent=plain, fontSize=8, leading=10, alignment=TA_RIGHT),
        "code": ParagraphStyle("code", parent=plain, fontSize=30, leading=38, alignment=TA_CENTER, wordWrap=None),
        "middle": ParagraphStyle("middle", parent=plain, alignment=TA_CENTER),
    }


def _head(sheet: Sheet, styles: dict[str, ParagraphStyle]) -> Flowable:
    words = [
        Paragraph(escape(sheet.issuer), styles["issuer"]),
        Paragraph(f'{escape(sheet.title[0])} <font size="12">{escape(sheet.title[1])}</font>', styles["head"]),
        Paragraph(f"№ {escape(sheet.number)}", styles["plain"]),
    ]
    if not sheet.check_url:
        return Table([[words]], colWidths=[WIDTH_MM * mm], style=_BARE)
    words.append(Paragraph(f"查验 Check: {escape(sheet.check_url)}", styles["small"]))
    return Table([[words, qr(sheet.check_url)]], colWidths=[(WIDTH_MM - 32) * mm, 32 * mm], style=_BARE)


_BARE = TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"), ("ALIGN", (-1, 0), (-1, 0), "RIGHT")])  # fmt: skip


def _drawn(part: Part, styles: dict[str, ParagraphStyle]) -> list[Flowable]:
    match part:
        case Terms():
            return [_terms(part, styles)]
        case Grid():
            return [Paragraph(both(part.name), styles["strong"]), Spacer(1, 1.5 * mm), _grid(part, styles)]
        case Words():
            style = styles["strong" if part.strong else "plain"]
            return [Paragraph(escape(text), style) for text in part.text if text]
        case BigCode():
            return [KeepTogether(_big_code(part, styles))]


def _terms(part: Terms, styles: dict[str, ParagraphStyle]) -> Flowable:
    rows = [
        [Paragraph(both((zh, en)), styles["plain"]), Paragraph(escape(text), styles["plain"])]
        for zh, en, text in part.rows
    ]
    table = Table(rows, colWidths=[50 * mm, (WIDTH_MM - 50) * mm])
    table.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
                               ("LEFTPADDING", (0, 0), (-1, -1), 0)]))  # fmt: skip
    return table


def _grid(part: Grid, styles: dict[str, ParagraphStyle]) -> Flowable:
    def line(cells: Sequence[str], kind: str = "plain") -> list[Paragraph]:
        return [
            Paragraph(escape(text), styles["right" if at in part.numbers else kind]) for at, text in enumerate(cells)
        ]

    heads = [
        Paragraph(f"{escape(zh)}<br/>{escape(en)}", styles["heading_right" if at in part.numbers else "heading"])
        for at, (zh, en) in enumerate(part.heads)
    ]
    rows = [heads, *(line(row) for row in part.rows), *([line(part.foot)] if part.foot else [])]
    table = Table(rows, colWidths=[width * mm for width in part.widths_mm], repeatRows=1)
    rules: list[tuple[Any, ...]] = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
    if part.foot:
        rules.append(("LINEABOVE", (0, -1), (-1, -1), 0.8, colors.black))
    table.setStyle(TableStyle(rules))
    return table


def _big_code(part: BigCode, styles: dict[str, ParagraphStyle]) -> list[Flowable]:
    drawing = qr(part.qr, 46)
    drawing.hAlign = "CENTER"
    words = Paragraph(f"{escape(part.note[0])}<br/>{escape(part.note[1])}", styles["middle"])
    return [drawing, Paragraph(escape(part.printed), styles["code"]), words]


def _signs(signs: Sequence[Both], styles: dict[str, ParagraphStyle]) -> Flowable:
    cells = [Paragraph(f"{both(label)}<br/><br/>________________", styles["plain"]) for label in signs]
    return Table([cells], colWidths=[WIDTH_MM / len(signs) * mm] * len(signs), style=_BARE)
