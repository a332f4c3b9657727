"""Rows of whole numbers as the engines take them quickest, laid out a column at a time.

PostgreSQL's driver packs row by row in about a microsecond, which is most of what storing a reading costs; here a batch
is woven by columns, a fortieth of that. Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
SQLite takes rows in heaps, and what a heap's rows have in common once.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTHS = {"int4": 4, "int8": 8}
HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
HEAP = 100  # rows that SQLite takes at once: two thirds of the time of one after the other; half if they share values
_NULL = -1  # a field's length when there is nothing

Row = tuple[Any, ...]
Column = NDArray[Any] | list[Any] | None  # None: NULL in all of the rows
Columns = Sequence[Column]


class Shape(NamedTuple):
    """Of a heap: how many rows, and which columns have one value in all of them.

    A heap says the values of those columns first, once, and then of the others row by row.
    """

    rows: int
    shared: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows ready to be stored: pieces of one COPY or heaps of rows for INSERTs, and rows that are left over."""

    pieces: list[bytes] = field(default_factory=list)
    heaps: list[tuple[Shape, list[Row]]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def sift(types: Sequence[str], rows: Sequence[Row]) -> tuple[list[Column], Sequence[Row]]:
    """Part rows into those `cloth` can take, as columns, and the others.

    It takes rows whose whole numbers are all there and whose every other column is NULL.
    """
    if not WIDTHS.keys() & set(types):
        return [], rows
    empty = [n for n, name in enumerate(types) if name not in WIDTHS]
    smooth: list[Row] = []
    other: list[Row] = []
    for row in rows:
        fits = row.count(None) == len(empty) and all([row[n] is None for n in empty])
        (smooth if fits else other).append(row)
    columns: list[Column] = [None if n in empty else [row[n] for row in smooth] for n in range(len(types))]
    return columns if smooth else [], other


def cloth(types: Sequence[str], columns: Columns) -> bytes:
    """Return columns as a piece of a COPY: any number of them go between `HEAD` and `TAIL`.

    Whole numbers are all there, and every other column is NULL. Raises OverflowError for a number too large for its
    type.
    """
    fields = [("fields", ">i2")]
    for n, name in enumerate(types):
        fields += [(f"length{n}", ">i4")]
        if columns[n] is not None:
            fields += [(f"value{n}", f">i{WIDTHS[name]}")]
    numbers = [None if column is None else _numbers(column) for column in columns]
    woven = np.empty(max([len(column) for column in numbers if column is not None]), np.dtype(fields))
    woven["fields"] = len(types)
    for n, (name, column) in enumerate(zip(types, numbers, strict=True)):
        woven[f"length{n}"] = _NULL if column is None else WIDTHS[name]
        if column is not None:
            _require_room(column, WIDTHS[name])
            woven[f"value{n}"] = column
    return woven.tobytes()


def heaps_of(columns: Columns) -> tuple[list[tuple[Shape, list[Row]]], list[Row]]:
    """Return columns as heaps of `HEAP` rows, and what is left row by row.

    Rows that follow each other with the same first column say it once, and what all rows have in common. Raises
    OverflowError for a number of more than 8 bytes.
    """
    numbers = [None if column is None else _numbers(column) for column in columns]
    first, *_ = numbers
    if first is None or len(first) < HEAP:
        return [], _mixed(numbers)[1]
    shape = Shape(HEAP, tuple([n == 0 or _is_one(column) for n, column in enumerate(numbers)]))
    flat, each = _flat([column for column, shared in zip(numbers, shape.shared, strict=True) if not shared])
    alike: list[Row] = []
    rest = np.ones(len(first), np.bool_)
    begins = np.flatnonzero(np.diff(first)) + 1
    for begin, end in zip([0, *begins.tolist()], [*begins.tolist(), len(first)], strict=True):
        full = begin + (end - begin) // HEAP * HEAP
        if full > begin:
            rest[begin:full] = False
            shown = zip(numbers, shape.shared, strict=True)
            head = [None if column is None else int(column[begin]) for column, shared in shown if shared]
            alike += [(*head, *flat[start * each : (start + HEAP) * each]) for start in range(begin, full, HEAP)]
    mixed, left = _mixed([column if column is None else column[rest] for column in numbers])
    return [one for one in ((shape, alike), mixed) if one[1]], left


def _mixed(numbers: Sequence[NDArray[Any] | None]) -> tuple[tuple[Shape, list[Row]], list[Row]]:
    """Return rows that share nothing as heaps of them, and what is left row by row."""
    flat, width = _flat(numbers)
    step, full = HEAP * width, len(flat) // (HEAP * width) * HEAP * width
    heaps = [tuple(flat[start : start + step]) for start in range(0, full, step)]
    rows = [tuple(flat[start : start + width]) for start in range(full, len(flat), width)]
    return (Shape(HEAP, (False,) * width), heaps), rows


def _flat(numbers: Sequence[NDArray[Any] | None]) -> tuple[list[Any], int]:
    """Return the values of columns row after row, and how many a row has."""
    count, width = max([len(column) for column in numbers if column is not None], default=0), len(numbers)
    flat: list[Any] = [None] * (count * width)
    for n, column in enumerate(numbers):
        if column is not None:
            flat[n::width] = column.tolist()
    return flat, width


def _is_one(column: NDArray[Any] | None) -> bool:
    return column is None or bool((column == column[0]).all())


def _numbers(column: NDArray[Any] | list[Any]) -> NDArray[Any]:
    return np.frombuffer(array("q", column), np.int64) if isinstance(column, list) else column


def _require_room(column: NDArray[Any], width: int) -> None:
    most = 2 ** (8 * width - 1)
    if column.itemsize > width and len(column) and not -most <= column.min() <= column.max() < most:
        raise OverflowError(f"a number of more than {width} bytes")
