"""The migrations make exactly the tables that the code declares, on both engines."""

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from tests.house import source
from tests.servers.migrated import alembic_config
from wms.kernel.columns import Base
from wms.kernel.database import Database

SQLITE_GUARDS = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || :suffix"
POSTGRES_GUARDS = (
    "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname = relname || :suffix"
)


def test_the_history_has_one_end() -> None:
    assert len(ScriptDirectory.from_config(alembic_config("sqlite://")).get_heads()) == 1


def test_the_newest_revision_equals_the_tables(engine_url: str) -> None:
    config = alembic_config(engine_url)
    config.attributes["compare"] = True
    command.check(config)  # raises with the difference
    database = Database.open(engine_url)
    made = set(sa.inspect(database.writer).get_table_names()) - {"alembic_version"}
    database.close()
    assert made == set(Base.metadata.tables)


def test_evidence_is_append_only(database: Database) -> None:
    """Every table whose rows carry a digest refuses UPDATE and DELETE in the database itself."""
    source.import_everything()
    evidence = {table.name for table in Base.metadata.tables.values() if "row_digest" in table.columns}
    suffixes, guarded = (
        (("_no_update", "_no_delete"), SQLITE_GUARDS)
        if database.is_sqlite
        else (("_no_change", "_no_truncate"), POSTGRES_GUARDS)
    )
    for suffix in suffixes:
        with database.snapshot() as session:
            found = set(session.scalars(sa.text(guarded), {"suffix": suffix}))
        assert evidence - found == set(), suffix
