"""What the pickup room refuses that no other test meets: by right and by state; nothing changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.lots.make import refused
from tests.pickup import make
from tests.pickup.make import CLERK, NOBODY, OUT, House
from wms import pickup
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError

EIGHT, NINE = 8 * 60, 9 * 60
pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def refuses(database: Database, error: type[WmsError], act: Callable[..., Any], request: Any, by: Actor) -> None:
    """Fail unless an act is refused with an error and changes nothing at all."""
    with refused(database, error):
        database.write(lambda session: act(session, request, by=by, at=OUT))


def test_what_an_appointment_refuses(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        make.hours(session, effective_from=OUT.on - timedelta(days=14))
        exit_id = house.open(session, 10).id
    wanted = pickup.BookPickup(uuid4(), exit_id, "1", OUT.on, EIGHT)
    refuses(database, Forbidden, pickup.book_pickup, wanted, NOBODY)
    mine = database.write(lambda session: pickup.book_pickup(session, wanted, by=house.owner, at=OUT))
    move, end = pickup.MovePickup(uuid4(), mine.id, "1", OUT.on, NINE), pickup.EndPickup(uuid4(), mine.id)
    refuses(database, Forbidden, pickup.move_pickup, move, NOBODY)
    refuses(database, pickup.AppointmentNotFound, pickup.move_pickup, move, house.stranger)
    for other_dock in ({"dock": "2"}, {"on": OUT.on - timedelta(days=7)}):
        refuses(database, pickup.WindowUnknown, pickup.move_pickup, replace(move, **other_dock), house.owner)
    refuses(database, Forbidden, pickup.cancel_pickup, end, NOBODY)
    for act in (pickup.note_no_show, pickup.note_arrival):
        refuses(database, Forbidden, act, end, house.owner)
        refuses(database, pickup.AppointmentNotFound, act, replace(end, appointment_id=uuid4()), CLERK)
    database.write(lambda session: pickup.note_arrival(session, end, by=CLERK, at=OUT))
    again = replace(end, id=uuid4())
    for act, by in ((pickup.cancel_pickup, house.owner), (pickup.note_no_show, CLERK), (pickup.note_arrival, CLERK)):
        refuses(database, pickup.AppointmentOver, act, again, by)
    refuses(database, pickup.AppointmentOver, pickup.move_pickup, move, house.owner)


def test_what_an_authority_refuses(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        paper = make.authority(house)
        pickup.authorise_collector(session, paper, by=house.owner, at=OUT)
    late = replace(paper, id=uuid4(), from_on=OUT.on - timedelta(days=9), until_on=OUT.on)
    refuses(database, pickup.AuthorityInvalid, pickup.authorise_collector, late, house.owner)
    end = pickup.RevokeAuthority(uuid4(), paper.id, "moved away")
    refuses(database, Forbidden, pickup.revoke_authority, end, NOBODY)
    refuses(database, pickup.AuthorityNotFound, pickup.revoke_authority, replace(end, authority_id=uuid4()), CLERK)
    refuses(database, pickup.AuthorityNotFound, pickup.revoke_authority, end, house.stranger)
    database.write(lambda session: pickup.revoke_authority(session, end, by=house.owner, at=OUT))
    refuses(database, pickup.AuthorityRevoked, pickup.revoke_authority, replace(end, id=uuid4()), house.owner)
