"""Statements coming in from a bank: CSV or XLSX by its columns, or camt.053."""

from collections.abc import Mapping
from hashlib import sha256

from wms import treasury
from wms.documents.sheets_in import MOST_BYTES, SheetUnreadable, read_sheet

XML = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")


def read_statement(
    content: bytes, heads: Mapping[str, str] | None = None
) -> tuple[treasury.Source, str, treasury.StatementFile]:
    """Return what kind of file it is, its digest, and what it says; `heads` names columns the bank calls otherwise.

    Raises SheetUnreadable.
    """
    if len(content) > MOST_BYTES:
        raise SheetUnreadable(why=f"> {MOST_BYTES} bytes")
    digest = sha256(content).hexdigest()
    if content.lstrip().startswith(XML):
        return treasury.Source.CAMT, digest, treasury.read_camt053(content)
    return treasury.Source.CSV, digest, treasury.read_rows(read_sheet(content), heads)
