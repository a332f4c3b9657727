"""Seasons: opened, closed with what is still open in them, archived by another person."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import insight
from wms.api.resource import Resource
from wms.delivery.identity import actor
from wms.kernel.actor import Permission
from wms.kernel.paging import Page
from wms.schemas import paged, view
from wms.schemas.bodies import body

SEASONS = Resource("seasons", "The store's seasons, and what each carried into the next.")
SEASON = view("Season", insight.Season, "id code from_on until_on state")
CHECK = view("SeasonCheck", insight.SeasonCheck)
EVENT = view("SeasonEvent", insight.SeasonEvent, "id season_id kind details happened_at")
CARRY = view(
    "SeasonCarry", insight.SeasonCarry,
    "id season_id into_id lot_id units grams accrued_fen month_fen tariff",
)  # fmt: skip
OPEN = body(insight.OpenSeason, like=insight.Season)
CLOSE = body(insight.SeasonStep, path=("season_id",), named="InsightCloseSeasonBody")
ARCHIVE = body(insight.SeasonStep, path=("season_id",), named="InsightArchiveSeasonBody")
ONE = "/seasons/<uuid:season_id>"


@SEASONS.get("/seasons", paged(SEASON), needs=Permission.SEE_ALL)
def list_seasons(session: Session) -> Page[insight.Season]:
    """List all seasons, the newest first."""
    return Page(insight.list_seasons(session, by=actor()), None)


@SEASONS.get(ONE, SEASON, needs=Permission.SEE_ALL, raises=(insight.get_season,))
def get_season(session: Session, season_id: UUID) -> insight.Season:
    """Show a season."""
    return insight.get_season(session, season_id, by=actor())


@SEASONS.get(f"{ONE}/check", CHECK, needs=Permission.SEE_ALL, raises=(insight.get_season,))
def check_season(session: Session, season_id: UUID) -> insight.SeasonCheck:
    """Show what is still open of everything up to a season's end."""
    return insight.check_season(session, insight.get_season(session, season_id, by=actor()))


@SEASONS.get(f"{ONE}/events", paged(EVENT), needs=Permission.SEE_ALL, raises=(insight.get_season,))
def events_of_season(session: Session, season_id: UUID) -> Page[insight.SeasonEvent]:
    """List what was done with a season, in order."""
    return Page(insight.season_events(session, insight.get_season(session, season_id, by=actor()).id), None)


@SEASONS.page(f"{ONE}/carries", CARRY, needs=Permission.SEE_ALL, raises=(insight.list_carries,))
def carries_of_season(session: Session, query: dict[str, Any], season_id: UUID) -> Page[insight.SeasonCarry]:
    """List the lots that a closed season carried over into the next, with what each owed and what time costs on."""
    return insight.list_carries(session, season_id, by=actor(), **query)


SEASONS.command("/seasons", insight.open_season, OPEN, SEASON, insight.OpenSeason)
SEASONS.command(f"{ONE}/close", insight.close_season, CLOSE, SEASON, insight.SeasonStep, status=200)
SEASONS.command(f"{ONE}/archive", insight.archive_season, ARCHIVE, SEASON, insight.SeasonStep, status=200)

RESOURCES = (SEASONS,)
