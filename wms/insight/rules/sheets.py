"""What a file holds: named columns with the unit of their values, and rows of exact values. Pure.

Weights are whole grams, money whole fen, temperatures whole millidegrees C, shares whole permille: whoever writes the
file turns them into kg, yuan, degrees and percent. Words that the store knows in both languages come as `Spoken`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from wms.kernel.errors import Spoken

Value = str | int | date | datetime | Spoken | None
Row = Sequence[Value]


class Unit(StrEnum):
    """What a column's values are."""

    WORDS = "words"
    COUNT = "count"
    GRAMS = "grams"
    FEN = "fen"
    MILLIDEGREES = "millidegrees"
    PERMILLE = "permille"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column in both languages and the unit of its values.

    `vocabulary` names the trade's words it holds (variety, grade, size), which a page says in the reader's language.
    """

    head: Spoken
    unit: Unit = Unit.WORDS
    vocabulary: str = ""

    @property
    def is_figure(self) -> bool:
        """Tell whether its values are numbers, set to the right."""
        return self.unit not in (Unit.WORDS, Unit.DAY, Unit.INSTANT)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file; the rows may come as they are read."""

    name: Spoken
    columns: Sequence[Column]
    rows: Iterable[Row]


def column(en: str, zh: str, unit: Unit = Unit.WORDS, vocabulary: str = "") -> Column:
    """Return a column by its two heads."""
    return Column(Spoken(en, zh), unit, vocabulary)


def word(known: dict[str, Spoken], value: str) -> Spoken:
    """Return a kept word in both languages; one that nobody has named yet stays as it is kept."""
    return known.get(value) or Spoken(value.replace("_", " "), value)


def narrowed(sheet: Sheet, places: Sequence[int]) -> Sheet:
    """Return a sheet with some of its columns, in the order named."""
    columns = [sheet.columns[place] for place in places]
    return Sheet(sheet.name, columns, ([row[place] for place in places] for row in sheet.rows))
