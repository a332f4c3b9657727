"""What it costs to keep goods: dated figures of a site, and what they come to over a stretch of days. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from wms.kernel.numbers import half_up

DAY = timedelta(days=1)
GRAMS_PER_TONNE = 1_000_000
MICRO_PER_FEN = 10_000  # of a yuan


class CostKind(StrEnum):
    """What money is spent on."""

    ENERGY = "energy"
    LABOUR = "labour"
    DEPRECIATION = "depreciation"
    RENT = "rent"
    UPKEEP = "upkeep"
    INSURANCE = "insurance"
    OTHER = "other"


class CostPer(StrEnum):
    """What a figure is for: each tonne and day, each tonne taken in, or a whole season day by day."""

    TONNE_DAY = "tonne_day"
    TONNE_IN = "tonne_in"
    SEASON = "season"


@dataclass(frozen=True, slots=True)
class SetSiteCostRequest:
    """A cost figure of a site, in 10^-6 yuan, from a day on; a season's also says its first day no longer."""

    id: UUID
    site_id: UUID
    kind: CostKind
    per: CostPer
    cost_micro: int
    effective_from: date
    source: str
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in force from a day until the next of its kind, or its own end."""

    kind: CostKind
    per: CostPer
    cost_micro: int
    effective_from: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a site kept on one day, in grams on the entry basis: through the day, and taken in on it."""

    stored_grams: int
    in_grams: int


def cost_fen(figures: Sequence[Figure], days: Mapping[date, Kept]) -> dict[CostKind, int]:
    """Return what the days cost by kind, in fen, each kind rounded once; of each kind the newest figure of a day holds.

    `figures` stand in the order they came in; a later one of a kind takes over from its day.
    """
    exact: dict[CostKind, Fraction] = {}
    for on, kept in days.items():
        for kind in CostKind:
            figure = _in_force(figures, kind, on)
            if figure is not None:
                exact[kind] = exact.get(kind, Fraction(0)) + _of_day(figure, kept)
    return {kind: half_up(micro / MICRO_PER_FEN) for kind, micro in exact.items()}


def _in_force(figures: Iterable[Figure], kind: CostKind, on: date) -> Figure | None:
    fit = [one for one in figures if one.kind == kind and one.effective_from <= on]
    newest = max(enumerate(fit), key=lambda found: (found[1].effective_from, found[0]), default=None)
    if newest is None or (newest[1].ends_on is not None and on >= newest[1].ends_on):
        return None
    return newest[1]


def _of_day(figure: Figure, kept: Kept) -> Fraction:
    match figure.per:
        case CostPer.TONNE_DAY:
            return Fraction(figure.cost_micro * kept.stored_grams, GRAMS_PER_TONNE)
        case CostPer.TONNE_IN:
            return Fraction(figure.cost_micro * kept.in_grams, GRAMS_PER_TONNE)
        case CostPer.SEASON:
            assert figure.ends_on is not None, "a season has its end"
            return Fraction(figure.cost_micro, (figure.ends_on - figure.effective_from).days)
