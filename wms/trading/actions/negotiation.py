"""Ask, quote, counter, accept, refuse: a chain in which only the newest offer stands."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import lots, parties, prices
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.prices import Cell
from wms.trading.actions.conditions import require_price
from wms.trading.actions.dealing import Agreement, agree
from wms.trading.actions.numbering import next_name
from wms.trading.actions.offers import (
    Asked,
    book_grams,
    normalised,
    price_to,
    require_floor,
    require_open,
    require_takeable,
    tell,
)
from wms.trading.actions.steps import must_speak, side_of
from wms.trading.errors import (
    NoCompany,
    NotAvailable,
    NotYourTurn,
    PriceOnRequest,
    QuoteNotFound,
    QuoteSuperseded,
    RfqClosed,
    RfqNotFound,
    SameTerms,
    TermsInvalid,
    TimedOut,
    TooManyRounds,
)
from wms.trading.queries.deals import newest_quote, response_to
from wms.trading.queries.listings import lock_listing, policy_at
from wms.trading.rules.conditions import Priced, PriceState
from wms.trading.rules.requests import AcceptQuote, AskQuote, Consent, GiveQuote, PassQuote
from wms.trading.rules.saved import plain_waterfall
from wms.trading.rules.terms import Payment, Side
from wms.trading.tables import Deal, Listing, Quote, QuoteResponse, Rfq, RfqLimit

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a quote."""

    response: str
    deal_id: UUID | None = None
    next_quote_id: UUID | None = None
    consent: Consent | None = None


def ask_quote(session: Session, request: AskQuote, *, by: Actor, at: Moment) -> Rfq:
    """Ask the owner of an open listing for a quote; `request.id` becomes the inquiry's id.

    Nothing is held. The owner's silence ends the inquiry after the hours of the contract. A repeat returns the first.
    Raises Forbidden, NoCompany, ListingNotFound, ListingNotOpen, OwnGoods, TermsInvalid, NotEnoughOpen, TakeRefused,
    PriceInvalid, RequestIdReused.
    """
    by.must(Permission.ASK_QUOTE)
    if by.party_id is None:
        raise NoCompany
    if not idempotency.claim(session, request.id, "trading.ask_quote", asdict(request), by=by, at=at):
        return session.get_one(Rfq, request.id)
    listing = lock_listing(session, request.listing_id)
    asked = Asked(by.party_id, request.units, request.payment, request.pickup_on, request.service)
    require_takeable(session, listing, asked, at)
    hours = parties.contract_on(session, listing.seller_id, at.on).silence_h
    rfq = Rfq(
        id=request.id,
        number=next_name(session, "Q"),
        listing_id=listing.id,
        match_id=request.match_id,
        buyer_id=by.party_id,
        seller_id=listing.seller_id,
        person_id=by.person_id,
        units=request.units,
        payment=request.payment.value,
        pickup_on=request.pickup_on,
        service=request.service,
        note=request.note,
        state=OPEN,
        asked_at=at.at,
        asked_on=at.on,
        answer_due_at=at.at + timedelta(hours=hours),
    )
    session.add(rfq)
    session.flush()
    if request.limit_price is not None:
        session.add(RfqLimit(rfq_id=rfq.id, limit_price=require_price(request.limit_price)))
    audit.record(session, "trading.ask_quote", ("rfq", rfq.id), by=by, at=at, units=rfq.units)
    text = (
        f"您的挂牌 {listing.number} 收到询价: {rfq.units} 件。",
        f"Inquiry about {listing.number}: {rfq.units} units.",
    )
    tell(session, rfq.seller_id, rfq.id, text, at=at)
    return rfq


def give_quote(session: Session, request: GiveQuote, *, by: Actor, at: Moment) -> Quote:
    """Answer an inquiry with an offer, or counter the newest one, which it kills; `request.id` becomes the offer's id.

    The first offer is the seller's. A seller's price left out is what his conditions say to this buyer. Offers bind:
    each is written into the prices room. Locks the inquiry. A repeat returns the first.
    Raises Forbidden, ConsentMissing, RfqNotFound, RfqClosed, QuoteSuperseded, TimedOut, NotYourTurn, TooManyRounds,
    SameTerms, NotAvailable, PriceOnRequest, PriceInvalid, BelowReleaseFloor, NotEnoughOpen, TakeRefused,
    RequestIdReused.
    """
    must_speak(by)
    rfq = lock_rfq(session, request.rfq_id, by)
    newest = newest_quote(session, rfq.id)
    silent = Side.SELLER if newest is None else Side(newest.side).other
    side = side_of(rfq, by, silent, request.consent)
    if not idempotency.claim(session, request.id, "trading.give_quote", asdict(request), by=by, at=at):
        return session.get_one(Quote, request.id)
    _require_turn(session, rfq, newest, request, side, at)
    listing = session.get_one(Listing, rfq.listing_id)
    units = request.units or (newest.units if newest else rfq.units)
    require_open(session, listing, units)
    grams = book_grams(session, listing, units)
    asked = Asked(rfq.buyer_id, units, Payment(rfq.payment), rfq.pickup_on, rfq.service)
    priced = price_to(session, listing, asked, grams, at)
    price = _price_of(request, side, priced)
    if newest is not None and (price, units) == (newest.price, newest.units):
        raise SameTerms
    if side is Side.SELLER:
        require_floor(session, listing, price, side)
    quote = _write_quote(session, rfq, newest, request, (side, units, grams, price, priced), by=by, at=at)
    _bind_price(session, listing, quote, priced, by=by, at=at)
    text = (
        f"询价 {rfq.number}: 对方报价 {price} 元/公斤。",
        f"Inquiry {rfq.number}: the other side offers {price} yuan/kg.",
    )
    tell(session, rfq.buyer_id if side is Side.SELLER else rfq.seller_id, quote.id, text, at=at)
    return quote


def accept_quote(session: Session, request: AcceptQuote, *, by: Actor, at: Moment) -> Deal:
    """Accept the newest offer of an inquiry; `request.id` becomes the deal's id, and both sides have confirmed it.

    Holds the units in store and asks for the deposit. Locks lot, listing and inquiry. A repeat returns the deal.
    Raises Forbidden, ConsentMissing, QuoteNotFound, RfqClosed, QuoteSuperseded, TimedOut, NotYourTurn,
    NotEnoughOpen, TakeRefused, ListingNotOpen, BelowReleaseFloor, NotAvailable, EarnestTooHigh, RequestIdReused.
    """
    must_speak(by)
    quote = session.get(Quote, request.quote_id)
    if quote is None:
        raise QuoteNotFound
    listing = _lock_goods(session, session.get_one(Rfq, quote.rfq_id).listing_id)
    rfq = lock_rfq(session, quote.rfq_id, by)
    side = side_of(rfq, by, Side(quote.side).other, request.consent)
    if not idempotency.claim(session, request.id, "trading.accept_quote", asdict(request), by=by, at=at):
        return session.get_one(Deal, request.id)
    _require_standing(session, rfq, quote, at)
    if quote.round_number != request.round_number:
        raise QuoteSuperseded(response="round")
    if side.value == quote.side:
        raise NotYourTurn
    respond(session, quote, Answer("accepted", deal_id=request.id, consent=request.consent), by=by, at=at)
    rfq.state = "dealt"
    session.flush()
    return agree(session, _agreement(session, request.id, rfq, quote, listing, side, at), by=by, at=at)


def pass_quote(session: Session, request: PassQuote, *, by: Actor, at: Moment) -> Rfq:
    """Refuse and end an inquiry, for either side (不卖, 不买). Locks the inquiry. A repeat changes nothing.

    Raises Forbidden, ConsentMissing, RfqNotFound, RfqClosed, RequestIdReused.
    """
    must_speak(by)
    rfq = lock_rfq(session, request.rfq_id, by)
    newest = newest_quote(session, rfq.id)
    side = side_of(rfq, by, Side.SELLER if newest is None else Side(newest.side).other, request.consent)
    if not idempotency.claim(session, request.id, "trading.pass_quote", asdict(request), by=by, at=at):
        return rfq
    if rfq.state != OPEN:
        raise RfqClosed(state=rfq.state)
    if newest is not None and response_to(session, newest.id) is None:
        response = "withdrawn" if newest.side == side.value else "passed"
        respond(session, newest, Answer(response, consent=request.consent), by=by, at=at)
    rfq.state = "passed" if side is Side.SELLER else "withdrawn"
    session.flush()
    audit.record(session, "trading.pass_quote", ("rfq", rfq.id), by=by, at=at, side=side)
    return rfq


def lock_rfq(session: Session, rfq_id: UUID, by: Actor) -> Rfq:
    """Return an inquiry of either side, locked and read afresh. Raises RfqNotFound."""
    query = select(Rfq).where(Rfq.id == rfq_id).with_for_update().execution_options(populate_existing=True)
    rfq = session.scalar(query)
    if rfq is None or not (by.sees(rfq.buyer_id) or by.sees(rfq.seller_id)):
        raise RfqNotFound
    return rfq


def respond(session: Session, quote: Quote, answer: Answer, *, by: Actor, at: Moment) -> None:
    """Write down what became of a quote: once."""
    row = QuoteResponse(
        quote_id=quote.id,
        response=answer.response,
        next_quote_id=answer.next_quote_id,
        deal_id=answer.deal_id,
        person_id=by.person_id,
        account_id=by.account_id,
        consent=_kept(answer.consent, at),
        answered_at=at.at,
    )
    append(session, row)


def _lock_goods(session: Session, listing_id: UUID) -> Listing:
    lot_id = session.get_one(Listing, listing_id).lot_id
    if lot_id is not None:
        lots.lock_lots(session, [lot_id])
    return lock_listing(session, listing_id)


def _require_turn(session: Session, rfq: Rfq, newest: Quote | None, request: GiveQuote, side: Side, at: Moment) -> None:
    if newest is None:
        if rfq.state != OPEN:
            raise RfqClosed(state=rfq.state)
        if at.at >= rfq.answer_due_at:
            raise TimedOut(valid_until=rfq.answer_due_at.isoformat())
        if request.parent_id is not None:
            raise QuoteSuperseded(response="none")
        if side is not Side.SELLER:
            raise NotYourTurn
        return
    if request.parent_id != newest.id:
        raise QuoteSuperseded(response="countered")
    _require_standing(session, rfq, newest, at)
    if newest.side == side.value:
        raise NotYourTurn
    rounds = policy_at(session, at.at).most_rounds
    if newest.round_number >= rounds:
        raise TooManyRounds(rounds=rounds)


def _require_standing(session: Session, rfq: Rfq, quote: Quote, at: Moment) -> None:
    """The quote is the newest, unanswered, and its time is not over, whether or not a job has noticed."""
    answered = response_to(session, quote.id)
    if answered is not None:
        raise QuoteSuperseded(response=answered.response)
    if rfq.state != OPEN:
        raise RfqClosed(state=rfq.state)
    if at.at >= quote.valid_until:
        raise TimedOut(valid_until=quote.valid_until.isoformat())


def _price_of(request: GiveQuote, side: Side, priced: Priced) -> Decimal:
    if request.price is not None:
        return require_price(request.price)
    if side is Side.BUYER or priced.state is PriceState.ON_REQUEST:
        raise PriceOnRequest
    if priced.price is None:
        raise NotAvailable
    return priced.price


def _write_quote(
    session: Session,
    rfq: Rfq,
    newest: Quote | None,
    request: GiveQuote,
    offer: tuple[Side, int, int, Decimal, Priced],
    *,
    by: Actor,
    at: Moment,
) -> Quote:
    side, units, grams, price, priced = offer
    minutes = request.valid_minutes
    if minutes is None:
        minutes = 60 * parties.contract_on(session, rfq.seller_id, at.on).silence_h
    if minutes < 1:
        raise TermsInvalid
    by_conditions = request.price is None or price == priced.price
    quote = Quote(
        id=request.id,
        rfq_id=rfq.id,
        parent_id=request.parent_id,
        round_number=1 if newest is None else newest.round_number + 1,
        side=side.value,
        party_id=rfq.seller_id if side is Side.SELLER else rfq.buyer_id,
        person_id=by.person_id,
        units=units,
        grams=grams,
        price=price,
        payment=rfq.payment,
        pickup_on=rfq.pickup_on,
        service=rfq.service,
        waterfall=plain_waterfall(priced.waterfall) if by_conditions else _agreed(price),
        consent=_kept(request.consent, at),
        valid_until=at.at + timedelta(minutes=minutes),
        quoted_at=at.at,
        quoted_on=at.on,
    )
    append(session, quote)
    if newest is not None:
        answer = Answer("countered", next_quote_id=quote.id, consent=request.consent)
        respond(session, newest, answer, by=by, at=at)
    rfq.answer_due_at = quote.valid_until
    session.flush()
    audit.record(session, "trading.give_quote", ("rfq", rfq.id), by=by, at=at, quote_id=quote.id, side=side)
    return quote


def _bind_price(session: Session, listing: Listing, quote: Quote, priced: Priced, *, by: Actor, at: Moment) -> None:
    """An offer binds until it ends: it is a fact of the market."""
    fact = prices.RecordFirmQuote(
        id=derived_id(quote.id, "firm"),
        cell=Cell.of(listing),
        side=prices.Side.OFFER if quote.side == Side.SELLER.value else prices.Side.BID,
        party_id=quote.party_id,
        price=normalised(quote.price, priced),
        quote_grams=quote.grams,
        quoted_on=at.on,
        valid_to_on=at.on + timedelta(days=(quote.valid_until - at.at).days),
    )
    prices.record_firm_quote(session, fact, by=by.trusted_with(Permission.RECORD_PRICE), at=at)


def _agreement(
    session: Session, deal_id: UUID, rfq: Rfq, quote: Quote, listing: Listing, accepter: Side, at: Moment
) -> Agreement:
    asked = Asked(rfq.buyer_id, quote.units, Payment(quote.payment), quote.pickup_on, quote.service)
    priced = price_to(session, listing, asked, quote.grams, at)
    return Agreement(
        deal_id=deal_id,
        listing=listing,
        asked=asked,
        grams=quote.grams,
        price=quote.price,
        normalised_price=normalised(quote.price, priced),
        waterfall=quote.waterfall,
        confirmed=(accepter.other, accepter),
        quote_id=quote.id,
        match_id=rfq.match_id,
        buyer_person_id=rfq.person_id,
        seller_person_id=quote.person_id if quote.side == Side.SELLER.value else None,
    )


def _agreed(price: Decimal) -> list[dict[str, Any]]:
    return [{"kind": "price", "label": "agreed", "amount": str(price)}]


def _kept(consent: Consent | None, at: Moment) -> dict[str, Any] | None:
    return None if consent is None else {"caller": consent.caller, "phone": consent.phone, "at": plain(at.at)}
