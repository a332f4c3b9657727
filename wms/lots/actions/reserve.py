"""Space of a room is promised to goods on their way, used by them, and let go."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.lots.errors import RequestWrong, RoomPromised
from wms.lots.queries.reservations import space_of_room
from wms.lots.rules.reservations import ReserveRoom, fits
from wms.lots.tables import Lot, RoomReservation


def reserve_room(session: Session, request: ReserveRoom, *, by: Actor, at: Moment) -> RoomReservation:
    """Keep space of a room free until a day; `request.id` is the booking's.

    Locks the room, so that no goods go in meanwhile. A repeat returns the reservation as it is.
    Raises Forbidden, RoomNotFound, RoomPromised, RequestWrong, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    claimed = derived_id(request.id, "lots.reserve_room")
    if not idempotency.claim(session, claimed, "lots.reserve_room", asdict(request), by=by, at=at):
        return session.get_one(RoomReservation, request.id)
    if request.units < 1 or request.grams < 1:
        raise RequestWrong(what="units, grams")
    room = facility.lock_room(session, request.room_id)
    space = space_of_room(session, room.id, at.on)
    if not fits(space, request.units, request.grams):
        raise RoomPromised(room=room.code, units_free=space.free_units, free_grams=space.free_grams)
    kept = RoomReservation(
        id=request.id, room_id=room.id, units_left=request.units, grams_left=request.grams, until_on=request.until_on
    )
    session.add(kept)
    session.flush()
    audit.record(session, "lots.reserve_room", ("room", room.id), by=by, at=at, units=request.units)
    return kept


def let_room_go(session: Session, booking_id: UUID, *, by: Actor, at: Moment) -> None:
    """Give back what is still kept for a booking; without a reservation, or again, nothing changes."""
    kept = session.get(RoomReservation, booking_id, with_for_update=True, populate_existing=True)
    if kept is not None and (kept.units_left or kept.grams_left):
        audit.record(session, "lots.let_room_go", ("room", kept.room_id), by=by, at=at, units=kept.units_left)
        kept.units_left = kept.grams_left = 0
        session.flush()


def use_reservation(session: Session, booking_id: UUID, delivery_id: UUID) -> None:
    """Let the lots of a delivery use the space kept for its booking, if any is."""
    kept = session.get(RoomReservation, booking_id, with_for_update=True, populate_existing=True)
    if kept is not None:
        kept.delivery_id = delivery_id
        session.flush()


def enter_room(session: Session, lot: Lot, slot: facility.Slot, units: int, *, forced: bool, at: Moment) -> None:
    """Let units of a lot into a slot's room beside what is promised to others, and use up its own promise.

    Locks the room's reservations, so that two moves cannot both take the last free space; called before the goods are
    put in. A forced one goes against a promise by right. Raises RoomPromised.
    """
    query = (
        select(RoomReservation)
        .where(RoomReservation.room_id == slot.room_id, RoomReservation.until_on >= at.on)
        .where(RoomReservation.units_left > 0)
        .order_by(RoomReservation.id)
        .with_for_update()
    )
    promises = list(session.scalars(query.execution_options(populate_existing=True)))
    if not promises:
        return
    load = units * lot.unit_load_grams
    space = space_of_room(session, slot.room_id, at.on, for_delivery=lot.delivery_id)
    if not forced and not fits(space, units, load):
        code = facility.get_room(session, slot.room_id).code
        raise RoomPromised(room=code, units_free=space.free_units, free_grams=space.free_grams)
    for kept in [row for row in promises if row.delivery_id == lot.delivery_id]:
        kept.units_left, kept.grams_left = max(0, kept.units_left - units), max(0, kept.grams_left - load)
    session.flush()
