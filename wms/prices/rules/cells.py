"""What a price is a price of: the cell, and its parts. Pure."""

from dataclasses import dataclass, fields
from operator import attrgetter
from uuid import UUID, uuid5

_ROOT = UUID("8f0c7a52-5d3e-4f6b-9a1d-0c1d10700009")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One kind of goods that trades at one price, loose, ex store. Each part in the words of the lot."""

    variety: str
    size: str
    grade: str
    colour_pattern: str
    bagging: str
    storage_type: str
    owner_class: str
    origin: str

    @property
    def key(self) -> str:
        """The parts in their order as one text."""
        return "|".join(part.replace("|", "/") for part in _parts(self))

    @property
    def id(self) -> UUID:
        """The same id for the same parts, everywhere."""
        return uuid5(_ROOT, self.key)

    @classmethod
    def of(cls, goods: object) -> "Cell":
        """Return the cell of anything that has the parts as attributes: lot facts, a lot, a listing."""
        return cls(*map(str, _parts(goods)))


_parts = attrgetter(*[part.name for part in fields(Cell)])
