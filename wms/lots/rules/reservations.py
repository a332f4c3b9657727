"""Space promised to goods on their way: what a room has left for everybody else."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ReserveRoom:
    """Keep space of a room free for the goods of a booking (`id`), which come by `until_on` at the latest."""

    id: UUID
    room_id: UUID
    units: int
    grams: int
    until_on: date


@dataclass(frozen=True, slots=True)
class RoomSpace:
    """What a room's slots in use may hold, what lies there, and what is promised to others, in units and grams."""

    capacity_units: int
    capacity_grams: int
    filled_units: int
    filled_grams: int
    promised_units: int
    promised_grams: int

    @property
    def free_units(self) -> int:
        """Units that may still be put in or promised; never negative."""
        return max(0, self.capacity_units - self.filled_units - self.promised_units)

    @property
    def free_grams(self) -> int:
        """Grams of load that may still be put in or promised; never negative."""
        return max(0, self.capacity_grams - self.filled_grams - self.promised_grams)


def fits(space: RoomSpace, units: int, grams: int) -> bool:
    """Tell whether goods find room beside what lies there and what is promised."""
    return units <= space.free_units and grams <= space.free_grams
