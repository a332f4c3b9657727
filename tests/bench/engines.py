"""Migrated databases for measures: on a real disk, with every commit made safe, as in production."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack

from tests.servers.migrated import migrate
from tests.servers.postgres import Postgres
from wms.kernel.database import Database


def databases() -> Iterator[tuple[str, Database]]:
    """Yield a name and an empty database for each engine, closed and removed afterwards."""
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory())
        cluster = Postgres(safe=True)
        opened.callback(cluster.close)
        for name, url in (("SQLite", f"sqlite:///{folder}/bench.sqlite3"), ("PostgreSQL", cluster.create("bench"))):
            migrate(url)
            database = Database.open(url)
            opened.callback(database.close)
            yield name, database
