"""Sheets on a page and as a download: the same columns and the same figures, in the reader's language."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from flask import Response

from wms import documents, insight
from wms.delivery.house import house
from wms.kernel.errors import Spoken
from wms.web import goods, preferences
from wms.web.desk import blocks as b

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("csv", "xlsx")
PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def head(words: Spoken) -> str:
    """Return words in the reader's language."""
    return documents.said(words, preferences.current().language)


def table(
    sheet: insight.Sheet, *, caption: str = "", empty: str = "", note: str = "", urls: Sequence[str] = (),
    foot: Sequence[b.Cell] = (),
) -> b.Table:  # fmt: skip
    """Return a sheet as a table of a page; `urls` opens each row where given."""
    rows = [list(row) for row in sheet.rows]
    return b.Table(
        caption or head(sheet.name),
        [b.Column(head(column.head), column.is_figure) for column in sheet.columns],
        [
            b.Row(
                [cell(value, column) for value, column in zip(row, sheet.columns, strict=True)],
                urls[place] if place < len(urls) else "",
            )
            for place, row in enumerate(rows)
        ],
        empty,
        note,
        foot=foot,
    )


def cell(value: insight.Value, column: insight.Column) -> b.Cell:
    """Return one value as a page shows it; nothing is a dash, never a zero."""
    if value is None or value == "":
        return b.text("–")
    if isinstance(value, Spoken):
        return b.text(head(value))
    if isinstance(value, int):
        return _figure(value, column.unit)
    if isinstance(value, datetime):
        return b.stamp(value)
    if isinstance(value, date):
        return b.day(value)
    return b.text(goods.word(column.vocabulary, value) if column.vocabulary else value)


def _figure(value: int, unit: insight.Unit) -> b.Cell:
    make: dict[insight.Unit, Any] = {
        insight.Unit.GRAMS: b.weight, insight.Unit.FEN: b.money, insight.Unit.MILLIDEGREES: b.temp,
        insight.Unit.PERMILLE: b.percent,
    }  # fmt: skip
    found: b.Cell = make.get(unit, b.count)(value)
    return found


def csv_answer(sheet: insight.Sheet, name: str) -> Response:
    """Answer a sheet as a CSV file, sent as it is written."""
    pieces = documents.csv_pieces(sheet, preferences.current().language, house().config.site.timezone)
    return download(pieces, "text/csv; charset=utf-8", f"{name}.csv")


def xlsx_answer(sheets: Iterable[insight.Sheet], name: str) -> Response:
    """Answer sheets as one XLSX file."""
    body = documents.workbook(sheets, preferences.current().language, house().config.site.timezone)
    return download([body], XLSX_TYPE, f"{name}.xlsx")


def handed_over(name: str, kind: str, sheet: insight.Sheet) -> Response:
    """Answer with a sheet as a file to keep; `kind` is one of KINDS."""
    return csv_answer(sheet, name) if kind == "csv" else xlsx_answer([sheet], name)


def as_file(name: str, mimetype: str, content: bytes) -> Response:
    """Answer with a file to keep, made elsewhere."""
    return download([content], mimetype, name)


def told(*heads: tuple[str, insight.Unit]) -> list[insight.Column]:
    """Return columns whose heads are in the reader's language already."""
    return [insight.Column(Spoken(words, words), unit) for words, unit in heads]


def download(pieces: Iterable[bytes], kind: str, name: str) -> Response:
    """Answer bytes as a file to keep, under a name any system takes."""
    answer = Response(pieces, content_type=kind)
    plain = PLAIN.sub("-", name).strip("-") or "file"
    answer.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "no-store"
    return answer
