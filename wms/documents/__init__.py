"""Papers: receipts, labels and gate passes as PDF and ZPL, with codes that scanners read; spreadsheets read in and
written out.

Pure makers: facts in, bytes out. They ask no database, take no decision, and print every word in both languages.
"""

from wms.documents.accounts import statement_pdf
from wms.documents.amounts import capital_yuan
from wms.documents.authority import AuthorityFacts, authority_pdf
from wms.documents.bills import Bill, credit_note_pdf, invoice_pdf
from wms.documents.codes import code128_svg, qr_svg, sscc_element
from wms.documents.einvoices import EinvoiceFile, einvoice_file
from wms.documents.exit_papers import ExitFacts, exit_order_pdf, gate_pass_pdf
from wms.documents.fonts import FontMissing
from wms.documents.labels import labels_pdf, labels_zpl
from wms.documents.letters import Letter, letter_pdf
from wms.documents.receipt import receipt_pdf, receipt_rows
from wms.documents.sheets_in import MOST_BYTES, SheetUnreadable, read_sheet
from wms.documents.sheets_out import csv_pieces, said, workbook, workbook_file, yuan
from wms.documents.statements_in import read_statement

__all__ = [
    "MOST_BYTES", "AuthorityFacts", "Bill", "EinvoiceFile", "ExitFacts", "FontMissing", "Letter", "SheetUnreadable",
    "authority_pdf", "capital_yuan", "code128_svg", "credit_note_pdf", "csv_pieces", "einvoice_file",
    "exit_order_pdf", "gate_pass_pdf", "invoice_pdf", "labels_pdf", "labels_zpl", "letter_pdf", "qr_svg",
    "read_sheet", "read_statement", "receipt_pdf", "receipt_rows", "said", "sscc_element", "statement_pdf",
    "workbook", "workbook_file", "yuan",
]  # fmt: skip
