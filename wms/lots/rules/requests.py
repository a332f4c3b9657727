"""What callers ask of the room. `id` is made by the client and names the request for ever."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from wms.lots.rules.quality import Measured
from wms.lots.rules.words import HoldReason, OwnerClass, Purpose, SizeRule, StorageType


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A weight record by the gateway's own key."""

    gateway: str
    epoch: int
    sequence: int


@dataclass(frozen=True, slots=True)
class WeightRecordRequest:
    """One `w` message of a gateway: grams, the tare it showed, the bytes it was read from."""

    gateway: str
    epoch: int
    sequence: int
    instrument: str
    taken_at: datetime
    weight_grams: int
    net: bool | None
    tare_grams: int | None
    stable: bool
    e_grams: int
    protocol: str
    raw_hex: str
    capture_id: UUID
    clock: str = "ntp"
    live: bool = True


@dataclass(frozen=True, slots=True)
class GateTokenRequest:
    """A driver comes to the gate."""

    id: UUID
    site_id: UUID
    plate: str


@dataclass(frozen=True, slots=True)
class OpenDelivery:
    """One truck of one owner arrives; without `token_id` a token is issued in the same breath."""

    id: UUID
    site_id: UUID
    owner_id: UUID
    plate: str
    driver: str = ""
    token_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class WeighRequest:
    """A weighing of a delivery, of an exit or of a lot, from a weight record or typed by two people.

    From an instrument: `record`, and `instrument` (gateway, name) the terminal stands at, if it knows. Typed:
    `typed_grams` with `reason`, and the witness passed to `weigh`. `offline_at` is when an offline terminal cited
    the capture. On a platform `units` stand on it with `unit_tare_grams` each. `corrects_id` names the
    weighing that this one replaces.
    """

    id: UUID
    purpose: Purpose
    delivery_id: UUID | None = None
    exit_id: UUID | None = None
    lot_id: UUID | None = None
    record: RecordKey | None = None
    instrument: str | None = None
    typed_grams: int | None = None
    reason: str = ""
    units: int = 0
    unit_tare_grams: int = 0
    offline_at: datetime | None = None
    corrects_id: UUID | None = None


MOST_PICKINGS = 20  # of one block in one season


@dataclass(frozen=True, slots=True)
class Goods:
    """What apples these are: everything a buyer may ask that does not change with time."""

    variety: str
    grade: str
    size_mm: int | None = None
    size_rule: SizeRule | None = None
    colour_pattern: str = ""
    bagging: str = ""
    orchard_block: str = ""
    harvest_on: date | None = None
    picking_number: int | None = None
    owner_class: OwnerClass = OwnerClass.GROWER
    storage_type: StorageType = StorageType.RA
    origin: str = ""
    marks: str = ""

    @property
    def size(self) -> str:
        """The size as the trade writes it: "80以上", "75起步", "80"; empty if not sized."""
        return "" if self.size_mm is None else f"{self.size_mm}{self.size_rule or ''}"


@dataclass(frozen=True, slots=True)
class CreateLot:
    """One lot of a weighed delivery. `unit_grams` only if every unit was weighed one by one, in label order."""

    id: UUID
    delivery_id: UUID
    goods: Goods
    units: int
    grams: int
    weighed_by_instrument: bool
    unit_tare_grams: int = 0
    unit_grams: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelUnits:
    """Ask for SSCC labels for units of a lot that have none yet."""

    id: UUID
    lot_id: UUID
    units: int


@dataclass(frozen=True, slots=True)
class PutAway:
    """Units of a lot go from the dock into a slot."""

    id: UUID
    lot_id: UUID
    slot_id: UUID
    units: int
    forced: bool = False


@dataclass(frozen=True, slots=True)
class MoveUnits:
    """Units of a lot go from one slot into another."""

    id: UUID
    lot_id: UUID
    from_slot_id: UUID
    to_slot_id: UUID
    units: int
    forced: bool = False


@dataclass(frozen=True, slots=True)
class PickUnits:
    """Units of a lot go from a slot to the staging area for an exit; without a slot they stand on the dock already."""

    id: UUID
    lot_id: UUID
    exit_id: UUID
    units: int
    slot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PutBack:
    """Units picked for an exit go back into a slot."""

    id: UUID
    lot_id: UUID
    exit_id: UUID
    slot_id: UUID
    units: int


@dataclass(frozen=True, slots=True)
class SplitLot:
    """Units of a lot become a lot of their own (`new_lot_id`), taken from the dock first, then by slot."""

    id: UUID
    lot_id: UUID
    new_lot_id: UUID
    units: int


@dataclass(frozen=True, slots=True)
class TransferTitle:
    """Units of a lot change their owner where they lie, as `new_lot_id`, through the hold of their order."""

    exit_id: UUID
    lot_id: UUID
    new_lot_id: UUID
    owner_id: UUID
    owner_class: OwnerClass
    units: int
    hold_id: UUID


@dataclass(frozen=True, slots=True)
class GradeLine:
    """Part of a sample: a grade and size with its share in permille."""

    grade: str
    size: str
    share_permille: int


@dataclass(frozen=True, slots=True)
class Inspect:
    """An inspection: permanent grade lines, and the condition found that day.

    Firmness in gram-force per cm² (5.5 kgf/cm² is 5500), brix, decay, colour in permille; `values` of these and any
    other parameter in 10^-decimals of its unit. `sample_units` crates were opened, `pieces` apples looked at. Photos by
    reference.
    """

    id: UUID
    lot_id: UUID
    inspected_on: date
    sample_units: int
    grades: tuple[GradeLine, ...] = ()
    firmness_gf_cm2: int | None = None
    brix_permille: int | None = None
    decay_permille: int | None = None
    colour_permille: int | None = None
    note: str = ""
    photos: tuple[str, ...] = ()
    values: tuple[Measured, ...] = ()
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Hold units of a lot for a reason; `subject_id` is the loan, deal, exit or case it serves.

    `release_floor` (元/kg) is the price below which a lender lets nothing go; `enforced` says the goods are being
    sold for the holder.
    """

    id: UUID
    lot_id: UUID
    units: int
    reason: HoldReason
    subject_id: UUID
    stage: str = ""
    due_on: date | None = None
    release_floor: Decimal | None = None
    enforced: bool = False


@dataclass(frozen=True, slots=True)
class HoldStage:
    """The terms of a hold as they are from now on; every field replaces what stood."""

    id: UUID
    hold_id: UUID
    stage: str
    due_on: date | None = None
    release_floor: Decimal | None = None
    enforced: bool = False


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Units of a lot leave the store with the weight they had on the way out, through the holds named.

    One exit takes out of one lot once. `picks` (slot, units) says where from; without it the dock first, then slots
    by code.
    """

    lot_id: UUID
    units: int
    out_grams: int
    exit_id: UUID
    through_holds: tuple[UUID, ...] = ()
    picks: tuple[tuple[UUID, int], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Taken:
    """What a take-out carried: the entry part, what weighed out, and the loss (negative for a gain)."""

    entry_grams: int
    out_grams: int
    loss_grams: int


@dataclass(frozen=True, slots=True)
class AddPutAwayRule:
    """Goods that match every attribute given belong in a room, in slots whose code begins with the prefix."""

    id: UUID
    site_id: UUID
    priority: int
    room_id: UUID
    slot_prefix: str | None = None
    variety: str | None = None
    grade: str | None = None
    size_mm: int | None = None
    storage_type: StorageType | None = None
    owner_class: OwnerClass | None = None
    owner_id: UUID | None = None
    origin: str | None = None
