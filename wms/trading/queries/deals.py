"""Reads of inquiries, quotes, matches and deals: those of the reader's company, or all for the store."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from wms import parties
from wms.kernel.actor import Actor, Permission
from wms.kernel.ids import derived_id
from wms.kernel.paging import Page, page
from wms.prices import Cell, Exclusion, RecordTrade
from wms.trading.errors import DealNotFound, MatchNotFound, RfqNotFound
from wms.trading.rules.money import part_due
from wms.trading.rules.views import MatchView, Proposed
from wms.trading.tables import Deal, DealEvent, DealLoad, DealMoney, Listing, Match, Quote, QuoteResponse, Rfq, RfqLimit

NOBODY = UUID(int=0)
SELF_OPERATED = {parties.PartyKind.STORE.value, parties.PartyKind.PLATFORM.value}


def get_deal(session: Session, deal_id: UUID, *, by: Actor) -> Deal:
    """Return a deal of either side's company. Raises DealNotFound."""
    deal = session.get(Deal, deal_id)
    if deal is None or not (by.sees(deal.buyer_id) or by.sees(deal.seller_id)):
        raise DealNotFound
    return deal


def list_deals(
    session: Session, *, by: Actor, state: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Deal]:
    """Return a page of visible deals, the newest first."""
    query = select(Deal).where(_visible(by, Deal.buyer_id, Deal.seller_id))
    if state is not None:
        query = query.where(Deal.state == state)
    return page(session, query, [Deal.proposed_at, Deal.id], cursor=cursor, limit=limit, descending=True)


def deals_of_lot(session: Session, lot_id: UUID, *, by: Actor) -> list[Deal]:
    """Return the visible deals of a lot, the oldest first."""
    query = select(Deal).where(Deal.lot_id == lot_id, _visible(by, Deal.buyer_id, Deal.seller_id))
    return list(session.scalars(query.order_by(Deal.proposed_at, Deal.id)))


def events_of(session: Session, deal_id: UUID, *, by: Actor) -> list[DealEvent]:
    """Return a deal's life in order. Raises DealNotFound."""
    get_deal(session, deal_id, by=by)
    return list(session.scalars(select(DealEvent).where(DealEvent.deal_id == deal_id).order_by(DealEvent.n)))


def loads_of(session: Session, deal_id: UUID, *, by: Actor) -> list[DealLoad]:
    """Return what has left of a deal, in order. Raises DealNotFound."""
    get_deal(session, deal_id, by=by)
    query = select(DealLoad).where(DealLoad.deal_id == deal_id).order_by(DealLoad.left_at, DealLoad.id)
    return list(session.scalars(query))


def money_of(session: Session, deal_id: UUID, *, by: Actor) -> list[DealMoney]:
    """Return the movements of the buyer's money in a deal, in order. Raises DealNotFound."""
    get_deal(session, deal_id, by=by)
    query = select(DealMoney).where(DealMoney.deal_id == deal_id).order_by(DealMoney.happened_at, DealMoney.id)
    return list(session.scalars(query))


def get_rfq(session: Session, rfq_id: UUID, *, by: Actor) -> Rfq:
    """Return an inquiry of either side. Raises RfqNotFound."""
    rfq = session.get(Rfq, rfq_id)
    if rfq is None or not (by.sees(rfq.buyer_id) or by.sees(rfq.seller_id)):
        raise RfqNotFound
    return rfq


def list_rfqs(
    session: Session, *, by: Actor, state: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Rfq]:
    """Return a page of visible inquiries, the newest first."""
    query = select(Rfq).where(_visible(by, Rfq.buyer_id, Rfq.seller_id))
    if state is not None:
        query = query.where(Rfq.state == state)
    return page(session, query, [Rfq.asked_at, Rfq.id], cursor=cursor, limit=limit, descending=True)


def limit_of(session: Session, rfq_id: UUID, *, by: Actor) -> Decimal | None:
    """Return the most the buyer would pay, to the buyer alone; None to everybody else. Raises RfqNotFound."""
    rfq = get_rfq(session, rfq_id, by=by)
    row = session.get(RfqLimit, rfq_id)
    return row.limit_price if row is not None and by.party_id == rfq.buyer_id else None


def quotes_of(session: Session, rfq_id: UUID, *, by: Actor) -> list[Quote]:
    """Return the chain of offers of an inquiry, the oldest first. Raises RfqNotFound."""
    get_rfq(session, rfq_id, by=by)
    return list(session.scalars(select(Quote).where(Quote.rfq_id == rfq_id).order_by(Quote.round_number)))


def newest_quote(session: Session, rfq_id: UUID) -> Quote | None:
    """Return the newest offer of an inquiry, or None."""
    return session.scalar(select(Quote).where(Quote.rfq_id == rfq_id).order_by(Quote.round_number.desc()).limit(1))


def response_to(session: Session, quote_id: UUID) -> QuoteResponse | None:
    """Return what became of a quote, or None while it stands."""
    return session.get(QuoteResponse, quote_id)


def get_match(session: Session, match_id: UUID, *, by: Actor) -> MatchView:
    """Return a match as its buyer sees it. Raises MatchNotFound."""
    match = session.get(Match, match_id)
    if match is None or not by.sees(match.buyer_id):
        raise MatchNotFound
    return match_view(match)


def match_evidence(session: Session, match_id: UUID, *, by: Actor) -> Match:
    """Return a match with its snapshot, skipped ids and premium: for those who run the board. Raises Forbidden,
    MatchNotFound.
    """
    by.must(Permission.RUN_BOARD)
    match = session.get(Match, match_id)
    if match is None:
        raise MatchNotFound
    return match


def match_view(match: Match) -> MatchView:
    """Return what a buyer may know of a match."""
    proposed = tuple(
        Proposed(UUID(part["listing_id"]), part["units"], part["grams"], Decimal(part["price"]))
        for part in match.proposed
    )
    missing = max(0, int(match.need["terms"]["grams"]) - sum(part.grams for part in proposed))
    return MatchView(
        id=match.id,
        buyer_id=match.buyer_id,
        policy_version=match.policy_version,
        snapshot_digest=match.snapshot_digest,
        ranked_ids=tuple(UUID(text) for text in match.ranked_ids),
        proposed=proposed,
        grams_missing=missing,
        valid_until=match.valid_until,
    )


def amount_due(session: Session, deal: Deal, out_grams: int) -> int:
    """Return the gross in fen of `out_grams` weighed out now: round(price × all that left) − billed so far."""
    return part_due(deal.price, grams_before=deal.grams_out, billed_fen=deal.billed_fen, grams=out_grams)


def trade_id(load_id: UUID) -> UUID:
    """Return the id of the trade that a load makes."""
    return derived_id(load_id, "trade")


def trade_of(session: Session, load: DealLoad) -> RecordTrade:
    """Return the trade that a load of a deal makes, for the prices room, with the reason if it makes no price."""
    deal = session.get_one(Deal, load.deal_id)
    listing = session.get_one(Listing, deal.listing_id)
    seller = parties.get_party(session, deal.seller_id)
    excluded = {
        Exclusion.FORCED: deal.forced,
        Exclusion.SELF_OPERATED: seller.kind in SELF_OPERATED or listing.owner_class == "own",
        Exclusion.RELATED: parties.are_related(session, deal.seller_id, deal.buyer_id, load.left_on),
    }
    return RecordTrade(
        id=trade_id(load.id),
        cell=Cell.of(listing),
        price=deal.normalised_price,
        agreed_price=deal.price,
        grams=load.out_grams,
        traded_on=load.left_on,
        buyer_id=deal.buyer_id,
        seller_id=deal.seller_id,
        deal_id=deal.id,
        excluded=next((reason for reason, found in excluded.items() if found), None),
    )


def _visible(by: Actor, *owners: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    if by.may(Permission.SEE_ALL):
        return true()
    return or_(*[owner == (by.party_id or NOBODY) for owner in owners])
