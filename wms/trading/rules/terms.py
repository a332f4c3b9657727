"""What a buyer asks for: the terms a price depends on, and the goods he would take. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Payment(StrEnum):
    """When the buyer pays; a price depends on it."""

    FULL = "full"  # all of it before exit
    DEPOSIT = "deposit"  # 30/70: earnest and part payment now, the balance before exit


class Side(StrEnum):
    """The two sides of every negotiation."""

    BUYER = "buyer"
    SELLER = "seller"

    @property
    def other(self) -> "Side":
        """The other side."""
        return Side.SELLER if self is Side.BUYER else Side.BUYER


@dataclass(frozen=True, slots=True)
class Terms:
    """Quantity, payment and pick-up: a price means nothing without them."""

    grams: int
    payment: Payment
    pickup_on: date
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Spec:
    """The goods a buyer would take; None asks for nothing. `grade` and `size` may be met exactly, bettered or replaced.

    Deviations count as over-spec (fit 1) when the goods are better, as a substitute (fit 2) otherwise; substitutes are
    left out unless permitted.
    """

    variety: str | None = None
    grade: str | None = None
    size: str | None = None
    colour_pattern: str | None = None
    bagging: str | None = None
    owner_class: str | None = None
    storage_type: str | None = None
    origin: str | None = None
    in_store_only: bool = False
    min_grams: int = 0
    min_life_days: int = 0
    substitutes: bool = True


@dataclass(frozen=True, slots=True)
class Goods:
    """What a listing is of, in the words a buyer filters on."""

    variety: str
    grade: str
    size: str
    colour_pattern: str
    bagging: str
    owner_class: str
    storage_type: str
    origin: str


def fit_of(spec: Spec, goods: Goods, grades: tuple[str, ...]) -> int | None:
    """Return how goods meet a spec: 0 exactly, 1 better than asked, 2 a permitted substitute, None not at all.

    Variety, bagging, owner class, storage type and origin are asked for strictly. `grades` runs from the best down.
    """
    strict = ("variety", "bagging", "owner_class", "storage_type", "origin")
    for name in strict:
        if getattr(spec, name) not in (None, getattr(goods, name)):
            return None
    fits = [
        _ordered(spec.grade, goods.grade, _grade_rank(spec.grade, grades), _grade_rank(goods.grade, grades)),
        _ordered(spec.size, goods.size, size_number(spec.size), size_number(goods.size)),
        0 if spec.colour_pattern in (None, goods.colour_pattern) else 2,
    ]
    fit = max(fits)
    return None if fit == 2 and not spec.substitutes else fit


def _ordered(asked: str | None, given: str, asked_rank: int | None, given_rank: int | None) -> int:
    if asked is None or asked == given:
        return 0
    if asked_rank is not None and given_rank is not None and given_rank > asked_rank:
        return 1
    return 2


def _grade_rank(grade: str | None, grades: tuple[str, ...]) -> int | None:
    return -grades.index(grade) if grade in grades else None


def size_number(size: str | None) -> int | None:
    """Return the number in the name of a size ("80以上" is 80), or None."""
    digits = "".join(letter for letter in size or "" if letter.isdigit())
    return int(digits) if digits else None
