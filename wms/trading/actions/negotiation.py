"""Ask, quote, counter, accept."""

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


def ask_quote(session: Session, request: AskQuote, *, by: Actor, at: Moment) -> Rfq:
    """Ask the owner of a listing for a quote."""
    raise NotImplementedError


def give_quote(session: Session, request: GiveQuote, *, by: Actor, at: Moment) -> Quote:
    """Offer or counter."""
    raise NotImplementedError


def accept_quote(session: Session, request: AcceptQuote, *, by: Actor, at: Moment) -> Deal:
    """Accept the newest offer; both sides have then confirmed."""
    raise NotImplementedError


def pass_quote(session: Session, request: PassQuote, *, by: Actor, at: Moment) -> Rfq:
    """Refuse and end the inquiry."""
    raise NotImplementedError
