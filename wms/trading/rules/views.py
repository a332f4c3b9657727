"""What the board shows: rows that hold nothing their reader may not know. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from wms.trading.rules.conditions import PriceState
from wms.trading.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One row of the board for one viewer and his terms. `price` (元/kg) is the viewer's own, None for 面议."""

    rank: int
    listing_id: UUID
    number: str
    lot_id: UUID | None
    own: bool  # the viewer's own goods
    variety: str
    grade: str
    size: str
    colour_pattern: str
    bagging: str
    owner_class: str
    storage_type: str
    origin: str
    in_store: bool
    weighed: bool
    inspected_on: date | None
    life_days: int | None  # from pick-up to the quality deadline
    units_open: int
    grams_open: int
    min_take_units: int
    price_state: PriceState
    price: Decimal | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of the board, how many rows there are in all, and by which version of the rules."""

    rows: list[BoardRow]
    total: int
    next_cursor: str | None
    policy_version: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lot stands among all goods on the board, and why: for its owner and the store only."""

    listing_id: UUID
    rank: int
    of: int
    price: Decimal | None
    reasons: tuple[Reason, ...]
    why_below_previous: Reason | None  # what puts the listing before it above it
    why_above_next: Reason | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """One listing a match proposes, with the buyer's own price."""

    listing_id: UUID
    units: int
    grams: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class MatchView:
    """A match as its buyer sees it: the proposal, and the digest by which the order can be proved."""

    id: UUID
    buyer_id: UUID
    policy_version: int
    snapshot_digest: str
    ranked_ids: tuple[UUID, ...]
    proposed: tuple[Proposed, ...]
    grams_missing: int
    valid_until: datetime
