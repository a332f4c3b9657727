"""Which trucks are announced, and when."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from wms.dock.errors import BookingNotFound
from wms.dock.rules.bookings import COMING
from wms.dock.tables import ArrivalBooking
from wms.kernel.actor import Actor, Permission
from wms.kernel.paging import Page, page


def get_booking(session: Session, booking_id: UUID, by: Actor) -> ArrivalBooking:
    """Return a booking whose owner `by` may see. Raises BookingNotFound."""
    found = session.get(ArrivalBooking, booking_id)
    if found is None or not by.sees(found.owner_id):
        raise BookingNotFound
    return found


def lock_booking(session: Session, booking_id: UUID, by: Actor) -> ArrivalBooking:
    """Return a visible booking, locked until the transaction ends and read afresh. Raises BookingNotFound."""
    found = session.get(ArrivalBooking, booking_id, with_for_update=True, populate_existing=True)
    if found is None or not by.sees(found.owner_id):
        raise BookingNotFound
    return found


def list_bookings(
    session: Session,
    by: Actor,
    *,
    due_on: date | None = None,
    states: tuple[str, ...] = (),
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ArrivalBooking]:
    """Return a page of the bookings `by` may see in the order they are due; of one day and some states if named."""
    query = _seen(select(ArrivalBooking), by)
    if due_on is not None:
        query = query.where(ArrivalBooking.due_on == due_on)
    if states:
        query = query.where(ArrivalBooking.state.in_(states))
    order = [ArrivalBooking.due_on, ArrivalBooking.from_minute, ArrivalBooking.id]
    return page(session, query, order, cursor=cursor, limit=limit)


def windows_of_day(session: Session, site_id: UUID, due_on: date) -> list[tuple[int, int]]:
    """Return the windows of all trucks still to come to a site on a day."""
    query = select(ArrivalBooking.from_minute, ArrivalBooking.to_minute).where(
        ArrivalBooking.site_id == site_id, ArrivalBooking.due_on == due_on, ArrivalBooking.state.in_(COMING)
    )
    return [(start, end) for start, end in session.execute(query)]


def _seen(query: Select[ArrivalBooking], by: Actor) -> Select[ArrivalBooking]:
    if by.may(Permission.SEE_ALL):
        return query
    return query.where(ArrivalBooking.owner_id == by.party_id if by.party_id is not None else false())
