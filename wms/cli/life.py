"""The demo's own life: now and then a buyer asks, an owner answers, an offer is accepted."""

import logging
import random
from datetime import timedelta

from sqlalchemy import select

from wms import parties, trading
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import WmsError
from wms.kernel.ids import new_id

LOG = logging.getLogger(__name__)


def live(database: Database, now: Moment, dice: random.Random) -> None:
    """Let one thing happen on the market; what the house refuses simply does not happen."""
    try:
        _ask(database, now, dice)
    except WmsError as refusal:
        LOG.info("the market waits: %s", refusal)


def _ask(database: Database, now: Moment, dice: random.Random) -> None:
    with database.snapshot() as session:
        open_listings = list(session.scalars(select(trading.Listing).where(trading.Listing.state == "open").limit(60)))
        buyers = [party for party in parties.list_parties(session, limit=200).items if party.kind == "buyer"]
    if not open_listings or not buyers:
        return
    listing, buyer = dice.choice(open_listings), dice.choice(buyers)
    actor = Actor(SYSTEM.account_id, buyer.name, SYSTEM.permissions, party_id=buyer.id)
    units = max(1, (listing.units_offered - listing.units_taken) // dice.choice((1, 2, 3)))
    request = trading.AskQuote(new_id(now), listing.id, units, trading.Payment.FULL, now.on + timedelta(days=2))
    database.write(lambda session: trading.ask_quote(session, request, by=actor, at=now))
