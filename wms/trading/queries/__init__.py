"""Reads of the board, one file per question asked."""

from wms.trading.queries.board import board, rank_of_lot, why_above
from wms.trading.queries.checks import check
from wms.trading.queries.deals import (
    amount_due,
    deals_of_lot,
    events_of,
    get_deal,
    get_match,
    get_rfq,
    limit_of,
    list_deals,
    list_rfqs,
    loads_of,
    match_evidence,
    money_of,
    newest_quote,
    quotes_of,
    response_to,
    trade_id,
    trade_of,
)
from wms.trading.queries.listings import (
    conditions_of,
    get_listing,
    listing_of_lot,
    my_listings,
    policy_at,
    words_on_board,
)
from wms.trading.queries.prices import price_for, price_to_company

__all__ = [
    "amount_due",
    "board",
    "check",
    "conditions_of",
    "deals_of_lot",
    "events_of",
    "get_deal",
    "get_listing",
    "get_match",
    "get_rfq",
    "limit_of",
    "list_deals",
    "list_rfqs",
    "listing_of_lot",
    "loads_of",
    "match_evidence",
    "money_of",
    "my_listings",
    "newest_quote",
    "policy_at",
    "price_for",
    "price_to_company",
    "quotes_of",
    "rank_of_lot",
    "response_to",
    "trade_id",
    "trade_of",
    "why_above",
    "words_on_board",
]
