"""Spreadsheets going out: one table as CSV that Excel opens in Chinese, or as XLSX with figures as figures."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import xlsxwriter

Cell = str | int | date | Decimal | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDTH = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its title, the heads of its columns, and rows of words, whole numbers, days and yuan."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def yuan(fen: int) -> Decimal:
    """Return whole fen as yuan with two places."""
    return (Decimal(fen) / 100).quantize(Decimal("0.01"))


def csv_bytes(sheet: Sheet) -> bytes:
    """Return a table as CSV in UTF-8 with its mark, so that Excel reads Chinese; no cell of words is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_plain(head) for head in sheet.heads])
    writer.writerows([[_plain(cell) for cell in row] for row in sheet.rows])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheet: Sheet) -> bytes:
    """Return a table as a workbook of one sheet; words stay words, whatever they begin with."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet.title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
        head, money, day = (book.add_format(look) for look in (
            {"bold": True, "bottom": 1}, {"num_format": "#,##0.00"}, {"num_format": "yyyy-mm-dd", "align": "left"},
        ))  # fmt: skip
        page.set_column(0, max(0, len(sheet.heads) - 1), WIDTH)
        page.freeze_panes(1, 0)
        for at, words in enumerate(sheet.heads):
            page.write_string(0, at, words, head)
        for line, row in enumerate(sheet.rows, 1):
            for at, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(line, at, cell, day)
                elif isinstance(cell, int | Decimal):
                    page.write_number(line, at, cell, money if isinstance(cell, Decimal) else None)
                elif cell:
                    page.write_string(line, at, cell)
    return out.getvalue()


def _plain(cell: Cell) -> str:
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return "" if cell is None else str(cell)
