"""Inquiries and quotes: only the newest stands, only the other side may accept it, and only as it was seen."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import parties, trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Actor
from wms.kernel.paging import Page
from wms.web import preferences
from wms.web.board.workplace import blueprint, consent_of_form, page, speaks_for_others, status_of
from wms.web.pages import PER_KG, attempt, done, fresh_id, price_of, said, uuid_of, whole_of
from wms.web.plausible import question
from wms.web.shell import say as _

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Talk:
    """An inquiry as its reader sees it. `turn`: the side that must answer; `mine`: the reader's own, None for staff."""

    rfq: trading.Rfq
    listing: trading.Listing
    buyer: str
    seller: str
    quotes: list[trading.Quote]
    turn: trading.Side | None
    mine: trading.Side | None
    limit: Decimal | None

    @property
    def newest(self) -> trading.Quote | None:
        """The only quote that can be accepted."""
        return self.quotes[-1] if self.quotes else None

    @property
    def may_answer(self) -> bool:
        """Whether the reader's answer is due: his own, or one he speaks for with consent on the phone."""
        return self.turn is not None and (self.mine is self.turn or (self.mine is None and speaks_for_others()))


def talk_of(session: Session, rfq: trading.Rfq, by: Actor) -> Talk:
    """Return an inquiry with everything its reader may see of it."""
    quotes = trading.quotes_of(session, rfq.id, by=by)
    standing = rfq.state == OPEN and now().at < rfq.answer_due_at
    turn = (trading.Side(quotes[-1].side).other if quotes else trading.Side.SELLER) if standing else None
    sides = {rfq.buyer_id: trading.Side.BUYER, rfq.seller_id: trading.Side.SELLER}
    listing = trading.get_listing(session, rfq.listing_id, by=trusted_reader(by, rfq))
    buyer, seller = (parties.get_party(session, party_id).name for party_id in (rfq.buyer_id, rfq.seller_id))
    mine = sides.get(by.party_id) if by.party_id else None
    return Talk(rfq, listing, buyer, seller, quotes, turn, mine, trading.limit_of(session, rfq.id, by=by))


def trusted_reader(by: Actor, row: trading.Rfq | trading.Deal) -> Actor:
    """Return the reader as one who sees the goods he negotiates on, whether or not they still stand on the board."""
    return Actor(by.account_id, by.name, by.permissions, by.person_id, row.seller_id)


@blueprint.get("/talks")
def talks() -> Any:
    """Show my inquiries with what became of them, the newest first."""
    state = request.args.get("state") or None

    def rows(session: Session) -> tuple[Page[trading.Rfq], list[Talk]]:
        found = trading.list_rfqs(session, by=actor(), state=state, cursor=request.args.get("after") or None, limit=30)
        return found, [talk_of(session, rfq, actor()) for rfq in found.items]

    found, shown = read(rows)
    return page("talks", talks=shown, next_cursor=found.next_cursor, state=state or "")


@blueprint.get("/talks/<uuid:rfq_id>")
def talk(rfq_id: UUID) -> Any:
    """Show one inquiry: what was asked, every quote, and what can be answered."""
    return _talk_page(rfq_id)


@blueprint.post("/talks/<uuid:rfq_id>")
def talk_answer(rfq_id: UUID) -> Any:
    """Accept the newest quote as it was seen, counter it, or end the inquiry."""
    wanted = request.form.get("do")
    if wanted == "give":
        return _give_answer(rfq_id)
    act = _accept if wanted == "accept" else _pass
    url, error = attempt(lambda: write(lambda session: act(session, rfq_id)))
    if error is not None or url is None:
        return _talk_page(rfq_id, status_of(error) if error else 422, error=said(error) if error else "")
    message = _("Agreed. The deposit is due now.") if wanted == "accept" else _("The inquiry is over.")
    return done(message, url)


def _give_answer(rfq_id: UUID) -> Any:
    price, error = attempt(lambda: price_of("price"))
    if error is None:
        asked = read(lambda session: question(session, _goods(session, rfq_id), price, now()))
        if asked is not None:
            return _talk_page(rfq_id, 422, asked=asked)
        error = attempt(lambda: write(lambda session: _give(session, rfq_id, price)))[1]
    if error is not None:
        return _talk_page(rfq_id, status_of(error), error=said(error))
    return done(_("Sent. Only the other side can answer now."), url_for("board.talk", rfq_id=rfq_id))


def _goods(session: Session, rfq_id: UUID) -> trading.Listing:
    return talk_of(session, trading.get_rfq(session, rfq_id, by=actor()), actor()).listing


def _give(session: Session, rfq_id: UUID, price: Decimal | None) -> trading.Quote:
    parent = uuid_of("parent") if request.form.get("parent") else None
    ask = trading.GiveQuote(uuid_of("id"), rfq_id, parent, price, whole_of("units"), consent=consent_of_form())
    return trading.give_quote(session, ask, by=actor(), at=now())


def _accept(session: Session, rfq_id: UUID) -> str:
    ask = trading.AcceptQuote(uuid_of("id"), uuid_of("parent"), whole_of("version"), consent_of_form())
    deal = trading.accept_quote(session, ask, by=actor(), at=now())
    return url_for("board.deal", deal_id=deal.id)


def _pass(session: Session, rfq_id: UUID) -> str:
    trading.pass_quote(session, trading.PassQuote(uuid_of("id"), rfq_id, consent_of_form()), by=actor(), at=now())
    return url_for("board.talks")


def _talk_page(rfq_id: UUID, status: int = 200, **values: Any) -> Any:
    v = read(lambda session: talk_of(session, trading.get_rfq(session, rfq_id, by=actor()), actor()))
    return page("talk", status, v=v, fresh=fresh_id, typed_price=typed_price, **values)


def typed_price(per_kg: Decimal) -> str:
    """Return a price as it is typed in the reader's unit."""
    value = (per_kg / PER_KG[preferences.current().unit]).normalize()
    return f"{value:f}" if -int(value.as_tuple().exponent) >= 2 else f"{value:.2f}"
