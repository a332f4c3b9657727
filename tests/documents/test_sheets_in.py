"""Spreadsheets coming in as people save them."""

import io
import zipfile

import pytest
import xlsxwriter

from wms.documents import SheetUnreadable, read_sheet

ROWS = [["库房", "排"], ["A1", "3"], [], ["A1", "2.5"]]


def workbook() -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["库房", "排"])
        sheet.write(1, 0, "A1")
        sheet.write(1, 1, 3)
        sheet.write(3, 0, "A1")
        sheet.write(3, 1, 2.5)
    return kept.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_text_in_the_encodings_of_the_trade(encoding: str, mark: str) -> None:
    text = "\r\n".join(mark.join(row) for row in ROWS)
    assert read_sheet(text.encode(encoding)) == ROWS


def test_the_first_sheet_of_a_workbook_keeps_its_lines() -> None:
    assert read_sheet(workbook()) == ROWS


def packed(sheet: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return kept.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x01\x02", b"\xff\xff\xff\xff", workbook()[:200], b"PK\x03\x04", packed("<not xml"),
        packed('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), packed("x" * 61_000_000), b"a" * 4_000_001,
    ],
    ids=range(8),
)  # fmt: skip
def test_what_is_no_spreadsheet_is_refused(content: bytes) -> None:
    with pytest.raises(SheetUnreadable):
        read_sheet(content)
