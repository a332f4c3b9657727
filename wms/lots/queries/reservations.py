"""How much of a room is free, and how much of that is promised."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from wms.facility.tables import Slot
from wms.lots.rules.reservations import RoomSpace
from wms.lots.tables import RoomReservation, SlotFill


def space_of_room(session: Session, room_id: UUID, on: date, *, for_delivery: UUID | None = None) -> RoomSpace:
    """Return what a room holds, has and promised on a day; what is promised to `for_delivery` itself is left out."""
    holds = select(
        func.coalesce(func.sum(Slot.capacity_units), 0), func.coalesce(func.sum(Slot.capacity_grams), 0)
    ).where(Slot.room_id == room_id, Slot.in_use)
    lying = (
        select(func.coalesce(func.sum(SlotFill.units), 0), func.coalesce(func.sum(SlotFill.load_grams), 0))
        .join(Slot, Slot.id == SlotFill.slot_id)
        .where(Slot.room_id == room_id, Slot.in_use)
    )
    promised = select(
        func.coalesce(func.sum(RoomReservation.units_left), 0), func.coalesce(func.sum(RoomReservation.grams_left), 0)
    ).where(RoomReservation.room_id == room_id, RoomReservation.until_on >= on)
    if for_delivery is not None:
        others = or_(RoomReservation.delivery_id.is_(None), RoomReservation.delivery_id != for_delivery)
        promised = promised.where(others)
    found = [*session.execute(holds).one(), *session.execute(lying).one(), *session.execute(promised).one()]
    return RoomSpace(*(int(value) for value in found))


def reservation_of(session: Session, booking_id: UUID) -> RoomReservation | None:
    """Return the space kept for a booking, or None."""
    return session.get(RoomReservation, booking_id)
