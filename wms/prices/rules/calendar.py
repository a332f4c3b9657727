"""Open days of the market. Pure."""

from collections.abc import Container
from datetime import date, timedelta

FRIDAY = 4


def is_open(on: date, closed: Container[date]) -> bool:
    """Tell whether the market is open: a weekday that is no holiday. Make-up working weekends stay closed."""
    return on.weekday() <= FRIDAY and on not in closed


def business_age(since: date, on: date, closed: Container[date]) -> int:
    """Return how many open days lie after `since` up to and with `on`; 0 if `since` is not before."""
    days = (on - since).days
    return sum(is_open(since + timedelta(days=step), closed) for step in range(1, days + 1))
