"""The database's three doors, and the only file that commits.

`write` runs work in one writing transaction and repeats it when the engine asks for that; `read` runs work that
changes nothing. SQLite writers begin with BEGIN IMMEDIATE, because FOR UPDATE is ignored there and a deferred
transaction that has read cannot safely start to write.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from wms.kernel.changing import PatientCursor
from wms.kernel.errors import Unavailable, WmsError
from wms.kernel.idempotency import found_taken
from wms.kernel.writing import Writer, listen

T = TypeVar("T")
LOG = logging.getLogger(__name__)
TRIES = 12
BUSY_TIMEOUT_MS = 30_000
UNIQUE_VIOLATION = "23505"
REPEATABLE = {"40001", "40P01"}  # serialization failure, deadlock: PostgreSQL asks for the transaction again


class Database:
    """Engines for writing and reading, and the transactions on them."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self.writer = writer
        self.reader = reader
        listen(writer)

    @classmethod
    def open(cls, url: str | URL, *, connections: int = 16) -> "Database":
        """Open a database by URL (`sqlite:////path` or `postgresql+psycopg://…`). Nothing is created."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return cls(_sqlite(parsed, connections, write=True), _sqlite(parsed, connections, write=False))
        patient = {"cursor_factory": PatientCursor}
        engine = create_engine(
            parsed, pool_size=connections, max_overflow=0, pool_timeout=30, pool_pre_ping=True, connect_args=patient
        )
        return cls(engine, engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ"))

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is SQLite."""
        return self.writer.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open one writing transaction: committed when the block ends, rolled back when it raises. Not repeated."""
        session = Writer(self.writer)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one writing transaction and return its result.

        Deadlocks and serialization failures repeat the work on a fresh session; so does, once, a request's id that
        somebody took since the work looked for it: it then ends as a repeat does. Other errors pass through after a
        rollback. Raises Unavailable when the engine stays busy.
        """
        clashed = False
        for attempt in range(TRIES):
            try:
                with self.transaction() as session:
                    return work(session)
            except DBAPIError as error:
                clash = isinstance(error, IntegrityError) and found_taken(error)
                if not _asks_for_repeat(error) and (clashed or not clash):
                    raise
                clashed = clashed or clash
                LOG.info("transaction repeated", extra={"attempt": attempt + 1})
                time.sleep(min(0.01 * 2**attempt, 0.5))  # who was in the way gets time to commit
        raise Unavailable

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one snapshot that cannot write, and return its result."""
        with self.snapshot() as session:
            return work(session)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open one reading transaction; it never waits for writers and is always rolled back."""
        session = Session(self.reader, expire_on_commit=False, autoflush=False)
        try:
            yield session
        finally:
            session.close()  # rolls back too, but without expiring the rows that were read

    def close(self) -> None:
        """Give all connections back."""
        self.writer.dispose()
        self.reader.dispose()


def add_unique(session: Session, row: Any, refusal: WmsError) -> None:
    """Write a new row whose uniqueness the database guards; whoever loses the race for it gets `refusal`."""
    session.flush()  # what waits is written before, so that none of it is taken for a lost race
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION or "UNIQUE constraint" in str(error.orig):
            raise refusal from error
        raise


def _sqlite(url: URL, connections: int, *, write: bool) -> Engine:
    engine = create_engine(url, pool_size=connections, max_overflow=0, pool_timeout=60)

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late to isolate read-check-write
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")
        if not write:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _asks_for_repeat(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in REPEATABLE
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)
