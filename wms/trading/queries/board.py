"""The board as one viewer sees it."""

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


def board(
    session: Session,
    viewer: Actor,
    terms: Terms,
    spec: Spec = ANY,
    *,
    cursor: str | None = None,
    limit: int = 50,
    at: Moment,
) -> BoardPage:
    """Return a page of the board in storage-priority order, priced for the viewer's company and terms."""
    raise NotImplementedError


def rank_of_lot(session: Session, lot_id: UUID, *, by: Actor, at: Moment) -> Standing | None:
    """Return where a lot stands on the public board and why, for its owner or the store; None if not listed. Raises ListingNotFound."""
    raise NotImplementedError


def why_above(session: Session, viewer: Actor, terms: Terms, upper_id: UUID, lower_id: UUID, *, at: Moment) -> Reason:
    """Return why one listing stands above another, in words the viewer may read."""
    raise NotImplementedError
