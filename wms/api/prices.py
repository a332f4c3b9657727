"""Reference prices: what a kilogram of such goods is worth on a day, and what that rests on."""

from typing import Any

from sqlalchemy.orm import Session

from wms import prices
from wms.api.resource import Resource
from wms.delivery.identity import now
from wms.kernel.actor import Permission
from wms.kernel.errors import NotFound
from wms.kernel.paging import Page
from wms.schemas import paged, trade

PRICES = Resource("prices", "Reference prices by cell, and the facts they follow from.")


@PRICES.get("/prices/cells", paged(trade.CELL), needs=Permission.SEE_BOARD)
def list_cells(session: Session) -> Page[prices.Cell]:
    """List the cells anything is known of."""
    return Page(prices.list_cells(session), None)


@PRICES.get("/prices/reference", trade.REFERENCE, query=trade.CellQuery, needs=Permission.SEE_BOARD)
def reference_price(session: Session, query: dict[str, Any]) -> prices.Reference:
    """Show the reference price of a cell on a day, as known now or at an instant; 404 where nothing is known."""
    on, known_at = query.pop("on", now().on), query.pop("known_at", None)
    found = prices.reference(session, prices.Cell(**query), on, known_at=known_at)
    if found is None:
        raise NotFound
    return found


PRICES.command(
    "/prices/outside", prices.add_outside_price, trade.ADD_OUTSIDE, trade.OUTSIDE_PRICE, prices.AddOutsidePrice
)
PRICES.command(
    "/prices/assessments", prices.add_assessment, trade.ADD_ASSESSMENT, trade.ASSESSMENT, prices.AddAssessment
)
PRICES.command(
    "/prices/firm-quotes", prices.record_firm_quote, trade.ADD_FIRM_QUOTE, trade.FIRM_QUOTE, prices.RecordFirmQuote
)
PRICES.command(
    "/prices/trades/<uuid:trade_id>/exclude", prices.exclude_trade, trade.EXCLUDE_TRADE, trade.EXCLUSION,
    prices.ExcludeTrade,
)  # fmt: skip
RESOURCES = (PRICES,)
