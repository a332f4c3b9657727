"""Messages of other conventions are stored like our own: once, as they came, each with whose clock stamped it."""

import json

import pytest
from sqlalchemy import select

from tests.telemetry.make import INBOX, KEEPER, NOW, adopt, findings, store
from tests.telemetry.test_adapters import BIRTH, DATA, UP, UPLINK, metric
from wms import telemetry
from wms.telemetry.tables import DeadLetter, ForeignMessage, GatewayMessage, QuarantinedReading, Reading, Stream

GW = "tb-1"
TOPIC = "v1/gateway/telemetry"
SOURCES = telemetry.parse_sources(
    [
        {"name": GW, "adapter": "thingsboard"},
        {"name": "lora", "adapter": "chirpstack"},
        {"name": "plant", "adapter": "sparkplug"},
        {"name": "z2m", "adapter": "mapping", "topic": "zigbee2mqtt/+",
         "values": [{"path": "temperature", "sensor": "{1}.t"}]},
    ]
)  # fmt: skip


def hear(database, topic, payload, *, repeated=False, at=NOW, sources=SOURCES):
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    letter = telemetry.Arrived(topic, raw, repeated)
    return database.write(lambda s: telemetry.receive(s, [letter], by=INBOX, at=at, sources=sources))


def rows_of(database, table):
    return database.read(lambda s: list(s.scalars(select(table))))


def told(*values, ts=None):
    entries = [
        {"ts": (NOW.ms if ts is None else ts) + n * 1000, "values": {"t": value}} for n, value in enumerate(values)
    ]
    return {"room1": entries}


@pytest.fixture
def sensor(database):
    room = store(database).room.id
    return adopt(database, room, "room1.t", gateway=GW)


def test_values_are_stored_with_the_message_they_came_in(database, sensor):
    assert hear(database, TOPIC, told(0.6, 0.55)) == []  # nobody waits for an acknowledgement
    assert [(row.value, row.sensor, row.sequence) for row in rows_of(database, Reading)] == [
        (600, sensor.number, 1), (550, sensor.number, 1)]  # fmt: skip
    (kept,) = rows_of(database, ForeignMessage)
    assert (json.loads(kept.payload), kept.time_sources, kept.first, kept.last) == (told(0.6, 0.55), "source", 1, 1)
    assert findings(database) == []


def test_each_source_of_time_is_a_message_of_its_own(database, sensor):
    payload = told(0.6)
    payload["room1"].append({"t": 0.7})
    hear(database, TOPIC, payload)
    (kept,) = rows_of(database, ForeignMessage)
    assert (kept.first, kept.last, kept.time_sources) == (1, 2, "server source")
    # The server's time is when the message came, and that stamp is taken: the second value is kept as a conflict.
    assert [row.value for row in rows_of(database, Reading)] == [600]
    hear(database, TOPIC, told(0.8, ts=NOW.ms + 60_000))
    assert [row.first for row in rows_of(database, ForeignMessage)] == [1, 3]
    assert [row.upto for row in rows_of(database, Stream)] == [3]


def test_many_values_are_cut_into_messages_of_the_contract(database, sensor):
    hear(database, TOPIC, told(*[n / 100 for n in range(1200)], ts=NOW.ms - 3_000_000))
    assert len(rows_of(database, Reading)) == 1200
    assert [(row.first, row.last) for row in rows_of(database, ForeignMessage)] == [(1, 3)]
    assert findings(database) == []


def test_a_repeat_of_dated_values_is_known(database, sensor):
    hear(database, TOPIC, told(0.6))
    hear(database, TOPIC, told(0.6))
    assert (len(rows_of(database, ForeignMessage)), len(rows_of(database, GatewayMessage))) == (1, 1)


def test_undated_values_repeat_only_if_the_broker_says_so(database):
    for _ in range(2):
        hear(database, "zigbee2mqtt/room3", {"temperature": 0.6})
    assert len(rows_of(database, ForeignMessage)) == 2
    hear(database, "zigbee2mqtt/room3", {"temperature": 0.6}, repeated=True)
    assert len(rows_of(database, ForeignMessage)) == 2
    assert {row.name for row in rows_of(database, QuarantinedReading)} == {"room3.t"}


def test_the_senders_own_id_tells_a_repeat(database):
    hear(database, UP, UPLINK)
    hear(database, UP, {**UPLINK, "fCnt": 129})
    assert len(rows_of(database, ForeignMessage)) == 1
    hear(database, UP, {**UPLINK, "deduplicationId": "another"})
    assert len(rows_of(database, ForeignMessage)) == 2


def test_an_alias_is_understood_by_the_birth_that_was_stored(database):
    data = metric(b"\x10\x07", b"\x50\x05")
    hear(database, DATA, data)
    assert [row.reason for row in rows_of(database, DeadLetter)] == ["adapter: alias 7: its birth was not heard yet"]
    hear(database, BIRTH, metric(b"\x0a\x02t1", b"\x10\x07", b"\x20\x03", b"\x50\x01"))
    (dead,) = rows_of(database, DeadLetter)
    database.write(lambda s: telemetry.replay_dead_letter(s, dead.id, by=KEEPER, at=NOW, sources=SOURCES))
    assert sorted((row.name, row.value) for row in rows_of(database, QuarantinedReading)) == [
        ("edge1.t1", "1"), ("edge1.t1", "5")]  # fmt: skip
    assert rows_of(database, DeadLetter)[0].replayed_at is not None


def test_what_cannot_be_read_is_buried_and_the_rest_is_stored(database, sensor):
    letters = [telemetry.Arrived(TOPIC, b"{"), telemetry.Arrived("nobody/knows", b"1"),
               telemetry.Arrived(TOPIC, json.dumps(told(0.6)).encode())]  # fmt: skip
    database.write(lambda s: telemetry.receive(s, letters, by=INBOX, at=NOW, sources=SOURCES))
    assert len(rows_of(database, Reading)) == 1
    assert sorted(row.reason.partition(":")[0] for row in rows_of(database, DeadLetter)) == [
        "adapter",
        "nobody's topic",
    ]


def test_values_beyond_any_instrument_are_buried(database, sensor):
    hear(database, TOPIC, told(10**13))
    assert (rows_of(database, Reading), len(rows_of(database, DeadLetter))) == ([], 1)


def test_a_future_stamp_waits_in_quarantine_and_old_ones_page_nobody(database, sensor):
    hear(database, TOPIC, told(0.6, ts=NOW.ms + 6 * 60_000))
    assert [row.reason for row in rows_of(database, QuarantinedReading)] == ["future"]
    hear(database, TOPIC, told(9.0, ts=NOW.ms - 11 * 60_000))
    (message,) = [row for row in rows_of(database, GatewayMessage) if row.sequence == 2]
    assert b'"live":false' in message.payload


def test_a_changed_message_is_found(database, sensor):
    hear(database, TOPIC, told(0.6))
    (kept,) = rows_of(database, ForeignMessage)
    kept.payload = b"{}"
    assert findings(database) == []  # nothing of it is written back
    with pytest.raises(Exception, match="append-only"):
        database.write(lambda s: s.merge(kept))
