"""Deals from their proposal to the units held and the deposit asked for."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots, parties
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.trading.actions.numbering import next_name
from wms.trading.actions.offers import (
    Asked,
    book_grams,
    facts_of,
    normalised,
    price_to,
    require_floor,
    require_open,
    require_takeable,
    tell,
)
from wms.trading.actions.steps import listing_of, lock_deal, must_speak, side_of, step
from wms.trading.errors import (
    AlreadyConfirmed,
    DealNotFound,
    ListingNotOpen,
    NoCompany,
    NotAvailable,
    PriceOnRequest,
    StepNotMarked,
    TimedOut,
)
from wms.trading.queries.listings import OPEN, PAUSED, lock_listing, policy_at
from wms.trading.rules.conditions import PriceState
from wms.trading.rules.deal_states import LOADING, Event, State, next_state
from wms.trading.rules.money import dues_of
from wms.trading.rules.requests import ConfirmDeal, ProposeDeal
from wms.trading.rules.saved import plain_waterfall
from wms.trading.rules.terms import Side
from wms.trading.tables import Deal, Listing

# Steps that touch neither money nor holds: the dock and settlement mark them.
MARKED = frozenset({*LOADING, Event.PUT_BACK, Event.NEXT_LOAD, Event.SETTLE, Event.CLOSE})


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a new deal says, and which sides have agreed to it already. Its listing is locked, with its lot."""

    deal_id: UUID
    listing: Listing
    asked: Asked
    grams: int
    price: Decimal
    normalised_price: Decimal
    waterfall: list[dict[str, Any]]
    confirmed: tuple[Side, ...]
    quote_id: UUID | None = None
    match_id: UUID | None = None
    buyer_person_id: UUID | None = None
    seller_person_id: UUID | None = None


def propose_deal(session: Session, request: ProposeDeal, *, by: Actor, at: Moment) -> Deal:
    """Take a listing at one's own price for one's terms (摘牌); `request.id` becomes the deal's id.

    Nothing is held until the owner confirms; his silence ends it after the hours of the contract. Locks lot and
    listing. A repeat returns the first deal.
    Raises Forbidden, NoCompany, ListingNotFound, ListingNotOpen, OwnGoods, TermsInvalid, NotEnoughOpen, TakeRefused,
    PriceOnRequest, NotAvailable, EarnestTooHigh, RequestIdReused.
    """
    by.must(Permission.ASK_QUOTE)
    if by.party_id is None:
        raise NoCompany
    if not idempotency.claim(session, request.id, "trading.propose_deal", asdict(request), by=by, at=at):
        return session.get_one(Deal, request.id)
    listing = _lock_goods(session, request.listing_id)
    asked = Asked(by.party_id, request.units, request.payment, request.pickup_on, request.service)
    require_takeable(session, listing, asked, at)
    grams = book_grams(session, listing, asked.units)
    priced = price_to(session, listing, asked, grams, at)
    if priced.state is PriceState.ON_REQUEST:
        raise PriceOnRequest
    if priced.price is None:
        raise NotAvailable
    agreement = Agreement(
        deal_id=request.id,
        listing=listing,
        asked=asked,
        grams=grams,
        price=priced.price,
        normalised_price=normalised(priced.price, priced),
        waterfall=plain_waterfall(priced.waterfall),
        confirmed=(Side.BUYER,),
        match_id=request.match_id,
        buyer_person_id=by.person_id,
    )
    return agree(session, agreement, by=by, at=at)


def agree(session: Session, agreement: Agreement, *, by: Actor, at: Moment) -> Deal:
    """Write a new deal and the confirmations it comes with."""
    deal = _write_deal(session, agreement, at)
    for side in agreement.confirmed:
        _confirm(session, deal, side, by=by, at=at)
    if deal.state == State.PROPOSED.value:
        text = (f"成交单 {deal.number} 等待您确认。", f"Deal {deal.number} waits for your confirmation.")
        tell(session, deal.seller_id, deal.id, text, at=at)
    return deal


def confirm_deal(session: Session, request: ConfirmDeal, *, by: Actor, at: Moment) -> Deal:
    """Confirm a proposed deal for one's side; the second confirmation holds the units and asks for the deposit.

    Locks lot, listing and deal. A repeat changes nothing.
    Raises Forbidden, ConsentMissing, DealNotFound, EventRefused, AlreadyConfirmed, TimedOut, ListingNotOpen,
    NotEnoughOpen, TakeRefused, BelowReleaseFloor, NotAvailable, RequestIdReused.
    """
    must_speak(by)
    deal = lock_visible_deal(session, request.deal_id, by)
    silent = Side.SELLER if deal.seller_confirmed_at is None else Side.BUYER
    side = side_of(deal, by, silent, request.consent)
    if not idempotency.claim(session, request.id, "trading.confirm_deal", asdict(request), by=by, at=at):
        return deal
    if deal.due_at is not None and at.at >= deal.due_at and deal.state == State.PROPOSED.value:
        raise TimedOut(valid_until=deal.due_at.isoformat())
    _confirm(session, deal, side, by=by, at=at)
    return deal


def mark(session: Session, deal_id: UUID, event: Event, *, by: Actor, at: Moment) -> Deal:
    """Take one step of the deal's table that moves neither money nor holds: pick, put back, load, weigh, exit,
    next load, settle, close. Locks lot, listing and deal.

    Raises Forbidden, DealNotFound, StepNotMarked, EventRefused.
    """
    by.must(Permission.WEIGH_OUT if event is not Event.CLOSE else Permission.RUN_BOARD)
    deal = lock_deal(session, deal_id)
    if event not in MARKED:
        raise StepNotMarked(event=event.value)
    step(session, deal, event, by=by, at=at)
    return deal


def lock_visible_deal(session: Session, deal_id: UUID, by: Actor) -> Deal:
    """Return a deal of either side's company, locked as by `lock_deal`. Raises DealNotFound."""
    deal = lock_deal(session, deal_id)
    if not (by.sees(deal.buyer_id) or by.sees(deal.seller_id)):
        raise DealNotFound
    return deal


def _lock_goods(session: Session, listing_id: UUID) -> Listing:
    found = session.get(Listing, listing_id)
    if found is not None and found.lot_id is not None:
        lots.lock_lots(session, [found.lot_id])
    return lock_listing(session, listing_id)


def _write_deal(session: Session, agreement: Agreement, at: Moment) -> Deal:
    asked, listing = agreement.asked, agreement.listing
    terms = parties.contract_on(session, listing.seller_id, at.on)
    dues = dues_of(
        agreement.grams,
        agreement.price,
        earnest_bp=terms.earnest_bp,
        prepay_bp=terms.prepay_bp,
        loss_permille=terms.loss_standard_permille,
    )
    fact = facts_of(session, listing)
    deal = Deal(
        id=agreement.deal_id,
        number=next_name(session, "D"),
        listing_id=listing.id,
        lot_id=listing.lot_id,
        quote_id=agreement.quote_id,
        match_id=agreement.match_id,
        seller_id=listing.seller_id,
        buyer_id=asked.buyer_id,
        buyer_person_id=agreement.buyer_person_id,
        seller_person_id=agreement.seller_person_id,
        state=State.PROPOSED.value,
        units=asked.units,
        grams=agreement.grams,
        price=agreement.price,
        normalised_price=agreement.normalised_price,
        waterfall=agreement.waterfall,
        payment=asked.payment.value,
        pickup_on=asked.pickup_on,
        forced=fact is not None and fact.enforced,
        value_fen=dues.value_fen,
        earnest_fen=dues.earnest_fen,
        deposit_fen=dues.deposit_fen,
        balance_fen=dues.balance_fen,
        forfeit_seller_bp=terms.forfeit_seller_bp,
        loss_standard_permille=terms.loss_standard_permille,
        deposit_held_fen=0,
        balance_held_fen=0,
        escrow_fen=0,
        units_out=0,
        grams_out=0,
        billed_fen=0,
        proposed_at=at.at,
        proposed_on=at.on,
    )
    session.add(deal)
    session.flush()
    return deal


def _confirm(session: Session, deal: Deal, side: Side, *, by: Actor, at: Moment) -> None:
    field = f"{side.value}_confirmed_at"
    next_state(State(deal.state), Event.CONFIRM_ONE)
    if getattr(deal, field) is not None:
        raise AlreadyConfirmed
    setattr(deal, field, at.at)
    if side is Side.SELLER and by.party_id == deal.seller_id:
        deal.seller_person_id = by.person_id
    if deal.buyer_confirmed_at is None or deal.seller_confirmed_at is None:
        step(session, deal, Event.CONFIRM_ONE, by=by, at=at, side=side)
        hours = parties.contract_on(session, deal.seller_id, at.on).silence_h
        deal.due_at = at.at + timedelta(hours=hours)
        session.flush()
        return
    _bind(session, deal, side, by=by, at=at)


def _bind(session: Session, deal: Deal, side: Side, *, by: Actor, at: Moment) -> None:
    """Both agreed: the units are held in store, the listing shows the rest, the deposit is due."""
    listing = listing_of(session, deal)
    if listing.state not in (OPEN, PAUSED):
        raise ListingNotOpen(state=listing.state)
    require_open(session, listing, deal.units)
    require_floor(session, listing, deal.price, side)
    if deal.lot_id is not None:
        hold = lots.PlaceHold(
            id=derived_id(deal.id, "lot-hold"),
            lot_id=deal.lot_id,
            units=deal.units,
            reason=lots.HoldReason.SALE,
            subject_id=deal.id,
        )
        deal.lot_hold_id = lots.place_hold(session, hold, by=by, at=at).id
    listing.units_taken += deal.units
    step(session, deal, Event.CONFIRM_BOTH, by=by, at=at, side=side)
    step(session, deal, Event.ASK_DEPOSIT, by=by, at=at, deposit_fen=deal.deposit_fen, earnest_fen=deal.earnest_fen)
    deal.due_at = at.at + timedelta(hours=policy_at(session, at.at).deposit_hours)
    session.flush()
