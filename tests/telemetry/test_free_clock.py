"""A box whose clock was not set: what it says waits for the word that corrects it, and is moved by it once."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from devices.messages import Row, decode
from tests.lots.make import later, picture
from tests.telemetry.make import (
    GW,
    NOW,
    adopt,
    batch,
    event,
    findings,
    letter,
    limits,
    receive,
    rows,
    store,
    weight,
)
from wms import lots, telemetry
from wms.kernel.clock import to_ms
from wms.lots.tables import WeightTime
from wms.telemetry.tables import ClockOffset, DeviceEventRow, QuarantinedReading, Reading, Sensor

BOOT, OTHER = uuid4(), uuid4()
BEGAN = 5_000  # a box without time begins in 1970
OFFSET = NOW.ms - 60_000 - BEGAN  # a minute ago it began


def free(made, boot=BOOT, **changes):
    """The same message by a clock that was not set."""
    topic, said = decode(made.topic, made.payload)
    return letter(topic.channel, replace(said, clk="free", boot=boot, mono=0, **changes))


def readings(seq, *values, boot=BOOT, live=True, sensor="room1.t1", epoch=1):
    made = batch(seq, rows(*values, sensor=sensor, step_ms=10_000), t0=BEGAN, live=live, epoch=epoch)
    return free(made, boot)


def settled(seq, boot=BOOT, offset=OFFSET):
    return event(seq, "clock", boot=boot, offset=offset)


def stored(database, table=Reading):
    return database.read(lambda s: list(s.scalars(select(table))))


def curve(database):
    return [(to_ms(row.at) - NOW.ms, row.value) for row in stored(database)]


@pytest.fixture
def room(database):
    return store(database).room.id


MOVED = [(-60_000, 600), (-50_000, 700)]


def test_readings_wait_for_the_offset_and_are_moved_once(database, room):
    adopt(database, room)
    receive(database, readings(1, 0.6, 0.7))
    assert (stored(database), [row.reason for row in stored(database, QuarantinedReading)]) == ([], ["clock"] * 2)
    assert findings(database) == []
    (mark,) = receive(database, settled(2))
    assert (curve(database), stored(database, QuarantinedReading), mark.upto) == (MOVED, [], 2)
    before = picture(database)
    receive(database, settled(2), readings(1, 0.6, 0.7))
    changed = {name for name, content in picture(database).items() if content != before[name]}
    assert changed <= {"telemetry_streams"}
    assert findings(database) == []


@pytest.mark.parametrize("turned", (False, True))
def test_the_word_counts_whether_it_comes_first_or_with_them(database, room, turned):
    adopt(database, room)
    letters = [readings(1, 0.6, 0.7), settled(2)]
    receive(database, *(reversed(letters) if turned else letters))
    assert curve(database) == MOVED
    receive(database, readings(3, 0.9, live=False, boot=BOOT))  # the same stamp, another value
    assert (curve(database), findings(database)) == (MOVED, [])


def test_late_history_of_a_settled_boot_is_moved_as_it_comes(database, room):
    adopt(database, room)
    receive(database, settled(2))
    receive(database, readings(1, 0.6, 0.7, live=False))
    assert (curve(database), findings(database)) == (MOVED, [])


def test_another_boots_offset_moves_nothing_and_the_first_word_counts(database, room):
    adopt(database, room)
    receive(database, readings(1, 0.6, 0.7), settled(2, boot=OTHER))
    assert stored(database) == []
    receive(database, settled(3))
    receive(database, settled(4, offset=OFFSET - 7_000))
    assert (curve(database), len(stored(database, ClockOffset))) == (MOVED, 2)
    assert findings(database) == []


def test_what_is_live_shows_and_pages_by_our_clock_meanwhile(database, room):
    adopt(database, room)
    limits(database, room)
    receive(database, readings(1, 0.6, 9.0))
    (sensor,) = stored(database, Sensor)
    assert (sensor.last_at, sensor.last_value) == (NOW.at, 9_000)
    (alarm,) = database.read(telemetry.open_alarms)
    assert (alarm.began_at, alarm.extreme) == (NOW.at, 9_000)
    receive(database, settled(2), at=later(5))
    assert len(database.read(telemetry.open_alarms)) == 1
    assert stored(database, Sensor)[0].last_at == NOW.at  # what was stored is older than what was shown


def test_history_without_time_shows_nothing(database, room):
    adopt(database, room)
    limits(database, room)
    receive(database, readings(1, 9.0, live=False))
    assert (stored(database, Sensor)[0].last_at, database.read(telemetry.open_alarms)) == (None, [])


def test_an_unknown_sensor_without_time_waits_for_both(database, room):
    receive(database, readings(1, 0.6, 0.7))
    assert {row.reason for row in stored(database, QuarantinedReading)} == {"unknown"}
    adopt(database, room)
    assert {row.reason for row in stored(database, QuarantinedReading)} == {"clock"}
    receive(database, settled(2))
    assert (curve(database), findings(database)) == (MOVED, [])


def test_adopted_after_the_word_it_is_moved_by_it(database, room):
    receive(database, readings(1, 0.6, 0.7), settled(2))
    assert {row.reason for row in stored(database, QuarantinedReading)} == {"unknown"}
    adopt(database, room)
    assert (curve(database), findings(database)) == (MOVED, [])


@pytest.mark.parametrize("offset", (NOW.ms + 10 * 60_000, -BEGAN - 1_000_000))
def test_an_offset_into_nowhere_places_nothing(database, room, offset):
    adopt(database, room)
    receive(database, readings(1, 0.6), settled(2, offset=offset))
    receive(database, readings(3, 0.7))
    assert (stored(database), {row.reason for row in stored(database, QuarantinedReading)}) == ([], {"future"})
    assert findings(database) == []


def test_a_moved_reading_that_meets_another_is_a_conflict_and_the_curve_counts_it_once(database, room):
    sensor = adopt(database, room)
    receive(database, batch(1, [Row("room1.t1", 0, Decimal("0.1"))], t0=NOW.ms - 60_000))
    receive(database, readings(2, 0.6, 0.7), settled(3))
    assert curve(database) == [(-60_000, 100), (-50_000, 700)]
    day = database.read(lambda s: telemetry.curve(s, sensor, NOW.at - timedelta(900), NOW.at + timedelta(900)))
    assert [(one.least, one.most, one.count) for one in day] == [(100, 700, 2)]
    assert findings(database) == []


def test_a_new_epoch_in_the_same_boot_is_moved_by_the_same_word(database, room):
    adopt(database, room)
    receive(database, readings(1, 0.6, 0.7))
    told = event(1, "clock", boot=BOOT, offset=OFFSET)
    topic, said = decode(told.topic, told.payload)
    receive(database, letter(topic.channel, replace(said, ep=2)))
    assert (curve(database), findings(database)) == (MOVED, [])


def test_a_weight_without_time_learns_it(database, room):
    receive(database, free(weight(1), at=BEGAN), free(weight(2), at=BEGAN + 9_000, live=False))
    assert stored(database, WeightTime) == []
    receive(database, settled(3))
    receive(database, settled(3), free(weight(4), at=BEGAN + 20_000))
    records = {row.id: row.sequence for row in stored(database, lots.WeightRecord)}
    told = {records[row.record_id]: to_ms(row.taken_at) - NOW.ms for row in stored(database, WeightTime)}
    assert told == {1: -60_000, 2: -51_000, 4: -40_000}
    assert {row.taken_at for row in stored(database, lots.WeightRecord)} != {NOW.at}  # the record stays as it came
    assert database.read(lambda s: lots.untimed_weights(s, GW)) == []
    fresh = database.read(lambda s: lots.fresh_records(s, GW, "truck1", since=NOW.at - timedelta(seconds=55)))
    assert [row.sequence for row in fresh] == [4, 2]  # the first was taken a minute ago, whatever its stamp says
    assert findings(database) == []


def test_what_happens_once_the_offset_is_told_is_dated_by_it(database, room):
    receive(database, free(event(1, "started"), at=BEGAN), settled(2))
    receive(database, free(event(3, "port-lost"), at=BEGAN + 9_000), free(event(4, "port-back"), boot=OTHER, at=BEGAN))
    happened = {row.kind: to_ms(row.happened_at) for row in stored(database, DeviceEventRow)}
    assert happened["started"] == NOW.ms - 60_000  # told in the same message batch
    assert (happened["port-lost"], happened["port-back"]) == (NOW.ms - 51_000, BEGAN)
