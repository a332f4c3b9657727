"""The cast of the people's tests. Every default is legal: a test says only what matters."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.servers.pictures import picture_of
from wms import parties
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import WmsError

_number = count(1)


def moment(day: str = "2026-10-20", hour: int = 4, minute: int = 0, second: int = 0) -> Moment:
    on = date.fromisoformat(day)
    return Moment(at=datetime.combine(on, time(hour, minute, second), UTC), on=on)


NOW = moment()
TODAY = NOW.on


def actor(name: str, *permissions: Permission, person_id: UUID | None = None, party_id: UUID | None = None) -> Actor:
    return Actor(uuid4(), name, frozenset(permissions), person_id=person_id or uuid4(), party_id=party_id)


ESHA = actor("Esha, manager", *Permission)
NOBODY = actor("Nobody")


def party(session: Session, kind: parties.PartyKind = parties.PartyKind.GROWER, **values: Any) -> parties.Party:
    wanted = {"id": uuid4(), "code": f"P{next(_number)}", "kind": kind, "name": "王家果园", **values}
    return parties.add_party(session, parties.AddPartyRequest(**wanted), by=SYSTEM, at=NOW)


def person(session: Session, name: str = "Asha", **values: Any) -> parties.Person:
    request = parties.AddPersonRequest(id=uuid4(), name=name, **values)
    return parties.add_person(session, request, by=SYSTEM, at=NOW)


def job(
    session: Session, human: parties.Person, place: parties.Party, *, from_on: date = TODAY, is_primary: bool = True
) -> parties.Employment:
    request = parties.EmployRequest(uuid4(), human.id, place.id, "owner", from_on, is_primary)
    return parties.employ(session, request, by=SYSTEM, at=NOW)


def people(session: Session) -> tuple[Actor, Actor]:
    """Return two actors who are two real persons, allowed everything."""
    pair = [person(session, name) for name in ("Bina", "Chand")]
    first, second = (actor(one.name, *Permission, person_id=one.id) for one in pair)
    return first, second


def rows(database: Database) -> dict[str, list[str]]:
    """Return every row of every table, to see that a refusal changed nothing."""
    return database.read(picture_of)


def refused(database: Database, error: type[WmsError], work: Callable[[Session], Any]) -> WmsError:
    """Run work that must be refused with exactly this error and change nothing, and return the error."""
    before = rows(database)
    with pytest.raises(error) as caught:
        database.write(work)
    assert caught.type is error
    assert caught.value.sentence("zh")
    assert rows(database) == before
    return caught.value


def do(action: Callable[..., Any], request: Any, by: Actor = ESHA, at: Moment = NOW) -> Callable[[Session], Any]:
    """Return the work of an action, for `write` and `refused`."""
    return lambda session: action(session, request, by=by, at=at)


def findings(database: Database, room: Any) -> list[Any]:
    """Return what a room's part of `verify` finds."""
    return database.read(lambda session: list(room.check(session)))
