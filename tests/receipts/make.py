"""The cast and the store of receipts' tests. Every default is legal: a test says only what matters."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.billing import make as billing_make
from tests.lots import make as stock
from tests.lots.make import ASHA, ESHA, NOBODY, NOW, WITNESS, P, actor, change, later, picture, refused
from wms import billing, facility, lots, parties, prices, receipts
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.clock import Moment

__all__ = ["ASHA", "ESHA", "NOBODY", "NOW", "WITNESS", "P", "actor", "change", "later", "picture", "refused", "stock"]
LENDER = actor("Lin, credit", P.APPROVE_ADVANCE, P.APPROVE_RELEASE)


class Keeper(stock.Store):
    """The store of lots' tests with what a receipt prints: keeper, tariff, insurance, and a lender."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        asked = parties.AddPartyRequest(uuid4(), "S1", parties.PartyKind.STORE, "烟台冷库有限公司")
        self.keeper = parties.add_party(session, asked, by=SYSTEM, at=NOW)
        asked = parties.AddPartyRequest(uuid4(), "K1", parties.PartyKind.LENDER, "银行")
        self.lender = parties.add_party(session, asked, by=SYSTEM, at=NOW)
        self.tariff = billing_make.tariff(session)
        policy = facility.AddPolicyRequest(
            uuid4(), "人保", "P-1", 500_000_000, date(2026, 9, 1), date(2027, 9, 1), room_id=self.room.id
        )
        facility.add_policy(session, policy, by=SYSTEM, at=NOW)


def line(units: int = 10, **changes: Any) -> receipts.IntakeLine:
    wanted = receipts.IntakeLine(
        uuid4(), "富士", "一二级", units, size_mm=80, size_rule="以上", colour_pattern="片红", bagging="纸袋",
        origin="蓬莱", picking_number=2,
    )  # fmt: skip
    return replace(wanted, **changes)


def weighed(session: Session, store: Keeper, gross: int = 30_000_000, *, at: Moment = NOW) -> lots.Delivery:
    truck = stock.delivery(session, store, at=at)
    stock.weigh_truck(session, truck.id, gross=gross, at=at)
    return truck


def platform(session: Session, delivery_id: UUID, units: int, grams: int, tare: int = 2_000, **changes: Any) -> UUID:
    """Weigh units of a delivery on the platform; returns the weighing's id."""
    key = stock.record(session, grams, instrument=stock.PLATFORM)
    request = lots.WeighRequest(
        uuid4(), lots.Purpose.NET, delivery_id=delivery_id, record=key, units=units, unit_tare_grams=tare
    )
    return lots.weigh(session, replace(request, **changes), by=ASHA, at=NOW).id


def intake(
    session: Session,
    delivery_id: UUID,
    *lines: receipts.IntakeLine,
    by: Actor = ASHA,
    at: Moment = NOW,
    **changes: Any,
) -> receipts.IntakeDone:
    request = receipts.CompleteIntake(uuid4(), delivery_id, lines or (line(),))
    return receipts.complete_intake(session, replace(request, **changes), by=by, at=at)


def receipt(session: Session, store: Keeper, units: int = 10) -> receipts.Receipt:
    """A receipt for 20 t in `units`, the goods put away."""
    done = intake(session, weighed(session, store).id, line(units), room_id=store.room.id)
    place = lots.propose_slots(session, lots.get_lot(session, done.lot_ids[0]))[0]
    put = lots.PutAway(uuid4(), done.lot_ids[0], place.slot_id, units)
    lots.put_away(session, put, by=ASHA, at=NOW)
    return receipts.get_receipt(session, done.receipt_ids[0])


def leave(session: Session, paper: receipts.Receipt, units: int, exit_id: UUID | None = None) -> None:
    """Units leave the store and the receipt in one go, as a settlement does it."""
    exit_id = exit_id or uuid4()
    out = lots.TakeOut(paper.lot_id, units, units * 1_990_000, exit_id)
    lots.take_out(session, out, by=ASHA, at=NOW)
    receipts.reduce_receipt(session, paper.lot_id, units, exit_id, by=ASHA, at=NOW)


def pledge(session: Session, paper: receipts.Receipt, store: Keeper) -> receipts.MarkPledged:
    request = receipts.MarkPledged(uuid4(), paper.id, store.lender.id, uuid4(), 11_200_000)
    receipts.mark_pledged(session, request, by=LENDER, at=NOW)
    return request


def assess(session: Session, price: str) -> None:
    """An assessor's price for the goods of `line()`."""
    cell = prices.Cell("富士", "80以上", "一二级", "片红", "纸袋", "ra", "grower", "蓬莱")
    note = prices.AddAssessment(uuid4(), cell, Decimal(price), NOW.on, "market walk")
    prices.add_assessment(session, note, by=SYSTEM, at=NOW)


def sound(session: Session) -> None:
    """The checks of this room and of lots find nothing."""
    session.flush()
    assert [str(finding) for room in (receipts, lots, billing) for finding in room.check(session)] == []
