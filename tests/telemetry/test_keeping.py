"""Readings are kept as long as the settings say, in months on PostgreSQL, and what went is written down."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.telemetry.make import NOW, adopt, batch, findings, receive, rows, store, weight
from wms import telemetry
from wms.kernel.clock import Moment, to_ms
from wms.telemetry.tables import GatewayMessage, LettingGo, Reading

OLD = Moment(NOW.at - timedelta(days=500), NOW.on - timedelta(days=500))


def stored(database, table):
    return database.read(lambda s: list(s.scalars(select(table))))


def arrange(database, at=NOW):
    return database.write(lambda s: telemetry.arrange_months(s, at=at))


def let_go(database, days=400, at=NOW):
    return database.write(lambda s: telemetry.let_go(s, days, at=at))


@pytest.fixture
def old_and_new(database):
    adopt(database, store(database).room.id)
    receive(database, batch(1, rows(0.6, 0.7), t0=OLD.ms), at=OLD)
    receive(database, weight(2), at=OLD)
    receive(database, batch(3, rows(0.8)))


def test_old_readings_go_with_their_messages_and_their_curve_stays(database, old_and_new):
    arrange(database)
    gone = let_go(database)
    assert (gone.readings, gone.messages) == (2, 1)
    assert [row.value for row in stored(database, Reading)] == [800]
    assert sorted(row.sequence for row in stored(database, GatewayMessage)) == [2, 3]  # a weight is never let go
    sensor = database.read(telemetry.sensors_of)[0]
    curve = database.read(
        lambda s: telemetry.curve(s, sensor, OLD.at - timedelta(hours=1), OLD.at + timedelta(hours=1))
    )
    assert [(b.least, b.most, b.count) for b in curve] == [(600, 700, 2)]
    assert findings(database) == []


def test_letting_go_again_does_nothing(database, old_and_new):
    let_go(database)
    assert let_go(database) is None
    assert len(stored(database, LettingGo)) == 1


def test_readings_are_kept_to_the_beginning_of_their_month(database, old_and_new):
    begin = datetime(OLD.at.year, OLD.at.month, 1, tzinfo=UTC)
    days = (NOW.at - begin).days
    assert let_go(database, days) is None
    assert let_go(database, days - 31).readings == 2


def test_for_ever_is_a_choice_and_too_short_is_refused(database, old_and_new):
    assert let_go(database, 0) is None
    with pytest.raises(ValueError, match="366"):
        let_go(database, 365)
    assert len(stored(database, Reading)) == 3


def test_nobody_else_takes_a_reading_away_afterwards(database, old_and_new):
    arrange(database)
    let_go(database)
    for wrong in ("DELETE FROM readings", "UPDATE readings SET value = 1", "DELETE FROM gateway_messages",
                  "DELETE FROM sensors"):  # fmt: skip
        with pytest.raises(DBAPIError):
            database.write(lambda s, wrong=wrong: s.execute(text(wrong)))


def test_what_came_before_the_months_were_made_moves_into_them(database, old_and_new):
    made = arrange(database)
    assert arrange(database) == []
    assert len(stored(database, Reading)) == 3
    receive(database, batch(4, rows(0.9), t0=NOW.ms + 60_000))
    if not database.is_sqlite:
        assert len(made) == 4  # the old month, this one and two ahead
        parts = "SELECT tableoid::regclass::text, at FROM readings ORDER BY at"
        found = database.read(lambda s: s.execute(text(parts)).all())
        for part, ms in found:
            at = datetime.fromtimestamp(ms // 1000, UTC)
            assert part == f"readings_by_month.m{at.year}_{at.month:02}"
        assert to_ms(NOW.at) in [ms for _, ms in found]
    assert findings(database) == []
