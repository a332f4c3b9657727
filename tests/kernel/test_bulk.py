"""Many rows at once: whatever way a row takes, it is what was handed in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from wms.kernel import bulk
from wms.kernel.database import Database
from wms.kernel.weaving import HEAP, Column, cloth, heaps_of, sift
from wms.telemetry.tables import Reading

COLUMNS = ("sensor", "at", "value", "quality", "epoch", "sequence")
MOST, LEAST = 2**63 - 1, -(2**63)
SMOOTH = [(1, 1000, 7, None, 1, 1), (2, 0, -1, None, MOST, 2), (2**31 - 1, 256, LEAST, None, 1, MOST)]
UNEVEN = [(4, 1, None, "open", 1, 3), (5, 1, 3, "stale", 1, 3), (6, 1, None, None, 1, 3)]


LONG: list[tuple[Any, ...]] = [(n, n, n, "est" if n % 7 == 0 else None, 1, n) for n in range(2 * HEAP + 3)]


@pytest.mark.parametrize(
    "rows",
    [SMOOTH, UNEVEN, SMOOTH + UNEVEN, UNEVEN[:1] + SMOOTH[:1], LONG[:HEAP], LONG],
    ids=["smooth", "uneven", "both", "one of each", "a heap", "heaps"],
)
def test_rows_arrive_as_they_were(database: Database, rows: list[tuple[Any, ...]]) -> None:
    database.write(lambda session: bulk.load(session, Reading, COLUMNS, rows))
    query = text(f"SELECT {', '.join(COLUMNS)} FROM readings ORDER BY sensor")
    assert database.read(lambda s: [tuple(row) for row in s.execute(query)]) == sorted(rows)


def columns_of(rows: list[tuple[Any, ...]]) -> list[Column]:
    """Return rows without a quality as columns, one of them a vector."""
    at = np.array([row[1] for row in rows], np.int64)
    others = [None if name == "quality" else [row[n] for row in rows] for n, name in enumerate(COLUMNS)]
    return [others[0], at, *others[2:]]


def test_blocks_of_columns_arrive_as_they_were(database: Database) -> None:
    good = [row for row in LONG if row[3] is None and row[0] > 10]
    blocks = [columns_of(rows) for rows in (SMOOTH[:1], [], SMOOTH[1:], good, good[:0])]
    database.write(lambda session: bulk.load_columns(session, Reading, COLUMNS, iter(blocks), UNEVEN))
    query = text(f"SELECT {', '.join(COLUMNS)} FROM readings ORDER BY sensor")
    assert database.read(lambda s: [tuple(row) for row in s.execute(query)]) == sorted(SMOOTH + UNEVEN + good)


@pytest.mark.parametrize("epochs", [1, 2], ids=["one epoch", "two epochs"])
def test_runs_that_share_values_arrive_as_they_were(database: Database, epochs: int) -> None:
    lengths = (2 * HEAP + 3, 1, HEAP, HEAP - 1, 2)
    rows = [(n, at, at % 7, None, 1 + at % epochs, n + at) for n, many in enumerate(lengths, 1) for at in range(many)]
    database.write(lambda session: bulk.load_columns(session, Reading, COLUMNS, [columns_of(rows)]))
    query = text(f"SELECT {', '.join(COLUMNS)} FROM readings ORDER BY sensor, at")
    assert database.read(lambda s: [tuple(row) for row in s.execute(query)]) == rows


def test_a_heap_says_once_what_its_rows_share() -> None:
    rows = [(n, at, at, None, 1, at) for n in (5, 6) for at in range(HEAP + 1)]
    heaps, left = heaps_of(columns_of(rows))
    [(shape, alike)] = heaps
    assert shape == (HEAP, (True, False, False, True, True, False))
    assert [(heap[:3], heap[3:6], len(heap)) for heap in alike] == [
        ((n, None, 1), (0, 0, 0), 3 + 3 * HEAP) for n in (5, 6)
    ]
    assert left == [rows[HEAP], rows[-1]]


def test_the_same_row_over_and_over_stores_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError):
        database.write(
            lambda session: bulk.load_columns(session, Reading, COLUMNS, [columns_of(SMOOTH[:1] * 2 * HEAP)])
        )
    assert not database.read(lambda s: s.scalars(select(Reading)).all())


def test_a_block_that_cannot_be_made_stores_nothing(database: Database) -> None:
    def blocks() -> Iterator[list[Column]]:
        yield columns_of(SMOOTH)
        raise LookupError("no second block")

    with pytest.raises(LookupError, match="no second block"):
        database.write(lambda session: bulk.load_columns(session, Reading, COLUMNS, blocks()))
    assert not database.read(lambda s: s.scalars(select(Reading)).all())


def test_a_number_too_large_stores_nothing(database: Database) -> None:
    rows = [*SMOOTH, (9, 1, MOST + 1, None, 1, 4)]
    with pytest.raises((OverflowError, DBAPIError)):
        database.write(lambda session: bulk.load(session, Reading, COLUMNS, rows))
    assert not database.read(lambda s: s.scalars(select(Reading)).all())


def test_a_row_already_there_stores_nothing(database: Database) -> None:
    database.write(lambda session: bulk.load(session, Reading, COLUMNS, SMOOTH[:1]))
    with pytest.raises(IntegrityError):
        database.write(lambda session: bulk.load(session, Reading, COLUMNS, [SMOOTH[1], SMOOTH[0]]))
    [only] = database.read(lambda s: s.scalars(select(Reading)).all())
    assert (only.sensor, only.at.timestamp()) == (1, timedelta(seconds=1).total_seconds())


@pytest.mark.parametrize("number", [MOST + 1, 2**31, -(2**31) - 1])
@pytest.mark.parametrize("vector", [False, True])
def test_a_number_too_large_for_its_column_is_not_woven(number: int, vector: bool) -> None:
    fits = max(-(2**31), min(number, 2**31 - 1))
    with pytest.raises(OverflowError):
        cloth(["int4"], [np.array([0, number], np.int64) if vector else [0, number]])
    assert cloth(["int4"], [np.array([0, fits], np.int64) if vector else [0, fits]])


def test_woven_by_the_book() -> None:
    """One row of an int4 and an empty text, byte by byte; others go one by one."""
    columns, others = sift(["int4", "text"], [(258, None), (None, None), (1, "open")])
    assert others == [(None, None), (1, "open")]
    assert cloth(["int4", "text"], columns) == b"\x00\x02" + b"\x00\x00\x00\x04\x00\x00\x01\x02" + b"\xff" * 4
    assert sift(["int4", "text"], others)[0] == []
