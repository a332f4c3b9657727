"""Rows of whole numbers as PostgreSQL's binary COPY reads them, woven a column at a time.

The driver packs row by row in about a microsecond, which is most of what storing a reading costs; here a batch is laid
out by slices, a fiftieth of that. Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

WIDTHS = {"int4": 4, "int8": 8}
_CODES = {"int4": "i", "int8": "q"}
HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"

Row = tuple[Any, ...]
Columns = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows ready to be stored: pieces of one COPY, and rows that no piece takes."""

    pieces: list[bytearray]
    rows: list[Row]


def pack(types: Sequence[str], blocks: Iterable[Columns]) -> Packed:
    """Weave blocks of columns; those that `cloth` does not take stay rows. Raises OverflowError as `weave` does."""
    packed = Packed([], [])
    for block in blocks:
        woven = cloth(types, block)
        if woven is None:
            packed.rows.extend(zip(*block, strict=True))
        else:
            packed.pieces.append(woven)
    return packed


def sift(types: Sequence[str], rows: Sequence[Row]) -> tuple[Columns, Sequence[Row]]:
    """Part rows into those `weave` can take, as columns, and the others.

    It takes rows whose whole numbers are all there and whose every other column is NULL.
    """
    if not WIDTHS.keys() & set(types):
        return [], rows
    columns = _columns(types, rows)
    if _fit(types, columns, len(rows)):
        return columns, ()
    empty = [n for n, name in enumerate(types) if name not in WIDTHS]
    smooth: list[Row] = []
    other: list[Row] = []
    for row in rows:
        fits = row.count(None) == len(empty) and all([row[n] is None for n in empty])
        (smooth if fits else other).append(row)
    return _columns(types, smooth), other


def _columns(types: Sequence[str], rows: Sequence[Row]) -> Columns:
    return [[row[n] for row in rows] for n in range(len(types))]  # zip would make an iterator for each of the rows


def _fit(types: Sequence[str], columns: Columns, count: int) -> bool:
    named = zip(types, columns, strict=True)
    return all([column.count(None) == (0 if name in WIDTHS else count) for name, column in named])


def weave(types: Sequence[str], columns: Columns) -> bytes:
    """Return one whole COPY of what `sift` found to fit. Raises OverflowError for a number too large for its type."""
    woven = cloth(types, columns)
    assert woven is not None
    return HEAD + woven + TAIL


def cloth(types: Sequence[str], columns: Columns) -> bytearray | None:
    """Return columns as a piece of a COPY, or None when they do not fit; any number go between `HEAD` and `TAIL`.

    Raises OverflowError as `weave` does.
    """
    if any([n not in WIDTHS and column.count(None) != len(column) for n, column in zip(types, columns, strict=True)]):
        return None
    blank = struct.pack("!h", len(types)) + b"".join([
        struct.pack("!i", WIDTHS[name]) + bytes(WIDTHS[name]) if name in WIDTHS else _NULL for name in types
    ])  # fmt: skip
    size, place = len(blank), 2
    woven = bytearray(blank * len(columns[0]))
    for name, column in zip(types, columns, strict=True):
        place += 4  # the field's length
        if name in WIDTHS:
            try:
                numbers = array(_CODES[name], column)
            except TypeError:
                return None  # not all of the numbers are there
            if sys.byteorder == "little":
                numbers.byteswap()
            thread = numbers.tobytes()
            for n in range(WIDTHS[name]):
                woven[place + n :: size] = thread[n :: WIDTHS[name]]
            place += WIDTHS[name]
    return woven
