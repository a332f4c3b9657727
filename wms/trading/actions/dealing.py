"""Deals from proposal to their end."""

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


def propose_deal(session: Session, request: ProposeDeal, *, by: Actor, at: Moment) -> Deal:
    """Take a listing at one's own price; the owner must confirm."""
    raise NotImplementedError


def confirm_deal(session: Session, request: ConfirmDeal, *, by: Actor, at: Moment) -> Deal:
    """Confirm for one's side; the second confirmation holds the units."""
    raise NotImplementedError


def cancel_deal(session: Session, request: CancelDeal, *, by: Actor, at: Moment) -> Deal:
    """Agree to cancel."""
    raise NotImplementedError


def declare_default(session: Session, request: DeclareDefault, *, by: Actor, at: Moment) -> Deal:
    """Declare a default; posts the forfeit."""
    raise NotImplementedError


def dispute_deal(session: Session, request: DisputeDeal, *, by: Actor, at: Moment) -> Deal:
    """Open a dispute."""
    raise NotImplementedError


def resolve_dispute(session: Session, request: ResolveDispute, *, by: Actor, at: Moment) -> Deal:
    """End a dispute."""
    raise NotImplementedError


def lock_deal(session: Session, deal_id: UUID) -> Deal:
    """Return a deal, locked until the transaction ends. Raises DealNotFound."""
    raise NotImplementedError


def mark(session: Session, deal_id: UUID, event: Event, *, by: Actor, at: Moment) -> Deal:
    """Take one step of the deal's table. Locks the deal. Raises EventRefused."""
    raise NotImplementedError


def record_load(session: Session, load: Load, *, by: Actor, at: Moment) -> DealLoad:
    """Write down that goods of a deal left: walks the deal through the gate to settled and closed, or to its next load."""
    raise NotImplementedError


def expire(session: Session, *, at: Moment) -> int:
    """End quotes, inquiries and deals whose time is over; returns how many."""
    raise NotImplementedError
