"""The warehouse receipt as a PDF: every field of it in both languages, and a QR code to its public check page."""

import io
from html import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from wms.documents.fonts import pdf_font
from wms.receipts import Receipt

QR_MM = 30
DELIVER_TO = {"named": "记名 named", "order": "指示 order", "holder": "持有人 holder"}


def receipt_rows(receipt: Receipt) -> list[tuple[str, str, str]]:
    """Return what a receipt says: Chinese term, English term, and the words."""
    size = f"{receipt.variety} {receipt.grade} {receipt.size}".strip()
    return [
        ("保管人", "Keeper", f"{receipt.keeper_name} {receipt.keeper_registration}"),
        ("存货人", "Depositor", f"{receipt.depositor_name} {receipt.depositor_address}"),
        ("交付对象", "Deliver to", DELIVER_TO[receipt.deliver_to]),
        ("货物", "Goods", f"{size} {receipt.colour_pattern} {receipt.bagging} {receipt.marks}".strip()),
        ("件数", "Units", f"{receipt.units:,}"),
        ("入库重量", "Entry weight", f"{receipt.entry_grams // 1000:,}.{receipt.entry_grams % 1000:03d} kg"),
        ("称重方式", "Weighed", "仪器过磅 by instrument" if receipt.weighed_by_instrument else "手工录入 typed"),
        ("损耗标准", "Loss standard", f"{receipt.loss_standard_permille / 10:.1f} %"),
        ("储存场所", "Storage place", receipt.storage_place),
        ("储存期间", "Stored", f"{receipt.stored_from_on} – {receipt.valid_until_on}"),
        ("仓储费率", "Charges", receipt.charges_text or "–"),
        ("保险", "Insurance", _insurance(receipt)),
        ("市场价值", "Market value", _value(receipt)),
        ("留置权", "Lien", receipt.lien_text),
        ("保管人利益", "Keeper's interest", receipt.keeper_interest_text),
        ("填发", "Issued", f"{receipt.issued_place} {receipt.issued_on} · {receipt.signed_by_name}"),
    ]


def receipt_pdf(receipt: Receipt, check_url: str) -> bytes:
    """Return the receipt as a PDF of one sheet; `check_url` opens its public check page."""
    font = pdf_font()
    small = ParagraphStyle("small", fontName=font, fontSize=9, leading=12, wordWrap="CJK")
    head = ParagraphStyle("head", parent=small, fontSize=18, leading=24)
    paper = io.BytesIO()
    sheet = SimpleDocTemplate(paper, pagesize=A4, title=receipt.code, author=receipt.keeper_name)
    title = [
        Paragraph("仓单 <font size=12>Warehouse receipt</font>", head),
        Paragraph(f"№ {escape(receipt.code)}", small),
        Paragraph(f"查验 Check: {escape(check_url)}", small),
    ]
    top = Table([[title, _qr(check_url)]], colWidths=[125 * mm, 32 * mm])
    body = Table(
        [[Paragraph(f"{zh} <font size=7>{en}</font>", small), Paragraph(escape(text), small)]
         for zh, en, text in receipt_rows(receipt)],
        colWidths=[42 * mm, 115 * mm],
    )  # fmt: skip
    body.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    sign = Paragraph("保管人签章 Keeper's seal: ______________　存货人 Depositor: ______________", small)
    sheet.build([top, Spacer(1, 6 * mm), body, Spacer(1, 16 * mm), sign])
    return paper.getvalue()


def _qr(text: str) -> Flowable:
    code = QrCodeWidget(text, barLevel="M")
    left, _, right, _ = code.getBounds()
    scale = QR_MM * mm / (right - left)
    drawing = Drawing(QR_MM * mm, QR_MM * mm, transform=[scale, 0, 0, scale, 0, 0])
    drawing.add(code)
    return drawing


def _insurance(receipt: Receipt) -> str:
    if receipt.insurance is None:
        return "无 none"
    return f"{receipt.insurance['insurer']} {receipt.insurance['number']} → {receipt.insurance['until_on']}"


def _value(receipt: Receipt) -> str:
    if receipt.market_price is None or receipt.market_value_fen is None:
        return "未知 unknown"
    fen = receipt.market_value_fen
    return f"{receipt.market_price} 元/kg · {fen // 100:,}.{fen % 100:02d} 元"
