"""Inserts that may meet a row already there, the same words on both engines."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from wms.kernel.columns import Base
from wms.kernel.writing import ALONE


def upsert(session: Session, table: type[Base]) -> postgresql.Insert:
    """Return an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update` on the session's engine."""
    dialect = session.get_bind().dialect.name
    statement: Any = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    return statement  # type: ignore[no-any-return]  # SQLite's has the same methods


def insert_new(session: Session, table: type[Base], values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
    """Insert a row, or many, leaving what is there by the same key as it is; waits for whoever is inserting it."""
    session.execute(upsert(session, table).on_conflict_do_nothing(), values)


def count_up(session: Session, table: type[Base], by: int = 1, **key: Any) -> int:
    """Add to `last_number` of a counter's row, made on first use, and return it.

    The row stays locked until the transaction ends: numbers have no gap and no twin.
    """
    sheet = table.__table__
    assert isinstance(sheet, Table)
    counted = _counting(session.get_bind().dialect.name, sheet, tuple(key))
    last: int = session.scalars(counted, {**key, "last_number": by}).one()
    return last


@cache
def _counting(dialect: str, sheet: Table, key: tuple[str, ...]) -> Any:
    statement: Any = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(sheet)
    more = {"last_number": sheet.c.last_number + statement.excluded.last_number}
    counted = statement.on_conflict_do_update(index_elements=list(key), set_=more)
    return counted.returning(sheet.c.last_number).execution_options(**ALONE)
