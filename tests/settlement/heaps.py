"""The model of goods in store: heaps of units by place, and what became of the rest. It knows no product code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from types import MappingProxyType
from uuid import UUID

from wms import lots

R = lots.HoldReason
DOCK, SLOTS, SLOT_UNITS, MOST_LOTS = None, 4, 12, 9
NOWHERE: Mapping[int | None, int] = MappingProxyType({})
HELD = (R.SALE, R.PLEDGE, R.LIEN, R.QUARANTINE)


@dataclass
class Heap:
    """One lot: where its units stand, and what became of the rest."""

    owner: int
    day: int
    bought: bool
    entry_units: int
    entry_grams: int
    places: dict[int | None, int]
    grams: int
    out: tuple[int, int] = (0, 0)
    lost: tuple[int, int] = (0, 0)
    passed: tuple[int, int] = (0, 0)
    held: dict[lots.HoldReason, int] = field(default_factory=lambda: dict.fromkeys(HELD, 0))
    sampled: int = 0
    shared: tuple[int, int] | None = None  # units and grams on hand after the last sample

    @property
    def units(self) -> int:
        return sum(self.places.values())

    @property
    def unheld(self) -> int:
        """Units no hold stands on; quarantine frees none."""
        return 0 if self.held[R.QUARANTINE] else max(0, self.units - sum(self.held.values()))

    @property
    def may_leave(self) -> int:
        """Units an exit may take: of quarantined goods none, else all but what is sold, pledged or retained."""
        stays = max(self.held[R.SALE], self.held[R.PLEDGE], self.held[R.LIEN])
        return 0 if self.held[R.QUARANTINE] else self.units - stays

    @property
    def shelves(self) -> list[int]:
        """The slots some of it stands in, in order."""
        return [place for place in range(SLOTS) if self.places.get(place)]

    def free(self, reason: lots.HoldReason) -> int:
        if self.held[R.QUARANTINE] and reason in (R.SALE, R.EXIT, R.PLEDGE):
            return 0
        if reason in (R.SALE, R.EXIT):
            return self.units - self.held[R.SALE]
        if reason is R.PLEDGE:
            return max(0, self.units - self.held[R.PLEDGE] - self.held[R.SALE])
        return self.units - self.held[reason]

    def carry(self, units: int) -> int:
        """Entry grams of the next units: the cumulative half-up share."""
        of, grams = self.shared or (self.entry_units, self.entry_grams)
        gone = of - self.units
        return half(grams * (gone + units), of) - half(grams * gone, of)

    def may_lose(self, grams: int) -> bool:
        """Whether loose fruit may be taken: a crate keeps something, and a held lot loses 10 kg at most."""
        within = not sum(self.held.values()) or self.sampled + grams <= 10_000
        return bool(self.units) and self.grams - grams >= self.units and within

    def thin(self, grams: int) -> None:
        """Take loose fruit; what is left is shared by the units left."""
        self.sampled, self.grams = self.sampled + grams, self.grams - grams
        self.out, self.shared = (self.out[0], self.out[1] + grams), (self.units, self.grams)

    def chosen(self, units: int, picked: Mapping[int | None, int] = NOWHERE) -> dict[int | None, int]:
        """Which places units would come from: those picked for them, then the dock, then the slots in order."""
        found: dict[int | None, int] = {}
        units -= sum(picked.values())
        for place in (DOCK, *range(SLOTS)):
            mine = picked.get(place, 0)
            rest = min(units, self.places.get(place, 0) - mine)
            units -= rest
            found[place] = rest + mine
        return found

    def take(self, units: int, picked: Mapping[int | None, int] = NOWHERE) -> tuple[int, dict[int | None, int]]:
        grams, chosen = self.carry(units), self.chosen(units, picked)
        for place, part in chosen.items():
            self.places[place] = self.places.get(place, 0) - part
        self.grams -= grams
        return grams, chosen


@dataclass
class Left:
    """What left with one exit, and how much of it came back."""

    exit_id: UUID
    owner: int
    units: int
    grams: int
    back: tuple[int, int] = (0, 0)


def half(numerator: int, denominator: int) -> int:
    """Round half away from zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def amount(most: int, choice: int) -> int:
    """Turn a choice into a quantity around what is just possible."""
    return (most, most + 1, 1, max(1, most // 2), 0, most)[choice]


def some(random: Random) -> int:
    """A choice of an amount: more often possible than not, most often at the edge."""
    return random.choice((0, 0, 1, 2, 2, 3, 3, 4))


def fair(total: int, weights: list[int]) -> list[int]:
    """Largest remainder, ties to the last of the list (the culls stand there), then to the first."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    shares = [value.numerator // value.denominator for value in exact]
    order = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], -1 if i == len(weights) - 1 else i))
    for place in order[: total - sum(shares)]:
        shares[place] += 1
    return shares
