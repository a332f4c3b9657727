"""Reads of inquiries, quotes and deals: only those of the reader's company, or all for the store."""

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


def get_deal(session: Session, deal_id: UUID, *, by: Actor) -> Deal:
    """Return a deal of either side's company. Raises DealNotFound."""
    raise NotImplementedError


def list_deals(
    session: Session, *, by: Actor, state: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Deal]:
    """Return a page of visible deals, newest first."""
    raise NotImplementedError


def events_of(session: Session, deal_id: UUID) -> list[DealEvent]:
    """Return a deal's life in order."""
    raise NotImplementedError


def get_rfq(session: Session, rfq_id: UUID, *, by: Actor) -> Rfq:
    """Return an inquiry of either side. Raises RfqNotFound."""
    raise NotImplementedError


def list_rfqs(
    session: Session, *, by: Actor, state: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Rfq]:
    """Return a page of visible inquiries, newest first."""
    raise NotImplementedError


def quotes_of(session: Session, rfq_id: UUID, *, by: Actor) -> list[Quote]:
    """Return the chain of offers of an inquiry, oldest first. Raises RfqNotFound."""
    raise NotImplementedError


def get_listing(session: Session, listing_id: UUID, *, by: Actor) -> Listing:
    """Return a listing that is open, one's own, or any for the store. Raises ListingNotFound."""
    raise NotImplementedError


def amount_due(session: Session, deal: Deal, out_grams: int) -> int:
    """Return the gross in fen of `out_grams` weighed out now: round(price × all that left) − billed so far."""
    raise NotImplementedError
