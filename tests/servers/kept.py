"""What many tests begin with, made once a worker by the product's own acts, and laid into each fresh database as rows.

A season of the golden vectors takes half a second to act out and a hundredth to lay down. What is laid down is exactly
what the acts wrote, and each test gets its own copy of the objects that came of them.
"""

import pickle
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, insert, select, text
from sqlalchemy.orm import Session

from wms.kernel.columns import Base
from wms.kernel.database import Database

Made = TypeVar("Made")
Rows = list[tuple[Table, list[dict[str, Any]]]]
_KEPT: dict[tuple[str, Hashable], tuple[Rows, list[tuple[str, int]], bytes]] = {}


def kept(database: Database, what: Hashable, make: Callable[[], Made]) -> Made:
    """Return what `make` makes on an empty database, which then holds its rows; `what` names it and its variants."""
    key = (database.writer.dialect.name, what)
    if key not in _KEPT:
        made = make()
        _KEPT[key] = (*database.read(lambda session: _lift(session.connection())), pickle.dumps(made))
    else:
        database.write(lambda session: _lay(session.connection(), key))
    made_again: Made = pickle.loads(_KEPT[key][2])
    return made_again


def kept_in(session: Session, what: Hashable, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return an object's attributes as `kept` does, within a transaction whose database is still empty."""
    key = (session.get_bind().dialect.name, what)
    if key not in _KEPT:
        made = make()
        session.flush()
        _KEPT[key] = (*_lift(session.connection()), pickle.dumps(made))
        return made
    _lay(session.connection(), key)
    found: dict[str, Any] = pickle.loads(_KEPT[key][2])
    session.add_all([value for value in found.values() if isinstance(value, Base)])
    return found


def _lift(connection: Connection) -> tuple[Rows, list[tuple[str, int]]]:
    rows = []
    for table in Base.metadata.sorted_tables:
        if there := [dict(row._mapping) for row in connection.execute(select(table))]:
            rows.append((table, there))
    counters: list[tuple[str, int]] = []
    if connection.dialect.name == "postgresql":
        query = "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
        counters = [(name, last) for name, last in connection.execute(text(query))]
    return rows, counters


def _lay(connection: Connection, key: tuple[str, Hashable]) -> None:
    rows, counters, _ = _KEPT[key]
    for table, there in rows:
        connection.execute(insert(table), there)
    for name, last in counters:
        connection.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})
