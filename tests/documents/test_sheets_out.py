"""Files that go out: exact figures, both languages, and nothing a spreadsheet would run."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from wms.documents import csv_pieces, read_sheet, sheets_out, workbook
from wms.insight import Column, Sheet, Unit
from wms.kernel.errors import Spoken

ZONE = ZoneInfo("Asia/Shanghai")
COLUMNS = (
    Column(Spoken("Lot", "批次")),
    Column(Spoken("kg", "公斤"), Unit.GRAMS),
    Column(Spoken("yuan", "元"), Unit.FEN),
    Column(Spoken("Day", "日期"), Unit.DAY),
    Column(Spoken("At", "时间"), Unit.INSTANT),
    Column(Spoken("State", "状态")),
)
AT = datetime(2026, 10, 20, 18, 30, tzinfo=UTC)
ROW = ("L1", 12_345, -7, date(2026, 10, 20), AT, Spoken("left", "已出库"))


def sheet(*rows):
    return Sheet(Spoken("Lots [all]", "批次"), COLUMNS, rows)


def csv_of(*rows, language="en"):
    return read_sheet(b"".join(csv_pieces(sheet(*rows), language, ZONE)))


def test_figures_are_exact_and_instants_the_sites():
    head, row = csv_of(ROW)
    assert head == ["Lot", "kg", "yuan", "Day", "At", "State"]
    assert row == ["L1", "12.345", "-0.07", "2026-10-20", "2026-10-21 02:30:00", "left"]
    assert csv_of(ROW, language="zh")[0][0] == "批次"
    assert csv_of(("L1", None, None, None, None, None))[1] == ["L1", "", "", "", "", ""]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2+3", "@sum", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", '=HYPERLINK("x")']
)
def test_nothing_typed_becomes_a_formula(text):
    rows = csv_of((text, 1, 1, None, None, Spoken(text, text)))
    assert rows[1][0] == f"'{text}"
    assert rows[1][-1] == f"'{text}"
    book = read_sheet(workbook([sheet((text, 1, 1, None, None, None))], "en", ZONE))
    assert book[1][0].replace("_x000D_", "\r") == text  # a text cell, whatever it says
    assert csv_of(("L-1", -5, -5, None, None, ""))[1][:3] == ["L-1", "-0.005", "-0.05"]


def test_a_long_workbook_goes_on_on_another_page(monkeypatch):
    monkeypatch.setattr(sheets_out, "XLSX_ROWS", 2)
    body = workbook([sheet(*[ROW] * 5), sheet()], "en", ZONE)
    assert read_sheet(body)[2][:2] == ["L1", "12.345"]
    assert body.count(b"xl/worksheets/sheet") >= 8  # three pages and the empty one, each named twice in the archive
