"""A gateway that says absurd things costs a dead letter, never the inbox."""

import time
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from devices.messages import INSTANT_MAX, Row, Weighing
from tests.telemetry.make import NOW, adopt, batch, event, findings, letter, receive, rows, store
from wms.telemetry.tables import DeadLetter, QuarantinedReading, Reading


@pytest.fixture
def room(database):
    return store(database).room.id


def stored(database, table):
    return database.read(lambda s: list(s.scalars(select(table))))


def test_a_lost_range_without_end_is_counted_as_one_range(database, room):
    adopt(database, room)
    began = time.monotonic()
    (mark,) = receive(database, batch(1, rows(0.6)), event(INSTANT_MAX, "lost", lost=[(2, INSTANT_MAX - 1)]))
    assert (mark.upto, mark.miss) == (INSTANT_MAX, ())
    assert time.monotonic() - began < 5


def test_holes_beside_lost_ranges_are_named(database, room):
    adopt(database, room)
    (mark,) = receive(
        database, batch(3, rows(0.6)), event(20, "lost", lost=[(5, 9), (8, 12), (15, 15)]), batch(13, rows(0.7))
    )
    assert mark.miss == ((1, 2), (4, 4), (14, 14), (16, 19))


def test_a_hole_that_stays_does_not_make_every_batch_read_all_that_came_since(database, room):
    adopt(database, room)
    letters = [batch(seq, rows(0.6, sensor="nobody"), t0=NOW.ms + seq) for seq in range(2, 400)]
    receive(database, *letters)
    (mark,) = receive(database, batch(400, rows(0.6, sensor="nobody")))
    assert (mark.upto, mark.miss) == (400, ((1, 1),))


def test_stamps_beyond_the_calendar_are_dead_letters_and_the_rest_is_stored(database, room):
    adopt(database, room)
    far = Weighing(
        v=1, gw="gw-a1", ep=1, seq=4, clk="ntp", live=True, at=INSTANT_MAX,
        id=UUID("0199f3a0-0000-7000-8000-000000000001"), instrument="truck1", weight_grams=1, net=False,
        tare_grams=None, stable=True, e_grams=20_000, protocol="toledo", raw="02",
    )  # fmt: skip
    (mark,) = receive(
        database, batch(1, rows(0.6)), batch(2, rows(0.6), t0=INSTANT_MAX),
        batch(3, [Row("room1.t1", INSTANT_MAX - NOW.ms, Decimal(1))]), letter("up/w", far), event(5, "started"),
    )  # fmt: skip
    assert len(stored(database, Reading)) == 1
    assert stored(database, QuarantinedReading) == []
    assert [row.reason for row in stored(database, DeadLetter)] == ["value: no such instant"] * 3
    assert (mark.upto, mark.miss) == (5, ())  # kept as dead letters: the gateway need not send them for ever
    assert findings(database) == []
