"""A trace as values: the lots that belong together, where they came from, lay and went, and every step with its hand.

What a reader may not see is not in it: an owner's trace knows his lots, a buyer's the way of what he bought.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from wms.kernel.errors import Spoken

MOST_LOTS = 2_000


class Sight(StrEnum):
    """How much of a lot a reader sees."""

    STORE = "store"  # the store's own staff: everything, hands too
    OWNER = "owner"  # all of his own lot but the names of the store's people
    PATH = "path"  # where the goods he bought came from and lay, nothing of others' trade


@dataclass(frozen=True, slots=True)
class Edge:
    """Units and entry grams of one lot that became (part of) another; a sorting does not know units, 0 stands there."""

    parent_id: UUID
    child_id: UUID
    units: int
    grams: int
    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class TracedLot:
    """A lot of the family: 0 is the one asked for, below it what it came from, above it what it became.

    Grams are entry grams; quantities are None where the reader sees only the path.
    """

    lot_id: UUID
    code: str
    generation: int
    sight: Sight
    parents: tuple[str, ...]
    owner_id: UUID
    owner_name: str
    variety: str
    grade: str
    size: str
    orchard_block: str
    origin: str
    harvest_on: date | None
    picking_number: int | None
    entry_on: date
    entry_units: int
    entry_grams: int
    units_on_hand: int | None
    grams_on_hand: int | None
    grams_out: int | None
    grams_loss: int | None
    grams_passed: int | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """The truck a lot came on; gross and tare as weighed, None where nothing was."""

    delivery_id: UUID
    code: str
    arrived_at: datetime
    plate: str
    driver: str
    gross_grams: int | None
    tare_grams: int | None
    net_grams: int | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A lot in a room, and the air there meanwhile in millidegrees C by whole hours; None where nothing was read."""

    lot_code: str
    room_id: UUID
    room_code: str
    room_name: str
    from_at: datetime
    until_at: datetime | None
    days: int
    units: int
    least: int | None
    mean: int | None
    most: int | None
    readings: int
    alarms: int


@dataclass(frozen=True, slots=True)
class Departure:
    """Goods on an exit order: to whom, on which truck, through the gate when. Grams weighed out and their entry."""

    exit_id: UUID
    lot_id: UUID
    lot_code: str
    state: str
    deal_number: str
    recipient_id: UUID
    recipient_name: str
    collector: str
    plate: str
    units: int
    entry_grams: int | None
    out_grams: int | None
    opened_at: datetime
    closed_at: datetime | None
    closed_on: date | None
    pass_state: str
    passed_at: datetime | None
    gate_grams: int | None

    @property
    def gone(self) -> bool:
        """Tell whether the goods were booked out."""
        return self.closed_at is not None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, in the order it did; `hand` is who did it, empty where the reader may not know."""

    at: datetime
    kind: str
    lot_code: str
    units: int | None = None
    grams: int | None = None
    place_from: str = ""
    place_to: str = ""
    paper: str = ""
    partner: str = ""
    hand: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything known of the way of some goods, both directions."""

    number: str
    sight: Sight
    lots: tuple[TracedLot, ...]
    arrivals: tuple[Arrival, ...]
    stays: tuple[Stay, ...]
    departures: tuple[Departure, ...]
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...] = ()


STEPS: dict[str, Spoken] = {
    "arrived": Spoken("truck arrived", "车辆到达"),
    "gross": Spoken("weighed gross", "过磅毛重"),
    "tare": Spoken("weighed empty", "过磅皮重"),
    "net": Spoken("weighed on the platform", "台秤过磅"),
    "out": Spoken("weighed out", "出库过磅"),
    "reweigh": Spoken("weighed again", "复磅"),
    "entry": Spoken("taken in", "入库"),
    "move": Spoken("moved", "移位"),
    "put_away": Spoken("put away", "上架"),
    "pick": Spoken("picked to the dock", "拣货至月台"),
    "exit": Spoken("left the stock", "出库"),
    "loss": Spoken("loss booked", "记损耗"),
    "split_out": Spoken("split off", "分出"),
    "split_in": Spoken("came from a split", "由分批而来"),
    "sort_out": Spoken("went into sorting", "投入分选"),
    "sort_in": Spoken("came from sorting", "由分选而来"),
    "sort": Spoken("weighed after sorting", "分选后过磅"),
    "title_out": Spoken("changed its owner", "在库过户转出"),
    "title_in": Spoken("came to a new owner", "在库过户转入"),
    "inspected": Spoken("inspected", "质检"),
    "sample": Spoken("sample taken", "取样"),
    "sample_passed": Spoken("sample passed", "样品合格"),
    "sample_failed": Spoken("sample failed", "样品不合格"),
    "quarantined": Spoken("set in quarantine", "隔离"),
    "set_free": Spoken("quarantine lifted", "解除隔离"),
    "dealt": Spoken("sold", "成交"),
    "disputed": Spoken("claim raised", "提出异议"),
    "ordered": Spoken("exit ordered", "开出库单"),
    "closed": Spoken("exit closed", "出库结清"),
    "gate_pass": Spoken("gate pass issued", "开放行单"),
    "gate": Spoken("passed the gate", "出大门"),
    "void_exit": Spoken("exit order void", "出库单作废"),
    "void_gate_pass": Spoken("gate pass void", "放行单作废"),
    "invoiced": Spoken("invoiced", "开票"),
}
EXIT_STATES: dict[str, Spoken] = {
    "open": Spoken("ordered", "已开单"),
    "quoted": Spoken("quoted", "已报价"),
    "cleared": Spoken("cleared", "已结清可拣"),
    "picking": Spoken("being picked", "拣货中"),
    "weighed": Spoken("weighed out", "已过磅"),
    "closed": Spoken("left", "已出库"),
    "void": Spoken("void", "已作废"),
}
PASS_STATES: dict[str, Spoken] = {
    "": Spoken("none", "无"),
    "issued": Spoken("issued", "已开"),
    "passed": Spoken("passed", "已放行"),
    "void": Spoken("void", "已作废"),
    "expired": Spoken("expired", "已过期"),
}


def generations(start: frozenset[UUID], up: list[Edge], down: list[Edge]) -> dict[UUID, int]:
    """Return each lot's generation from the edges found: 0 asked for, negative before it, positive after it.

    A lot that is reached by ways of different length takes the shortest.
    """
    found = dict.fromkeys(start, 0)
    for edges, step in ((up, -1), (down, 1)):
        here, level = set(start), 0
        while here:
            level += step
            reached = {
                edge.parent_id if step < 0 else edge.child_id
                for edge in edges
                if (edge.child_id if step < 0 else edge.parent_id) in here
            }
            here = reached - set(found)
            found |= dict.fromkeys(here, level)
    return found
