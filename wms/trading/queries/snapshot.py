"""The board as values: what is ranked, what is left out and why. The order itself is a rule."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import lots
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.numbers import share
from wms.lots import LotFacts
from wms.trading.queries.listings import OPEN
from wms.trading.queries.prices import Audience, price_by, sets_for
from wms.trading.rules.conditions import Priced, PriceState
from wms.trading.rules.ranking import Candidate, Policy, Press, press_of, ranked
from wms.trading.rules.terms import Goods, Spec, Terms, fit_of
from wms.trading.tables import Listing


@dataclass(frozen=True, slots=True)
class Seen:
    """One listing as an audience sees it now, with what its key is made from."""

    listing: Listing
    facts: LotFacts | None
    priced: Priced
    units_open: int
    grams_open: int
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The open board for one audience: rows in storage-priority order, and what was skipped with the reason's code."""

    rows: list[Seen]
    skipped: dict[UUID, str]
    policy: Policy

    def plain(self) -> list[dict[str, Any]]:
        """Return the ranked candidates as plain values, for the digest and for replay."""
        return [plain(asdict(row.candidate)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who looks, for what, on which terms, by which rules."""

    audience: Audience
    terms: Terms
    spec: Spec
    policy: Policy


def take_snapshot(session: Session, asking: Asking, *, at: Moment) -> Snapshot:
    """Return the open board in order. Reads only; what is skipped keeps the code of its reason."""
    query = select(Listing).where(Listing.state == OPEN)
    if asking.spec.variety is not None:
        query = query.where(Listing.variety == asking.spec.variety)
    listings = list(session.scalars(query))
    return snapshot_of(session, listings, asking, at=at)


def snapshot_of(session: Session, listings: list[Listing], asking: Asking, *, at: Moment) -> Snapshot:
    """Return some listings in order, as the audience sees them."""
    facts = {fact.lot_id: fact for fact in lots.facts(session, [row.lot_id for row in listings if row.lot_id])}
    sets = sets_for(session, [listing.id for listing in listings], asking.audience)
    rows: list[Seen] = []
    skipped: dict[UUID, str] = {}
    for listing in listings:
        fact = facts.get(listing.lot_id) if listing.lot_id else None
        floor = fact.release_floor if fact else None
        priced = price_by(sets.get(listing.id), listing, asking.terms, at, floor)
        seen = see(listing, fact, priced, asking, at=at)
        if isinstance(seen, str):
            skipped[listing.id] = seen
        else:
            rows.append(seen)
    order = {one.id: place for place, one in enumerate(ranked([row.candidate for row in rows], asking.policy))}
    rows.sort(key=lambda row: order[row.listing.id])
    return Snapshot(rows, skipped, asking.policy)


def see(listing: Listing, fact: LotFacts | None, priced: Priced, asking: Asking, *, at: Moment) -> Seen | str:
    """Return one listing as seen, or the code of the reason why it is not eligible."""
    fit = fit_of(asking.spec, goods_of(listing), asking.policy.grades)
    units, grams = open_of(listing, fact)
    deadline = fact.deadline_on if fact else listing.deadline_on
    life = None if deadline is None else (deadline - asking.terms.pickup_on).days
    in_store = fact is not None and fact.in_store
    ineligible = {
        "spec": fit is None or (asking.spec.in_store_only and not in_store),
        "quarantined": fact is not None and fact.quarantined,
        "owner_changed": fact is not None and fact.owner_id != listing.seller_id,
        "nothing_open": units < listing.min_take_units or grams < asking.spec.min_grams,
        "not_available": priced.state is PriceState.NOT_AVAILABLE,
        "life_too_short": life is not None and life < asking.spec.min_life_days,
    }
    reason = next((code for code, found in ineligible.items() if found), None)
    if reason is not None or fit is None:
        return reason or "spec"
    candidate = _candidate(listing, fact, (fit, life, priced), asking.policy, at=at)
    return Seen(listing, fact, priced, units, grams, candidate)


def open_of(listing: Listing, fact: LotFacts | None) -> tuple[int, int]:
    """Return the units of a listing that are open to sell now, and their book weight in grams."""
    offered = listing.units_offered - listing.units_taken
    if fact is None:
        return offered, offered * (listing.grams_per_unit or 0)
    units = max(0, min(offered, fact.units_free_for_sale))
    return units, share(fact.grams_on_hand, units, fact.units_on_hand) if units else 0


def goods_of(listing: Listing) -> Goods:
    """Return what a listing is of."""
    return Goods(
        listing.variety, listing.grade, listing.size, listing.colour_pattern, listing.bagging, listing.owner_class,
        listing.storage_type, listing.origin,
    )  # fmt: skip


def _candidate(
    listing: Listing, fact: LotFacts | None, seen: tuple[int, int | None, Priced], policy: Policy, *, at: Moment
) -> Candidate:
    fit, life, priced = seen
    inspected = fact.inspected_on if fact else None
    due = listing.arrival_due_on
    return Candidate(
        id=listing.id,
        in_store=fact is not None and fact.in_store,
        weighed=fact is not None and fact.weighed_by_instrument,
        inspected_days_ago=None if inspected is None else (at.on - inspected).days,
        arrival_deposit_paid=fact is None and listing.arrival_deposit_paid,
        due_in_days=None if due is None else (due - at.on).days,
        fit=fit,
        price=priced.price,
        life_days=life,
        press=_press(fact, policy, at),
        since=listing.since_number,
    )


def _press(fact: LotFacts | None, policy: Policy, at: Moment) -> Press:
    if fact is None:
        return Press.NONE
    if fact.enforced:
        return Press.ENFORCED
    return press_of(fact.pledge.value, fact.pledge_due_on, at.on, policy)
