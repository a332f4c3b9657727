"""Spreadsheets coming in: CSV in UTF-8 or GB18030, and the first sheet of an XLSX, as rows of text."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

from wms.kernel.errors import Invalid

MOST_BYTES = 4_000_000
MOST_UNPACKED = 60_000_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CELL = re.compile(r"([A-Z]{1,3})[0-9]+")
MOST_COLUMNS = 200


class SheetUnreadable(Invalid):
    """Neither CSV nor XLSX, or too large."""

    code = "sheet_unreadable"
    en = "This file cannot be read as a spreadsheet: {why}."
    zh = "无法按表格读取此文件: {why}。"


def read_sheet(content: bytes) -> list[list[str]]:
    """Return the rows of a spreadsheet file as text, numbers as they are written. Raises SheetUnreadable."""
    if len(content) > MOST_BYTES:
        raise SheetUnreadable(why=f"> {MOST_BYTES} bytes")
    return _workbook(content) if content.startswith(b"PK") else _text(content)


def _text(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        try:
            return list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text.partition("\n")[0] else ","))
        except csv.Error as error:
            raise SheetUnreadable(why=str(error)) from error
    raise SheetUnreadable(why="CSV, XLSX")


def _workbook(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            if sum(part.file_size for part in book.infolist()) > MOST_UNPACKED:
                raise SheetUnreadable(why=f"> {MOST_UNPACKED} bytes")
            names = book.namelist()
            texts = _shared(book) if "xl/sharedStrings.xml" in names else []
            sheets = sorted(name for name in names if name.startswith("xl/worksheets/sheet"))
            return _rows(_tree(book, sheets[0]), texts)
    except (zipfile.BadZipFile, ElementTree.ParseError, LookupError, ValueError) as error:
        raise SheetUnreadable(why="XLSX") from error


def _tree(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    content = book.read(name)
    if b"<!DOCTYPE" in content:
        raise SheetUnreadable(why="DOCTYPE")  # no spreadsheet has one; entities could grow without end
    return ElementTree.fromstring(content)


def _shared(book: zipfile.ZipFile) -> list[str]:
    return ["".join(text.text or "" for text in item.iter(f"{MAIN}t")) for item in _tree(book, "xl/sharedStrings.xml")]


def _rows(sheet: ElementTree.Element, texts: list[str]) -> list[list[str]]:
    found: list[list[str]] = []
    for row in sheet.iter(f"{MAIN}row"):
        number = int(row.get("r") or len(found) + 1)
        found += [[] for _ in range(min(number - 1 - len(found), 100_000))]  # lines nobody wrote on still count
        cells: list[str] = []
        for cell in row.iter(f"{MAIN}c"):
            at = _column(cell.get("r") or "", len(cells))
            cells += [""] * (at - len(cells))
            cells.append(_value(cell, texts))
        found.append(cells)
    return found


def _column(reference: str, after: int) -> int:
    match = CELL.fullmatch(reference)
    if match is None:
        return after
    at = 0
    for letter in match[1]:
        at = at * 26 + ord(letter) - ord("A") + 1
    if at > MOST_COLUMNS:
        raise ValueError("too many columns")
    return max(after, at - 1)


def _value(cell: ElementTree.Element, texts: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{MAIN}t"))
    value = cell.findtext(f"{MAIN}v") or ""
    return texts[int(value)] if kind == "s" else value
