"""Spreadsheets going out: CSV line by line, XLSX with a sheet for each table. Exact figures, no formulas ever.

What somebody typed may begin like a formula; a spreadsheet program would run it. In CSV such text goes out behind an
apostrophe (OWASP, CSV injection), in XLSX every text is written as text.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from wms.insight import Column, Row, Sheet, Unit, Value
from wms.kernel.errors import Spoken

FORMULA = re.compile(r"^[\s\ufeff]*[=+\-@\t\r\n]")
SHEET_NAME_WRONG = re.compile(r"[\[\]:*?/\\']")
CSV_LINES = 500  # lines a piece
XLSX_ROWS = 1_048_575  # what a sheet holds beside its head
SCALE = {Unit.GRAMS: 1000, Unit.FEN: 100, Unit.MILLIDEGREES: 1000, Unit.PERMILLE: 10}
FORMATS = {
    Unit.GRAMS: "#,##0.000", Unit.FEN: "#,##0.00", Unit.MILLIDEGREES: "0.0##", Unit.PERMILLE: "0.0",
    Unit.COUNT: "#,##0", Unit.DAY: "yyyy-mm-dd", Unit.INSTANT: "yyyy-mm-dd hh:mm",
}  # fmt: skip
WIDTHS = {Unit.INSTANT: 17, Unit.DAY: 12, Unit.WORDS: 18}


def csv_pieces(sheet: Sheet, language: str, zone: ZoneInfo) -> Iterator[bytes]:
    """Yield a sheet as CSV (UTF-8 with a mark, so that spreadsheet programs read Chinese), piece by piece."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow([safe_text(said(column.head, language)) for column in sheet.columns])
    for number, row in enumerate(sheet.rows, 1):
        writer.writerow([_csv_value(value, column, language, zone) for value, column in _pairs(row, sheet)])
        if number % CSV_LINES == 0:
            yield _taken(out)
    yield _taken(out)


def workbook(sheets: Iterable[Sheet], language: str, zone: ZoneInfo, *, made_at: datetime | None = None) -> bytes:
    """Return sheets as an XLSX file, one after another; instants are the site's.

    `made_at` is written down as when it was made: with it the same sheets are always the same bytes.
    """
    body = io.BytesIO()
    _write_book(body, sheets, language, zone, made_at=made_at)
    return body.getvalue()


def workbook_file(path: Path, sheets: Iterable[Sheet], language: str, zone: ZoneInfo) -> None:
    """Write sheets as an XLSX file row by row: a long one never lies in memory as a whole."""
    _write_book(str(path), sheets, language, zone)


def said(words: Spoken, language: str) -> str:
    """Return words in a language."""
    return words.zh if language.startswith("zh") else words.en


def safe_text(text: str) -> str:
    """Return text that no spreadsheet program takes for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def exact(value: int, unit: Unit) -> str:
    """Return a whole number of small units in its own unit, all places, no grouping: 12345 g is 12.345."""
    scale = SCALE.get(unit, 1)
    whole, part = divmod(abs(value), scale)
    places = len(str(scale)) - 1
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}"


def yuan(fen: int) -> Decimal:
    """Return whole fen as yuan with two places."""
    return (Decimal(fen) / 100).quantize(Decimal("0.01"))


def _pairs(row: Row, sheet: Sheet) -> Iterator[tuple[Value, Column]]:
    return zip(row, sheet.columns, strict=True)


def _taken(out: io.StringIO) -> bytes:
    piece = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return piece


def _csv_value(value: Value, column: Column, language: str, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, Spoken):
        return safe_text(said(value, language))
    if isinstance(value, int):
        return exact(value, column.unit)
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else safe_text(value)


def _write_book(
    target: Any, sheets: Iterable[Sheet], language: str, zone: ZoneInfo, *, made_at: datetime | None = None
) -> None:
    settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, settings) as book:
        if made_at is not None:
            book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {unit: book.add_format({"num_format": text}) for unit, text in FORMATS.items()}
        for sheet in sheets:
            rows = iter(sheet.rows)
            following = next(rows, None)
            while True:  # what one page cannot hold goes on the next
                page = _page(book, sheet, language, head)
                line = 0
                while following is not None and line < XLSX_ROWS:
                    line += 1
                    for place, (value, column) in enumerate(_pairs(following, sheet)):
                        _write_cell(page, (line, place), value, formats.get(column.unit), column, language, zone)
                    following = next(rows, None)
                if following is None:
                    break


def _page(book: Any, sheet: Sheet, language: str, head: Any) -> Any:
    name = SHEET_NAME_WRONG.sub(" ", said(sheet.name, language))
    taken = {page.get_name().lower() for page in book.worksheets()}
    names = (name[:31] if number == 1 else f"{name[:26]} {number}" for number in count(1))
    page = book.add_worksheet(next(each for each in names if each.lower() not in taken))
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, WIDTHS.get(column.unit, 13))
        page.write_string(0, place, said(column.head, language), head)
    return page


def _write_cell(
    page: Any, place: tuple[int, int], value: Value, form: Any, column: Column, language: str, zone: ZoneInfo
) -> None:
    if isinstance(value, Spoken | str):
        page.write_string(*place, said(value, language) if isinstance(value, Spoken) else value)
    elif isinstance(value, datetime):
        page.write_datetime(*place, value.astimezone(zone).replace(tzinfo=None), form)
    elif isinstance(value, date):
        page.write_datetime(*place, value, form)
    elif value is not None:
        page.write_number(*place, Fraction(value, SCALE.get(column.unit, 1)), form)
