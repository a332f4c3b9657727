"""What is prepared before a transaction is stored as if it were read in it, whatever happened in between."""

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from devices.messages import Row
from tests.telemetry.make import INBOX, NOW, adopt, batch, findings, rows, store
from tests.workers.test_inbox import wait_until
from wms import telemetry
from wms.kernel.database import Database
from wms.telemetry.actions.preparing import Sight
from wms.telemetry.actions.runs import Known
from wms.telemetry.rules import KEPT_SPANS_MS
from wms.telemetry.rules.laying import Identity
from wms.telemetry.tables import DeadLetter, QuarantinedReading, Reading, ReadingConflict, Rollup, Sensor

MINUTE_MS = 60_000
PAST_MS = NOW.ms - 40 * 24 * 60 * MINUTE_MS


@pytest.fixture
def room(database):
    return store(database).room.id


@pytest.fixture(params=[False, True], ids=["by name", "laid out"])
def prepare(request, database):
    """Prepare messages by nothing but what they say, or by what their sensors are, too."""

    def prepared(letters):
        seen = telemetry.Seen(sqlite=database.is_sqlite)
        if request.param:
            sensors = stored(database, Sensor)
            seen.see({(row.gateway, row.name): Sight(Identity(row.number, row.kind), -1) for row in sensors})
        return telemetry.prepare(letters, seen)

    return prepared


def receive(database, prepared):
    return database.write(lambda s: telemetry.receive_prepared(s, prepared, by=INBOX, at=NOW))


def stored(database, table=Reading):
    return database.read(lambda s: list(s.scalars(select(table))))


def values(database):
    return sorted((to_ms(row), row.value) for row in stored(database))


def to_ms(row):
    return round(row.at.timestamp() * 1000)


def check_rollups(database):
    """Every window is what its good readings say, and there is no other."""
    expected: dict[tuple[int, int, int], list[int]] = {}
    for row in stored(database):
        for span in KEPT_SPANS_MS if row.value is not None and row.quality is None else ():
            expected.setdefault((row.sensor, span, to_ms(row) // span * span), []).append(row.value)
    found = {
        (row.sensor, row.span_ms, round(row.start_at.timestamp() * 1000)): (row.least, row.most, row.total, row.count)
        for row in stored(database, Rollup)
    }
    assert found == {key: (min(all_), max(all_), sum(all_), len(all_)) for key, all_ in expected.items()}


def test_a_sensor_adopted_after_preparing_is_known(database, room):
    prepared = telemetry.prepare([batch(1, rows(0.6))])
    adopt(database, room)
    receive(database, prepared)
    assert (values(database), stored(database, QuarantinedReading)) == ([(NOW.ms, 600)], [])


def test_what_two_batches_bring_is_stored_once(database, room, prepare):
    adopt(database, room)
    one, two, three = [batch(n, rows(n / 10, step_ms=1), t0=PAST_MS + n) for n in (1, 2, 3)]
    first, second = prepare([one, two, two]), prepare([two, three, one])
    receive(database, first)
    (mark,) = receive(database, second)
    assert (mark.upto, values(database)) == (3, [(PAST_MS + n, n * 100) for n in (1, 2, 3)])
    check_rollups(database)
    assert findings(database) == []


def test_what_was_laid_out_is_stored_as_it_lies(database, room, monkeypatch):
    """An inbox knows its sensors from the first batch on: the second is not gone through again."""
    adopt(database, room)
    seen = telemetry.Seen(sqlite=database.is_sqlite)
    for seq, ready in ((1, False), (2, True), (3, True)):
        prepared = telemetry.prepare([batch(seq, rows(seq / 10, None), t0=PAST_MS + seq * MINUTE_MS * 2)], seen)
        assert (prepared.gathered.laid is not None) is ready
        monkeypatch.setattr(Known, "settle", Known.settle if not ready else None)
        receive(database, prepared)
        monkeypatch.undo()
    assert [row.value for row in sorted(stored(database), key=to_ms)] == [100, None, 200, None, 300, None]
    check_rollups(database)
    assert findings(database) == []


def test_a_stamp_already_there_is_no_news_however_it_was_laid_out(database, room, prepare):
    adopt(database, room)
    first, again = prepare([batch(1, rows(0.6))]), prepare([batch(2, rows(0.7, 0.8))])
    receive(database, first)
    receive(database, again)
    assert [value for _, value in values(database)] == [600, 800]
    assert [row.value for row in stored(database, ReadingConflict)] == [700]
    check_rollups(database)


def test_history_is_not_laid_out_in_vain(database, room):
    adopt(database, room)
    seen = telemetry.Seen(sqlite=database.is_sqlite)
    for seq in (1, 2):
        receive(database, telemetry.prepare([batch(seq, rows(0.6), t0=NOW.ms + seq * MINUTE_MS)], seen))
    laid = [
        telemetry.prepare([batch(3, rows(0.6), t0=ms)], seen).gathered.laid is not None
        for ms in (PAST_MS, NOW.ms + MINUTE_MS, NOW.ms + 2 * MINUTE_MS)
    ]
    assert laid == [False, False, True]


def test_what_was_on_its_way_when_its_sensor_was_adopted_is_let_in_by_the_next_batch(postgres_url):
    database = Database.open(postgres_url)
    room = store(database).room.id
    adopt(database, room, "room1.t2")
    with database.transaction() as session:
        telemetry.receive(session, [batch(1, rows(0.6))], by=INBOX, at=NOW)
        session.flush()
        adopt(database, room)
    assert [(row.name, row.reason) for row in stored(database, QuarantinedReading)] == [("room1.t1", "unknown")]
    receive(database, telemetry.prepare([batch(2, rows(0.7), t0=NOW.ms + MINUTE_MS)]))
    assert (stored(database, QuarantinedReading), [value for _, value in values(database)]) == ([], [600, 700])
    check_rollups(database)
    assert findings(database) == []
    database.close()


@pytest.mark.parametrize("other", [Identity(99, "temperature"), Identity(1, "humidity")], ids=["number", "kind"])
def test_what_was_laid_out_for_another_sensor_is_not_used(database, room, other):
    adopt(database, room)
    [sensor] = stored(database, Sensor)
    seen = telemetry.Seen(sqlite=database.is_sqlite)
    seen.see({(sensor.gateway, sensor.name): Sight(other, -1)})
    prepared = telemetry.prepare([batch(1, rows(0.6, 0.5))], seen)
    assert prepared.gathered.laid is not None
    receive(database, prepared)
    assert {(row.sensor, row.value) for row in stored(database)} == {(sensor.number, 600), (sensor.number, 500)}
    assert seen.sensors[sensor.gateway, sensor.name].identity == Identity(sensor.number, "temperature")


def test_kinds_laid_out_together_are_each_kept_in_their_own_units(database, room, prepare):
    for name, kind in (("room1.t1", "temperature"), ("room1.h1", "humidity"), ("room1.o2", "o2")):
        adopt(database, room, name, kind)
    said = [*rows(0.6, 0.5), *rows(87.5, 88.0, sensor="room1.h1"), *rows(2.0625, sensor="room1.o2")]
    receive(database, prepare([batch(1, said)]))
    numbers = {row.number: row.name for row in stored(database, Sensor)}
    found = {(numbers[row.sensor], to_ms(row) - NOW.ms): row.value for row in stored(database)}
    assert found == {
        ("room1.t1", 0): 600, ("room1.t1", MINUTE_MS): 500, ("room1.h1", 0): 875, ("room1.h1", MINUTE_MS): 880,
        ("room1.o2", 0): 20_625,
    }  # fmt: skip
    check_rollups(database)


def test_what_is_read_row_by_row_is_stored_with_what_was_laid_out(database, room, prepare):
    adopt(database, room)
    odd = batch(2, rows(0.7), t0=PAST_MS + MINUTE_MS)
    odd = telemetry.Arrived(odd.topic, odd.payload.replace(b"room1", b"r\\u006fom1"))
    receive(database, prepare([batch(1, rows(0.6), t0=PAST_MS), odd, batch(3, rows(0.8))]))
    assert [value for _, value in values(database)] == [600, 700, 800]
    check_rollups(database)
    assert findings(database) == []


def test_two_epochs_that_begin_a_window_at_once_share_it(postgres_url):
    """A replaced box's history and the new one's live lane go by two inboxes: neither may find the window begun."""
    database = Database.open(postgres_url)
    adopt(database, store(database).room.id)
    old, new = (
        telemetry.prepare([batch(1, rows(epoch), t0=PAST_MS + epoch * MINUTE_MS, epoch=epoch)]) for epoch in (1, 2)
    )
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            telemetry.receive_prepared(session, old, by=INBOX, at=NOW)
            session.flush()
            second = pool.submit(receive, database, new)
            wait_until(lambda: second.done() or database.read(lambda s: s.scalar(waiting)))
        second.result()
    check_rollups(database)
    assert (len(stored(database)), findings(database)) == (2, [])
    database.close()


def test_a_key_that_says_something_else_in_the_next_batch_is_kept_apart(database, room, prepare):
    adopt(database, room)
    first = prepare([batch(1, rows(0.6))])
    second = prepare([batch(1, rows(0.7)), batch(2, rows(0.8), t0=PAST_MS)])
    receive(database, first)
    receive(database, second)
    assert values(database) == [(PAST_MS, 800), (NOW.ms, 600)]
    assert [row.code for row in stored(database, DeadLetter)] == ["key_stored"]
    assert findings(database) == []


def test_another_value_for_a_stamp_in_the_next_batch_is_a_conflict(database, room, prepare):
    adopt(database, room)
    first = prepare([batch(1, rows(0.6, 0.5))])
    second = prepare([batch(2, rows(0.6, 0.9, 0.4))])
    receive(database, first)
    receive(database, second)
    assert [value for _, value in values(database)] == [600, 500, 400]
    assert [row.value for row in stored(database, ReadingConflict)] == [900]
    check_rollups(database)
    assert findings(database) == []


def test_a_transaction_repeated_finds_what_was_prepared_unchanged(database, room, prepare):
    for name in ("room1.t1", other := "room1.t2"):
        adopt(database, room, name)
    receive(database, prepare([batch(1, rows(0.6, 0.5))]))
    prepared = prepare([
        batch(2, rows(0.9, 0.5, 0.4)), batch(3, rows(0.4, sensor=other), t0=NOW.ms + 2 * MINUTE_MS),
        batch(4, rows(0.1, sensor=other), t0=PAST_MS), batch(5, rows(0.2, sensor=other), t0=NOW.ms + 2 * MINUTE_MS),
    ])  # fmt: skip

    def fails(session):
        telemetry.receive_prepared(session, prepared, by=INBOX, at=NOW)
        raise ValueError("at the very end")

    with pytest.raises(ValueError, match="at the very end"):
        database.write(fails)
    assert len(stored(database)) == 2
    receive(database, prepared)
    assert [value for _, value in values(database)] == [100, 600, 500, 400, 400]
    assert sorted(row.value for row in stored(database, ReadingConflict)) == [200, 900]
    check_rollups(database)
    assert findings(database) == []


def test_a_message_with_a_stranger_goes_beside_the_others(database, room, prepare):
    """The first to come for a stamp stays, whichever way its message went."""
    adopt(database, room)
    strange = batch(2, [*rows(0.6, 0.1), Row("room1.t9", 0, Decimal("1.5"), "est")])
    prepared = prepare([batch(3, rows(0.3, 0.4), t0=NOW.ms + MINUTE_MS), strange, batch(1, rows(0.7))])
    receive(database, prepared)
    assert values(database) == [(NOW.ms, 700), (NOW.ms + MINUTE_MS, 100), (NOW.ms + 2 * MINUTE_MS, 400)]
    assert sorted(row.value for row in stored(database, ReadingConflict)) == [300, 600]
    [stranger] = stored(database, QuarantinedReading)
    assert (stranger.n, stranger.value, stranger.quality, stranger.reason) == (2, "1.5", "est", "unknown")
    check_rollups(database)
    assert findings(database) == []


def test_windows_begun_and_new_windows_hold_what_was_read(database, room, prepare):
    """Late history, bad values, batches that end within a window: as if summed from the readings afterwards."""
    for name in ("room1.t1", "room1.t2"):
        adopt(database, room, name)
    chance, letters = random.Random(7), []
    for seq in range(1, 41):
        start = PAST_MS + chance.choice([seq, chance.randrange(60)]) * 23 * MINUTE_MS
        said = [
            Row(f"room1.t{n % 2 + 1}", n * 7 * MINUTE_MS, chance.choice([Decimal(n), Decimal(-seq), None]),
                chance.choice([None, None, "est"]))
            for n in range(6)
        ]  # fmt: skip
        letters.append(batch(seq, said, t0=start, live=seq % 3 == 0))
    for begin in range(0, 40, 8):
        receive(database, prepare(letters[begin : begin + 8]))
    assert len(stored(database)) > 100
    check_rollups(database)
    assert findings(database) == []
