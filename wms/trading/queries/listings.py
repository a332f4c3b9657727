"""Reads of listings, their conditions and the rules in force."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel.actor import Actor
from wms.kernel.paging import Page, page
from wms.kernel.writing import lock
from wms.trading.errors import ListingNotFound
from wms.trading.rules.conditions import Scope
from wms.trading.rules.ranking import Policy
from wms.trading.rules.saved import policy_from
from wms.trading.tables import BoardPolicy, ConditionSet, Listing

OPEN, PAUSED, BLOCKED, WITHDRAWN = "open", "paused", "blocked", "withdrawn"
OWN, REFERENCE = "own", "reference"


def get_listing(session: Session, listing_id: UUID, *, by: Actor) -> Listing:
    """Return a listing that is open, one's own, or any for the store. Raises ListingNotFound."""
    listing = session.get(Listing, listing_id)
    if listing is None or not (listing.state == OPEN or by.sees(listing.seller_id)):
        raise ListingNotFound
    return listing


def lock_listing(session: Session, listing_id: UUID) -> Listing:
    """Return a listing, locked until the transaction ends, read afresh. Lock its lot first. Raises ListingNotFound."""
    listing = lock(session, Listing, listing_id)
    if listing is None:
        raise ListingNotFound
    return listing


def listing_of_lot(session: Session, lot_id: UUID) -> Listing | None:
    """Return the listing of a lot, whatever its state, or None."""
    return session.scalar(select(Listing).where(Listing.lot_id == lot_id))


def my_listings(session: Session, *, by: Actor, cursor: str | None = None, limit: int = 50) -> Page[Listing]:
    """Return a page of the actor's company's listings, or of all for the store, in order of priority time."""
    query = select(Listing)
    if by.party_id is not None:
        query = query.where(Listing.seller_id == by.party_id)
    elif not by.sees(UUID(int=0)):
        return Page([], None)
    return page(session, query, [Listing.since_number], cursor=cursor, limit=limit)


def words_on_board(session: Session) -> dict[str, list[str]]:
    """Return the words by which open listings differ, by the name of what they say, for the choice of filters."""
    return {
        name: sorted(session.scalars(select(getattr(Listing, name)).where(Listing.state == OPEN).distinct()))
        for name in ("variety", "size", "grade", "colour_pattern", "bagging", "storage_type", "origin")
    }


def conditions_of(session: Session, listing_id: UUID, *, by: Actor) -> list[ConditionSet]:
    """Return the sets in force of a listing of one's own, the narrowest scope first. Raises ListingNotFound."""
    listing = session.get(Listing, listing_id)
    if listing is None or not by.sees(listing.seller_id):
        raise ListingNotFound
    query = select(ConditionSet).where(ConditionSet.listing_id == listing_id).order_by(ConditionSet.version)
    newest = {(row.scope, row.scope_key): row for row in session.scalars(query)}
    order = {scope.value: place for place, scope in enumerate(Scope)}
    live = [row for row in newest.values() if not row.withdrawn]
    return sorted(live, key=lambda row: (order[row.scope], row.scope_key))


def newest_set(session: Session, listing_id: UUID, scope: Scope, scope_key: str) -> ConditionSet | None:
    """Return the newest version of one scope's conditions, withdrawn or not, or None."""
    query = select(ConditionSet).where(
        ConditionSet.listing_id == listing_id, ConditionSet.scope == scope.value, ConditionSet.scope_key == scope_key
    )
    return session.scalar(query.order_by(ConditionSet.version.desc()).limit(1))


def policy_at(session: Session, at: datetime) -> Policy:
    """Return the board's rules in force at an instant; version 0 until somebody has set another."""
    query = select(BoardPolicy).where(BoardPolicy.effective_at <= at).order_by(BoardPolicy.version.desc()).limit(1)
    row = session.scalar(query)
    return Policy() if row is None else policy_from(row.version, row.rules)
