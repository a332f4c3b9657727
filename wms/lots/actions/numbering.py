"""Numbers that count up without a gap."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel.upsert import count_up
from wms.lots.rules.labels import day_code
from wms.lots.tables import DayNumber

EVER = date(2000, 1, 1)  # the day under which series are counted that never start anew


def next_numbers(session: Session, site_id: UUID, series: str, on: date, count: int = 1) -> range:
    """Return the next `count` numbers of a site's series on a day; the row stays locked, so that no gap is left."""
    last = count_up(session, DayNumber, count, site_id=site_id, series=series, counted_on=on)
    return range(last - count + 1, last + 1)


def next_code(session: Session, site_id: UUID, series: str, letter: str, on: date) -> str:
    """Return the next printed number of a day, e.g. L261020-0001."""
    return day_code(letter, on.strftime("%y%m%d"), next_numbers(session, site_id, series, on)[0])
