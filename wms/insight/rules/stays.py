"""Where goods lay from when to when, reckoned from the lines of the stock ledger. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Shift:
    """Units that went from a room to a room at one instant; None is the dock, or the world outside."""

    at: datetime
    units: int
    from_room_id: UUID | None
    to_room_id: UUID | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A lot lay in a room without a break; `until_at` is None while it does. `most_units` at any time of it."""

    room_id: UUID
    from_at: datetime
    until_at: datetime | None
    most_units: int


def intervals(shifts: Iterable[Shift]) -> list[Interval]:
    """Return the stays of one lot in the order they began.

    What happens at one instant counts together, whatever the order of its lines: a part that is split off and lies
    where it lay never left.
    """
    by_instant: dict[datetime, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for shift in shifts:
        if shift.from_room_id is not None:
            by_instant[shift.at][shift.from_room_id] -= shift.units
        if shift.to_room_id is not None:
            by_instant[shift.at][shift.to_room_id] += shift.units
    found: list[Interval] = []
    here: dict[UUID, int] = defaultdict(int)
    began: dict[UUID, tuple[datetime, int]] = {}
    for at in sorted(by_instant):
        for room_id, change in by_instant[at].items():
            here[room_id] += change
            if here[room_id] > 0:
                since, most = began.get(room_id, (at, 0))
                began[room_id] = (since, max(most, here[room_id]))
            elif room_id in began:
                since, most = began.pop(room_id)
                found.append(Interval(room_id, since, at, most))
    found += [Interval(room_id, since, None, most) for room_id, (since, most) in began.items()]
    return sorted(found, key=lambda stay: (stay.from_at, str(stay.room_id)))
