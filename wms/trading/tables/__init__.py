"""Tables of the board."""

from wms.trading.tables.deals import Deal, DealEvent, DealLoad, DealMoney, WalletTopUp
from wms.trading.tables.listings import BoardCounter, BoardPolicy, ConditionSet, Listing, PricePoint
from wms.trading.tables.negotiation import Match, Quote, QuoteResponse, Rfq, RfqLimit

__all__ = [
    "BoardCounter",
    "BoardPolicy",
    "ConditionSet",
    "Deal",
    "DealEvent",
    "DealLoad",
    "DealMoney",
    "Listing",
    "Match",
    "PricePoint",
    "Quote",
    "QuoteResponse",
    "Rfq",
    "RfqLimit",
    "WalletTopUp",
]
