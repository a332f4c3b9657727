"""Copies of a migrated database that are lent to one test after the other, and emptied in between.

To copy a database and to drop it again is to make and unlink 1400 files: that costs more than most tests do in it. What
a borrower gets is as good as new: no rows, every table's file empty, the counters at their first number, and the tables
as the migrations left them. Whatever was changed beyond rows, or is still in use, is thrown away instead.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.servers.postgres import OWNER, Postgres

PATIENCE_S = 1.0
SHAPE = sql.SQL(" UNION ALL ").join(
    sql.SQL("SELECT {}, count(*), max(xmin::text::bigint) FROM {}").format(name, sql.Identifier(name))
    for name in (
        "pg_attrdef", "pg_attribute", "pg_class", "pg_constraint", "pg_event_trigger", "pg_index", "pg_namespace",
        "pg_policy", "pg_proc", "pg_rewrite", "pg_trigger", "pg_type",
    )
)  # fmt: skip
OTHERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
FILLED = """SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 0
    AND oid >= 16384 AND relname <> 'alembic_version'"""  # what is below came with PostgreSQL
COUNTERS = (
    "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL"
)
Shape = list[tuple[str, int, int]]


class Copy:
    """One copy, and the connection that washes it."""

    def __init__(self, server: Postgres, template: str) -> None:
        self.server = server
        self.name = f"t_{uuid.uuid4().hex}"
        self.url = server.create(self.name, template=template)
        self._washer = psycopg.connect(host=str(server.folder), user=OWNER, dbname=self.name, autocommit=True)
        self._shape = self._look()

    def wash(self) -> bool:
        """Empty it; tell whether it is as good as new."""
        if not self._left_alone() or self._look() != self._shape:
            return False
        filled = [sql.SQL(name) for (name,) in self._washer.execute(FILLED)]
        if filled:
            with self._washer.transaction():
                # Rows that may never be taken away go, too, and nobody asks who points at them.
                self._washer.execute("SET LOCAL session_replication_role = replica")
                self._washer.execute(sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(table) for table in filled))
            # New rows lie as in a new table: a reader that forgot to ask for an order must find the same one each run.
            self._washer.execute(sql.SQL("VACUUM (INDEX_CLEANUP ON) {}").format(sql.SQL(",").join(filled)))
        self._washer.execute(COUNTERS)
        return True

    def throw_away(self) -> None:
        """Drop it."""
        self._washer.close()
        self.server.drop(self.name)

    def _look(self) -> Shape:
        return self._washer.execute(SHAPE).fetchall()

    def _left_alone(self) -> bool:
        """Wait until the borrower's connections are gone: the server notices a little after they were closed."""
        deadline = time.monotonic() + PATIENCE_S
        while self._washer.execute(OTHERS).fetchone() != (0,):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.001)  # nothing tells when a backend has ended
        return True


class Washed:
    """The copies of one cluster."""

    def __init__(self, server: Postgres, template: str) -> None:
        self._server, self._template = server, template
        self._clean: list[Copy] = []

    @contextmanager
    def lend(self) -> Iterator[str]:
        """Give the address of an empty database to one borrower at a time."""
        copy = self._clean.pop() if self._clean else Copy(self._server, self._template)
        try:
            yield copy.url
        finally:
            if copy.wash():
                self._clean.append(copy)
            else:
                copy.throw_away()

    def close(self) -> None:
        """Throw away all that are left."""
        while self._clean:
            self._clean.pop().throw_away()
