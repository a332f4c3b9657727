"""Deals that end otherwise: cancelled, defaulted, disputed, lapsed; and what time ends by itself."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import ledger, lots
from wms.kernel import idempotency
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.clock import Moment
from wms.trading.actions import accounts
from wms.trading.actions.dealing import lock_visible_deal
from wms.trading.actions.listings import block
from wms.trading.actions.negotiation import OPEN, Answer, lock_rfq, respond
from wms.trading.actions.offers import tell
from wms.trading.actions.steps import listing_of, lock_deal, must_speak, side_of, step
from wms.trading.queries.deals import newest_quote, response_to
from wms.trading.rules.deal_states import Event, State, next_state
from wms.trading.rules.money import split_forfeit, undelivered_share
from wms.trading.rules.requests import (
    CancelDeal,
    DeclareDefault,
    DisputeDeal,
    Resolution,
    ResolveDispute,
)
from wms.trading.rules.terms import Side
from wms.trading.tables import Deal, Rfq

RESOLVED = {
    Resolution.ADJUST: Event.RESOLVE_ADJUST,
    Resolution.REPLACE: Event.RESOLVE_REPLACE,
    Resolution.TAKE_BACK: Event.RESOLVE_TAKE_BACK,
    Resolution.REJECT: Event.RESOLVE_REJECT,
}
TIMED = {State.PROPOSED: Event.LAPSE, State.DEPOSIT_DUE: Event.LAPSE, State.SETTLED: Event.CLOSE}


def cancel_deal(session: Session, request: CancelDeal, *, by: Actor, at: Moment) -> Deal:
    """Agree to cancel a deal for one's side; once both have, money and units are free again.

    Who runs the board may cancel for both. A proposal that only one side confirmed is cancelled by one side alone.
    Locks lot, listing, deal, accounts. A repeat changes nothing.
    Raises Forbidden, DealNotFound, EventRefused, RequestIdReused.
    """
    must_speak(by)
    deal = lock_visible_deal(session, request.deal_id, by)
    if not idempotency.claim(session, request.id, "trading.cancel_deal", asdict(request), by=by, at=at):
        return deal
    next_state(State(deal.state), Event.CANCEL)
    if by.party_id is None:
        by.must(Permission.RUN_BOARD)
        deal.buyer_cancel_at = deal.seller_cancel_at = at.at
    elif side_of(deal, by, Side.BUYER, None) is Side.BUYER:
        deal.buyer_cancel_at = at.at
    else:
        deal.seller_cancel_at = at.at
    both = deal.buyer_cancel_at is not None and deal.seller_cancel_at is not None
    if both or deal.state == State.PROPOSED.value:
        _release(session, deal, by=by, at=at)
        step(session, deal, Event.CANCEL, by=by, at=at, reason=request.reason)
    session.flush()
    return deal


def declare_default(session: Session, request: DeclareDefault, *, by: Actor, at: Moment) -> Deal:
    """Declare that one side does not keep a deal.

    Buyer: the earnest money for what was not delivered is forfeited, posted wallet or escrow → seller and platform;
    the rest is free again, and the listing keeps its priority time. Seller: the buyer's money is free again, as much
    again as the earnest money is booked as the seller's penalty owed to the buyer, and the listing is blocked.
    Locks lot, listing, deal, accounts. A repeat changes nothing.
    Raises Forbidden, DealNotFound, EventRefused, RequestIdReused.
    """
    by.must(Permission.RUN_BOARD)
    deal = lock_deal(session, request.deal_id)
    if not idempotency.claim(session, request.id, "trading.declare_default", asdict(request), by=by, at=at):
        return deal
    event = Event.DEFAULT_BUYER if request.side is Side.BUYER else Event.DEFAULT_SELLER
    next_state(State(deal.state), event)
    stake = undelivered_share(deal.earnest_fen, units_left=deal.units - deal.units_out, of=deal.units)
    if request.side is Side.BUYER:
        _forfeit(session, deal, stake, by=by, at=at)
        _release(session, deal, by=by, at=at)
    else:
        _release(session, deal, by=by, at=at)
        _penalise(session, deal, stake, by=by, at=at)
        block(session, listing_of(session, deal))
    step(session, deal, event, by=by, at=at, reason=request.reason, stake_fen=stake)
    return deal


def dispute_deal(session: Session, request: DisputeDeal, *, by: Actor, at: Moment) -> Deal:
    """Say that the goods of a deal are not as agreed, for either side. A repeat changes nothing.

    Locks lot, listing, deal. Raises Forbidden, DealNotFound, EventRefused, RequestIdReused.
    """
    must_speak(by)
    deal = lock_visible_deal(session, request.deal_id, by)
    if not idempotency.claim(session, request.id, "trading.dispute_deal", asdict(request), by=by, at=at):
        return deal
    step(session, deal, Event.DISPUTE, by=by, at=at, reason=request.reason)
    return deal


def resolve_dispute(session: Session, request: ResolveDispute, *, by: Actor, at: Moment) -> Deal:
    """End a dispute: adjusted, replaced, taken back or rejected. Money that is still the deal's goes back.

    Locks lot, listing, deal, accounts. A repeat changes nothing.
    Raises Forbidden, DealNotFound, EventRefused, RequestIdReused.
    """
    by.must(Permission.RUN_BOARD)
    deal = lock_deal(session, request.deal_id)
    if not idempotency.claim(session, request.id, "trading.resolve_dispute", asdict(request), by=by, at=at):
        return deal
    event = RESOLVED[request.resolution]
    next_state(State(deal.state), event)
    _release(session, deal, by=by, at=at)
    step(session, deal, event, by=by, at=at, note=request.note)
    return deal


def expire(session: Session, *, at: Moment) -> int:
    """End inquiries and deals whose time is over, and close settled deals nobody disputed; returns how many.

    Safe to repeat. Locks deals by lot and id, then inquiries by id: an accept takes its lot before its inquiry.
    """
    ended = 0
    states = [state.value for state in TIMED]
    due = select(Deal.id).where(Deal.state.in_(states), Deal.due_at <= at.at).order_by(Deal.lot_id, Deal.id)
    for deal_id in session.scalars(due).all():
        ended += _expire_deal(session, lock_deal(session, deal_id), at)
    over = select(Rfq.id).where(Rfq.state == OPEN, Rfq.answer_due_at <= at.at).order_by(Rfq.id)
    for rfq_id in session.scalars(over).all():
        ended += _expire_rfq(session, lock_rfq(session, rfq_id, SYSTEM), at)
    return ended


def _expire_rfq(session: Session, rfq: Rfq, at: Moment) -> int:
    if rfq.state != OPEN or rfq.answer_due_at > at.at:
        return 0
    newest = newest_quote(session, rfq.id)
    if newest is not None and response_to(session, newest.id) is None:
        respond(session, newest, Answer("timed_out"), by=SYSTEM, at=at)
    rfq.state = "expired"
    session.flush()
    text = (f"询价 {rfq.number} 已过期, 未成交。", f"Inquiry {rfq.number} is over without a deal.")
    tell(session, rfq.seller_id, f"{rfq.id}/expired", text, at=at)
    return 1


def _expire_deal(session: Session, deal: Deal, at: Moment) -> int:
    if State(deal.state) not in TIMED or deal.due_at is None or deal.due_at > at.at:
        return 0
    event = TIMED[State(deal.state)]
    if event is Event.LAPSE:
        _release(session, deal, by=SYSTEM, at=at)
    step(session, deal, event, by=SYSTEM, at=at)
    return 1


def _release(session: Session, deal: Deal, *, by: Actor, at: Moment) -> None:
    """Set free what a locked deal still holds: units in store, the listing's count, money."""
    left = deal.units - deal.units_out
    if deal.buyer_confirmed_at is not None and deal.seller_confirmed_at is not None:
        listing = listing_of(session, deal)
        listing.units_taken -= left
        session.flush()
    if deal.lot_hold_id is not None:
        lots.lift_hold(session, deal.lot_hold_id, by=by, at=at)
    for kind in ("deposit", "balance"):
        accounts.set_free(session, deal, kind, by=by, at=at)
    accounts.refund(session, deal, by=by, at=at)


def _forfeit(session: Session, deal: Deal, stake_fen: int, *, by: Actor, at: Moment) -> None:
    """Post the forfeited earnest money, from the wallet as far as it is held there, else from escrow."""
    from_wallet = min(stake_fen, deal.deposit_held_fen)
    from_escrow = min(stake_fen - from_wallet, deal.escrow_fen)
    fen = from_wallet + from_escrow
    if not fen:
        return
    accounts.set_free(session, deal, "deposit", by=by, at=at)
    seller, platform = split_forfeit(fen, deal.forfeit_seller_bp)
    legs = (
        ledger.Leg(accounts.wallet(session, deal.buyer_id), from_wallet),
        ledger.Leg(accounts.escrow(session, deal.buyer_id), from_escrow),
        ledger.Leg(accounts.payable(session, deal.seller_id), -seller),
        ledger.Leg(accounts.FORFEIT, -platform),
    )
    entry = accounts.entry(session, deal, "forfeit", "buyer default: earnest money forfeited", legs, at)
    journal = ledger.post(session, entry, by=by, at=at)
    for kind, amount in (("forfeit_wallet", from_wallet), ("forfeit_escrow", from_escrow)):
        if amount:
            accounts.note(session, deal, kind, amount, trace=accounts.Trace(journal_id=journal.id), at=at)
    deal.escrow_fen -= from_escrow


def _penalise(session: Session, deal: Deal, stake_fen: int, *, by: Actor, at: Moment) -> None:
    """Book what the seller owes the buyer beyond returning his money (定金 returned double)."""
    if not stake_fen:
        return
    claim, debt = accounts.penalty_accounts(session, deal)
    legs = (ledger.Leg(claim, stake_fen), ledger.Leg(debt, -stake_fen))
    entry = accounts.entry(session, deal, "penalty", "seller default: earnest money owed again", legs, at)
    journal = ledger.post(session, entry, by=by, at=at)
    accounts.note(session, deal, "penalty", stake_fen, trace=accounts.Trace(journal_id=journal.id), at=at)
