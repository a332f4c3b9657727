"""Putting goods on the board and pricing them."""

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


def list_put_away_lot(session: Session, lot_id: UUID, *, at: Moment) -> Listing | None:
    """React to a lot put away: list it when its owner's contract says so; a repeat changes nothing."""
    raise NotImplementedError


def follow_reference(session: Session, cell: Cell, *, at: Moment) -> int:
    """React to a changed reference price: re-price the listings that follow it; returns how many changed."""
    raise NotImplementedError


def list_lot(session: Session, request: ListLot, *, by: Actor, at: Moment) -> Listing:
    """Put a lot of one's own on the board by hand."""
    raise NotImplementedError


def offer_outside(session: Session, request: OfferOutside, *, by: Actor, at: Moment) -> Listing:
    """Put goods outside the store on the board."""
    raise NotImplementedError


def save_conditions(session: Session, request: SaveConditions, *, by: Actor, at: Moment) -> ConditionSet:
    """Save a listing's conditions for a scope; gives a new priority time."""
    raise NotImplementedError


def change_listing(session: Session, request: ChangeListing, *, by: Actor, at: Moment) -> Listing:
    """Pause, open or withdraw a listing."""
    raise NotImplementedError


def change_units(session: Session, request: ChangeUnits, *, by: Actor, at: Moment) -> Listing:
    """Offer more or fewer units."""
    raise NotImplementedError


def set_segment(session: Session, request: SetSegment, *, by: Actor, at: Moment) -> None:
    """Put a buyer into a segment of a seller, or take him out."""
    raise NotImplementedError


def set_policy(session: Session, request: SetPolicy, *, by: Actor, at: Moment) -> BoardPolicy:
    """Make a new version of the board's rules."""
    raise NotImplementedError
