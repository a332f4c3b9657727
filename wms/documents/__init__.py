"""Papers: receipts, labels and gate passes as PDF and ZPL, with codes that scanners read; spreadsheets read in and
written out.

Pure makers: facts in, bytes out. They ask no database, take no decision, and print every word in both languages.
"""

from wms.documents.codes import code128_svg, qr_svg, sscc_element
from wms.documents.fonts import FontMissing
from wms.documents.labels import labels_pdf, labels_zpl
from wms.documents.receipt import receipt_pdf, receipt_rows
from wms.documents.sheets_in import MOST_BYTES, SheetUnreadable, read_sheet
from wms.documents.sheets_out import Cell, Sheet, csv_bytes, xlsx_bytes, yuan
from wms.documents.statements_in import read_statement

__all__ = [
    "MOST_BYTES", "Cell", "FontMissing", "Sheet", "SheetUnreadable", "code128_svg", "csv_bytes", "labels_pdf",
    "labels_zpl", "qr_svg", "read_sheet", "read_statement", "receipt_pdf", "receipt_rows", "sscc_element",
    "xlsx_bytes", "yuan",
]  # fmt: skip
