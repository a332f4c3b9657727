"""What is coming: trucks here and booked, goods announced on the board, and by day beside the room that is free."""

from collections import defaultdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import dock
from wms.dock.tables import ArrivalBooking
from wms.facility.tables import Slot
from wms.insight.queries import names
from wms.insight.rules.sheets import Row
from wms.kernel.clock import Moment
from wms.kernel.errors import Spoken
from wms.lots.tables import Delivery, GateToken, SlotFill
from wms.trading.tables import Listing

BOOKED, TALKED = Spoken("booked, deposit paid", "已订, 已付定金"), Spoken("announced", "已预告")
AT_GATE, AT_DOCK = Spoken("waiting at the gate", "门口排队"), Spoken("being taken in", "正在入库")
ASKED, CONFIRMED = "asked", "confirmed"


def arrivals(session: Session, at: Moment) -> list[Row]:
    """Return what is expected: trucks at the gate and the dock, then bookings and what the board announces, by day."""
    tokens = select(GateToken).where(GateToken.issued_on == at.on, GateToken.state == "waiting")
    rows: list[Row] = [
        (at.on, token.plate, "", "", "", None, None, AT_GATE)
        for token in session.scalars(tokens.order_by(GateToken.number))
    ]
    open_states = ("arrived", "gross_weighed", "weighed")
    trucks = list(session.scalars(select(Delivery).where(Delivery.state.in_(open_states)).order_by(Delivery.code)))
    ahead = select(Listing).where(
        Listing.lot_id.is_(None), Listing.arrival_due_on.is_not(None), Listing.arrival_due_on >= at.on,
        Listing.state == "open",
    )  # fmt: skip
    listed = list(session.scalars(ahead.order_by(Listing.arrival_due_on, Listing.id)))
    booked = _bookings(session, at.on)
    known = [row.owner_id for row in trucks] + [row.owner_id for row in booked] + [each.seller_id for each in listed]
    owners = names.parties(session, known)
    rows += [
        (truck.arrived_on, owners[truck.owner_id], "", "", "", truck.platform_units or None,
         truck.platform_grams or None, AT_DOCK)
        for truck in trucks
    ]  # fmt: skip
    later: list[Row] = [
        (row.due_on, owners[row.owner_id], row.variety, row.grade, "", row.units, row.grams, _sure(row))
        for row in booked
    ]
    later += [
        (
            each.arrival_due_on, owners[each.seller_id], each.variety, each.grade, each.size, each.units_offered,
            each.units_offered * (each.grams_per_unit or 0) or None, BOOKED if each.arrival_deposit_paid else TALKED,
        )
        for each in listed
    ]  # fmt: skip
    return [*rows, *sorted(later, key=lambda row: str(row[0]))]


def forecast(session: Session, at: Moment) -> list[Row]:
    """Return by day, from today on, what is booked at the dock: trucks, units, weight, what of it is confirmed.

    Beside it what will have come by then in all, and what the slots in use can take of it today.
    """
    load = select(func.coalesce(func.sum(Slot.capacity_grams), 0), func.coalesce(func.sum(SlotFill.load_grams), 0))
    may, lies = session.execute(load.outerjoin(SlotFill, SlotFill.slot_id == Slot.id).where(Slot.in_use)).one()
    days: dict[date, list[ArrivalBooking]] = defaultdict(list)
    for row in _bookings(session, at.on):
        days[row.due_on].append(row)
    rows: list[Row] = []
    running = 0
    for due_on, booked in days.items():
        grams = sum(row.grams for row in booked)
        running += grams
        confirmed = sum(row.grams for row in booked if row.state == CONFIRMED)
        units = sum(row.units for row in booked)
        rows.append((due_on, len(booked), units, grams, confirmed, running, int(may) - int(lies) - running))
    return rows


def _bookings(session: Session, on: date) -> list[ArrivalBooking]:
    query = select(ArrivalBooking).where(
        ArrivalBooking.state.in_((ASKED, CONFIRMED)), ArrivalBooking.due_on >= on
    )  # fmt: skip
    return list(session.scalars(query.order_by(ArrivalBooking.due_on, ArrivalBooking.from_minute, ArrivalBooking.id)))


def _sure(row: ArrivalBooking) -> Spoken:
    window = f"{dock.clock_text(row.from_minute)}–{dock.clock_text(row.to_minute)}"
    if row.state == CONFIRMED:
        return Spoken(f"booked and confirmed, {window}", f"预约已确认, {window}")
    return Spoken(f"booking asked for, {window}", f"预约待确认, {window}")
