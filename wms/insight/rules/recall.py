"""A recall as values: the question, the lots it touches, where they are, and a balance that must come out. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from wms.insight.errors import QuestionWrong
from wms.insight.rules.sheets import Column, Row, Sheet, Unit, column
from wms.insight.rules.trace import Departure
from wms.insight.rules.trace_sheets import DEPARTURES, departure_row
from wms.kernel.errors import Spoken


class RecallKind(StrEnum):
    """An exercise, or the real thing."""

    DRILL = "drill"
    RECALL = "recall"


class RecallEventKind(StrEnum):
    """What is done in a recall after it was started."""

    HELD = "held"
    LIFTED = "lifted"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Question:
    """What is suspected: a number on paper, an orchard block (harvested between two days), or a room between two days.

    `onward`: only what was made of the goods from there on, not what they came from.
    """

    number: str = ""
    block: str = ""
    room_id: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None
    onward: bool = False

    def check(self) -> None:
        """Raise QuestionWrong unless exactly one thing is suspected, in an order of days that can be."""
        if sum((bool(self.number.strip()), bool(self.block.strip()), self.room_id is not None)) != 1:
            raise QuestionWrong(what=Spoken("one of number, orchard block and room", "编号、果园地块、库房三者之一"))
        if self.from_on and self.until_on and self.until_on < self.from_on:
            raise QuestionWrong(what=Spoken("the order of the days", "起止日期"))
        if self.room_id is not None and self.from_on is None:
            raise QuestionWrong(what=Spoken("the first day in the room", "在库起始日"))


@dataclass(frozen=True, slots=True)
class StartRecall:
    """Ask a question of the whole store and start its clock; `id` becomes the recall's."""

    id: UUID
    kind: RecallKind
    question: Question
    reason: str


@dataclass(frozen=True, slots=True)
class RecallStep:
    """Hold what is still here, or let it go again."""

    id: UUID
    recall_id: UUID


@dataclass(frozen=True, slots=True)
class EndRecall:
    """Stop the clock: how many units were found on the floor, how many receivers were reached, and what was learned."""

    id: UUID
    recall_id: UUID
    units_found: int
    receivers_reached: int
    note: str


@dataclass(frozen=True, slots=True)
class AffectedLot:
    """A lot the question touches; grams on the entry basis but what went out, which is as weighed."""

    lot_id: UUID
    code: str
    parents: tuple[str, ...]
    owner_name: str
    variety: str
    grade: str
    size: str
    orchard_block: str
    entry_on: date
    entry_units: int
    entry_grams: int
    units_on_hand: int
    grams_on_hand: int
    units_out: int
    grams_out: int
    grams_loss: int
    grams_passed: int
    units_held: int  # in quarantine


@dataclass(frozen=True, slots=True)
class FoundAt:
    """Units of a lot in a slot; on the dock where `slot_code` is empty."""

    lot_code: str
    room_code: str
    room_name: str
    slot_code: str
    units: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What came in against what became of it, from three rooms' own books, in grams.

    In is the stock ledger's, on hand the lots', out the exit orders', loss the lots', passed what went into lots the
    question does not touch. `difference` is what nobody accounts for: zero, or something is wrong.
    """

    grams_in: int
    grams_on_hand: int
    grams_out: int
    grams_loss: int
    grams_passed: int

    @property
    def difference(self) -> int:
        """Grams that are not accounted for."""
        return self.grams_in - self.grams_on_hand - self.grams_out - self.grams_loss - self.grams_passed


@dataclass(frozen=True, slots=True)
class Affected:
    """The answer to a question at one moment."""

    lots: tuple[AffectedLot, ...]
    places: tuple[FoundAt, ...]
    departures: tuple[Departure, ...]
    balance: Balance

    @property
    def receivers(self) -> int:
        """How many companies have some of it."""
        return len({one.recipient_id for one in self.departures if one.gone})

    @property
    def leaving(self) -> tuple[Departure, ...]:
        """Exit orders that are on their way and must be stopped."""
        return tuple(one for one in self.departures if not one.gone and one.state != "void")


LOTS: tuple[Column, ...] = (
    column("Lot", "批次"), column("Came from", "来自"), column("Owner", "货主"),
    column("Variety", "品种", vocabulary="variety"), column("Grade", "等级", vocabulary="grade"),
    column("Size", "规格", vocabulary="size"), column("Orchard block", "果园地块"),
    column("Came in", "入库日", Unit.DAY), column("Units in", "入库件数", Unit.COUNT),
    column("Entry kg", "入库公斤", Unit.GRAMS), column("On hand units", "在库件数", Unit.COUNT),
    column("On hand kg", "在库公斤", Unit.GRAMS), column("Quarantined units", "已隔离件数", Unit.COUNT),
    column("Out kg", "出库公斤", Unit.GRAMS), column("Loss kg", "损耗公斤", Unit.GRAMS),
    column("Passed on kg", "转入他批公斤", Unit.GRAMS),
)  # fmt: skip
PLACES: tuple[Column, ...] = (
    column("Lot", "批次"), column("Room", "库房"), column("Room name", "库房名称"), column("Slot", "库位"),
    column("Units", "件数", Unit.COUNT),
)  # fmt: skip
SUMS: tuple[Column, ...] = (column("Sum", "合计"), column("kg", "公斤", Unit.GRAMS))
DOCK = Spoken("on the dock", "月台")


def recall_sheets(code: str, started_at: datetime, ended_at: datetime | None, found: Affected) -> list[Sheet]:
    """Return the file of a recall: the balance, the lots, where they lie, and who has what."""
    balance = found.balance
    sums: list[Row] = [
        (Spoken("Came in", "入库"), balance.grams_in), (Spoken("On hand", "在库"), balance.grams_on_hand),
        (Spoken("Went out", "出库"), balance.grams_out), (Spoken("Loss", "损耗"), balance.grams_loss),
        (Spoken("Went into other lots", "转入他批"), balance.grams_passed),
        (Spoken("Not accounted for", "未对上"), balance.difference),
    ]  # fmt: skip
    times = (column("Recall", "召回"), column("Started", "开始", Unit.INSTANT), column("Ended", "结束", Unit.INSTANT))
    return [
        Sheet(Spoken("Balance", "平衡"), SUMS, sums),
        Sheet(Spoken("Lots", "批次"), LOTS, [affected_row(lot) for lot in found.lots]),
        Sheet(Spoken("On hand", "在库位置"), PLACES, [place_row(place) for place in found.places]),
        Sheet(Spoken("Departures", "出库去向"), DEPARTURES, [departure_row(one) for one in found.departures]),
        Sheet(Spoken("Clock", "计时"), times, [(code, started_at, ended_at)]),
    ]


def affected_row(lot: AffectedLot) -> Row:
    """Return an affected lot as a row under `LOTS`."""
    return (
        lot.code, ", ".join(lot.parents), lot.owner_name, lot.variety, lot.grade, lot.size, lot.orchard_block,
        lot.entry_on, lot.entry_units, lot.entry_grams, lot.units_on_hand, lot.grams_on_hand, lot.units_held,
        lot.grams_out, lot.grams_loss, lot.grams_passed,
    )  # fmt: skip


def place_row(place: FoundAt) -> Row:
    """Return where units lie as a row under `PLACES`."""
    return (place.lot_code, place.room_code, place.room_name, place.slot_code or DOCK, place.units)


def recall_code(recall_id: UUID, on: date) -> str:
    """Return a recall's number: R261123-7F3A0C. The last digits are the id's own, so no counter is needed."""
    return f"R{on:%y%m%d}-{recall_id.hex[-6:].upper()}"
