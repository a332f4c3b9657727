"""Changes to the board, one file per use case."""

from wms.trading.actions.conditions import follow_reference, save_conditions
from wms.trading.actions.dealing import confirm_deal, mark, propose_deal
from wms.trading.actions.ending import cancel_deal, declare_default, dispute_deal, expire, resolve_dispute
from wms.trading.actions.listings import (
    change_listing,
    change_units,
    list_lot,
    list_put_away_lot,
    offer_outside,
    set_policy,
)
from wms.trading.actions.loads import post_buyer_money, record_load
from wms.trading.actions.matching import match
from wms.trading.actions.money import hold_balance, hold_deposit, receive_bank_payment, top_up_wallet
from wms.trading.actions.negotiation import accept_quote, ask_quote, give_quote, pass_quote
from wms.trading.actions.pooled import receive_pooled_payment
from wms.trading.actions.steps import counts_asked, lock_deal

__all__ = [
    "accept_quote",
    "ask_quote",
    "cancel_deal",
    "change_listing",
    "change_units",
    "confirm_deal",
    "counts_asked",
    "declare_default",
    "dispute_deal",
    "expire",
    "follow_reference",
    "give_quote",
    "hold_balance",
    "hold_deposit",
    "list_lot",
    "list_put_away_lot",
    "lock_deal",
    "mark",
    "match",
    "offer_outside",
    "pass_quote",
    "post_buyer_money",
    "propose_deal",
    "receive_bank_payment",
    "receive_pooled_payment",
    "record_load",
    "resolve_dispute",
    "save_conditions",
    "set_policy",
    "top_up_wallet",
]
