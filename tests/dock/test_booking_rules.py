from datetime import date

import pytest

from wms.dock.rules.bookings import busiest, clock_text, day_is_right, window_is_right


@pytest.mark.parametrize(
    ("window", "right"),
    [((480, 600), True), ((0, 1440), True), ((480, 480), False), ((600, 480), False), ((481, 600), False),
     ((480, 1470), False), ((-30, 60), False)],
)  # fmt: skip
def test_windows_lie_on_half_hours_of_one_day(window: tuple[int, int], right: bool) -> None:
    assert window_is_right(*window) is right


@pytest.mark.parametrize(
    ("others", "most"),
    [([], 0), ([(480, 600)], 1), ([(600, 720)], 0), ([(360, 480)], 0), ([(360, 510), (510, 600)], 1),
     ([(360, 511), (510, 600)], 2), ([(300, 900), (480, 600), (540, 570)], 3)],
)  # fmt: skip
def test_trucks_at_the_fullest_moment_count(others: list[tuple[int, int]], most: int) -> None:
    assert busiest(480, 600, others) == most


def test_days_and_minutes() -> None:
    today = date(2026, 10, 20)
    days = [date(2026, 10, 19), today, date(2026, 12, 19), date(2026, 12, 20)]
    assert [day_is_right(day, today, 60) for day in days] == [False, True, True, False]
    assert (clock_text(0), clock_text(510), clock_text(1440)) == ("00:00", "08:30", "24:00")
