"""What the desk's pages are built of: tables of typed cells, facts, sums and forms, drawn by one set of macros.

A page says what it shows; how money, weights and states look is decided once, in `templates/desk/parts.html`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with how it is shown: money in fen, weights in grams, words, states; `url` opens what it is made of."""

    kind: str
    value: Any = None
    sub: str = ""
    url: str = ""
    tone: str = ""

    @property
    def is_figure(self) -> bool:
        """Tell whether it is right aligned."""
        return self.kind in ("money", "weight", "price", "count", "percent", "temp")


def text(value: str, sub: str = "", url: str = "") -> Cell:
    """Return words, a link if `url` is given."""
    return Cell("text", value, sub, url)


def code(value: str, sub: str = "", url: str = "") -> Cell:
    """Return a code, key or hash: shown as it is."""
    return Cell("code", value, sub, url)


def money(fen: int | None, sub: str = "", url: str = "") -> Cell:
    """Return an amount in fen."""
    return Cell("money", fen, sub, url)


def weight(grams: int | None, sub: str = "") -> Cell:
    """Return a weight in grams."""
    return Cell("weight", grams, sub)


def price(per_kg: Decimal | None, sub: str = "") -> Cell:
    """Return a price in yuan per kg, shown in the reader's unit."""
    return Cell("price", per_kg, sub)


def count(number: int | None, sub: str = "") -> Cell:
    """Return a whole number."""
    return Cell("count", number, sub)


def percent(permille: int | None, sub: str = "") -> Cell:
    """Return parts per thousand as a percentage."""
    return Cell("percent", permille, sub)


def temp(millidegrees: int | None, sub: str = "") -> Cell:
    """Return a temperature."""
    return Cell("temp", millidegrees, sub)


def day(on: date | None, sub: str = "") -> Cell:
    """Return a business day."""
    return Cell("day", on, sub)


def stamp(at: datetime | None, sub: str = "") -> Cell:
    """Return an instant in the site's zone."""
    return Cell("stamp", at, sub)


def chip(words: str, tone: str = "quiet", sub: str = "") -> Cell:
    """Return a state: a word with a sign."""
    return Cell("chip", words, sub, "", tone)


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row; with `url` the whole row opens it."""

    cells: Sequence[Cell]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `empty` is said instead when it has no rows, `foot` is its double-ruled total."""

    block: ClassVar[str] = "table"
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: str = ""
    note: str = ""
    next_url: str = ""
    first_url: str = ""
    foot: Sequence[Cell] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with their values on a card."""

    block: ClassVar[str] = "facts"
    title: str
    pairs: Sequence[tuple[str, Cell]]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Stat:
    """One number in a row of numbers."""

    label: str
    cell: Cell
    note: str = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """A row of numbers, each opening its rows."""

    block: ClassVar[str] = "stats"
    items: Sequence[Stat]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sum: what, how much in fen, why."""

    label: str
    fen: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """How an amount came about."""

    block: ClassVar[str] = "sum"
    caption: str
    lines: Sequence[Line]
    total_label: str
    total_fen: int


@dataclass(frozen=True, slots=True)
class Say:
    """A message over what follows."""

    block: ClassVar[str] = "say"
    words: str
    tone: str = "info"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of blocks."""

    block: ClassVar[str] = "pair"
    left: Sequence[Any]
    right: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks behind a line that opens them: there, but not in the way."""

    block: ClassVar[str] = "fold"
    title: str
    blocks: Sequence[Any]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """Loan to value against the levels of its product, in basis points."""

    block: ClassVar[str] = "bar"
    title: str
    value_bp: int | None
    levels: Sequence[tuple[str, int, str]]
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A curve over time."""

    block: ClassVar[str] = "chart"
    title: str
    url: str
    series: Sequence[dict[str, Any]]
    bands: Sequence[dict[str, Any]] = ()
    note: str = ""
    table_url: str = ""
    kind: str = "line"


@dataclass(frozen=True, slots=True)
class Links:
    """A row of ways on; the current one is marked."""

    block: ClassVar[str] = "links"
    items: Sequence[tuple[str, str, bool]]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: kind is number, text, date, select, check, hidden, area or password."""

    kind: str
    label: str
    name: str
    value: Any = ""
    hint: str = ""
    unit: str = ""
    required: bool = True
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form that does one thing; `name` tells it from the page's other forms, so that an error comes back to it."""

    block: ClassVar[str] = "form"
    name: str
    title: str
    action: str
    submit: str
    fields: Sequence[Field] = ()
    note: str = ""
    kind: str = "primary"
    method: str = "post"
    tone: str = ""
    open: bool = False  # of a form that only asks: not folded away


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come, and what happens if one leaves."""

    block: ClassVar[str] = "progress"
    label: str
    done: int
    total: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """One field that finds things, always open."""

    block: ClassVar[str] = "search"
    action: str
    name: str
    label: str
    value: str
    submit: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """A page: its heading, what stands under it, where it belongs, and its blocks."""

    title: str
    blocks: Sequence[Any]
    lead: str = ""
    back: tuple[str, str] | None = None
    uses: tuple[str, ...] = ()
    tools: Sequence[tuple[str, str, str]] = field(default=())
