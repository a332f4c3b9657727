"""Tables of the board."""

from wms.trading.tables.deals import Deal, DealEvent, DealLoad, DealMoney, WalletTopUp
from wms.trading.tables.listings import (
    BoardPolicy,
    ConditionSet,
    Listing,
    ListingCounter,
    PricePoint,
    SegmentMember,
)
from wms.trading.tables.negotiation import Match, Quote, QuoteResponse, Rfq

__all__ = [
    "BoardPolicy",
    "ConditionSet",
    "Deal",
    "DealEvent",
    "DealLoad",
    "DealMoney",
    "Listing",
    "ListingCounter",
    "Match",
    "PricePoint",
    "Quote",
    "QuoteResponse",
    "Rfq",
    "SegmentMember",
    "WalletTopUp",
]
