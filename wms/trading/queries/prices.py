"""The one resolver of board prices: no other code reads a price.

It answers for the viewer's company as of the day: who no longer works for a company, and holds no mandate of it, sees
the public price from that day on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from wms import lots, parties
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.trading.rules.conditions import NONE, Priced, PriceState, Scope, price_on
from wms.trading.rules.saved import conditions_from
from wms.trading.rules.terms import Terms
from wms.trading.tables import ConditionSet, Listing

CHUNK = 500  # SQLite binds a limited number of values


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose conditions count: a company's and its segment's, or only the public ones."""

    company_id: UUID | None = None
    segment: str | None = None

    @property
    def keys(self) -> list[tuple[Scope, str]]:
        """Scopes with their keys, the narrowest first."""
        company = [(Scope.COMPANY, self.company_id.hex)] if self.company_id else []
        segment = [(Scope.SEGMENT, self.segment)] if self.segment else []
        return [*company, *segment, (Scope.PUBLIC, "")]


EVERYBODY = Audience()


def price_for(session: Session, viewer: Actor, listing: Listing, terms: Terms, *, at: Moment) -> Priced:
    """Return the price of a listing for the viewer's company on his terms, 元/kg, with its waterfall.

    Exactly one set of conditions counts, the narrowest that applies. Below the floors of the seller or of whoever
    holds a pledge the answer is NOT_AVAILABLE and does not say why.
    """
    audience = audience_of(session, viewer, at)
    floors = release_floors(session, [listing])
    found = sets_for(session, [listing.id], audience).get(listing.id)
    return price_by(found, listing, terms, at, floors.get(listing.id))


def price_to_company(session: Session, listing: Listing, terms: Terms, company_id: UUID, *, at: Moment) -> Priced:
    """Return the price a listing's conditions ask of a company: what its owner offers it.

    Only for a reader who is one of these two; the caller has seen to that, as by reading their inquiry.
    """
    floors = release_floors(session, [listing])
    found = sets_for(session, [listing.id], audience_of_company(session, company_id)).get(listing.id)
    return price_by(found, listing, terms, at, floors.get(listing.id))


def audience_of(session: Session, viewer: Actor, at: Moment) -> Audience:
    """Return whose conditions count for a viewer today."""
    company_id = viewer.party_id
    if company_id is None:
        return EVERYBODY
    if viewer.person_id is not None:
        scope = parties.MandateScope.ACT
        if not parties.may_act_for(session, viewer.person_id, company_id, scope, at.on):
            return EVERYBODY
    return Audience(company_id, parties.get_party(session, company_id).segment)


def audience_of_company(session: Session, company_id: UUID) -> Audience:
    """Return whose conditions count for a company: for offers made to it."""
    return Audience(company_id, parties.get_party(session, company_id).segment)


def sets_for(session: Session, listing_ids: Sequence[UUID], audience: Audience) -> dict[UUID, ConditionSet]:
    """Return for each listing the one set of conditions that counts for an audience."""
    chosen: dict[UUID, ConditionSet] = {}
    for start in range(0, len(listing_ids), CHUNK):
        chosen |= _sets_for(session, listing_ids[start : start + CHUNK], audience)
    return chosen


def _sets_for(session: Session, listing_ids: Sequence[UUID], audience: Audience) -> dict[UUID, ConditionSet]:
    mine = or_(
        *[and_(ConditionSet.scope == scope.value, ConditionSet.scope_key == key) for scope, key in audience.keys]
    )
    query = select(ConditionSet).where(ConditionSet.listing_id.in_(listing_ids), mine)
    newest: dict[tuple[UUID, str], ConditionSet] = {}
    for row in session.scalars(query.order_by(ConditionSet.version)):
        newest[(row.listing_id, row.scope)] = row
    chosen: dict[UUID, ConditionSet] = {}
    for scope, _ in reversed(audience.keys):
        for (listing_id, found), row in newest.items():
            if found == scope.value and not row.withdrawn:
                chosen[listing_id] = row
    return chosen


def release_floors(session: Session, listings: Sequence[Listing]) -> dict[UUID, Decimal]:
    """Return by listing the price below which a pledge lets nothing go, where there is one."""
    by_lot = {listing.lot_id: listing.id for listing in listings if listing.lot_id is not None}
    found = lots.facts(session, by_lot)
    return {by_lot[fact.lot_id]: fact.release_floor for fact in found if fact.release_floor is not None}


def price_by(
    found: ConditionSet | None, listing: Listing, terms: Terms, at: Moment, release_floor: Decimal | None
) -> Priced:
    """Return the price by one set of conditions; a listing without any is on request."""
    if found is None:
        return Priced(PriceState.ON_REQUEST)
    conditions = conditions_from(found.conditions)
    priced = price_on(conditions, terms, grade=listing.grade, size=listing.size, on=at.on, release_floor=release_floor)
    return priced if priced is NONE else replace(priced, scope=Scope(found.scope))
