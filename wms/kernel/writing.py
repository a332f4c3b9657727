"""The session of one writing transaction: it says to the database what it must, late and together.

New and changed rows wait in memory until a statement touches one of their tables, or the commit comes; then all that
waits is written, the rows of a table in one go. What the transaction holds locked nobody else can change, and what is
append-only nobody can: both are kept until it ends, so that asking for them again says nothing.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event, inspect, select, tuple_
from sqlalchemy.orm import Session

from wms.kernel.columns import Base

Row = TypeVar("Row", bound=Base)
KEPT_AT_MOST = 2_000  # a job that reads all evidence there is need not hold all of it
_OPTION = "wms_writer"
_WORD = re.compile(r"(?<![\w.])[a-z_][a-z_0-9]*")


class Writer(Session):
    """A session that writes late and remembers what it locked."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False, autoflush=False)
        self.locked: dict[tuple[type[Base], tuple[Any, ...]], Base] = {}
        self.kept: list[Base] = []
        self._writing = False

    def before(self, statement: str) -> None:
        """Write what waits, if a statement could meet it."""
        if self._writing or not (self.new or self.dirty or self.deleted):
            return
        tables = _tables(statement)
        if any(row.__tablename__ in tables for rows in (self.new, self.dirty, self.deleted) for row in rows):
            self.flush()

    def flush(self, objects: Any = None) -> None:
        """Write all that waits."""
        before, self._writing = self._writing, True
        try:
            super().flush(objects)
        finally:
            self._writing = before

    def execute(self, statement: Any, *given: Any, **named: Any) -> Any:  # type: ignore[override]
        """Say a statement; one that changes many rows at once finds those in memory written before."""
        if getattr(statement, "is_update", False) or getattr(statement, "is_delete", False):
            self.flush()
        return super().execute(statement, *given, **named)

    def refresh(self, *given: Any, **named: Any) -> None:
        """Read a row again, as the transaction has left it."""
        self.flush()
        super().refresh(*given, **named)

    def expire_all(self) -> None:
        """Read every row again when it is asked for next."""
        self.flush()
        super().expire_all()

    def forget(self) -> None:
        """Hold no lock and no row: the transaction, or a part of it, is over."""
        self.locked.clear()
        self.kept.clear()


def soon(session: Session) -> None:
    """Let what was added be written: at once, unless the session does so in time by itself."""
    if not isinstance(session, Writer):
        session.flush()


def lock(session: Session, table: type[Row], key: Any) -> Row | None:
    """Return a row by its key, locked until the transaction ends, as it is now; None where there is none."""
    return lock_each(session, table, [key]).get(key)


def lock_each(session: Session, table: type[Row], keys: Iterable[Any]) -> dict[Any, Row]:
    """Return those rows of `keys` that are there, locked in the order of their keys, as they are now.

    A key of several columns is a tuple. What the transaction holds locked already is not asked for again.
    """
    wanted = sorted(set(keys))
    found = {key: row for key in wanted if (row := _held(session, table, key)) is not None}
    missing = [key for key in wanted if key not in found]
    if missing:
        columns = inspect(table).primary_key
        if len(missing) == 1:
            query = select(table).where(*[column == part for column, part in zip(columns, _parts(missing[0]), strict=True)])
        elif len(columns) == 1:
            query = select(table).where(columns[0].in_(missing)).order_by(*columns)
        else:
            query = select(table).where(tuple_(*columns).in_(missing)).order_by(*columns)
        for row in session.scalars(query.with_for_update().execution_options(populate_existing=True)):
            key = inspect(row).identity
            assert key is not None
            found[key if len(key) > 1 else key[0]] = row
            if isinstance(session, Writer):
                session.locked[table, key] = row
    return {key: found[key] for key in wanted if key in found}


def listen(engine: Engine) -> None:
    """Let the sessions that write through an engine hear each statement before it is said."""
    if not event.contains(engine, "before_cursor_execute", _hear):
        event.listen(engine, "before_cursor_execute", _hear)


def _hear(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    writer = connection.get_execution_options().get(_OPTION)
    if writer is not None:
        writer.before(statement)


@event.listens_for(Writer, "after_begin")
def _began(session: Writer, _transaction: object, connection: Connection) -> None:
    connection.execution_options(**{_OPTION: session})


@event.listens_for(Writer, "loaded_as_persistent")
def _loaded(session: Writer, row: Any) -> None:
    if getattr(row, "append_only", False) and len(session.kept) < KEPT_AT_MOST:
        session.kept.append(row)


@event.listens_for(Writer, "pending_to_persistent")
def _written(session: Writer, row: Any) -> None:
    _loaded(session, row)


@event.listens_for(Writer, "after_soft_rollback")
@event.listens_for(Writer, "after_commit")
def _ended(session: Writer, *_: object) -> None:
    session.forget()


def _held(session: Session, table: type[Row], key: Any) -> Row | None:
    if not isinstance(session, Writer):
        return None
    row = session.locked.get((table, _parts(key)))
    if row is None or not inspect(row).persistent or inspect(row).session is not session:
        return None
    return row  # type: ignore[return-value]  # kept under its own table


def _parts(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


@lru_cache(maxsize=4_096)
def _tables(statement: str) -> frozenset[str]:
    """Return the names in a statement that could be tables: all words that no dot stands before."""
    return frozenset(_WORD.findall(statement)) & Base.metadata.tables.keys()
