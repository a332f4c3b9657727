"""Seasons: opened, closed with what is still here carried over, and archived by a second person."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import ledger
from wms.insight.errors import (
    QuestionWrong,
    SeasonNeedsNext,
    SeasonNotFound,
    SeasonNotOver,
    SeasonOverlaps,
    SeasonSamePerson,
    SeasonStateWrong,
    SeasonStillMoving,
)
from wms.insight.queries.seasons import check_season, cost_of_carrying, lock_seasons, lots_to_carry
from wms.insight.rules.seasons import OpenSeason, SeasonStep, overlaps
from wms.insight.tables import Season, SeasonCarry, SeasonEvent
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.errors import Spoken
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id


def open_season(session: Session, request: OpenSeason, *, by: Actor, at: Moment) -> Season:
    """Open a season with days of its own. Locks the seasons. A repeat returns it.

    Raises Forbidden, QuestionWrong, SeasonOverlaps, RequestIdReused.
    """
    by.must(Permission.CLOSE_DAY)
    if not request.code.strip() or request.until_on <= request.from_on:
        raise QuestionWrong(what=Spoken("the name or the days of the season", "季的名称或日期"))
    if not idempotency.claim(session, request.id, "insight.open_season", asdict(request), by=by, at=at):
        return session.get_one(Season, request.id)
    others = [(row.code, row.from_on, row.until_on) for row in lock_seasons(session)]
    taken = overlaps(request.from_on, request.until_on, others, request.code.strip())
    if taken is not None:
        raise SeasonOverlaps(season=taken)
    row = Season(
        id=request.id, code=request.code.strip(), from_on=request.from_on, until_on=request.until_on, state="open",
        closer_eyes=None, archiver_eyes=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, row, "opened", {}, by=by, at=at)
    return row


def close_season(session: Session, request: SeasonStep, *, by: Actor, at: Moment) -> Season:
    """Close a season that is over; every lot still here goes on in the next open one, at its tariff's cost.

    Bills and advances may stay open: they are kept with the close. Locks the seasons. A repeat returns it.
    Raises Forbidden, SeasonNotFound, SeasonStateWrong, SeasonNotOver, SeasonStillMoving, SeasonNeedsNext,
    RequestIdReused.
    """
    by.must(Permission.CLOSE_DAY)
    row, seasons = _locked(session, request.season_id)
    if not idempotency.claim(session, request.id, "insight.close_season", asdict(request), by=by, at=at):
        return row
    _require(row, "open")
    if at.on <= row.until_on:
        raise SeasonNotOver(season=row.code, until_on=row.until_on)
    found = check_season(session, row)
    if found.exits or found.counts:
        raise SeasonStillMoving(exits=found.exits, counts=found.counts)
    following = next((each for each in seasons if each.from_on > row.until_on and each.state == "open"), None)
    if found.lots and following is None:
        raise SeasonNeedsNext(lots=found.lots)
    if following is not None:
        _carry(session, row, following)
    row.state, row.closer_eyes = "closed", by.eyes
    session.flush()
    _note(session, row, "closed", asdict(found), by=by, at=at)
    return row


def archive_season(session: Session, request: SeasonStep, *, by: Actor, at: Moment) -> Season:
    """Make a closed season history: no book takes an entry for its days any more. By another person than closed it.

    Locks the seasons. A repeat returns it.
    Raises Forbidden, SeasonNotFound, SeasonStateWrong, SeasonSamePerson, RequestIdReused.
    """
    by.must(Permission.CLOSE_DAY)
    row, _ = _locked(session, request.season_id)
    if not idempotency.claim(session, request.id, "insight.archive_season", asdict(request), by=by, at=at):
        return row
    _require(row, "closed")
    if row.closer_eyes == by.eyes:
        raise SeasonSamePerson
    ledger.archive_until(session, derived_id(row.id, "archive"), row.until_on, by=by, at=at)
    row.state, row.archiver_eyes = "archived", by.eyes
    session.flush()
    _note(session, row, "archived", {}, by=by, at=at)
    return row


def _locked(session: Session, season_id: UUID) -> tuple[Season, list[Season]]:
    seasons = lock_seasons(session)
    row = next((each for each in seasons if each.id == season_id), None)
    if row is None:
        raise SeasonNotFound
    return row, seasons


def _require(row: Season, state: str) -> None:
    if row.state != state:
        raise SeasonStateWrong(season=row.code, state=row.state)


def _carry(session: Session, row: Season, following: Season) -> None:
    for lot in lots_to_carry(session, row):
        accrued, month, tariff = cost_of_carrying(session, lot, row)
        carry = SeasonCarry(
            id=derived_id(row.id, "carry", lot.id), season_id=row.id, into_id=following.id, lot_id=lot.id,
            units=lot.units_on_hand, grams=lot.grams_on_hand, accrued_fen=accrued, month_fen=month, tariff=tariff,
        )  # fmt: skip
        append(session, carry)


def _note(session: Session, row: Season, kind: str, details: dict[str, Any], *, by: Actor, at: Moment) -> None:
    event = SeasonEvent(
        id=derived_id(row.id, kind), season_id=row.id, kind=kind, details=details, happened_at=at.at,
        account_id=by.account_id, person_id=by.person_id,
    )  # fmt: skip
    append(session, event)
    audit.record(session, f"insight.season_{kind}", ("season", row.id), by=by, at=at)
