"""Counters of the board: priority times, and numbers that people read."""

from sqlalchemy.orm import Session

from wms.kernel.upsert import count_up
from wms.trading.tables import BoardCounter


def next_number(session: Session, name: str) -> int:
    """Count a counter up and return its new value. Locks the counter until the transaction ends; take lots first."""
    return count_up(session, BoardCounter, name=name)


def next_name(session: Session, letter: str) -> str:
    """Return the next number that people read: a letter (G listing, Q inquiry, D deal) and six figures or more."""
    return f"{letter}{next_number(session, letter):06d}"
