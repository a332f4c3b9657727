"""Numbers that count up without a gap."""

from datetime import date
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from wms.lots.rules.labels import day_code
from wms.lots.tables import DayNumber

EVER = date(2000, 1, 1)  # the day under which series are counted that never start anew


def next_numbers(session: Session, site_id: UUID, series: str, on: date, count: int = 1) -> range:
    """Return the next `count` numbers of a site's series on a day; the row stays locked, so that no gap is left."""
    sheet = DayNumber.__table__
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(DayNumber).values(site_id=site_id, series=series, counted_on=on, last_number=count)
    statement = statement.on_conflict_do_update(
        index_elements=["site_id", "series", "counted_on"], set_={"last_number": sheet.c.last_number + count}
    )
    last = session.scalars(statement.returning(sheet.c.last_number)).one()
    return range(last - count + 1, last + 1)


def next_code(session: Session, site_id: UUID, series: str, letter: str, on: date) -> str:
    """Return the next printed number of a day, e.g. L261020-0001."""
    return day_code(letter, on.strftime("%y%m%d"), next_numbers(session, site_id, series, on)[0])
