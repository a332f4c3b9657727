"""Curves: where nothing came the line is broken, and lines of different instants do not break one another."""

from datetime import UTC, datetime, timedelta

from wms import telemetry
from wms.web import curves

START = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = int(START.timestamp())


def buckets(*minutes: int) -> list[telemetry.Bucket]:
    return [telemetry.Bucket(START + timedelta(minutes=each), 400, 600, 500, 1) for each in minutes]


def at(minute: int) -> int:
    return FIRST + minute * 60


def test_a_line_is_broken_after_three_intervals_of_silence_and_not_before() -> None:
    whole = curves.line_of(buckets(0, 1, 2, 5), 1000)
    assert None not in whole.values()
    broken = curves.line_of(buckets(0, 1, 2, 6, 7), 1000)
    assert broken == {at(0): 0.5, at(1): 0.5, at(2): 0.5, at(3): None, at(6): 0.5, at(7): 0.5}


def test_what_is_read_by_the_hour_is_whole_by_the_hour() -> None:
    assert None not in curves.line_of(buckets(0, 60, 120, 180), 1000).values()
    assert list(curves.line_of(buckets(0, 60, 120, 420), 1000).values()).count(None) == 1


def test_no_reading_and_one_reading_are_no_holes() -> None:
    assert curves.line_of([], 1000) == {}
    assert curves.line_of(buckets(4), 1000) == {at(4): 0.5}
    assert curves.on_one_axis([]) == {"x": [], "y": []}


def test_an_instant_of_another_line_is_no_hole() -> None:
    lines = [curves.line_of(buckets(0, 2, 4), 1000), curves.line_of(buckets(1, 3, 30), 1000)]
    found = curves.on_one_axis(lines)
    assert found["x"] == [at(each) for each in (0, 1, 2, 3, 4, 5, 30)]
    assert found["y"] == [
        [0.5, False, 0.5, False, 0.5, False, False],
        [False, 0.5, False, 0.5, False, None, 0.5],
    ]
