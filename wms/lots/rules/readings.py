"""Files of instruments: penetrometer, refractometer, grader. Read row by row, every bad row named. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from uuid import UUID

from wms.kernel.sheets import named_lines
from wms.lots.rules.quality import MOST_VALUE, Parameter

MOST_READINGS = 5_000
LONGEST_TEXT = 40


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """Which column of a file is which parameter, and by what its figures are multiplied to be in the unit of it."""

    heading: str
    code: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class SaveMapping:
    """How the files of an instrument are read: the headings of lot, day and fruit, and of what was measured.

    Without a day column every row is of the day it is imported; without a fruit column the rows of a lot and day are
    numbered as they come.
    """

    id: UUID
    name: str
    lot: str
    columns: tuple[MappedColumn, ...]
    day: str = ""
    fruit: str = ""


@dataclass(frozen=True, slots=True)
class FruitValue:
    """One figure of one apple."""

    code: str
    value: int


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One row of a file: an apple of a lot, and what was measured of it. `line` counts the heading as 1."""

    line: int
    lot: str
    on: date
    fruit: str
    values: tuple[FruitValue, ...]


@dataclass(frozen=True, slots=True)
class BadReading:
    """A row that cannot be taken: `why` is a heading, or `twice`, `no_lot`, `day_wrong`, `differs`, `no_value`."""

    line: int
    why: str
    value: str


@dataclass(frozen=True, slots=True)
class ReadingSheet:
    """A file as read: good rows and bad ones, each by line."""

    rows: tuple[ReadingRow, ...]
    bad: tuple[BadReading, ...]


@dataclass(frozen=True, slots=True)
class ImportReadings:
    """Take the rows of a file in: one inspection for each lot and day, of the apples not known yet."""

    id: UUID
    site_id: UUID
    rows: tuple[ReadingRow, ...]
    sample_units: int = 1


def read_readings(
    cells: Sequence[Sequence[str]], mapping: SaveMapping, parameters: Mapping[str, Parameter], today: date
) -> ReadingSheet:
    """Return what a file says by a mapping, its first line being headings; empty lines and empty figures pass."""
    headings = [text.strip().lower() for text in cells[0]] if cells else []
    wanted = [name for name in (mapping.lot, mapping.day, mapping.fruit, *(one.heading for one in mapping.columns))
              if name]  # fmt: skip
    missing = [BadReading(1, name, "") for name in wanted if name.strip().lower() not in headings]
    if missing or len(cells) - 1 > MOST_READINGS:
        return ReadingSheet((), tuple(missing) or (BadReading(MOST_READINGS + 2, mapping.lot, str(len(cells) - 1)),))
    places = {name: headings.index(name.strip().lower()) for name in wanted}
    rows: dict[tuple[str, date, str], ReadingRow] = {}
    bad: list[BadReading] = []
    for line, said in named_lines(cells, places):
        found = list(_read(line, said, mapping, parameters, today, len(rows) + 1))
        wrong = [one for one in found if isinstance(one, BadReading)]
        for one in found if not wrong else ():
            assert isinstance(one, ReadingRow)
            if rows.setdefault((one.lot, one.on, one.fruit), one) is not one:
                wrong.append(BadReading(line, "twice", one.fruit))
        bad += wrong
    return ReadingSheet(tuple(rows.values()), tuple(bad))


def _read(
    line: int,
    said: Mapping[str, str],
    mapping: SaveMapping,
    parameters: Mapping[str, Parameter],
    today: date,
    number: int,
) -> Iterator[BadReading | ReadingRow]:
    on = _day(said[mapping.day]) if mapping.day else today
    if on is None:
        yield BadReading(line, mapping.day, said[mapping.day][:LONGEST_TEXT])
    if not said[mapping.lot]:
        yield BadReading(line, mapping.lot, "")
    values: list[FruitValue] = []
    for column in mapping.columns:
        text = said[column.heading]
        value = _value(text, column.factor, parameters[column.code].decimals) if text else None
        if text and value is None:
            yield BadReading(line, column.heading, text[:LONGEST_TEXT])
        elif value is not None:
            values.append(FruitValue(column.code, value))
    if not values:
        yield BadReading(line, "no_value", "")
    fruit = said[mapping.fruit] if mapping.fruit else str(number)
    if not fruit or len(fruit) > LONGEST_TEXT:
        yield BadReading(line, mapping.fruit, fruit[:LONGEST_TEXT])
    if on is not None:
        yield ReadingRow(line, said[mapping.lot].upper(), on, fruit, tuple(values))


def _day(text: str) -> date | None:
    parts = text.partition(" ")[0].replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None


def _value(text: str, factor: Decimal, decimals: int) -> int | None:
    """Return a figure as a whole number of 10^-decimals of its unit, half up; instruments write more places."""
    try:
        number = Decimal(text.replace(",", "").rstrip("%")) * factor * 10**decimals
        whole = int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return whole if 0 <= whole <= MOST_VALUE else None
