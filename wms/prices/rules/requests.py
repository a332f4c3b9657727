"""What the room can be asked, and what it answers with."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from wms.kernel.canonical import plain
from wms.prices.rules.cells import Cell


class Exclusion(StrEnum):
    """Why a trade makes no price; it stays visible with its reason."""

    RELATED = "related parties"
    SELF_OPERATED = "self-operated leg"
    FORCED = "forced sale"
    VOID = "void or disputed"
    BUNDLED = "bundled service"
    NOT_DELIVERED = "no exit yet"


class Side(StrEnum):
    """Which side a firm quote is on."""

    BID = "bid"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class RecordTrade:
    """A trade done: 元/kg as agreed, and normalised to the reference terms through its waterfall.

    `grams` is what was delivered. `excluded` keeps it out of every price and in every list. Without `agreed_price`
    the deal was made on the reference terms.
    """

    id: UUID
    cell: Cell
    price: Decimal
    grams: int
    traded_on: date
    buyer_id: UUID
    seller_id: UUID
    excluded: Exclusion | str | None = None
    agreed_price: Decimal | None = None
    deal_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ExcludeTrade:
    """Take a recorded trade out of the prices from now on; what was published before stays as it was."""

    id: UUID
    trade_id: UUID
    reason: Exclusion


@dataclass(frozen=True, slots=True)
class RecordFirmQuote:
    """A bid or offer that binds its maker until and with `valid_to_on`, 元/kg on the reference terms."""

    id: UUID
    cell: Cell
    side: Side
    party_id: UUID
    price: Decimal
    quote_grams: int
    quoted_on: date
    valid_to_on: date


@dataclass(frozen=True, slots=True)
class AddOutsidePrice:
    """A price from somebody who neither trades here nor lends: a settlement price, an assessor, a market report.

    For one cell, or with `cell` None for a whole variety.
    """

    id: UUID
    series: str
    variety: str
    price: Decimal
    priced_on: date
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class AddDifferential:
    """From a day on `cell` may be priced as `neighbour` + `differential` (元/kg); lower ranks are tried first."""

    id: UUID
    cell: Cell
    neighbour: Cell
    differential: Decimal
    rank: int
    effective_from: date


@dataclass(frozen=True, slots=True)
class AddAssessment:
    """An assessor's price for a cell, with the note that gives the reasons."""

    id: UUID
    cell: Cell
    price: Decimal
    assessed_on: date
    note: str


@dataclass(frozen=True, slots=True)
class AddHoliday:
    """A day on which the market is closed although it is not a weekend."""

    id: UUID
    closed_on: date
    name: str


@dataclass(frozen=True, slots=True)
class Excluded:
    """A trade that does not count, and why ("outlier", or an exclusion's words)."""

    trade_id: UUID
    price: Decimal
    trade_grams: int
    traded_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference price of a cell on a day, with how good it is.

    level 1 trades · 2 middle of firm bids and offers · 3 neighbouring cell ± differential · 4 last value · 5 an
    assessor's note. `based_on` is the day of the newest trade it rests on (of a middle, the older of its two
    quotes) and `age_business_days` its distance in open market days. Counts, grams, low and high are of what counted.
    """

    cell: Cell
    on: date
    level: int
    price: Decimal
    based_on: date
    age_business_days: int = 0
    trades: int = 0
    sellers: int = 0
    buyers: int = 0
    trade_grams: int = 0
    effective_age_days: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None
    excluded: tuple[Excluded, ...] = ()
    note: str = ""
    revision_id: UUID | None = None  # the published revision that says the same, if one does
    revised_at: datetime | None = None


def basis_of(found: Reference) -> dict[str, Any]:
    """Return all that a reference price says of its cell and day, as a published revision keeps it."""
    basis: dict[str, Any] = plain(asdict(found))
    for name in ("cell", "on", "age_business_days", "revision_id", "revised_at"):
        del basis[name]  # the key of the revision, what the calendar adds later, and the revision itself
    return basis


@dataclass(frozen=True, slots=True)
class Independent:
    """The newest outside price that fits a cell, and how old it is in open market days."""

    outside_id: UUID
    series: str
    price: Decimal
    priced_on: date
    age_business_days: int
