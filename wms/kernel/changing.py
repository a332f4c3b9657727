"""Changed and new rows, written by plain statements: one for rows of a table that follow each other by key and in which
the same columns changed.

The unit of work of the ORM comes to the same statements, in several times the time; what needs it (rows deleted, keys
that change, values that are expressions, columns with defaults) is left to it. What a driver can send in one go waits
for its answers together.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

import psycopg
from sqlalchemy import ClauseElement, Column, Connection, CursorResult, Table, Update, bindparam, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstanceState, Mapper, Session
from sqlalchemy.orm.exc import StaleDataError

from wms.kernel.columns import Base

Kind = type[Base]
_OLD, _NEW = "key_", "new_"


@dataclass(slots=True)
class Changes:
    """Rows that need no more than an UPDATE by their key, with what changed in each; `all` if no others changed."""

    plain: list[tuple[InstanceState[Any], tuple[str, ...]]] = field(default_factory=list)
    all: bool = True


@dataclass(slots=True)
class Answers:
    """What is to be held against the database's answers: statements, each with the rows it had to change."""

    awaited: list[tuple[CursorResult[Any], int]] = field(default_factory=list)

    def require(self) -> None:
        """Raise StaleDataError where a statement found fewer rows than it had to change."""
        for said, rows in self.awaited:
            there = max(said.rowcount, said.context.cursor.rowcount)  # the cursor's, where the answer came late
            if there != rows:
                raise StaleDataError(f"{rows} rows were to be changed, {there} were there")


class PatientCursor(psycopg.Cursor[Any]):
    """A cursor that stays open while its answer is on its way: it counts the rows when that comes."""

    def close(self) -> None:
        """Close the cursor, unless an answer is still awaited."""
        if self.connection.pgconn.pipeline_status == psycopg.pq.PipelineStatus.OFF:
            super().close()


def changes_of(session: Session) -> Changes:
    """Return the changed rows of a session, by table and key."""
    found = Changes()
    for state in session.identity_map._modified - session._deleted.keys():
        columns = _changed_columns(state)
        if columns is None:
            found.all = False
        else:
            found.plain.append((state, columns))
    found.plain.sort(key=lambda one: (one[0].class_.__tablename__, one[0].identity))
    return found


def write(session: Session, changes: Changes) -> Answers:
    """Say what changed; the rows are then as the database has them, once the answers have been looked at."""
    answers = Answers()
    for (table, columns), same in groupby(changes.plain, key=lambda one: (one[0].class_, one[1])):
        states = [state for state, _ in same]
        if columns:
            rows = [_values(state, columns) for state in states]
            said = session.connection().execute(_updating(table, columns), rows)
            answers.awaited.append((said, len(rows)))
        session._register_altered(states)  # a savepoint that is rolled back has them read again
        for state in states:
            state._commit_all(state.dict, session.identity_map)
    return answers


def is_plain(row: Base) -> bool:
    """Tell whether a new row needs no more than an INSERT of what it says."""
    given = inspect(row).dict
    filled = all(given.get(name) is not None for name in _filled_in(type(row)))
    return filled and not any(map(_is_expression, given.values()))


@contextmanager
def one_trip(connection: Connection) -> Iterator[None]:
    """Let what is said inside wait for its answers until the end, where the driver can.

    Nothing that answers with rows may be said. What the database refuses is raised at the end at the latest, as ever.
    """
    driver = connection.connection.driver_connection
    if driver is None or not hasattr(driver, "pipeline"):
        yield
        return
    kind = connection.dialect.loaded_dbapi.Error
    try:
        with driver.pipeline():
            yield
    except kind as error:
        lost = connection.dialect.is_disconnect(error, driver, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            "what waited", None, error, kind, connection_invalidated=lost, dialect=connection.dialect
        ) from error


def _changed_columns(state: InstanceState[Any]) -> tuple[str, ...] | None:
    """Return the attributes of a row that changed, in order; None where a plain UPDATE does not say it."""
    table: Kind = state.class_
    columns, keys = _attributes(table)
    changed = []
    for name, before in state.committed_state.items():
        value = state.dict.get(name, state)
        if name not in columns or name in keys or value is state or _is_expression(value):
            return None
        if not state.manager[name].impl.is_equal(value, before):
            changed.append(name)
    return tuple(sorted(changed))


def _is_expression(value: object) -> bool:
    """Tell whether a value is for the database to work out."""
    return isinstance(value, ClauseElement) or hasattr(value, "__clause_element__")


def _values(state: InstanceState[Any], columns: tuple[str, ...]) -> dict[str, Any]:
    values = {f"{_OLD}{n}": part for n, part in enumerate(state.identity or ())}
    return values | {_NEW + name: state.dict[name] for name in columns}


@cache
def _attributes(table: Kind) -> tuple[Mapping[str, Column[Any]], frozenset[str]]:
    """Return the columns of a table by attribute, and which attributes are its key."""
    mapper: Mapper[Any] = inspect(table)
    columns = {item.key: item.columns[0] for item in mapper.column_attrs}
    return columns, frozenset(mapper.get_property_by_column(column).key for column in mapper.primary_key)  # type: ignore[return-value]


@cache
def _filled_in(table: Kind) -> frozenset[str]:
    """Return the attributes that something else gives a value, where a new row has none."""
    columns, keys = _attributes(table)
    return keys | {name for name, column in columns.items() if column.default or column.server_default}


@cache
def _updating(table: Kind, names: tuple[str, ...]) -> Update:
    mapper: Mapper[Any] = inspect(table)
    sheet, (columns, _) = mapper.local_table, _attributes(table)
    assert isinstance(sheet, Table)
    which = [column == bindparam(f"{_OLD}{n}", type_=column.type) for n, column in enumerate(mapper.primary_key)]
    return (
        sheet.update()
        .where(*which)
        .values({columns[name]: bindparam(_NEW + name, type_=columns[name].type) for name in names})
    )
