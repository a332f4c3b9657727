"""What the board does about booked arrivals: goods somebody left a deposit for are listed until they come."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import dock, parties, trading
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id


def follow_booking(session: Session, payload: dict[str, Any], at: Moment) -> None:
    """A confirmed booking with a deposit is on the board as a coming arrival; one that came or ended is taken off."""
    booking = dock.get_booking(session, UUID(payload["booking_id"]), SYSTEM)
    listed = _listing(session, booking.id)
    if booking.state == dock.BookingState.CONFIRMED and booking.deposit_fen and listed is None:
        terms = parties.contract_on(session, booking.owner_id, booking.due_on)
        if terms.lists_itself:
            trading.offer_outside(session, _offer(session, booking), by=SYSTEM, at=at)
    elif booking.state not in (dock.BookingState.ASKED, dock.BookingState.CONFIRMED) and listed is not None:
        _take_off(session, listed, at)


def _offer(session: Session, booking: dock.ArrivalBooking) -> trading.OfferOutside:
    kind = parties.get_party(session, booking.owner_id).kind
    owner_class = {"merchant": "merchant", "store": "own"}.get(kind, "grower")
    goods = trading.Goods(booking.variety, booking.grade, "", "", "", owner_class, booking.storage_type, "")
    return trading.OfferOutside(
        id=_listing_id(booking.id),
        seller_id=booking.owner_id,
        goods=goods,
        units=booking.units,
        grams_per_unit=max(1, booking.grams // booking.units),
        arrival_due_on=booking.due_on,
        arrival_deposit_paid=True,
    )


def _take_off(session: Session, listed: trading.Listing, at: Moment) -> None:
    """The lots list themselves when they are put away; what was sold of the arrival stays a deal."""
    if listed.state == "open":
        change = trading.ChangeListing(derived_id(listed.id, "arrival over"), listed.id, trading.ListingChange.WITHDRAW)
        trading.change_listing(session, change, by=SYSTEM, at=at)


def _listing(session: Session, booking_id: UUID) -> trading.Listing | None:
    try:
        return trading.get_listing(session, _listing_id(booking_id), by=SYSTEM)
    except trading.ListingNotFound:
        return None


def _listing_id(booking_id: UUID) -> UUID:
    return derived_id(booking_id, "arrival listing")
