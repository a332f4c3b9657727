"""The prices room: what was paid, bid, offered and assessed, and the reference prices that follow.

Owns cells, trades, firm quotes, outside prices, differentials, assessments, published revisions and the market's
calendar. Invariants: every reference price can be reproduced from what was known at any instant; a trade left out
stays visible with its reason; no price is None, never nothing. Deliberately does not know deals, lots or loans:
higher rooms write down what happened and ask for the price of a cell.
"""

from wms.prices.rules.cells import Cell
from wms.prices.rules.requests import (
    AddAssessment,
    AddDifferential,
    AddHoliday,
    AddOutsidePrice,
    Excluded,
    ExcludeTrade,
    Exclusion,
    Independent,
    RecordFirmQuote,
    RecordTrade,
    Reference,
    Side,
)

# Actions (session, request, *, by, at), permission RECORD_PRICE; rooms that write down what they did pass by=SYSTEM:
# record_trade(RecordTrade) exclude_trade record_firm_quote add_outside_price add_differential add_assessment
# add_holiday; recompute_cell(session, cell, on, *, by, at)->PriceRevision|None (publishes, outbox
# prices.reference_changed). Queries: reference(session, cell, on, *, known_at=None)->Reference|None
# independent(session, cell, on, *, known_at=None)->Independent|None  business_age(session, since, on)->int

__all__ = [
    "AddAssessment",
    "AddDifferential",
    "AddHoliday",
    "AddOutsidePrice",
    "Cell",
    "ExcludeTrade",
    "Excluded",
    "Exclusion",
    "Independent",
    "RecordFirmQuote",
    "RecordTrade",
    "Reference",
    "Side",
]
