"""A picture of a database shows every row there is, and each value of it."""

from sqlalchemy import text

from tests.servers.pictures import picture_of
from tests.users import make
from wms.kernel.columns import Base
from wms.kernel.database import Database


def test_a_row_more_and_a_value_changed_are_seen_and_nothing_else(database: Database) -> None:
    empty = database.read(picture_of)
    assert empty == {name: [] for name in Base.metadata.tables}
    database.write(make.user)
    added = database.read(picture_of)
    assert len(added["accounts"]) == len(added["persons"]) == 1
    database.write(lambda session: session.execute(text("UPDATE accounts SET name = 'another'")))
    changed = database.read(picture_of)
    assert {name for name in added if added[name] != changed[name]} == {"accounts"}
    assert database.read(picture_of) == changed
