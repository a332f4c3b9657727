"""A room's season, and entries into a sealed one."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.facility import make
from wms import facility
from wms.kernel.errors import Forbidden

NOW, ESHA = make.NOW, make.ESHA
HOUR = timedelta(hours=1)


def entry(room, *, until=NOW.at + HOUR, moves=True, people="Asha, Wei"):
    purpose = facility.EntryPurpose.REMOVAL
    return facility.LogRoomEntryRequest(uuid4(), room.id, purpose, people, until, moves, "")


def sealed(database, *more):
    room = database.write(make.room)
    database.write(lambda s: make.advance(s, room.id, "fill", "seal", *more))
    return room


def accepts(room, at=NOW):
    return partial(facility.require_room_accepts_moves, room_id=room.id, at=at)


def test_a_season_leaves_its_evidence(database):
    room = database.write(make.room)
    season = ["pre_cool", "fill", "seal", "start_ca", "open", "start_emptying", "emptied"]
    database.write(lambda s: make.advance(s, room.id, *season))
    events = database.read(lambda s: facility.room_events(s, room.id))
    assert [(row.step, row.event) for row in events] == list(enumerate(season, 1))
    assert [row.to_state for row in events] == [
        "pre_cooling", "filling", "sealed", "under_ca", "opened", "emptying", "empty",
    ]  # fmt: skip
    assert make.findings(database, facility) == []


def test_a_repeat_moves_a_room_once(database):
    room = database.write(make.room)
    request = facility.AdvanceRoomRequest(uuid4(), room.id, facility.RoomEventKind.FILL)
    for _ in range(2):
        assert database.write(make.do(facility.advance_room, request)).state == "filling"
    assert len(database.read(lambda s: facility.room_events(s, room.id))) == 1


def test_what_does_not_follow_is_refused(database):
    room = database.write(lambda s: make.room(s, facility.StorageType.RA))
    seal = facility.AdvanceRoomRequest(uuid4(), room.id, facility.RoomEventKind.SEAL)
    make.refused(database, facility.RoomEventRefused, make.do(facility.advance_room, seal))
    database.write(lambda s: make.advance(s, room.id, "fill", "seal"))
    start = replace(seal, id=uuid4(), event=facility.RoomEventKind.START_CA)
    make.refused(database, facility.RoomEventRefused, make.do(facility.advance_room, start))
    make.refused(database, Forbidden, make.do(facility.advance_room, replace(start, id=uuid4()), make.NOBODY))
    lost = replace(start, id=uuid4(), room_id=uuid4())
    make.refused(database, facility.RoomNotFound, make.do(facility.advance_room, lost))
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text("UPDATE rooms SET state = 'under_ca'"))


@pytest.mark.parametrize(
    ("events", "open_"),
    [
        ([], True),
        (["pre_cool"], True),
        (["fill"], True),
        (["fill", "seal"], False),
        (["fill", "seal", "start_ca"], False),
        (["fill", "seal", "start_ca", "open"], True),
        (["fill", "seal", "open", "seal"], False),
        (["fill", "start_emptying"], True),
    ],
)
def test_only_a_sealed_room_refuses_moves(database, events, open_):
    room = database.write(make.room)
    if events:
        database.write(lambda s: make.advance(s, room.id, *events))
    if open_:
        assert database.write(accepts(room)).id == room.id
    else:
        make.refused(database, facility.RoomSealed, accepts(room))


def test_a_logged_entry_lets_goods_move_until_it_ends(database):
    room = sealed(database, "start_ca")
    request = entry(room)
    for _ in range(2):
        assert database.write(make.do(facility.log_room_entry, request)).id == request.id
    database.write(accepts(room))
    database.write(accepts(room, make.moment(hour=4, minute=59)))
    make.refused(database, facility.RoomSealed, accepts(room, make.moment(hour=5)))
    make.refused(database, facility.RoomSealed, accepts(room, make.moment(hour=3)))
    end = facility.EndRoomEntryRequest(uuid4(), request.id)
    at = make.moment(hour=4, minute=30)
    for _ in range(2):
        database.write(make.do(facility.end_room_entry, end, ESHA, at))
    database.write(accepts(room, make.moment(hour=4, minute=29)))
    make.refused(database, facility.RoomSealed, accepts(room, at))
    make.refused(database, facility.EntryEnded, make.do(facility.end_room_entry, replace(end, id=uuid4())))
    assert make.findings(database, facility) == []


def test_an_entry_to_look_lets_nothing_move(database):
    room = sealed(database)
    database.write(make.do(facility.log_room_entry, entry(room, moves=False)))
    make.refused(database, facility.RoomSealed, accepts(room))
    database.write(make.do(facility.log_room_entry, entry(room, moves=True)))
    database.write(accepts(room))
    assert database.read(lambda s: facility.open_entry(s, room.id, NOW)).moves_allowed


def test_the_refusals_of_an_entry(database):
    room = sealed(database)
    right = entry(room)
    for change, error in (
        ({"room_id": uuid4()}, facility.RoomNotFound),
        ({"people": ""}, facility.FieldInvalid),
        ({"until_at": NOW.at}, facility.EntryTooLong),
        ({"until_at": NOW.at + 12 * HOUR + timedelta(milliseconds=1)}, facility.EntryTooLong),
    ):
        make.refused(database, error, make.do(facility.log_room_entry, replace(right, id=uuid4(), **change)))
    make.refused(database, Forbidden, make.do(facility.log_room_entry, right, make.NOBODY))
    database.write(make.do(facility.log_room_entry, replace(right, until_at=NOW.at + 12 * HOUR)))
    end = facility.EndRoomEntryRequest(uuid4(), right.id)
    make.refused(database, Forbidden, make.do(facility.end_room_entry, end, make.NOBODY))
    lost = replace(end, entry_id=uuid4())
    make.refused(database, facility.RoomEntryNotFound, make.do(facility.end_room_entry, lost))
    opened = database.write(make.room)
    make.refused(database, facility.RoomNotSealed, make.do(facility.log_room_entry, entry(opened)))
    make.refused(database, facility.RoomNotFound, partial(facility.require_room_accepts_moves, room_id=uuid4(), at=NOW))


def test_verify_names_a_room_that_is_not_where_its_events_led(database):
    room = sealed(database)
    with database.transaction() as session:
        session.execute(text("UPDATE rooms SET state = 'opened'"))
    (found,) = make.findings(database, facility)
    assert (found.table, UUID(found.row)) == ("rooms", room.id)
