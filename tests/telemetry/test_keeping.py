"""Readings are kept as long as the settings say, in months on PostgreSQL, and what went is written down."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.telemetry.make import INBOX, NOW, adopt, batch, findings, receive, rows, store, weight
from wms import telemetry
from wms.kernel.clock import Moment, to_ms
from wms.kernel.database import Database
from wms.telemetry.tables import GatewayMessage, LettingGo, Reading
from wms.workers.clock import keep_readings

OLD = Moment(NOW.at - timedelta(days=500), NOW.on - timedelta(days=500))


def stored(database, table):
    return database.read(lambda s: list(s.scalars(select(table))))


def one_by_one(database, step):
    done = []
    while month := database.write(step):
        done.append(month)
    return done


def arrange(database, at=NOW):
    return one_by_one(database, lambda s: telemetry.arrange_month(s, at=at))


def let_go(database, days=400, at=NOW):
    gone = database.write(lambda s: telemetry.let_go(s, days, at=at))
    assert findings(database) == []  # also before its months are dropped
    one_by_one(database, telemetry.drop_month)
    return gone


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


def test_nothing_newer_goes_by_the_same_door(database, old_and_new):
    let_go(database)
    for table in ("readings", "gateway_messages"):
        with pytest.raises(DBAPIError, match="append-only"):
            database.write(lambda s, table=table: s.execute(text(f"DELETE FROM {table}")))


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


# ------------------------------------------------------------ on PostgreSQL, while readings come in


@contextmanager
def unfinished(database, seq, t0):
    """An inbox in the middle of its transaction: a reading is written, not committed."""
    with database.transaction() as session:
        telemetry.receive(session, [batch(seq, rows(0.9), t0=t0)], by=INBOX, at=NOW)
        yield


@pytest.fixture
def cluster(postgres_url):
    """A database with partitions."""
    opened = Database.open(postgres_url)
    adopt(opened, store(opened).room.id)
    receive(opened, batch(1, rows(0.6), t0=OLD.ms), at=OLD)
    yield opened
    opened.close()


NEXT_MONTH = Moment(NOW.at + timedelta(days=31), NOW.on + timedelta(days=31))


def test_months_are_made_while_readings_come_in(cluster):
    arrange(cluster)
    with unfinished(cluster, 2, NOW.ms):
        made = arrange(cluster, NEXT_MONTH)  # it does not wait for the inbox
        with cluster.transaction() as session:
            telemetry.arrange_month(session, at=Moment(NEXT_MONTH.at + timedelta(days=31), NEXT_MONTH.on))
            # Nor does the inbox wait for it.
            cluster.write(lambda s: s.execute(text("SET LOCAL lock_timeout = '1s'")) and
                          s.execute(text(f"INSERT INTO readings VALUES (1, {NOW.ms + 5}, 1, NULL, 1, 1)")))  # fmt: skip
    assert len(made) == 1
    assert [row.value for row in stored(cluster, Reading)] == [600, 900, 1]


def test_a_month_whose_rows_are_just_coming_in_waits_for_its_turn(cluster):
    with unfinished(cluster, 2, OLD.ms + 1), pytest.raises(telemetry.ReadingsBusy):
        arrange(cluster)
    assert len(arrange(cluster)) == 4
    assert [row.value for row in stored(cluster, Reading)] == [600, 900]
    assert cluster.read(lambda s: s.scalar(text("SELECT count(*) FROM readings_by_month.other"))) == 0
    assert findings(cluster) == []


def test_a_month_is_dropped_only_when_nobody_waits_for_it(cluster):
    arrange(cluster)
    cluster.write(lambda s: telemetry.let_go(s, 400, at=NOW))
    with unfinished(cluster, 2, NOW.ms), pytest.raises(telemetry.ReadingsBusy):
        cluster.write(telemetry.drop_month)
    assert [row.value for row in stored(cluster, Reading)] == [600, 900]
    keep_readings(cluster, NOW, 400)
    assert ([row.value for row in stored(cluster, Reading)], findings(cluster)) == ([900], [])
    for wrong in ("DELETE FROM readings", "UPDATE readings SET value = 1", "TRUNCATE readings_by_month.m2026_10"):
        with pytest.raises(DBAPIError):
            cluster.write(lambda s, wrong=wrong: s.execute(text(wrong)))
