"""Limits, alarms and what lending may believe of a room."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.lots.make import NOBODY, NOW, later
from tests.telemetry.make import KEEPER, adopt, batch, limits, receive, rows, store
from wms import telemetry
from wms.kernel.errors import Forbidden
from wms.kernel.outbox import OutboxRow
from wms.telemetry.tables import Alarm


@pytest.fixture
def room(database):
    room_id = store(database).room.id
    adopt(database, room_id)
    return room_id


def alarms(database):
    return database.read(lambda s: list(s.scalars(select(Alarm).order_by(Alarm.began_at))))


def raised(database):
    return database.read(
        lambda s: list(s.scalars(select(OutboxRow).where(OutboxRow.topic == "telemetry.alarm_raised")))
    )


@pytest.mark.parametrize(("value", "count"), (("2.5", 0), ("2.501", 1), ("-1.0", 0), ("-1.001", 1)))
def test_an_alarm_begins_beyond_the_limit_and_not_at_it(database, room, value, count):
    limits(database, room)
    receive(database, batch(1, rows(value)))
    assert [alarm.state for alarm in alarms(database)] == ["active"] * count
    assert len(raised(database)) == count


def test_a_delay_waits_before_anybody_is_paged(database, room):
    limits(database, room, delay_s=120)
    receive(database, batch(1, rows(3.0)))
    assert (alarms(database)[0].state, raised(database)) == ("pending", [])
    receive(database, batch(2, rows(3.2), t0=NOW.ms + 119_000))
    assert alarms(database)[0].state == "pending"
    receive(database, batch(3, rows(3.4), t0=NOW.ms + 120_000))
    (alarm,) = alarms(database)
    assert (alarm.state, alarm.extreme, len(raised(database))) == ("active", 3400, 1)


def test_late_readings_page_nobody(database, room):
    limits(database, room)
    receive(database, batch(1, rows(9.0), live=False))
    assert alarms(database) == []


@pytest.mark.parametrize(("delay_s", "acknowledged", "state"), [
    (0, False, "active"), (0, True, "acknowledged"), (60, False, "pending"),
])  # fmt: skip
def test_probes_that_disagree_within_one_instant_lose_no_reading(database, room, delay_s, acknowledged, state):
    """Several gateways stamp the same second: an alarm may end in it and begin in it again, and is one alarm."""
    for name in ("room1.t2", "room1.t3"):
        adopt(database, room, name)
    limits(database, room, delay_s=delay_s)
    receive(database, batch(1, rows(5.0)))
    if acknowledged:
        acknowledging = telemetry.AcknowledgeAlarm(uuid4(), alarms(database)[0].id, "seen")
        database.write(lambda s: telemetry.acknowledge_alarm(s, acknowledging, by=KEEPER, at=NOW))
    receive(database, batch(2, rows(-1.0, sensor="room1.t2")))
    assert alarms(database)[0].ended_at is not None
    receive(database, batch(3, rows(6.0, sensor="room1.t3")))
    (alarm,) = alarms(database)
    assert (alarm.state, alarm.extreme, alarm.ended_at, len(raised(database))) == (state, 5000, None, delay_s == 0)


def test_an_alarm_clears_only_beyond_the_deadband(database, room):
    limits(database, room)
    receive(database, batch(1, rows(3.0)))
    receive(database, batch(2, rows(2.4), t0=NOW.ms + 1000))
    assert (alarms(database)[0].ended_at, alarms(database)[0].extreme) == (None, 3000)
    receive(database, batch(3, rows(2.2), t0=NOW.ms + 2000))
    assert alarms(database)[0].state == "cleared"


@pytest.mark.parametrize(("values", "extreme"), [
    ((3.0, -1.4), 3000), ((3.0, -1.6), -1600), ((-1.4, 2.8, -1.2, -0.9), -1400),
])  # fmt: skip
def test_the_worst_value_is_the_one_furthest_outside(database, room, values, extreme):
    limits(database, room)
    for n, value in enumerate(values):
        receive(database, batch(1 + n, rows(value), t0=NOW.ms + n * 1000))
    (alarm,) = alarms(database)
    assert (alarm.extreme, alarm.ended_at) == (extreme, None)


def test_somebody_acknowledges_with_a_note_once(database, room):
    limits(database, room)
    receive(database, batch(1, rows(3.0)))
    (alarm,) = alarms(database)
    request = telemetry.AcknowledgeAlarm(uuid4(), alarm.id, "door was open")

    def acknowledge(wanted, by=KEEPER):
        return database.write(lambda s: telemetry.acknowledge_alarm(s, wanted, by=by, at=later()))

    with pytest.raises(Forbidden):
        acknowledge(request, NOBODY)
    assert (acknowledge(request).state, acknowledge(request).state) == ("acknowledged", "acknowledged")
    with pytest.raises(telemetry.AlarmOver):
        acknowledge(telemetry.AcknowledgeAlarm(uuid4(), alarm.id, "again"))


def record(database, room, at=NOW.at):
    return database.read(lambda s: telemetry.rooms_record(s, (room,), at))


def test_a_room_is_kept_only_with_limits_and_fresh_readings_inside_them(database, room):
    assert record(database, room).kept is False
    limits(database, room)
    assert "missing" in record(database, room).detail
    receive(database, batch(1, rows(0.5)))
    assert (record(database, room).kept, record(database, room).critical_alarms) == (True, 0)
    receive(database, batch(2, rows(9.0), t0=NOW.ms + 3_600_000), at=later(3600))
    found = record(database, room, later(3600).at)
    assert (found.kept, found.critical_alarms) == (False, 1)


@pytest.mark.parametrize(("seconds", "kept"), ((0, True), (3 * 3600 - 1, True), (3 * 3600, False), (86_400, False)))
def test_freshness_is_elapsed_time_whatever_the_day_is_called(database, room, seconds, kept):
    limits(database, room)
    receive(database, batch(1, rows(0.5)))
    assert record(database, room, later(seconds).at).kept is kept


def test_an_excursion_of_days_ago_counts_to_the_hour(database, room):
    limits(database, room)
    receive(database, batch(1, rows(9.0)))
    days = 3 * 86_400
    for seconds, kept in ((days - 3600, False), (days + 3600, True)):
        number = 2 if not kept else 3
        receive(database, batch(number, rows(0.5), t0=NOW.ms + seconds * 1000), at=later(seconds))
        assert record(database, room, later(seconds).at).kept is kept


def test_a_silent_sensor_is_not_spoken_for_by_its_neighbour(database, room):
    limits(database, room)
    receive(database, batch(1, rows(0.5)))
    assert record(database, room).kept is True
    adopt(database, room, "room1.t2")
    found = record(database, room)
    assert (found.kept, found.detail) == (False, "readings missing or stale of 1 of 2 sensors")
    receive(database, batch(2, rows(0.5, sensor="room1.t2")))
    assert record(database, room).kept is True


def test_goods_in_no_room_and_rooms_without_sensors_are_not_kept(database):
    bare = store(database)
    assert database.read(lambda s: telemetry.rooms_record(s, (), NOW.at)).kept is False
    found = record(database, bare.room.id)
    assert (found.kept, found.critical_alarms) == (False, None)


@pytest.mark.parametrize("wrong", (telemetry.Limits(2500, -1000, 0, 0, telemetry.Severity.WARNING),
                                   telemetry.Limits(0, 1, -1, 0, telemetry.Severity.WARNING)))  # fmt: skip
def test_limits_that_contradict_themselves_are_refused(database, room, wrong):
    request = telemetry.SetLimits(uuid4(), room, "temperature", wrong)
    with pytest.raises(telemetry.LimitsInvalid):
        database.write(lambda s: telemetry.set_limits(s, request, by=KEEPER, at=NOW))


def test_a_sensor_is_adopted_once_and_only_of_a_known_kind(database, room):
    with pytest.raises(telemetry.SensorAdopted):
        adopt(database, room)
    with pytest.raises(telemetry.KindUnknown):
        adopt(database, room, "room1.x1", "smell")
    with pytest.raises(Forbidden):
        adopt(database, room, "room1.t2", by=NOBODY)
