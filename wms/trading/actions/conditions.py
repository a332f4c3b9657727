"""Prices of listings: condition sets as saved, and the price points made of them."""

from dataclasses import asdict, replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wms import parties, prices
from wms.kernel import audit, idempotency
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.numbers import price
from wms.prices import Cell
from wms.trading.actions.numbering import next_number
from wms.trading.errors import ConditionsInvalid, ListingNotFound, PriceInvalid
from wms.trading.queries.listings import OPEN, OWN, PAUSED, REFERENCE, lock_listing, newest_set, policy_at
from wms.trading.rules.conditions import Conditions, Scope, require_sound, round_to_tick
from wms.trading.rules.points import points_of
from wms.trading.rules.requests import SaveConditions
from wms.trading.rules.saved import plain_conditions
from wms.trading.tables import ConditionSet, Listing, PricePoint


def save_conditions(session: Session, request: SaveConditions, *, by: Actor, at: Moment) -> ConditionSet:
    """Save the conditions of one's own listing for a scope; `request.id` becomes the new version's id.

    Rebuilds the scope's price points and gives the listing a new priority time; a public set ends following the
    reference price. Locks the listing. A repeat returns the first row.
    Raises Forbidden, ListingNotFound, ConditionsInvalid, TierInvalid, TiersOverlap, TiersGap, PriceInvalid,
    RequestIdReused.
    """
    by.must(Permission.LIST_GOODS)
    listing = lock_listing(session, request.listing_id)
    if not by.sees(listing.seller_id):
        raise ListingNotFound
    if not idempotency.claim(session, request.id, "trading.save_conditions", asdict(request), by=by, at=at):
        return session.get_one(ConditionSet, request.id)
    scope_key = _scope_key(session, request)
    if request.conditions is not None:
        _require_prices(request.conditions)
        require_sound(request.conditions)
    saved = _save(session, listing, (request.id, request.scope, scope_key), request.conditions, by=by, at=at)
    if request.scope is Scope.PUBLIC:
        listing.pricing = OWN
    reset_priority(session, listing, at)
    audit.record(
        session, "trading.save_conditions", ("listing", listing.id), by=by, at=at, scope=request.scope, set_id=saved.id
    )
    return saved


def follow_reference(session: Session, cell_id: UUID, *, at: Moment) -> int:
    """React to a changed reference price: re-price the listings of a cell that follow it; returns how many changed.

    A changed price gives a new priority time; among themselves the listings keep their order. Locks the listings in
    order of their ids. A repeat changes nothing.
    """
    query = select(Listing.id).where(
        Listing.cell_id == cell_id, Listing.pricing == REFERENCE, Listing.state.in_([OPEN, PAUSED])
    )
    listings = [lock_listing(session, listing_id) for listing_id in sorted(session.scalars(query))]
    changed = 0
    for listing in sorted(listings, key=lambda row: row.since_number):
        base = reference_base(session, listing, at)
        now = newest_set(session, listing.id, Scope.PUBLIC, "")
        if now is None or now.base == base:
            continue
        version_id = derived_id(listing.id, "reference", now.version + 1)
        _save(session, listing, (version_id, Scope.PUBLIC, ""), Conditions(base), by=SYSTEM, at=at)
        reset_priority(session, listing, at)
        changed += 1
    return changed


def first_conditions(session: Session, listing: Listing, conditions: Conditions, *, by: Actor, at: Moment) -> None:
    """Save the first public conditions of a new listing, on the board's tick."""
    conditions = replace(conditions, tick=policy_at(session, at.at).tick)
    require_sound(conditions)
    _save(session, listing, (derived_id(listing.id, "conditions"), Scope.PUBLIC, ""), conditions, by=by, at=at)


def reference_base(session: Session, listing: Listing, at: Moment) -> Decimal | None:
    """Return the base price of a listing that follows the reference: with the contract's differential, or None."""
    found = prices.reference(session, Cell.of(listing), at.on)
    if found is None:
        return None
    differential = parties.contract_on(session, listing.seller_id, at.on).differential
    base = round_to_tick(Fraction(found.price + differential), policy_at(session, at.at).tick)
    return base if base > 0 else None


def reset_priority(session: Session, listing: Listing, at: Moment) -> None:
    """Give a locked listing a new priority time: it goes behind its equals."""
    listing.since_number = next_number(session, "since")
    listing.since_at = at.at
    session.flush()


def require_price(value: Decimal) -> Decimal:
    """Return a price at four places. Raises PriceInvalid."""
    try:
        fixed = price(value)
    except (ValueError, ArithmeticError) as error:
        raise PriceInvalid from error
    if fixed <= 0:
        raise PriceInvalid
    return fixed


def rebuild_points(
    session: Session, listing: Listing, scope: Scope, scope_key: str, conditions: Conditions | None
) -> None:
    """Replace the price points of one scope of a listing; without conditions it has none."""
    gone = delete(PricePoint).where(
        PricePoint.listing_id == listing.id, PricePoint.scope == scope.value, PricePoint.scope_key == scope_key
    )
    session.execute(gone.execution_options(synchronize_session=False))
    if conditions is None:
        return
    for n, point in enumerate(points_of(conditions, grade=listing.grade, size=listing.size)):
        session.add(
            PricePoint(
                id=derived_id(listing.id, scope.value, scope_key, n),
                listing_id=listing.id,
                scope=scope.value,
                scope_key=scope_key,
                payment=point.payment.value,
                service=point.service,
                qty_low=point.qty_low,
                qty_high=point.qty_high,
                lead_low=point.lead_low,
                lead_high=point.lead_high,
                state=point.state.value,
                price=point.price,
            )
        )
    session.flush()


def _save(
    session: Session,
    listing: Listing,
    key: tuple[UUID, Scope, str],
    conditions: Conditions | None,
    *,
    by: Actor,
    at: Moment,
) -> ConditionSet:
    set_id, scope, scope_key = key
    last = newest_set(session, listing.id, scope, scope_key)
    row = ConditionSet(
        id=set_id,
        listing_id=listing.id,
        scope=scope.value,
        scope_key=scope_key,
        version=1 if last is None else last.version + 1,
        withdrawn=conditions is None,
        base=_four_places(conditions.base) if conditions else None,
        floor=_four_places(conditions.floor) if conditions else None,
        conditions=plain_conditions(conditions) if conditions else {},
        made_at=at.at,
        made_by=by.account_id,
    )
    append(session, row)
    rebuild_points(session, listing, scope, scope_key, conditions)
    return row


def _scope_key(session: Session, request: SaveConditions) -> str:
    if request.scope is Scope.COMPANY:
        if request.company_id is None or request.segment is not None:
            raise ConditionsInvalid(problem="company")
        return parties.get_party(session, request.company_id).id.hex
    if request.company_id is not None:
        raise ConditionsInvalid(problem="company")
    if request.scope is Scope.SEGMENT:
        if not request.segment:
            raise ConditionsInvalid(problem="segment")
        return request.segment
    if request.segment is not None or request.conditions is None:
        raise ConditionsInvalid(problem="public conditions")
    return ""


def _require_prices(conditions: Conditions) -> None:
    try:
        _four_places(conditions.base)
        _four_places(conditions.floor)
    except (ValueError, ArithmeticError) as error:
        raise PriceInvalid from error


def _four_places(value: Decimal | None) -> Decimal | None:
    return None if value is None else price(value)
