"""Counters of the board: priority times, and numbers that people read."""

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from wms.trading.tables import BoardCounter


def next_number(session: Session, name: str) -> int:
    """Count a counter up and return its new value. Locks the counter until the transaction ends; take lots first."""
    dialect = session.get_bind().dialect.name
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(BoardCounter)
    session.execute(insert.values(name=name, last_number=0).on_conflict_do_nothing())
    counted = (
        update(BoardCounter)
        .where(BoardCounter.name == name)
        .values(last_number=BoardCounter.last_number + 1)
        .returning(BoardCounter.last_number)
        .execution_options(synchronize_session=False)
    )
    return session.execute(counted).scalar_one()


def next_name(session: Session, letter: str) -> str:
    """Return the next number that people read: a letter (G listing, Q inquiry, D deal) and six figures or more."""
    return f"{letter}{next_number(session, letter):06d}"
