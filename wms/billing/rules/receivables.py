"""When an invoice is due and how old a debt is. Pure."""

from datetime import date

OLDEST_DAYS = (30, 60, 90)
BUCKETS = len(OLDEST_DAYS) + 1


def due_on(invoiced_on: date) -> date:
    """Return the day an invoice is due: the day it is issued, since storage is paid when the goods leave.

    Credit lets goods leave before the money is there; it does not make the debt younger.
    """
    return invoiced_on


def days_overdue(invoiced_on: date, on: date) -> int:
    """Return how many days past its due day an invoice is on a day; 0 before."""
    return max(0, (on - due_on(invoiced_on)).days)


def bucket_of(days: int) -> int:
    """Return which bucket a debt of so many days is in: 0 up to 30 days, 1 up to 60, 2 up to 90, 3 beyond."""
    return next((place for place, most in enumerate(OLDEST_DAYS) if days <= most), len(OLDEST_DAYS))
