"""The session of one writing transaction: it says to the database what it must, late and together.

New and changed rows wait in memory until a statement touches their table, or the commit comes; then the rows of a table
are written in one go. What the transaction holds locked nobody else can change: asking for it again says nothing.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import groupby
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, Insert, Select, Table, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from wms.kernel.changing import Answers, Changes, changes_of, is_plain, one_trip, write
from wms.kernel.columns import Base
from wms.kernel.locking import NAMES, locking, locking_each

Row = TypeVar("Row", bound=Base)
T = TypeVar("T")
Kind = type[Base]
KEPT_AT_MOST = 2_000  # a job that reads all evidence there is need not hold all of it
MANY = 200  # changed rows waiting; more are written with the next statement
MANY_SEALED = 1_000  # rows of one append-only table waiting
_OPTION = "wms_writer"
ALONE = {"wms_alone": True}  # of a statement that changes rows of its one table, which no trigger looks at or from
_CHANGES = ("UPDATE", "DELETE", "TRUNCATE", "ALTER", "DROP", "WITH")
_WORD = re.compile(r"(?<![\w.])[a-z_][a-z_0-9]*")


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was read of some tables, under a lock on a row of one, and how many rows of each were added before."""

    tables: frozenset[str]
    guard: str
    found: Any
    so_far: tuple[int, ...]


class Writer(Session):
    """A session that writes late, and remembers what it locked and what it read under a lock."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False, autoflush=False)
        self.locked: dict[tuple[Kind, tuple[Any, ...]], Base] = {}
        self.kept: list[Base] = []
        self.fresh: dict[Kind, list[Base]] = defaultdict(list)
        self.sealed: dict[str, list[tuple[Base, dict[str, Any]]]] = {}
        self.unless_there: dict[str, tuple[Kind, list[Mapping[str, Any]]]] = {}
        self.remembered: dict[Hashable, Remembered] = {}
        self.asks_for_others = False  # the statement is for rows that wait for nothing
        self._writing = False
        self._torn = False  # rows that waited were refused: what is left must not be committed

    def before(self, statement: str, *, alone: bool = False) -> None:
        """Write what waits for the tables of a statement; forget what was read of those it changes."""
        tables = _tables(statement)
        if self.remembered and not statement.startswith("SELECT"):
            self._forget_reads(tables)
        if self._writing:
            return
        changes = statement.startswith(_CHANGES) or "DO UPDATE" in statement
        if changes and not alone:
            self.flush()  # a trigger may look at tables that a statement which changes or takes away does not name
        if changes:
            self._forget_locks(tables)
        self._write_rows(tables & (self.sealed.keys() | self.unless_there.keys()))
        adds_only = statement.startswith("INSERT") and not changes and "SELECT" not in statement  # meets no row there
        if self._many_wait():
            self.asks_for_others = False
            self._said(self._write_changes)
        elif not self.asks_for_others and self._changed(tables, in_place=not adds_only):
            self._said(self._write_changes)

    def flush(self, objects: Any = None) -> None:
        """Write all that waits."""
        self._said(self._write_changes)
        self._write_rows(frozenset(self.sealed.keys() | self.unless_there.keys()))

    def flush_last(self) -> None:
        """Write what waits before the commit, in one round trip where the driver can; new rows leave the session."""
        changes = changes_of(self)
        if self._deleted or not changes.all or not all(is_plain(row) for row in self.new):
            self.flush()
            return
        for row in list(self.new):
            self.expunge(row)
            _seal(self, row)
        if changes.plain or self.sealed or self.unless_there:
            torn, self._torn = self._torn, True
            with one_trip(self.connection()):
                answers = self._said(partial(self._write_last, changes))
            answers.require()
            self._torn = torn

    def _write_changes(self) -> None:
        """Write new, changed and deleted rows, here and now."""
        torn, self._torn = self._torn, True
        write(self, changes_of(self)).require()
        self._torn = torn
        super().flush()

    def _write_last(self, changes: Changes) -> Answers:
        answers = write(self, changes)
        self._write_rows(frozenset(self.sealed.keys() | self.unless_there.keys()), to_go_on=False)
        return answers

    def execute(self, statement: Any, *given: Any, **named: Any) -> Any:
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

    def waits(self, tables: frozenset[str]) -> bool:
        """Tell whether something of some tables is not written yet."""
        return bool(tables & self.sealed.keys()) or self.waits_unsealed(tables)

    def waits_unsealed(self, tables: frozenset[str]) -> bool:
        """Tell whether something of some tables is not written yet, sealed rows aside."""
        return bool(tables & self.unless_there.keys()) or self._changed(tables)

    def forget(self) -> None:
        """Hold no lock and no row: the transaction, or a part of it, is over."""
        self._torn = False
        for of_mine in (self.locked, self.kept, self.fresh, self.sealed, self.unless_there, self.remembered):
            of_mine.clear()

    def _many_wait(self) -> bool:
        """Tell whether so many rows wait that looking through them for each statement would cost more than writing."""
        return len(self._new) + len(self.identity_map._modified) > MANY

    def _changed(self, tables: frozenset[str], *, in_place: bool = True) -> bool:
        waiting = (self._new, self._deleted, self.identity_map._modified if in_place else ())
        return any(state.class_.__tablename__ in tables for states in waiting for state in states)

    def _write_rows(self, tables: frozenset[str], *, to_go_on: bool = True) -> None:
        """Insert what waits for some tables; a transaction that goes on then has them as if it had read them."""
        for name in sorted(tables):
            torn, self._torn = self._torn, True
            if name in self.unless_there:
                self._said(partial(_insert_unless_there, self, *self.unless_there.pop(name)))
            rows = self.sealed.pop(name, [])
            if rows:
                self._said(partial(self._insert, rows, to_go_on))
            self._torn = torn

    def require_whole(self) -> None:
        """Refuse to commit after rows that waited were refused. Raises InvalidRequestError."""
        if self._torn:
            raise InvalidRequestError("rows that waited were refused; nothing of this transaction may stay")

    def _insert(self, rows: list[tuple[Base, dict[str, Any]]], to_go_on: bool) -> None:
        statement, keys = _inserting(type(rows[0][0]))
        self.connection().execute(statement, [values for _, values in rows])
        if not to_go_on:
            return
        for row, values in rows:  # they are what the database has: asking for one of them need not read it
            for name, key in keys:
                if key not in row.__dict__:
                    set_committed_value(row, key, values[name])
            make_transient_to_detached(row)
            self.add(row)

    def _said(self, write: Callable[[], T]) -> T:
        before, self._writing = self._writing, True
        try:
            return write()
        finally:
            self._writing = before

    def _forget_locks(self, tables: frozenset[str]) -> None:
        """What a statement changes past the session is read again; the lock itself stays with the transaction."""
        for key in [key for key in self.locked if key[0].__tablename__ in tables]:
            del self.locked[key]
        for what in [what for what, kept in self.remembered.items() if kept.guard in tables]:
            del self.remembered[what]

    def _forget_reads(self, tables: frozenset[str]) -> None:
        for what in [what for what, kept in self.remembered.items() if kept.tables & tables]:
            del self.remembered[what]


def soon(session: Session) -> None:
    """Let what was added be written: at once, unless the session does so in time by itself."""
    if not isinstance(session, Writer):
        session.flush()


def insert(session: Session, row: Base) -> None:
    """Let a row be written that nobody changes any more, all its columns set; together with others of its table."""
    if isinstance(session, Writer):
        if _seal(session, row) >= MANY_SEALED:
            session.flush()
    else:
        session.add(row)
        session.flush()


def _seal(session: Writer, row: Base) -> int:
    """Let a row wait as it is now; return how many of its table do."""
    _, keys = _inserting(type(row))
    waiting = session.sealed.setdefault(row.__tablename__, [])
    waiting.append((row, {name: getattr(row, key) for name, key in keys}))
    if getattr(row, "looked_for_fresh", False):
        session.fresh[type(row)].append(row)
    return len(waiting)


def insert_unless_there(session: Session, table: Kind, values: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> None:
    """Let rows be written that leave what is there by the same key as it is; waits for whoever is inserting it."""
    rows = [values] if isinstance(values, Mapping) else list(values)
    if isinstance(session, Writer):
        session.unless_there.setdefault(table.__tablename__, (table, []))[1].extend(rows)
    else:
        _insert_unless_there(session, table, rows)


def fresh(session: Session, table: type[Row]) -> list[Row]:
    """Return the rows of a table `looked_for_fresh` that this transaction has inserted so far, written or not."""
    return cast(list[Row], list(session.fresh[table])) if isinstance(session, Writer) else []


def keep(session: Session, *rows: Base | None) -> None:
    """Keep rows as they were read until the transaction ends: asking for one of them by its key reads nothing."""
    if isinstance(session, Writer):
        session.kept += [row for row in rows if row is not None]


def lock(session: Session, table: type[Row], key: Any) -> Row | None:
    """Return a row by its key, locked until the transaction ends, as it is now; None where there is none."""
    return lock_each(session, table, [key]).get(key)


def lock_each(session: Session, table: type[Row], keys: Iterable[Any]) -> dict[Any, Row]:
    """Return those rows of `keys` that are there, locked in the order of their keys, as they are now.

    A key of several columns is a tuple. What the transaction holds locked already is not asked for again.
    """
    wanted = sorted(set(keys))
    found = {key: row for key in wanted if (row := held(session, table, key)) is not None}
    missing = [key for key in wanted if key not in found]
    if missing:
        columns = inspect(table).primary_key
        one = len(missing) == 1
        given = dict(zip(NAMES, _parts(missing[0]), strict=False)) if one else {"keys": missing}
        for row in _read_others(session, table, missing, locking(table, len(columns), one), given):
            key = inspect(row).identity
            assert key is not None
            found[key if len(key) > 1 else key[0]] = row
            if isinstance(session, Writer):
                session.locked[table, key] = row
    return {key: found[key] for key in wanted if key in found}


def held_of(session: Session, table: type[Row]) -> list[Row]:
    """Return the rows of a table that the transaction holds locked."""
    if not isinstance(session, Writer):
        return []
    found = (held(session, table, key) for kind, key in session.locked if kind is table)
    return [row for row in found if row is not None]


def lock_together(session: Session, *wanted: tuple[Kind, Any]) -> None:
    """Lock a row of each of several tables by its key, in the order they are named, in one statement.

    For `lock`, which then finds them held: this tells nothing, and where a row is missing none may be locked.
    """
    if isinstance(session, Writer):
        missing = [(table, key) for table, key in wanted if held(session, table, key) is None]
        if missing:
            given = zip(NAMES, (part for _, key in missing for part in _parts(key)), strict=False)
            query = locking_each(tuple(table for table, _ in missing))
            for row in session.execute(query, dict(given)).first() or ():
                session.locked[type(row), inspect(row).identity] = row


def _read_others(
    session: Session, table: type[Row], keys: list[Any], query: Select[Row], given: Mapping[str, Any]
) -> Sequence[Row]:
    """Read rows by key; where none of them waits to be written, nothing is written for it."""
    if isinstance(session, Writer):
        identities = {_parts(key) for key in keys}
        changed = (state for states in (session.identity_map._modified, session._deleted) for state in states)
        session.asks_for_others = not (
            any(state.class_ is table for state in session._new)
            or any(state.class_ is table and state.identity in identities for state in changed)
        )
    try:
        return session.scalars(query, given).all()
    finally:
        if isinstance(session, Writer):
            session.asks_for_others = False


def held(session: Session, table: type[Row], key: Any) -> Row | None:
    """Return a row that the transaction holds locked, or None."""
    if not isinstance(session, Writer):
        return None
    row = session.locked.get((table, _parts(key)))
    if row is None or not inspect(row).persistent or inspect(row).session is not session:
        return None
    return cast(Row, row)


def listen(engine: Engine) -> None:
    """Let the sessions that write through an engine hear each statement before it is said."""
    if not event.contains(engine, "before_cursor_execute", _hear):
        event.listen(engine, "before_cursor_execute", _hear)


def _hear(
    connection: Connection,
    _cursor: object,
    statement: str,
    _given: object,
    context: ExecutionContext | None,
    *_: object,
) -> None:
    writer = connection.get_execution_options().get(_OPTION)
    if writer is not None:
        writer.before(statement, alone=context is not None and context.execution_options.keys() >= ALONE.keys())


@event.listens_for(Writer, "after_begin")
def _began(session: Writer, _transaction: object, connection: Connection) -> None:
    connection.execution_options(**{_OPTION: session})


@event.listens_for(Writer, "before_commit")
def _commits(session: Writer) -> None:
    session.require_whole()
    if session.in_nested_transaction():
        session.flush()
    else:
        session.flush_last()


@event.listens_for(Writer, "loaded_as_persistent")
def _loaded(session: Writer, row: Any) -> None:
    if getattr(row, "append_only", False) and len(session.kept) < KEPT_AT_MOST:
        session.kept.append(row)


@event.listens_for(Writer, "after_soft_rollback")
@event.listens_for(Writer, "after_commit")
def _ended(session: Writer, *_: object) -> None:
    session.forget()


def _insert_unless_there(session: Session, table: Kind, rows: list[Mapping[str, Any]]) -> None:
    statement, names = _unless_there(session.get_bind().dialect.name, table)
    for _, alike in groupby(rows, key=lambda row: row.keys()):
        session.connection().execute(statement, [{names[key]: row[key] for key in row} for row in alike])


@cache
def _unless_there(dialect: str, table: Kind) -> tuple[Any, dict[str, str]]:
    """Return the statement, and the names of the columns by attribute."""
    statement, keys = _inserting(table)
    inserting = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(statement.table)
    return inserting.on_conflict_do_nothing(), {key: name for name, key in keys}


@cache
def _inserting(table: Kind) -> tuple[Insert, list[tuple[str, str]]]:
    """Return the statement that inserts rows of a table, and its columns with the attributes of the class."""
    mapper = inspect(table)
    sheet = mapper.local_table
    assert isinstance(sheet, Table)
    return sheet.insert(), [(column.key, mapper.get_property_by_column(column).key) for column in mapper.columns]


def _parts(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


@lru_cache(maxsize=4_096)
def _tables(statement: str) -> frozenset[str]:
    """Return the names in a statement that could be tables: all words that no dot stands before."""
    return frozenset(_WORD.findall(statement)) & Base.metadata.tables.keys()
