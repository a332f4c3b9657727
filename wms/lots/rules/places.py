"""Which slots suit a lot: wildcard rules by attributes, lowest priority first."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

ATTRIBUTES = ("variety", "grade", "size_mm", "storage_type", "owner_class", "owner_id", "origin")


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """Goods that match every attribute given (None matches anything) belong in a room, in slots of a prefix."""

    id: UUID
    priority: int
    room_id: UUID
    slot_prefix: str | None
    wanted: tuple[object | None, ...]

    @property
    def text(self) -> str:
        """The rule in words, for the proposal's reason."""
        parts = [f"{name}={value}" for name, value in zip(ATTRIBUTES, self.wanted, strict=True) if value is not None]
        return ", ".join(parts) or "*"


def matching(rules: Iterable[PlaceRule], goods: tuple[object | None, ...]) -> list[PlaceRule]:
    """Return the rules that match a lot's attributes (in the order of ATTRIBUTES), best first."""
    fits = [
        rule
        for rule in rules
        if all(wanted is None or wanted == found for wanted, found in zip(rule.wanted, goods, strict=True))
    ]
    return sorted(fits, key=lambda rule: (rule.priority, rule.id))


def room_for(free_units: int, free_grams: int, unit_load_grams: int) -> int:
    """Return how many units still fit a slot, by count and by weight."""
    return max(0, min(free_units, free_grams // unit_load_grams))
