"""Messages come in exactly once, whatever the broker repeats, reorders or spoils."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.lots.make import NOBODY, later, picture
from tests.telemetry.make import KEEPER, NOW, adopt, batch, event, findings, receive, rows, store, weight
from wms import lots, telemetry
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.telemetry.tables import DeadLetter, GatewayMessage, QuarantinedReading, Reading, ReadingConflict


@pytest.fixture
def room(database):
    return store(database).room.id


def stored(database, table=Reading):
    return database.read(lambda s: list(s.scalars(select(table))))


def test_it_works(database, room):
    sensor = adopt(database, room)
    (mark,) = receive(database, batch(1, rows(0.6, "0.55", None)))
    assert [(row.value, row.sensor) for row in stored(database)] == [(600, sensor.number), (550, sensor.number),
                                                                     (None, sensor.number)]  # fmt: skip
    assert (mark.gateway, mark.epoch, mark.upto, mark.miss) == ("gw-a1", 1, 1, ())
    assert findings(database) == []


def test_postgresql_does_not_pack_messages_its_own_way(postgres_url):
    """It took a fifth of the time to store their readings."""
    database = Database.open(postgres_url)
    receive(database, *[batch(1, rows(*[0.6] * 500))])
    packed = text("SELECT pg_column_compression(payload), length(payload) FROM gateway_messages")
    [(how, size)] = database.read(lambda s: s.execute(packed).all())
    database.close()
    assert (how, size > 4_000) == (None, True)


def test_a_redelivery_changes_nothing_and_is_acknowledged_again(database, room):
    adopt(database, room)
    receive(database, batch(1, rows(0.6)))
    before = picture(database)
    (mark,) = receive(database, batch(1, rows(0.6)))
    assert mark.upto == 1
    assert {name for name, content in picture(database).items() if content != before[name]} <= {"telemetry_streams"}


def test_the_same_message_sent_late_is_the_same_message(database, room):
    adopt(database, room)
    receive(database, batch(1, rows(0.6)))
    receive(database, batch(1, rows(0.6), live=False))
    assert (len(stored(database)), stored(database, DeadLetter)) == (1, [])


def test_a_key_used_twice_for_different_content_is_kept_and_never_merged(database, room):
    adopt(database, room)
    receive(database, batch(1, rows(0.6)))
    receive(database, batch(1, rows(0.7)))
    assert [row.value for row in stored(database)] == [600]
    assert [row.reason for row in stored(database, DeadLetter)] == ["key was stored before with different content"]
    assert findings(database) == []


def test_a_hole_is_named_and_closed(database, room):
    adopt(database, room)
    (mark,) = receive(database, batch(1, rows(0.6)), batch(4, rows(0.7), t0=NOW.ms + 1))
    assert (mark.upto, mark.miss) == (4, ((2, 3),))
    (mark,) = receive(database, batch(3, rows(0.8), t0=NOW.ms + 2))
    assert (mark.upto, mark.miss) == (4, ((2, 2),))
    (mark,) = receive(database, batch(2, rows(0.9), t0=NOW.ms + 3))
    assert (mark.upto, mark.miss) == (4, ())


def test_what_a_gateway_says_is_lost_is_no_hole(database, room):
    adopt(database, room)
    (mark,) = receive(database, batch(1, rows(0.6)), event(9, "thinned", lost=[(2, 8)]))
    assert (mark.upto, mark.miss) == (9, ())


def test_a_second_value_for_one_stamp_is_a_conflict(database, room):
    adopt(database, room)
    receive(database, batch(1, rows(0.6)))
    receive(database, batch(2, rows(0.9)))
    receive(database, batch(2, rows(0.9)))
    assert [row.value for row in stored(database)] == [600]
    assert [(row.value, row.sequence) for row in stored(database, ReadingConflict)] == [(900, 2)]
    assert findings(database) == []


def test_unknown_sensors_wait_in_quarantine_until_they_are_adopted(database, room):
    receive(database, batch(1, rows(0.6, 0.7)))
    assert (stored(database), len(stored(database, QuarantinedReading))) == ([], 2)
    adopt(database, room)
    assert [row.value for row in stored(database)] == [600, 700]
    assert stored(database, QuarantinedReading) == []
    assert findings(database) == []


def test_a_stamp_in_the_future_is_quarantined(database, room):
    adopt(database, room)
    receive(database, batch(1, rows(0.6), t0=NOW.ms + 5 * 60_000), batch(2, rows(0.7), t0=NOW.ms + 5 * 60_000 + 1))
    assert [row.value for row in stored(database)] == [600]
    assert [row.reason for row in stored(database, QuarantinedReading)] == ["future"]
    assert findings(database) == []


@pytest.mark.parametrize("payload", (b"", b"{", b"\xff\xfe", b'{"v":2}', b"[]", b'{"v":1,"gw":"gw-a1"}'))
def test_what_is_outside_the_contract_is_buried_and_the_rest_is_stored(database, room, payload):
    adopt(database, room)
    bad = telemetry.Arrived("cw/v1/yt1/gw-a1/up/m", payload)
    (mark,) = receive(database, bad, batch(1, rows(0.6)))
    assert (mark.upto, len(stored(database)), len(stored(database, DeadLetter))) == (1, 1, 1)


def test_a_gateway_cannot_speak_for_another(database, room):
    adopt(database, room)
    wrong = batch(1, rows(0.6), gw="gw-b2")
    receive(database, telemetry.Arrived("cw/v1/yt1/gw-a1/up/m", wrong.payload))
    assert (stored(database), len(stored(database, DeadLetter))) == ([], 1)


def test_a_dead_letter_can_be_replayed(database, room):
    good = batch(1, rows(0.6))
    database.write(lambda s: telemetry.bury(s, good, telemetry.Reason("other", "not understood yet"), at=NOW))
    adopt(database, room)
    (dead,) = stored(database, DeadLetter)
    database.write(lambda s: telemetry.replay_dead_letter(s, dead.id, by=KEEPER, at=NOW))
    assert [row.value for row in stored(database)] == [600]


def test_a_weight_record_arrives_once_and_is_handed_to_the_lots(database, room):
    one = weight(1)
    receive(database, one)
    receive(database, one)
    found = database.read(lambda s: lots.find_weight_record(s, "gw-a1", 1, 1))
    assert (found.weight_grams, found.instrument) == (1_250_000, "truck1")
    assert len(stored(database, GatewayMessage)) == 1


def test_only_who_may_push_is_heard(database, room):
    with pytest.raises(Forbidden):
        receive(database, batch(1, rows(0.6)), by=NOBODY)


def test_rollups_hold_every_good_value_once(database, room):
    sensor = adopt(database, room)
    receive(database, batch(1, rows(0.6, 0.2, None)))
    receive(database, batch(1, rows(0.6, 0.2, None)), batch(2, rows(1.0), t0=NOW.ms + 180_000))
    day = database.read(
        lambda s: telemetry.curve(s, sensor, NOW.at - timedelta(days=900), NOW.at + timedelta(days=900))
    )
    assert [(b.least, b.most, b.mean, b.count) for b in day] == [(200, 1000, 600, 3)]
    fine = database.read(lambda s: telemetry.curve(s, sensor, NOW.at, later(600).at))
    assert [b.mean for b in fine] == [600, 200, 1000]
