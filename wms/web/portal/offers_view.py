"""What waits for an owner's answer: inquiries, buyers' offers, deals to confirm; and what each would leave him."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots, parties, settlement, trading
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.errors import WmsError

TALK, DEAL = "talk", "deal"


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing an owner may answer. `yours`: his answer is due; `version`: what an accept must have seen.

    `price` is the buyer's offer, or for a bare inquiry what the owner's own listing says, None for 面议.
    """

    kind: str
    id: UUID
    number: str
    version: int
    quote_id: UUID | None
    lot_id: UUID
    buyer: str
    side: str | None
    units: int
    price: Decimal | None
    payment: str
    pickup_on: date
    until: datetime | None
    yours: bool
    note: str
    estimate: settlement.SaleEstimate | None

    @property
    def bare(self) -> bool:
        """Whether the buyer has only asked."""
        return self.kind == TALK and self.side is None


def offers_by_lot(session: Session, by: Actor, at: Moment) -> dict[UUID, list[Offer]]:
    """Return what is open on the actor's lots: what waits for him first, among it what leaves most."""
    found: dict[UUID, list[Offer]] = defaultdict(list)
    for offer in [*_talks(session, by, at), *_proposed(session, by, at)]:
        found[offer.lot_id].append(offer)
    for offers in found.values():
        offers.sort(key=_urgency)
    return found


def find_talk(session: Session, rfq_id: UUID, by: Actor, at: Moment) -> Offer:
    """Return an inquiry to the actor's company as it stands, answered or not. Raises RfqNotFound."""
    rfq = trading.get_rfq(session, rfq_id, by=by)
    if not by.sees(rfq.seller_id):
        raise trading.RfqNotFound
    offer = of_talk(session, rfq, by, at)
    if offer is None:
        raise trading.RfqNotFound
    return offer


def find_deal(session: Session, deal_id: UUID, by: Actor, at: Moment) -> Offer:
    """Return a deal that the actor's company sells in. Raises DealNotFound."""
    deal = trading.get_deal(session, deal_id, by=by)
    if deal.lot_id is None or not by.sees(deal.seller_id):
        raise trading.DealNotFound
    return of_deal(session, deal, at)


def of_talk(session: Session, rfq: trading.Rfq, by: Actor, at: Moment) -> Offer | None:
    """Return an inquiry as its owner sees it; None for goods outside the store."""
    listing = trading.get_listing(session, rfq.listing_id, by=by)
    if listing.lot_id is None:
        return None
    newest = trading.newest_quote(session, rfq.id)
    price = newest.price if newest else _listed_price(session, listing, rfq, at)
    units = newest.units if newest else rfq.units
    return Offer(
        kind=TALK, id=rfq.id, number=rfq.number, version=newest.round_number if newest else 0,
        quote_id=newest.id if newest else None, lot_id=listing.lot_id,
        buyer=parties.get_party(session, rfq.buyer_id).name, side=newest.side if newest else None, units=units,
        price=price, payment=rfq.payment, pickup_on=rfq.pickup_on, until=rfq.answer_due_at,
        yours=_is_due(rfq, newest, at),
        note=rfq.note, estimate=estimate(session, listing.lot_id, units, price, at),
    )  # fmt: skip


def of_deal(session: Session, deal: trading.Deal, at: Moment) -> Offer:
    """Return a proposed deal (摘牌) as its owner sees it."""
    assert deal.lot_id is not None
    return Offer(
        kind=DEAL, id=deal.id, number=deal.number, version=0, quote_id=None, lot_id=deal.lot_id,
        buyer=parties.get_party(session, deal.buyer_id).name, side=trading.Side.BUYER.value, units=deal.units,
        price=deal.price, payment=deal.payment, pickup_on=deal.pickup_on, until=deal.due_at,
        yours=deal.state == trading.State.PROPOSED and deal.seller_confirmed_at is None, note="",
        estimate=estimate(session, deal.lot_id, deal.units, deal.price, at),
    )  # fmt: skip


def estimate(
    session: Session, lot_id: UUID, units: int, price: Decimal | None, at: Moment
) -> settlement.SaleEstimate | None:
    """Return what a sale would leave the owner, None without a price or for more units than are here."""
    lot = lots.get_lot(session, lot_id)
    if price is None or not 0 < units <= lot.units_on_hand:
        return None
    try:
        return settlement.estimate_sale(session, lot_id, units, price, at.on)
    except WmsError:
        return None  # no tariff, so nothing can be promised


def _is_due(rfq: trading.Rfq, newest: trading.Quote | None, at: Moment) -> bool:
    """Whether the owner's answer is due and not too late."""
    standing = rfq.state == "open" and at.at < rfq.answer_due_at
    return standing and (newest is None or newest.side == trading.Side.BUYER)


def _listed_price(session: Session, listing: trading.Listing, rfq: trading.Rfq, at: Moment) -> Decimal | None:
    """What the owner's listing asks of everybody on these terms."""
    lot = lots.get_lot(session, listing.lot_id) if listing.lot_id else None
    if lot is None or not 0 < rfq.units <= lot.units_on_hand:
        return None
    terms = trading.Terms(
        lots.grams_of(lot, rfq.units), trading.Payment(rfq.payment), rfq.pickup_on, rfq.service
    )  # fmt: skip
    return trading.price_to_company(session, listing, terms, rfq.buyer_id, at=at).price


def _talks(session: Session, by: Actor, at: Moment) -> Iterator[Offer]:
    for rfq in trading.list_rfqs(session, by=by, state="open", limit=200).items:
        if rfq.seller_id == by.party_id and (offer := of_talk(session, rfq, by, at)) is not None:
            yield offer


def _proposed(session: Session, by: Actor, at: Moment) -> Iterator[Offer]:
    for deal in trading.list_deals(session, by=by, state=trading.State.PROPOSED.value, limit=200).items:
        if deal.seller_id == by.party_id and deal.lot_id is not None:
            yield of_deal(session, deal, at)


def _urgency(offer: Offer) -> tuple[bool, bool, int]:
    return (not offer.yours, offer.bare, -(offer.estimate.residual_fen if offer.estimate else 0))
