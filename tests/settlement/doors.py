"""What the steps on goods do behind the scenes: longer acts through public doors, and what the books say after them."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.lots import make as stock
from tests.receipts import make
from tests.settlement.heaps import HELD
from wms import billing, lots, receipts
from wms.lots.tables import Lot, SlotFill, StockBalance
from wms.receipts.tables import ReceiptStatus

ACT_DAY = 40
ACT = make.later(days=ACT_DAY)
COUNTERS = [make.actor(name, *make.P) for name in ("first", "second", "reviewer", "approver")]


def lift(session: Session, lot_id: UUID) -> None:
    for hold in lots.holds_of(session, lot_id):
        stock.lift(session, hold)


def let_go_alone(session: Session, lot_id: UUID) -> None:
    hold = next(hold for hold in lots.holds_of(session, lot_id) if hold.reason == lots.HoldReason.QUARANTINE)
    asked = lots.ask_release(session, lots.AskRelease(uuid4(), hold.id, "looked at"), by=make.ESHA, at=ACT)
    lots.decide_release(session, lots.DecideRelease(uuid4(), asked.id, True), by=make.ESHA, at=ACT)


def turn_back(
    session: Session, lot_id: UUID, units: int, off: tuple[UUID, int], on: tuple[UUID, int]
) -> billing.ExitOrder:
    """Order an exit, pick units off a slot for it, put some back into a slot, and give the exit up."""
    wanted = billing.OpenExit(uuid4(), lot_id, units, billing.ExitKind.OWN, "Li", "鲁F12345")
    billing.open_exit_order(session, wanted, by=make.ESHA, at=ACT)
    lots.pick(session, lots.PickUnits(uuid4(), lot_id, wanted.id, off[1], off[0]), by=make.ESHA, at=ACT)
    lots.put_back(session, lots.PutBack(uuid4(), lot_id, wanted.id, *on), by=make.ESHA, at=ACT)
    return billing.void_exit(session, billing.VoidExit(uuid4(), wanted.id, "no truck came"), by=make.ESHA, at=ACT)


def sort(
    session: Session, ins: list[tuple[UUID, int]], new: list[lots.RegradeOutput], loads: list[int], culls: int
) -> lots.Regraded:
    def weigh(grams: int) -> tuple[UUID, ...]:
        key = stock.record(session, grams, instrument=stock.PLATFORM, at=ACT)
        asked = lots.WeighRequest(uuid4(), lots.Purpose.SORT, lot_id=ins[0][0], record=key, units=2)
        return (lots.weigh(session, asked, by=make.ESHA, at=ACT).id,)

    outputs = tuple(
        lots.RegradeOutput(one.lot_id, one.grade, weigh(grams)) for one, grams in zip(new, loads, strict=True)
    )  # fmt: skip
    inputs = tuple(lots.RegradeInput(lot_id, units) for lot_id, units in ins)
    wanted = lots.Regrade(uuid4(), inputs, outputs, weigh(culls) if culls else ())
    return receipts.regrade(session, wanted, by=make.ESHA, at=ACT)


def count_twice(session: Session, site_id: UUID, lot_id: UUID, found: dict[UUID | None, int]) -> bool:
    first, second, reviewer, approver = COUNTERS
    sheet = lots.open_count(session, lots.OpenCount(uuid4(), site_id, lot_id=lot_id), by=first, at=ACT)
    for by in (first, second):
        for slot_id, units in found.items():
            line = next((row.line for row in lots.count_sheet(session, sheet.id) if row.line.slot_id == slot_id), None)
            if line is None or not line.settled:
                lots.enter_count(session, lots.EnterCount(uuid4(), sheet.id, lot_id, units, slot_id), by=by, at=ACT)
    if sheet.state == lots.CountState.AGREED:
        return True
    for row in lots.count_sheet(session, sheet.id):
        if not row.line.settled:
            said = lots.ExplainCount(uuid4(), sheet.id, row.line.id, lots.CountReason.MISSING, "counted twice")
            lots.explain_count(session, said, by=second, at=ACT)
    lots.review_count(session, lots.JudgeCount(uuid4(), sheet.id, True), by=reviewer, at=ACT)
    receipts.approve_count(session, lots.JudgeCount(uuid4(), sheet.id, True), by=approver, at=ACT)
    return True


def books(session: Session, ids: list[UUID], slots: list[UUID]) -> tuple[dict[UUID, Any], dict[UUID, int]]:
    lying: dict[UUID, dict[UUID, int]] = {lot_id: {} for lot_id in ids}
    there = select(StockBalance.lot_id, StockBalance.slot_id, StockBalance.units)
    for lot_id, slot_id, units in session.execute(there.where(StockBalance.lot_id.in_(ids), StockBalance.units > 0)):
        lying[lot_id][slot_id] = units
    papers = dict.fromkeys(ids, 0)
    for status in session.scalars(select(ReceiptStatus).where(ReceiptStatus.lot_id.in_(ids))):
        papers[status.lot_id] += status.units_left
    told = {
        row.id: (
            row.units_on_hand, row.grams_on_hand, (row.units_out, row.grams_out), (row.units_lost, row.grams_loss),
            (row.units_passed, row.grams_passed), row.units_on_hand - row.units_placed, lying[row.id],
            tuple(lots.held_units(row).of(reason) for reason in HELD), papers[row.id],
        )
        for row in session.scalars(select(Lot).where(Lot.id.in_(ids)))
    }  # fmt: skip
    fills = select(SlotFill.slot_id, SlotFill.units).where(SlotFill.slot_id.in_(slots))
    return told, {slot_id: units for slot_id, units in session.execute(fills)}


def come_back(session: Session, keeper: make.Keeper, owner: UUID, units: int, grams: int, exit_id: UUID) -> UUID:
    """Take goods in that left with an exit, and say so."""
    truck = stock.delivery(session, keeper, owner=owner, at=ACT)
    stock.weigh_truck(session, truck.id, gross=10_000_000 + grams, at=ACT)
    lot_id = make.intake(session, truck.id, make.line(units), at=ACT).lot_ids[0]
    lots.record_return(session, lots.RecordReturn(lot_id, exit_id, "refused by the buyer"), by=make.ESHA, at=ACT)
    return lot_id


def take_sample(session: Session, lot_id: UUID, grams: int) -> lots.LotSample:
    """Weigh loose fruit of a lot and book it as a sample."""
    key = stock.record(session, grams, instrument=stock.PLATFORM, at=ACT)
    weighed = lots.WeighRequest(uuid4(), lots.Purpose.SAMPLE, lot_id=lot_id, record=key)
    lots.weigh(session, weighed, by=make.ESHA, at=ACT)
    wanted = lots.TakeSample(uuid4(), lot_id, weighed.id, lots.SampleFor.LABORATORY, "laboratory", "residues")
    return lots.take_sample(session, wanted, by=make.ESHA, at=ACT)
