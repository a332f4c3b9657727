"""Deals: the steps they take, and the buyer's money in them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import parties, trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Actor, Permission
from wms.kernel.paging import Page
from wms.web.board.talks import trusted_reader
from wms.web.board.workplace import blueprint, consent_of_form, page, speaks_for_others, status_of, wallet_of
from wms.web.deal_words import STEP_OF, STEPS
from wms.web.pages import attempt, done, fresh_id, may, said, text_of, uuid_of
from wms.web.shell import say as _

CANCELLABLE = ("proposed", "confirmed", "deposit_due", "deposit_received", "balance_due", "releasable", "picking")


@dataclass(frozen=True, slots=True)
class DealView:
    """A deal as one of its sides sees it."""

    deal: trading.Deal
    listing: trading.Listing
    buyer: str
    seller: str
    mine: trading.Side | None
    events: list[trading.DealEvent]
    loads: list[trading.DealLoad]
    money: list[trading.DealMoney]
    wallet_fen: int | None

    @property
    def step(self) -> int:
        """Where it stands on the way from agreed to settled; 0 for what ended otherwise."""
        return STEP_OF.get(self.deal.state, 0)

    @property
    def due_fen(self) -> int:
        """What the next hold would take from the wallet."""
        covered = self.deal.escrow_fen + self.deal.deposit_held_fen + self.deal.balance_held_fen
        wanted = self.deal.deposit_fen + (self.deal.balance_fen if self.deal.state == "balance_due" else 0)
        return max(0, wanted - covered)

    @property
    def may_hold(self) -> bool:
        """Whether the reader may hold the money that is due now."""
        return self.mine is trading.Side.BUYER and self.deal.state in ("deposit_due", "balance_due")

    @property
    def may_confirm(self) -> bool:
        """Whether the reader's side has not confirmed a proposal yet, or he speaks for the owner on the phone."""
        if self.deal.state != "proposed":
            return False
        return self.mine is trading.Side.SELLER or (self.mine is None and speaks_for_others())

    @property
    def may_cancel(self) -> bool:
        """Whether the reader may agree to cancel."""
        return self.deal.state in CANCELLABLE and (self.mine is not None or speaks_for_others())


def deal_view(session: Session, deal: trading.Deal, by: Actor, *, whole: bool = True) -> DealView:
    """Return a deal with what its reader may see; without its life and money where only a row is shown."""
    buyer, seller = (parties.get_party(session, party_id).name for party_id in (deal.buyer_id, deal.seller_id))
    sides = {deal.buyer_id: trading.Side.BUYER, deal.seller_id: trading.Side.SELLER}
    mine = sides.get(by.party_id) if by.party_id else None
    return DealView(
        deal, trading.get_listing(session, deal.listing_id, by=trusted_reader(by, deal)), buyer, seller, mine,
        trading.events_of(session, deal.id, by=by) if whole else [],
        trading.loads_of(session, deal.id, by=by) if whole else [],
        trading.money_of(session, deal.id, by=by) if whole and mine is not trading.Side.SELLER else [],
        wallet_of(session, by, deal.buyer_id),
    )  # fmt: skip


@blueprint.get("/deals")
def deals() -> Any:
    """Show my deals, the newest first, and what is free in my wallet."""

    def rows(session: Session) -> tuple[Page[trading.Deal], list[DealView], int | None]:
        found = trading.list_deals(session, by=actor(), cursor=request.args.get("after") or None, limit=30)
        mine = actor().party_id
        wallet = wallet_of(session, actor(), mine) if mine and may(Permission.ASK_QUOTE) else None
        return found, [deal_view(session, deal, actor(), whole=False) for deal in found.items], wallet

    found, shown, wallet = read(rows)
    return page("deals", deals=shown, next_cursor=found.next_cursor, wallet_fen=wallet)


@blueprint.get("/deals/<uuid:deal_id>")
def deal(deal_id: UUID) -> Any:
    """Show one deal: what was agreed, its steps, its money."""
    return _deal_page(deal_id)


@blueprint.post("/deals/<uuid:deal_id>")
def deal_act(deal_id: UUID) -> Any:
    """Hold the money that is due, confirm a proposal, or agree to cancel."""
    acts = {"hold_deposit": _hold_deposit, "hold_balance": _hold_balance, "confirm": _confirm, "cancel": _cancel}
    act = acts.get(request.form.get("do", ""))
    if act is None:
        return _deal_page(deal_id, 422)
    message, error = attempt(lambda: write(lambda session: act(session, deal_id)))
    if error is not None:
        return _deal_page(deal_id, status_of(error), error=said(error))
    return done(str(message), url_for("board.deal", deal_id=deal_id))


def _hold_deposit(session: Session, deal_id: UUID) -> str:
    trading.hold_deposit(session, trading.HoldMoney(uuid_of("id"), deal_id), by=actor(), at=now())
    return _("The deposit is held in your wallet.")


def _hold_balance(session: Session, deal_id: UUID) -> str:
    trading.hold_balance(session, trading.HoldMoney(uuid_of("id"), deal_id), by=actor(), at=now())
    return _("The balance is held. The goods may be picked up.")


def _confirm(session: Session, deal_id: UUID) -> str:
    ask = trading.ConfirmDeal(uuid_of("id"), deal_id, consent_of_form())
    trading.confirm_deal(session, ask, by=actor(), at=now())
    return _("Confirmed. The deposit is due now.")


def _cancel(session: Session, deal_id: UUID) -> str:
    ask = trading.CancelDeal(uuid_of("id"), deal_id, text_of("reason", most=200))
    row = trading.cancel_deal(session, ask, by=actor(), at=now())
    if row.state == trading.State.CANCELLED_MUTUAL:
        return _("The deal is cancelled.")
    return _("You agree to cancel. The other side must agree too.")


def _deal_page(deal_id: UUID, status: int = 200, **values: Any) -> Any:
    v = read(lambda session: deal_view(session, trading.get_deal(session, deal_id, by=actor()), actor()))
    labels = [_(label) for state, label in STEPS]
    return page("deal", status, v=v, labels=labels, fresh=fresh_id, **values)
