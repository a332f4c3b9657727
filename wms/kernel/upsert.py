"""Inserts that may meet a row already there, the same words on both engines."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from wms.kernel.columns import Base


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
    statement = upsert(session, table).values(**key, last_number=by)
    counted = statement.on_conflict_do_update(index_elements=list(key), set_={"last_number": sheet.c.last_number + by})
    last: int = session.scalars(counted.returning(sheet.c.last_number)).one()
    return last
