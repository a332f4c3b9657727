"""What an offer stands on: goods open, their weight and floor, the buyer's price. Shared by quotes and deals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots, parties
from wms.kernel.clock import Moment
from wms.kernel.outbox import put
from wms.lots import LotFacts
from wms.trading.errors import (
    BelowReleaseFloor,
    ListingNotOpen,
    NotAvailable,
    NotEnoughOpen,
    OwnGoods,
    TakeRefused,
    TermsInvalid,
)
from wms.trading.queries.listings import OPEN
from wms.trading.queries.prices import audience_of_company, price_by, sets_for
from wms.trading.queries.snapshot import open_of
from wms.trading.rules.conditions import Priced, PriceState
from wms.trading.rules.terms import Payment, Side, Terms
from wms.trading.tables import Listing


@dataclass(frozen=True, slots=True)
class Asked:
    """Units of a listing that a company asks for, and how."""

    buyer_id: UUID
    units: int
    payment: Payment
    pickup_on: date
    service: str | None


def facts_of(session: Session, listing: Listing) -> LotFacts | None:
    """Return the facts of a listing's lot, or None for goods outside."""
    return lots.facts(session, [listing.lot_id])[0] if listing.lot_id is not None else None


def book_grams(session: Session, listing: Listing, units: int) -> int:
    """Return the book weight of the next `units` of a listing."""
    if listing.lot_id is None:
        return units * (listing.grams_per_unit or 0)
    return lots.grams_of(lots.get_lot(session, listing.lot_id), units)


def require_takeable(session: Session, listing: Listing, asked: Asked, at: Moment) -> None:
    """Raise unless the asked units could be sold now.

    Raises ListingNotOpen, OwnGoods, TermsInvalid, NotEnoughOpen, TakeRefused.
    """
    if listing.state != OPEN:
        raise ListingNotOpen(state=listing.state)
    if asked.buyer_id == listing.seller_id:
        raise OwnGoods
    if asked.units < 1 or asked.pickup_on < at.on:
        raise TermsInvalid
    require_open(session, listing, asked.units)


def require_open(session: Session, listing: Listing, units: int) -> None:
    """Raise unless so many units are open and the owner sells such a part.

    Raises ListingNotOpen if the lot has another owner now, NotEnoughOpen, TakeRefused.
    """
    fact = facts_of(session, listing)
    if fact is not None and fact.owner_id != listing.seller_id:
        raise ListingNotOpen(state="sold")
    open_units, _ = open_of(listing, fact)
    if units > open_units:
        raise NotEnoughOpen(open_units=open_units, asked_units=units)
    rest = open_units - units
    least = listing.min_take_units if listing.divisible else open_units
    if units < least or 0 < rest < least:
        raise TakeRefused(min_units=least, open_units=open_units)


def require_floor(session: Session, listing: Listing, price: Decimal, side: Side) -> None:
    """Raise if a pledge lets nothing go at `price`. Only the owner reads that it is a floor.

    Raises BelowReleaseFloor to the seller, NotAvailable to the buyer.
    """
    fact = facts_of(session, listing)
    if fact is not None and fact.release_floor is not None and price < fact.release_floor:
        raise BelowReleaseFloor if side is Side.SELLER else NotAvailable


def price_to(session: Session, listing: Listing, asked: Asked, grams: int, at: Moment) -> Priced:
    """Return what the listing's conditions say to the asking company."""
    terms = Terms(grams, asked.payment, asked.pickup_on, asked.service)
    found = sets_for(session, [listing.id], audience_of_company(session, asked.buyer_id)).get(listing.id)
    fact = facts_of(session, listing)
    return price_by(found, listing, terms, at, fact.release_floor if fact else None)


def normalised(price: Decimal, priced: Priced) -> Decimal:
    """Return an agreed price on the listing's reference terms: without what its own terms add or take off."""
    if priced.state is not PriceState.PRICED or priced.price is None:
        return price
    base = priced.waterfall[0].amount
    there = price - (priced.price - base)
    return there if there > 0 else price


def tell(session: Session, party_id: UUID, key: object, texts: tuple[str, str], *, at: Moment) -> None:
    """Put a message to a company's phone into the outbox, if it has one: (Chinese, English)."""
    phone = parties.get_party(session, party_id).phone
    if phone:
        put(session, "send.sms", key, {"phone": phone, "text": texts[0], "text_en": texts[1]}, at=at)
