"""Inquiries with their offers and answers, and the deals they become."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import trading
from wms.api.resource import Resource, query_of
from wms.delivery.identity import actor
from wms.kernel.paging import Page
from wms.schemas import paged, trade
from wms.schemas.fields import Text

QUOTES = Resource("quotes", "Inquiries, offers, counter-offers and their acceptance.")
DEALS = Resource("deals", "Agreements on units of a lot, from both confirmations to the last load.")
WALLETS = Resource("wallets", "Buyers' money with the platform.")
BY_STATE = query_of("ByState", state=Text(longest=24))
DEAL, RFQ = "/deals/<uuid:deal_id>", "/rfqs/<uuid:rfq_id>"


@QUOTES.page("/rfqs", trade.RFQ, query=BY_STATE)
def list_rfqs(session: Session, query: dict[str, Any]) -> Page[trading.Rfq]:
    """List the inquiries of either side's company, newest first."""
    return trading.list_rfqs(session, by=actor(), **query)


@QUOTES.get(RFQ, trade.RFQ, raises=(trading.get_rfq,))
def get_rfq(session: Session, rfq_id: UUID) -> trading.Rfq:
    """Show one inquiry."""
    return trading.get_rfq(session, rfq_id, by=actor())


@QUOTES.get(f"{RFQ}/quotes", paged(trade.QUOTE), raises=(trading.quotes_of,))
def list_quotes(session: Session, rfq_id: UUID) -> Page[trading.Quote]:
    """List the offers of an inquiry, oldest first."""
    return Page(trading.quotes_of(session, rfq_id, by=actor()), None)


@DEALS.page("/deals", trade.DEAL, query=BY_STATE)
def list_deals(session: Session, query: dict[str, Any]) -> Page[trading.Deal]:
    """List the deals of either side's company, newest first."""
    return trading.list_deals(session, by=actor(), **query)


@DEALS.get(DEAL, trade.DEAL, raises=(trading.get_deal,))
def get_deal(session: Session, deal_id: UUID) -> trading.Deal:
    """Show one deal."""
    return trading.get_deal(session, deal_id, by=actor())


@DEALS.get(f"{DEAL}/events", paged(trade.DEAL_EVENT), raises=(trading.get_deal,))
def events_of_deal(session: Session, deal_id: UUID) -> Page[trading.DealEvent]:
    """List what happened to a deal, in order."""
    return Page(trading.events_of(session, deal_id, by=actor()), None)


@DEALS.get(f"{DEAL}/loads", paged(trade.DEAL_LOAD), raises=(trading.get_deal,))
def loads_of_deal(session: Session, deal_id: UUID) -> Page[trading.DealLoad]:
    """List what left for a deal."""
    return Page(trading.loads_of(session, deal_id, by=actor()), None)


QUOTES.command("/rfqs", trading.ask_quote, trade.ASK_QUOTE, trade.RFQ, trading.AskQuote)
QUOTES.command(f"{RFQ}/quotes", trading.give_quote, trade.GIVE_QUOTE, trade.QUOTE, trading.GiveQuote)
QUOTES.command(f"{RFQ}/pass", trading.pass_quote, trade.PASS_QUOTE, trade.RFQ, trading.PassQuote, status=200)
QUOTES.command(
    "/quotes/<uuid:quote_id>/accept", trading.accept_quote, trade.ACCEPT_QUOTE, trade.DEAL, trading.AcceptQuote
)
DEALS.command("/deals", trading.propose_deal, trade.PROPOSE_DEAL, trade.DEAL, trading.ProposeDeal)
for _step, _action, _takes, _makes in (
    ("confirm", trading.confirm_deal, trade.CONFIRM_DEAL, trading.ConfirmDeal),
    ("cancel", trading.cancel_deal, trade.CANCEL_DEAL, trading.CancelDeal),
    ("default", trading.declare_default, trade.DECLARE_DEFAULT, trading.DeclareDefault),
    ("dispute", trading.dispute_deal, trade.DISPUTE, trading.DisputeDeal),
    ("resolve", trading.resolve_dispute, trade.RESOLVE, trading.ResolveDispute),
    ("deposit", trading.hold_deposit, trade.HOLD_MONEY, trading.HoldMoney),
    ("balance", trading.hold_balance, trade.HOLD_MONEY, trading.HoldMoney),
    ("bank-payments", trading.receive_bank_payment, trade.BANK_PAYMENT, trading.BankPayment),
):
    DEALS.command(f"{DEAL}/{_step}", _action, _takes, trade.DEAL, _makes, status=200)
WALLETS.command("/wallets/top-ups", trading.top_up_wallet, trade.TOP_UP_BODY, trade.TOP_UP, trading.TopUp)
RESOURCES = (QUOTES, DEALS, WALLETS)
