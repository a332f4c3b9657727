"""Ranked proposals."""

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


def match(session: Session, need: Need, *, by: Actor, at: Moment) -> Match:
    """Rank the goods for a need and propose lots; nothing is held or sold."""
    raise NotImplementedError
