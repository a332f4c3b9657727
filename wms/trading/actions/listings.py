"""Putting goods on the board and taking them off."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import lots, parties
from wms.kernel import audit, idempotency
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.prices import Cell
from wms.trading.actions.conditions import first_conditions, reference_base, require_price, reset_priority
from wms.trading.actions.numbering import next_name, next_number
from wms.trading.errors import (
    AlreadyListed,
    ConditionsInvalid,
    ListingNotFound,
    ListingNotOpen,
    LotNotListable,
    NotEnoughOpen,
)
from wms.trading.queries.listings import BLOCKED, OPEN, OWN, PAUSED, REFERENCE, WITHDRAWN, listing_of_lot, lock_listing
from wms.trading.rules.conditions import Conditions
from wms.trading.rules.ranking import Policy
from wms.trading.rules.requests import ChangeListing, ChangeUnits, ListingChange, ListLot, OfferOutside, SetPolicy
from wms.trading.rules.saved import plain_policy
from wms.trading.rules.terms import Goods, size_number
from wms.trading.tables import BoardPolicy, Listing

NEXT = {
    (OPEN, ListingChange.PAUSE): PAUSED,
    (PAUSED, ListingChange.OPEN): OPEN,
    (WITHDRAWN, ListingChange.OPEN): OPEN,
    (OPEN, ListingChange.WITHDRAW): WITHDRAWN,
    (PAUSED, ListingChange.WITHDRAW): WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Stand:
    """What a new listing offers, however it came to the board."""

    seller_id: UUID
    units: int
    lot_id: UUID | None = None
    pricing: str = OWN
    min_take_units: int = 1
    divisible: bool = True
    grams_per_unit: int | None = None
    arrival_due_on: date | None = None
    arrival_deposit_paid: bool = False
    deadline_on: date | None = None


def list_put_away_lot(session: Session, lot_id: UUID, *, at: Moment) -> Listing | None:
    """React to a lot put away: list it when its owner's contract says so; a repeat changes nothing.

    The price is the contract's differential on the reference price of its cell, else on request. Locks the lot.
    """
    lot = lots.lock_lots(session, [lot_id])[0]
    if (listed := listing_of_lot(session, lot_id)) is not None:
        return listed
    fact = lots.facts(session, [lot_id])[0]
    terms = parties.contract_on(session, lot.owner_id, at.on)
    if not terms.lists_itself or fact.units_on_hand < 1:
        return None
    stand = Stand(lot.owner_id, fact.units_on_hand, lot_id, pricing=REFERENCE)
    listing = _place(session, derived_id(lot_id, "listing"), stand, _goods_of(fact), by=SYSTEM, at=at)
    base = reference_base(session, listing, at)
    first_conditions(session, listing, Conditions(base), by=SYSTEM, at=at)
    return listing


def list_lot(session: Session, request: ListLot, *, by: Actor, at: Moment) -> Listing:
    """Put a lot of one's own on the board by hand; `request.id` becomes the listing's id.

    Locks the lot. A repeat returns the first listing.
    Raises Forbidden, LotNotFound, AlreadyListed, LotNotListable, NotEnoughOpen, ConditionsInvalid, RequestIdReused.
    """
    by.must(Permission.LIST_GOODS)
    if not idempotency.claim(session, request.id, "trading.list_lot", asdict(request), by=by, at=at):
        return session.get_one(Listing, request.id)
    lot = lots.lock_lots(session, [request.lot_id])[0]
    if not by.sees(lot.owner_id):
        raise lots.LotNotFound
    if listing_of_lot(session, lot.id) is not None:
        raise AlreadyListed
    fact = lots.facts(session, [lot.id])[0]
    units = fact.units_free_for_sale if request.units is None else request.units
    if fact.units_free_for_sale < 1:
        raise LotNotListable
    if units > fact.units_free_for_sale:
        raise NotEnoughOpen(open_units=fact.units_free_for_sale, asked_units=units)
    stand = Stand(lot.owner_id, units, lot.id, min_take_units=request.min_take_units, divisible=request.divisible)
    listing = _place(session, request.id, stand, _goods_of(fact), by=by, at=at)
    first_conditions(session, listing, Conditions(_base(request.base)), by=by, at=at)
    return listing


def offer_outside(session: Session, request: OfferOutside, *, by: Actor, at: Moment) -> Listing:
    """Put goods outside the store on the board; `request.id` becomes the listing's id. A repeat returns the first.

    A paid arrival deposit is the store's to say: without the permission to run the board it counts as unpaid.
    Raises Forbidden, ListingNotFound for another's goods, ConditionsInvalid, RequestIdReused.
    """
    by.must(Permission.LIST_GOODS)
    if not by.sees(request.seller_id):
        raise ListingNotFound
    if not idempotency.claim(session, request.id, "trading.offer_outside", asdict(request), by=by, at=at):
        return session.get_one(Listing, request.id)
    if request.grams_per_unit < 1:
        raise ConditionsInvalid(problem="weight of a unit")
    parties.get_party(session, request.seller_id)
    stand = Stand(
        request.seller_id,
        request.units,
        min_take_units=request.min_take_units,
        divisible=request.divisible,
        grams_per_unit=request.grams_per_unit,
        arrival_due_on=request.arrival_due_on,
        arrival_deposit_paid=request.arrival_deposit_paid and by.may(Permission.RUN_BOARD),
        deadline_on=request.deadline_on,
    )
    listing = _place(session, request.id, stand, request.goods, by=by, at=at)
    first_conditions(session, listing, Conditions(_base(request.base)), by=by, at=at)
    return listing


def change_listing(session: Session, request: ChangeListing, *, by: Actor, at: Moment) -> Listing:
    """Pause, open or withdraw a listing of one's own; opening again after a withdrawal gives a new priority time.

    Locks the listing. A repeat changes nothing. Raises Forbidden, ListingNotFound, ListingNotOpen, RequestIdReused.
    """
    by.must(Permission.LIST_GOODS)
    listing = lock_own(session, request.listing_id, by)
    if not idempotency.claim(session, request.id, "trading.change_listing", asdict(request), by=by, at=at):
        return listing
    after = NEXT.get((listing.state, request.change))
    if after is None:
        raise ListingNotOpen(state=listing.state)
    if listing.state == WITHDRAWN:
        reset_priority(session, listing, at)
    listing.state = after
    session.flush()
    audit.record(session, "trading.change_listing", ("listing", listing.id), by=by, at=at, change=request.change)
    return listing


def change_units(session: Session, request: ChangeUnits, *, by: Actor, at: Moment) -> Listing:
    """Offer more or fewer units of one's own listing; more gives a new priority time, fewer keeps it.

    Locks the lot and the listing. A repeat changes nothing.
    Raises Forbidden, ListingNotFound, NotEnoughOpen, RequestIdReused.
    """
    by.must(Permission.LIST_GOODS)
    found = session.get(Listing, request.listing_id)
    if found is not None and found.lot_id is not None:
        lots.lock_lots(session, [found.lot_id])
    listing = lock_own(session, request.listing_id, by)
    if not idempotency.claim(session, request.id, "trading.change_units", asdict(request), by=by, at=at):
        return listing
    _require_units(session, listing, request.units)
    if request.units > listing.units_offered:
        reset_priority(session, listing, at)
    listing.units_offered = request.units
    session.flush()
    audit.record(session, "trading.change_units", ("listing", listing.id), by=by, at=at, units=request.units)
    return listing


def set_policy(session: Session, request: SetPolicy, *, by: Actor, at: Moment) -> BoardPolicy:
    """Make a new version of the board's rules, in force from now on. A repeat returns the first row.

    Raises Forbidden, ConditionsInvalid, RequestIdReused.
    """
    by.must(Permission.RUN_BOARD)
    if not idempotency.claim(session, request.id, "trading.set_policy", asdict(request), by=by, at=at):
        return session.scalars(select(BoardPolicy).where(BoardPolicy.request_id == request.id)).one()
    _require_policy(request.policy)
    row = BoardPolicy(
        version=next_number(session, "policy"),
        request_id=request.id,
        effective_at=at.at,
        rules=plain_policy(request.policy),
        made_by=by.account_id,
        made_at=at.at,
    )
    append(session, row)
    audit.record(session, "trading.set_policy", ("policy", request.id), by=by, at=at, version=row.version)
    return row


def lock_own(session: Session, listing_id: UUID, by: Actor) -> Listing:
    """Return a listing of the actor's company, or any for the store, locked. Raises ListingNotFound."""
    listing = lock_listing(session, listing_id)
    if not by.sees(listing.seller_id):
        raise ListingNotFound
    return listing


def block(session: Session, listing: Listing) -> None:
    """Take a listing off the board for good: its seller did not keep a deal."""
    listing.state = BLOCKED
    session.flush()


def _place(session: Session, listing_id: UUID, stand: Stand, goods: Goods, *, by: Actor, at: Moment) -> Listing:
    if stand.units < 1 or stand.min_take_units < 1:
        raise ConditionsInvalid(problem="number of units")
    listing = Listing(
        id=listing_id,
        number=next_name(session, "G"),
        lot_id=stand.lot_id,
        seller_id=stand.seller_id,
        state=OPEN,
        pricing=stand.pricing,
        units_offered=stand.units,
        units_taken=0,
        min_take_units=stand.min_take_units,
        divisible=stand.divisible,
        since_number=next_number(session, "since"),
        since_at=at.at,
        cell_id=Cell.of(goods).id,
        size_number=size_number(goods.size),
        grams_per_unit=stand.grams_per_unit,
        arrival_deposit_paid=stand.arrival_deposit_paid,
        arrival_due_on=stand.arrival_due_on,
        deadline_on=stand.deadline_on,
        listed_at=at.at,
        listed_on=at.on,
        **asdict(goods),
    )
    session.add(listing)
    session.flush()
    audit.record(session, "trading.list", ("listing", listing.id), by=by, at=at, lot_id=stand.lot_id, units=stand.units)
    return listing


def _goods_of(fact: Any) -> Goods:
    return Goods(**{name: str(getattr(fact, name)) for name in Goods.__slots__})


def _base(base: Decimal | None) -> Decimal | None:
    return None if base is None else require_price(base)


def _require_units(session: Session, listing: Listing, units: int) -> None:
    """Not fewer than were taken, and not more than lie there."""
    if units < max(listing.units_taken, 1):
        raise NotEnoughOpen(open_units=listing.units_taken, asked_units=units)
    if listing.lot_id is not None and units > listing.units_offered:
        free = lots.facts(session, [listing.lot_id])[0].units_free_for_sale
        if units - listing.units_taken > free:
            raise NotEnoughOpen(open_units=free + listing.units_taken, asked_units=units)


def _require_policy(policy: Policy) -> None:
    numbers = (policy.inspection_days, policy.arrival_days, policy.press_due_days)
    problems = {
        "price band": policy.band <= 0 or (policy.band * 10_000) % 1 != 0,
        "tick": policy.tick <= 0,
        "life classes": list(policy.life_days) != sorted(set(policy.life_days)),
        "windows": min(numbers) < 0,
        "limits": min(policy.most_rounds, policy.proposal_minutes, policy.deposit_hours, policy.hold_days) < 1,
    }
    for problem, found in problems.items():
        if found:
            raise ConditionsInvalid(problem=problem)
