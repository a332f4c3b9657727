"""The file of a batch of e-invoices: in Chinese whoever reads it, the same rows always the same bytes."""

from collections.abc import Sequence
from enum import StrEnum
from zoneinfo import ZoneInfo

from wms import einvoicing
from wms.documents.sheets_out import csv_pieces, exact, workbook
from wms.insight import Column, Row, Sheet, Unit
from wms.kernel.errors import Spoken

SHEET = Spoken("E-invoices", "电子发票开票数据")
KINDS = {"invoice": "蓝字", "credit_note": "红字"}
HEADS: tuple[tuple[str, Unit], ...] = (
    ("单据编号", Unit.WORDS), ("单据日期", Unit.DAY), ("蓝红字", Unit.WORDS), ("购买方名称", Unit.WORDS),
    ("购买方纳税人识别号", Unit.WORDS), ("购买方自然人标识", Unit.WORDS), ("购买方地址", Unit.WORDS),
    ("购买方电话", Unit.WORDS), ("购买方开户银行", Unit.WORDS), ("购买方银行账号", Unit.WORDS),
    ("项目名称", Unit.WORDS), ("税收分类编码", Unit.WORDS), ("单位", Unit.WORDS), ("数量", Unit.WORDS),
    ("单价(不含税)", Unit.WORDS), ("金额(不含税)", Unit.FEN), ("税率", Unit.WORDS), ("税额", Unit.FEN),
    ("价税合计", Unit.FEN), ("原单据编号", Unit.WORDS), ("原发票号码", Unit.WORDS), ("备注", Unit.WORDS),
    ("销售方名称", Unit.WORDS), ("销售方纳税人识别号", Unit.WORDS), ("销售方地址", Unit.WORDS),
    ("销售方电话", Unit.WORDS), ("销售方开户银行", Unit.WORDS), ("销售方银行账号", Unit.WORDS),
)  # fmt: skip


class EinvoiceFile(StrEnum):
    """What a batch can be handed over as."""

    CSV = "csv"
    XLSX = "xlsx"


def einvoice_file(
    kind: EinvoiceFile, batch: einvoicing.EinvoiceBatch, rows: Sequence[einvoicing.EinvoiceRow], zone: ZoneInfo
) -> bytes:
    """Return the file of a batch for the tax bureau or its agent; numbers of 15 digits and more stand as text."""
    columns = [Column(Spoken(head, head), unit) for head, unit in HEADS]
    sheet = Sheet(SHEET, columns, [_row(batch, row) for row in rows])
    if kind is EinvoiceFile.CSV:
        return b"".join(csv_pieces(sheet, "zh", zone))
    return workbook([sheet], "zh", zone, made_at=batch.exported_at)


def _row(batch: einvoicing.EinvoiceBatch, row: einvoicing.EinvoiceRow) -> Row:
    quantity = "" if row.quantity_thousandths is None else exact(row.quantity_thousandths, Unit.GRAMS)
    return (
        row.document, row.document_on, KINDS[row.document_kind], row.buyer_name, row.buyer_tax_number,
        "是" if row.buyer_is_person else "否", row.buyer_address, row.buyer_phone, row.buyer_bank,
        row.buyer_account_number, row.item_name, row.item_code, row.unit, quantity, row.price, row.net_fen,
        _rate(row.tax_permille), row.tax_fen, row.gross_fen, row.original, row.original_number, row.remark,
        batch.seller_name, batch.seller_tax_number, batch.seller_address, batch.seller_phone, batch.seller_bank,
        batch.seller_account_number,
    )  # fmt: skip


def _rate(permille: int) -> str:
    """Return a rate as the bureau writes it: 0.06, 0.005, 0."""
    return f"0.{permille:03d}".rstrip("0").rstrip(".")
