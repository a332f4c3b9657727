"""Time as a value: made once at the edge, passed down, never asked for again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """One instant in UTC and the business day it falls on in the site's zone.

    Storage, interest and tariffs count `on`; telemetry and evidence count `at` (milliseconds are kept).
    """

    at: datetime
    on: date

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("Moment.at must be aware")

    @classmethod
    def of(cls, at: datetime, zone: ZoneInfo) -> "Moment":
        """Make the moment of an aware instant as seen in `zone`, cut to the millisecond."""
        at = at.astimezone(UTC)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        return cls(at=at, on=at.astimezone(zone).date())

    @property
    def ms(self) -> int:
        """Milliseconds since 1970 in UTC."""
        return to_ms(self.at)


def to_ms(at: datetime) -> int:
    """Return whole milliseconds since 1970 of an aware instant."""
    return (at - EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    """Return the UTC instant of whole milliseconds since 1970."""
    return EPOCH + ms * MILLISECOND


def system_clock(zone: ZoneInfo) -> Callable[[], Moment]:
    """Return the clock of this machine for a site's zone: the only place that asks the machine for the time."""

    def clock() -> Moment:
        return Moment.of(datetime.now(UTC), zone)

    return clock


Clock = Callable[[], Moment]
