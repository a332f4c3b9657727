"""What people decide about readings in quarantine."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.lots.make import NOBODY, later, picture
from tests.telemetry.make import GW, KEEPER, NOW, adopt, batch, event, findings, receive, rows, store
from tests.telemetry.test_free_clock import OFFSET, readings, settled
from wms import telemetry
from wms.kernel.errors import Forbidden
from wms.telemetry.tables import QuarantinedReading, QuarantineVerdict, Reading

AHEAD = NOW.ms + 20 * 60_000
AFTER = later(30 * 60)


@pytest.fixture
def room(database):
    return store(database).room.id


def stored(database, table=Reading):
    return database.read(lambda s: list(s.scalars(select(table))))


def accept(database, *, by=KEEPER, at=AFTER, name="room1.t1", key=None):
    wanted = telemetry.AcceptReadings(key or uuid4(), GW, name, "the server's clock was behind")
    return database.write(lambda s: telemetry.accept_readings(s, wanted, by=by, at=at))


def dismiss(database, reason=telemetry.Waiting.FUTURE, *, by=KEEPER, at=AFTER, key=None):
    wanted = telemetry.DismissReadings(key or uuid4(), GW, "room1.t1", reason, "a test of the box")
    return database.write(lambda s: telemetry.dismiss_readings(s, wanted, by=by, at=at))


@pytest.fixture
def ahead(database, room):
    adopt(database, room)
    receive(database, batch(1, rows(0.6, 0.7), t0=AHEAD))


def test_stamps_that_are_past_by_now_are_stored_as_they_came(database, ahead):
    key = uuid4()
    verdict = accept(database, key=key)
    assert [(row.value, row.at) for row in stored(database)] == [
        (600, NOW.at + timedelta(minutes=20)), (700, NOW.at + timedelta(minutes=21))]  # fmt: skip
    assert (verdict.verdict, verdict.readings, stored(database, QuarantinedReading)) == ("accepted", 2, [])
    assert accept(database, key=key).id == verdict.id
    with pytest.raises(telemetry.NothingWaits):
        accept(database)
    assert findings(database) == []


def test_stamps_that_are_still_ahead_are_refused(database, ahead):
    before = picture(database)
    with pytest.raises(telemetry.StampsAhead):
        accept(database, at=later(60))
    assert picture(database) == before


def test_only_what_is_past_is_taken(database, room):
    adopt(database, room)
    receive(database, batch(1, rows(0.6, 0.7, step_ms=60 * 60_000), t0=AHEAD))
    assert accept(database).readings == 1
    assert [row.reason for row in stored(database, QuarantinedReading)] == ["future"]


def test_dismissed_readings_count_for_nothing_and_stay(database, ahead):
    key = uuid4()
    verdict = dismiss(database, key=key)
    assert (verdict.verdict, verdict.readings, stored(database)) == ("dismissed", 2, [])
    assert {row.verdict_id for row in stored(database, QuarantinedReading)} == {key}
    assert (database.read(telemetry.quarantined), findings(database)) == ([], [])
    assert dismiss(database, key=key).id == key
    for decide in (dismiss, accept):
        with pytest.raises(telemetry.NothingWaits):
            decide(database)
    receive(database, batch(2, rows(0.8), t0=AHEAD + 10_000))
    assert [row[3] for row in database.read(telemetry.quarantined)] == [1]


def test_dismissed_readings_are_not_let_in_by_adoption_or_a_clock(database, room):
    receive(database, batch(1, rows(0.6)))
    dismiss(database, telemetry.Waiting.UNKNOWN)
    adopt(database, room)
    receive(database, readings(2, 0.6))
    dismiss(database, telemetry.Waiting.CLOCK)
    receive(database, settled(3, offset=OFFSET), event(4, "started"))
    assert stored(database) == []
    assert findings(database) == []


def test_an_adopted_sensors_future_stamps_wait_on(database, room):
    receive(database, batch(1, rows(0.6), t0=NOW.ms), batch(2, rows(0.7), t0=AHEAD))
    adopt(database, room)
    assert [row.value for row in stored(database)] == [600]
    assert [row[2] for row in database.read(telemetry.quarantined)] == ["future"]


@pytest.mark.parametrize("decide", (accept, dismiss))
def test_only_who_adopts_sensors_decides(database, ahead, decide):
    before = picture(database)
    with pytest.raises(Forbidden):
        decide(database, by=NOBODY)
    assert picture(database) == before
    assert stored(database, QuarantineVerdict) == []


def test_what_waits_for_something_else_is_left_alone(database, ahead):
    for reason in (telemetry.Waiting.CLOCK, telemetry.Waiting.UNKNOWN):
        with pytest.raises(telemetry.NothingWaits):
            dismiss(database, reason)
    with pytest.raises(telemetry.NothingWaits):
        accept(database, name="room9.t1")
