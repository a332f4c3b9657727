"""The one resolver of board prices: no other code reads a price."""

from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.trading.rules.conditions import Priced
from wms.trading.rules.deal_states import Event
from wms.trading.rules.reasons import Reason
from wms.trading.rules.requests import *
from wms.trading.rules.terms import Spec, Terms
from wms.trading.rules.views import BoardPage, Standing
from wms.trading.tables import *

ANY = Spec()
Cell = object


def price_for(session: Session, viewer: Actor, listing: Listing, terms: Terms, *, at: Moment) -> Priced:
    """Return the price of a listing for the viewer's company on his terms."""
    raise NotImplementedError
