"""Whether a room suits goods: storage, variety, temperature, ethylene, maturity. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

MILLIDEGREES = 1000


class Unfit(StrEnum):
    """Why a room is not for a lot."""

    STORAGE = "storage"
    VARIETY = "variety"
    TEMPERATURE = "temperature"
    ETHYLENE = "ethylene"
    MATURITY = "maturity"
    UNINSPECTED = "uninspected"


IN_WORDS = {
    Unfit.STORAGE: "storage 贮藏方式",
    Unfit.VARIETY: "varieties of the room 库房品种",
    Unfit.TEMPERATURE: "temperature 温度",
    Unfit.ETHYLENE: "ethylene 乙烯",
    Unfit.MATURITY: "maturity 成熟度",
    Unfit.UNINSPECTED: "not inspected yet 未质检",
}


@dataclass(frozen=True, slots=True)
class SetVarietyTraits:
    """How goods of a variety want to be kept: °C × 1000 both ends, or neither; ethylene given off, or borne badly."""

    id: UUID
    variety: str
    coldest_millidegrees: int | None = None
    warmest_millidegrees: int | None = None
    emits_ethylene: bool = False
    ethylene_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Keeps:
    """What a room can keep; None and empty ask nothing. Temperatures in °C × 1000, firmness in gram-force per cm²."""

    storage_type: str
    coldest: int | None = None
    warmest: int | None = None
    scrubs_ethylene: bool = False
    varieties: frozenset[str] = frozenset()
    least_firmness: int | None = None


@dataclass(frozen=True, slots=True)
class Nature:
    """What a lot asks of a room; `firmness` as last inspected, None while nobody measured it."""

    variety: str
    storage_type: str
    coldest: int | None = None
    warmest: int | None = None
    firmness: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why not, with the values that say it in any language."""

    kind: Unfit
    values: str

    @property
    def text(self) -> str:
        """The reason for a sentence in either language."""
        return f"{IN_WORDS[self.kind]}: {self.values}" if self.values else IN_WORDS[self.kind]


def refused(nature: Nature, keeps: Keeps, against: str | None) -> Refused | None:
    """Return why a room does not suit a lot, or None; the firmest reason first.

    `against` is a variety lying there that ripens this one, or is ripened by it; a room that scrubs ethylene bears it.
    """
    if nature.storage_type != keeps.storage_type:
        return Refused(Unfit.STORAGE, f"{keeps.storage_type} ≠ {nature.storage_type}")
    if keeps.varieties and nature.variety not in keeps.varieties:
        return Refused(Unfit.VARIETY, f"{nature.variety} ∉ {', '.join(sorted(keeps.varieties))}")
    if not _meet(nature, keeps):
        return Refused(Unfit.TEMPERATURE, f"{_range(keeps)} ≠ {_range(nature)}")
    if against is not None and not keeps.scrubs_ethylene:
        return Refused(Unfit.ETHYLENE, f"{nature.variety} + {against}")
    if keeps.least_firmness is not None:
        if nature.firmness is None:
            return Refused(Unfit.UNINSPECTED, "")
        if nature.firmness < keeps.least_firmness:
            return Refused(Unfit.MATURITY, f"{nature.firmness} < {keeps.least_firmness} gf/cm²")
    return None


def opponents(variety: str, emitting: frozenset[str], sensitive: frozenset[str]) -> frozenset[str]:
    """Return the varieties that may not lie in one room with a variety, where nobody scrubs ethylene."""
    found = frozenset[str]()
    if variety in sensitive:
        found |= emitting
    if variety in emitting:
        found |= sensitive
    return found - {variety}


def _meet(nature: Nature, keeps: Keeps) -> bool:
    if nature.coldest is None or nature.warmest is None or keeps.coldest is None or keeps.warmest is None:
        return True
    return nature.coldest <= keeps.warmest and keeps.coldest <= nature.warmest


def _range(one: Nature | Keeps) -> str:
    ends = [f"{(end or 0) / MILLIDEGREES:g}" for end in (one.coldest, one.warmest)]
    return f"{ends[0]}…{ends[1]} °C"
