"""What the room says of a lot to those above it: the board, the lender, the portal."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from wms.lots.rules.words import OwnerClass, PledgeStage, StorageType


@dataclass(frozen=True, slots=True)
class LotFacts:
    """One lot as it stands, in whole units and grams on the entry basis.

    `in_store`: every unit on hand lies in a slot, or was picked out of one for an exit. `pledge` is the most severe
    stage of the open pledge holds, with the earliest due day and the highest release floor among them.
    """

    lot_id: UUID
    code: str
    site_id: UUID
    owner_id: UUID
    variety: str
    grade: str
    size: str
    size_mm: int | None
    size_rule: str | None
    colour_pattern: str
    bagging: str
    owner_class: OwnerClass
    storage_type: StorageType
    origin: str
    entry_on: date
    entry_units: int
    entry_grams: int
    units_on_hand: int
    grams_on_hand: int
    units_free_for_sale: int
    units_pledged: int
    units_sold: int
    in_store: bool
    weighed_by_instrument: bool
    inspected_on: date | None
    deadline_on: date
    quarantined: bool
    count_open: bool
    pledge: PledgeStage
    pledge_due_on: date | None
    release_floor: Decimal | None
    enforced: bool
    room_id: UUID | None
    room_ids: tuple[UUID, ...]
    slot_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotProposal:
    """A slot that could take units of a lot now, best first, with the rule that preferred it."""

    slot_id: UUID
    slot_code: str
    room_id: UUID
    units_free: int
    rule: str


@dataclass(frozen=True, slots=True)
class Label:
    """What a label of a unit says; `lot_code` is the lot's number with its check character."""

    sscc: str
    lot_code: str
    ordinal: int
    owner_name: str
    variety: str
    grade: str
    size: str
    entry_on: date
    own_grams: int | None


@dataclass(frozen=True, slots=True)
class SlotStock:
    """What lies in a slot: one row per lot."""

    slot_id: UUID
    lot_id: UUID
    lot_code: str
    owner_id: UUID
    units: int
    load_grams: int
