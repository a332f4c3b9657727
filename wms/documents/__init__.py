"""Papers: receipts, labels and gate passes as PDF and ZPL, with codes that a scanner and a telephone read.

Pure makers: facts in, bytes out. They ask no database, take no decision, and print every word in both languages.
"""

from wms.documents.codes import code128_svg, qr_svg, sscc_element
from wms.documents.fonts import FontMissing
from wms.documents.labels import labels_pdf, labels_zpl
from wms.documents.receipt import receipt_pdf, receipt_rows

__all__ = [
    "FontMissing", "code128_svg", "labels_pdf", "labels_zpl", "qr_svg", "receipt_pdf", "receipt_rows", "sscc_element",
]  # fmt: skip
