"""Many rows at once in the engine's quickest way: COPY on PostgreSQL, executemany on SQLite.

Rows are tuples of what the engine keeps (whole milliseconds, not datetimes), in the order of the named columns.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, count
from typing import Any

import psycopg
from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from wms.kernel.columns import Base
from wms.kernel.weaving import HEAD, HEAP, TAIL, Columns, Packed, Shape, cloth, heaps_of, sift

Rows = Sequence[tuple[Any, ...]]


def load(session: Session, table: type[Base], columns: Sequence[str], rows: Rows) -> None:
    """Insert new rows. Raises IntegrityError when one of them is there already."""
    session.flush()  # rows of this kind that wait come first, and the driver is not heard
    if rows and _is_sqlite(session):
        _many(session, _into(table, columns), columns, rows)
    elif rows:
        _copy(session, _name(table), table, columns, rows)


def pack(
    table: type[Base], columns: Sequence[str], blocks: Iterable[Columns], rows: Rows = (), *, sqlite: bool
) -> Packed:
    """Lay out rows that come in blocks of columns for an engine, without asking it anything; any thread may do so.

    Columns of whole numbers have one in every row, others have none; other `rows` come one by one. Raises OverflowError
    for a number too large for the engine.
    """
    packed = Packed(rows=list(rows))
    for block in blocks:
        if sqlite:
            heaps, left = heaps_of(block)
            packed.heaps.extend(heaps)
            packed.rows.extend(left)
        else:
            packed.pieces.append(cloth(_types(table, columns), block))
    return packed


def load_packed(session: Session, table: type[Base], columns: Sequence[str], packed: Packed) -> None:
    """Insert new rows laid out by `pack`. Raises IntegrityError when one of them is there already."""
    session.flush()  # as `load`
    if packed.pieces:
        connection, statement = _connection(session), _statement(_name(table), columns)
        with _told_as_usual(statement, connection), connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(HEAD)
            for piece in packed.pieces:
                copy.write(piece)
            copy.write(TAIL)
    for shape, heaps in packed.heaps:
        session.connection().exec_driver_sql(_inserting(_into(table, columns), shape), heaps)
    load(session, table, columns, packed.rows)


def load_columns(
    session: Session, table: type[Base], columns: Sequence[str], blocks: Iterable[Columns], rows: Rows = ()
) -> None:
    """Insert new rows that come as `pack` takes them. Raises IntegrityError when one of them is there already."""
    load_packed(session, table, columns, pack(table, columns, blocks, rows, sqlite=_is_sqlite(session)))


def stage(session: Session, table: type[Base], columns: Sequence[str], rows: Rows) -> str:
    """Put rows beside a table, not into it, and return the name they can be joined by until the transaction ends.

    The place is temporary and belongs to the connection; what an earlier call staged is gone.
    """
    name = f"staged_{_name(table)}"
    sqlite = _is_sqlite(session)
    keeping = "" if sqlite else " ON COMMIT DELETE ROWS"
    shape = f"SELECT {', '.join(columns)} FROM {_name(table)} WHERE 1 = 0"
    session.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS {name}{keeping} AS {shape}"))
    session.execute(text(f"DELETE FROM {name}"))
    if rows and sqlite:
        _many(session, f"INSERT INTO {name}", columns, rows)
    elif rows:
        _copy(session, name, table, columns, rows)
    return name


def _name(table: type[Base]) -> str:
    sheet = table.__table__
    assert isinstance(sheet, Table)
    return sheet.name


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _into(table: type[Base], columns: Sequence[str]) -> str:
    return f"INSERT INTO {_name(table)} ({', '.join(columns)})"


@cache
def _inserting(insert: str, shape: Shape) -> str:
    numbers = count(1)
    once = [next(numbers) if shared else None for shared in shape.shared]
    rows = [", ".join([f"?{number or next(numbers)}" for number in once]) for _ in range(shape.rows)]
    return f"{insert} VALUES ({'), ('.join(rows)})"


def _many(session: Session, insert: str, columns: Sequence[str], rows: Rows) -> None:
    connection, full = session.connection(), len(rows) // HEAP * HEAP
    heaps = [tuple(chain.from_iterable(rows[start : start + HEAP])) for start in range(0, full, HEAP)]
    apart = (False,) * len(columns)
    if heaps:
        connection.exec_driver_sql(_inserting(insert, Shape(HEAP, apart)), heaps)
    if full < len(rows):
        connection.exec_driver_sql(_inserting(insert, Shape(1, apart)), list(rows[full:]))


def _connection(session: Session) -> psycopg.Connection[Any]:
    connection: Any = session.connection().connection.dbapi_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def _statement(name: str, columns: Sequence[str]) -> str:
    return f"COPY {name} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"


def _copy(session: Session, name: str, table: type[Base], columns: Sequence[str], rows: Rows) -> None:
    connection = _connection(session)
    statement = _statement(name, columns)
    types = _types(table, columns)
    with _told_as_usual(statement, connection), connection.cursor() as cursor:
        smooth, rows = sift(types, rows)
        if smooth:
            with cursor.copy(statement) as copy:
                copy.write(HEAD + cloth(types, smooth) + TAIL)
        if rows:
            with cursor.copy(statement) as copy:
                copy.set_types(types)
                for row in rows:
                    copy.write_row(row)


_TYPES = {"INTEGER": "int4", "BIGINT": "int8", "BLOB": "bytea", "BOOLEAN": "bool", "CHAR(32)": "uuid"}


def _types(table: type[Base], columns: Sequence[str]) -> list[str]:
    sheet = table.__table__
    return [_TYPES.get(str(sheet.c[column].type), "text") for column in columns]


@contextmanager
def _told_as_usual(statement: str, connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Raise what the driver raises as SQLAlchemy would, so that callers know one family of errors."""
    try:
        yield
    except psycopg.Error as error:
        told = DBAPIError.instance(statement, None, error, psycopg.Error, connection_invalidated=connection.closed)
        raise told from error
