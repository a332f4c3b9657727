"""How much a settlement says to the database: a count is no time, so it may be held to a limit."""

from sqlalchemy import event

from tests.settlement.make import season
from wms.kernel.database import Database

DAY = "2027-02-15"
AT_MOST = 66  # as many when this was written, of them 15 because accounts are new and interest is posted


def test_a_settlement_says_no_more_than_it_must(database: Database) -> None:
    case = season(database)
    exit_id = case.weighed_sale(DAY, units=100, grams=1_976_435)
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement.split("WHERE")[0])

    event.listen(database.writer, "before_cursor_execute", note)
    case.close(exit_id, DAY)
    event.remove(database.writer, "before_cursor_execute", note)
    assert len(said) <= AT_MOST, "\n".join(said)
