"""The air where goods lay: temperatures from the rollups, alarms that stood meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from wms.kernel.clock import from_ms, to_ms
from wms.kernel.numbers import share
from wms.telemetry.tables import Alarm, Rollup, Sensor

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
BY_HOURS = timedelta(days=31)  # longer stays are summed by whole days: an hour more or less changes nothing there
TEMPERATURE = "temperature"


@dataclass(frozen=True, slots=True)
class Air:
    """Least, mean and most in millidegrees C over `count` readings, None where there were none, and the alarms."""

    least: int | None = None
    mean: int | None = None
    most: int | None = None
    count: int = 0
    alarms: int = 0


class Rooms:
    """Asks for the air of rooms, each span once: lots of one truck lie side by side."""

    def __init__(self, session: Session, room_ids: Iterable[UUID]) -> None:
        self._session = session
        self._numbers: dict[UUID, list[int]] = {}
        self._known: dict[tuple[UUID, datetime, datetime], Air] = {}
        query = select(Sensor.room_id, Sensor.number).where(
            Sensor.room_id.in_(set(room_ids)), Sensor.kind == TEMPERATURE
        )
        for room_id, number in session.execute(query):
            self._numbers.setdefault(room_id, []).append(number)

    def air(self, room_id: UUID, since: datetime, until: datetime) -> Air:
        """Return the air of a room between two instants, widened to whole hours (days, for long stays)."""
        key = (room_id, since, until)
        if key not in self._known:
            self._known[key] = self._asked(room_id, since, until)
        return self._known[key]

    def _asked(self, room_id: UUID, since: datetime, until: datetime) -> Air:
        over = or_(Alarm.ended_at.is_(None), Alarm.ended_at > since)
        alarms = select(func.count()).select_from(Alarm).where(Alarm.room_id == room_id, Alarm.began_at < until, over)
        stood = self._session.scalar(alarms.where(Alarm.active_at.is_not(None))) or 0
        span = HOUR_MS if until - since <= BY_HOURS else DAY_MS
        first = from_ms(to_ms(since) // span * span)
        query = select(
            func.min(Rollup.least), func.max(Rollup.most), func.sum(Rollup.total), func.sum(Rollup.count)
        ).where(
            Rollup.sensor.in_(self._numbers.get(room_id, [])), Rollup.span_ms == span,
            Rollup.start_at >= first, Rollup.start_at < until,
        )  # fmt: skip
        least, most, total, count = self._session.execute(query).one()
        if not count:
            return Air(alarms=stood)
        return Air(int(least), share(int(total), 1, int(count)), int(most), int(count), stood)
