"""The demo's season: an autumn of believable trade, written through the same doors as everything else.

Dates run up to the day it is made, so that the demo is always in the middle of its season. The dice are fixed: two
demos made on one day tell the same story. For trials only; the passwords are printed.
"""

import logging
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from wms import facility, lots
from wms.cli.season.air import breathe, set_limits
from wms.cli.season.cast import PASSWORD, Cast, make_cast
from wms.cli.season.checks import look_closely, set_standards
from wms.cli.season.floor import prepare, work_the_floor
from wms.cli.season.harvest import arrive_today, bring_in, inspect_again
from wms.cli.season.market import quote_prices, trade
from wms.cli.season.office import agree_terms, forget_goods, keep_the_office
from wms.cli.season.place import Place, make_place
from wms.config import Config
from wms.kernel.clock import Moment
from wms.kernel.database import Database

__all__ = ["PASSWORD", "Cast", "Place", "Season", "build", "is_empty"]

LOG = logging.getLogger(__name__)
DAYS = 48  # of season before today


class Season:
    """What the story is told with: the database, the dice, the people, the place, and its days."""

    def __init__(self, database: Database, zone: ZoneInfo, today: date, place_code: str) -> None:
        self.database = database
        self.zone = zone
        self.today = today
        self.first = today - timedelta(days=DAYS)
        self.dice = random.Random(today.toordinal() // 400)
        self.place_code = place_code
        self.sequence = 0
        self.cast: Cast
        self.place: Place
        self.left: list[lots.Lot] = []

    def at(self, day: date, hour: int = 9, minute: int = 0) -> Moment:
        """Return a moment of a day by the site's clock."""
        local = datetime.combine(day, time(hour, minute), self.zone)
        return Moment(at=local.astimezone(UTC), on=day)

    def do(self, work: Callable[..., Any]) -> Any:
        """Run one deed in its own transaction, as it would have happened."""
        return self.database.write(work)

    def spare(self, day: date, owner: str = "") -> lots.Lot:
        """Take a lot that came before a day and that nobody deals with; an owner's own if there is one."""
        wanted = self.cast.parties.get(owner)
        fit = [lot for lot in self.left if lot.entry_on < day]
        found = next((lot for lot in fit if lot.owner_id == wanted), fit[0])
        self.left.remove(found)
        return found

    def days(self) -> list[date]:
        """Return the days of the season before today."""
        return [self.first + timedelta(days=n) for n in range(DAYS)]


def is_empty(database: Database) -> bool:
    """Tell whether nothing was ever set up here."""
    return database.read(lambda session: session.scalar(select(facility.Site.id).limit(1))) is None


def build(database: Database, config: Config, now: Moment, say: Callable[[str], None]) -> Season:
    """Tell the season into an empty database; `say` hears how far it has come."""
    season = Season(database, config.site.timezone, now.on, config.mqtt.site)
    say("people and companies")
    season.cast = make_cast(season)
    say("rooms, scales and tariffs")
    season.place = make_place(season)
    set_limits(season)
    prepare(season)
    set_standards(season)
    agree_terms(season)
    say("the rooms breathe")
    breathe(season)
    say("prices")
    quote_prices(season)
    say("trucks arrive")
    bring_in(season)
    inspect_again(season)
    say("deals, advances and exits")
    trade(season)
    say("work on the floor")
    forget_goods(season)
    work_the_floor(season)
    say("letters and money")
    keep_the_office(season)
    look_closely(season)
    arrive_today(season)
    return season
