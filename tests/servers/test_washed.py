"""A database that a test gives back is as good as new for the next, or is thrown away."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.servers.postgres import Postgres
from tests.servers.washed import Washed
from tests.users import make
from wms.kernel.database import Database

ROWS = """SELECT coalesce(sum(pg_relation_size(oid)), 0) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"""


@pytest.fixture
def lent(postgres: Postgres, migrated_postgres: str) -> Iterator[Washed]:
    copies = Washed(postgres, migrated_postgres)
    yield copies
    copies.close()


def changed(url: str, work: Callable[[Session], object]) -> None:
    database = Database.open(url)
    database.write(work)
    database.close()


def says(url: str, statement: str) -> object:
    database = Database.open(url)
    found = database.read(lambda session: session.scalar(text(statement)))
    database.close()
    return found


def test_the_next_gets_the_same_database_without_a_row(lent: Washed) -> None:
    with lent.lend() as first:
        changed(first, make.user)  # leaves evidence, which nobody may take away
        assert says(first, ROWS) != 0
    with lent.lend() as second:
        assert second == first
        assert says(second, ROWS) == 0
        assert says(second, "SELECT count(*) FROM alembic_version") == 1


def test_its_counters_begin_anew(lent: Washed) -> None:
    for _ in range(2):
        with lent.lend() as url:
            changed(url, lambda session: session.execute(text("SELECT nextval('sensors_number_seq')")))
            assert says(url, "SELECT last_value FROM sensors_number_seq") == 1


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE mine (id int)",
        "DROP TABLE wallet_records",
        "ALTER TABLE parties DISABLE TRIGGER ALL",
        "ALTER TABLE parties RENAME COLUMN name TO called",
        "ALTER TABLE parties ALTER COLUMN name DROP NOT NULL",
        "CREATE SCHEMA elsewhere",
    ],
)
def test_who_changed_more_than_rows_has_had_the_last_of_it(lent: Washed, change: str) -> None:
    with lent.lend() as first:
        changed(first, lambda session: session.execute(text(change)))
    with lent.lend() as second:
        assert second != first


def test_nobody_gets_what_somebody_still_holds(lent: Washed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.servers.washed.PATIENCE_S", 0.05)
    with lent.lend() as first:
        kept = Database.open(first)
        holding = kept.writer.connect()
    with lent.lend() as second:
        assert second != first
    holding.invalidate()
    holding.close()
    kept.close()
