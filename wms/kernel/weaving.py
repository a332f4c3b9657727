"""Rows of whole numbers as PostgreSQL's binary COPY reads them, woven a column at a time.

The driver packs row by row in about a microsecond, which is most of what storing a reading costs; here a batch is laid
out by columns, a fortieth of that. Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTHS = {"int4": 4, "int8": 8}
HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
HEAP = 50  # rows that SQLite takes at once: two thirds of the time of one after the other, and less for more
_NULL = -1  # a field's length when there is nothing

Row = tuple[Any, ...]
Column = NDArray[Any] | list[Any] | None  # None: NULL in all of the rows
Columns = Sequence[Column]


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows ready to be stored: pieces of one COPY or heaps of rows for one INSERT, and rows that are left over."""

    pieces: list[bytes] = field(default_factory=list)
    heaps: list[Row] = field(default_factory=list)
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


def heaps_of(columns: Columns) -> tuple[list[Row], list[Row]]:
    """Return columns as rows: `HEAP` of them in one after the other, and what is left row by row."""
    count, width = max([len(column) for column in columns if column is not None]), len(columns)
    flat: list[Any] = [None] * (count * width)
    for n, column in enumerate(columns):
        if column is not None:
            flat[n::width] = column if isinstance(column, list) else column.tolist()
    step, full = HEAP * width, count // HEAP * HEAP * width
    heaps = [tuple(flat[start : start + step]) for start in range(0, full, step)]
    return heaps, [tuple(flat[start : start + width]) for start in range(full, len(flat), width)]


def _numbers(column: NDArray[Any] | list[Any]) -> NDArray[Any]:
    return np.frombuffer(array("q", column), np.int64) if isinstance(column, list) else column


def _require_room(column: NDArray[Any], width: int) -> None:
    most = 2 ** (8 * width - 1)
    if column.itemsize > width and len(column) and not -most <= column.min() <= column.max() < most:
        raise OverflowError(f"a number of more than {width} bytes")
