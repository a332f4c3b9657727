"""What a file of the tax bureau's numbers says: which e-invoice stands for which document of ours. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

HEADS: Mapping[str, tuple[str, ...]] = {
    "document": ("单据编号", "账单号", "发票流水号", "document"),
    "number": ("数电发票号码", "数电票号码", "全电发票号码", "发票号码", "e-invoice number"),
    "issued_on": ("开票日期", "开票时间", "issued on"),
}
NUMBER = re.compile(r"[0-9]{20}")
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]\S.*)?")
HEAD_WITHIN = 30
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """The bureau's number of a document of ours (as printed), and the day it issued it, if the file says."""

    document: str
    number: str
    issued_on: date | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class BadNumber:
    """A line that cannot be recorded, why (a word of WHY), and what stands there.

    no_heads, too_long, empty, document, number, day, twice (in the file), foreign (no document of ours in a batch that
    stands), other (the document has another number), taken (the number stands for another document).
    """

    line: int
    why: str
    value: str


@dataclass(frozen=True, slots=True)
class NumbersFile:
    """What a file says, line by line, and the lines it cannot be read by."""

    numbers: tuple[SaidNumber, ...]
    bad: tuple[BadNumber, ...]


def read_numbers(rows: Sequence[Sequence[str]]) -> NumbersFile:
    """Read the rows of a sheet whose heads may stand below a preamble; empty lines are left out."""
    found = _head(rows[:HEAD_WITHIN])
    if found is None:
        return NumbersFile((), (BadNumber(1, "no_heads", " ".join(rows[0])[:60] if rows else ""),))
    at, columns = found
    body = [(line, row) for line, row in enumerate(rows[at + 1 :], at + 2) if any(cell.strip() for cell in row)]
    if len(body) > MOST_ROWS:
        return NumbersFile((), (BadNumber(MOST_ROWS, "too_long", str(len(body))),))
    if not body:
        return NumbersFile((), (BadNumber(at + 1, "empty", ""),))
    read = [_line(line, row, columns) for line, row in body]
    numbers = tuple(one for one in read if isinstance(one, SaidNumber))
    return NumbersFile(numbers, tuple(one for one in read if isinstance(one, BadNumber)) + tuple(twice_in(numbers)))


def twice_in(numbers: Sequence[SaidNumber]) -> list[BadNumber]:
    """Return the lines whose number stands for another document further up, or whose document has another there."""
    by_document: dict[str, str] = {}
    by_number: dict[str, str] = {}
    found = []
    for one in numbers:
        number = by_document.setdefault(one.document, one.number)
        document = by_number.setdefault(one.number, one.document)
        if (number, document) != (one.number, one.document):
            found.append(BadNumber(one.line, "twice", f"{one.document} {one.number}"))
    return found


def is_number(text: str) -> bool:
    """Tell whether text is a number of a fully digital e-invoice: 20 digits."""
    return NUMBER.fullmatch(text) is not None


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(rows):
        words = [cell.strip().lower() for cell in row]
        columns = {
            name: next(words.index(head) for head in heads if head in words)
            for name, heads in HEADS.items()
            if any(head in words for head in heads)
        }
        if "document" in columns and "number" in columns:
            return at, columns
    return None


def _line(line: int, row: Sequence[str], columns: Mapping[str, int]) -> SaidNumber | BadNumber:
    def cell(name: str) -> str:
        at = columns.get(name)
        return row[at].strip().lstrip("'") if at is not None and at < len(row) else ""

    document, number, day = cell("document"), cell("number"), cell("issued_on")
    if not document:
        return BadNumber(line, "document", document)
    if not is_number(number):
        return BadNumber(line, "number", number[:60])
    issued_on = _day(day)
    if day and issued_on is None:
        return BadNumber(line, "day", day[:60])
    return SaidNumber(document[:40], number, issued_on, line)


def _day(text: str) -> date | None:
    match = DAY.fullmatch(text)
    try:
        return None if match is None else date(*map(int, match.groups()))
    except ValueError:
        return None
