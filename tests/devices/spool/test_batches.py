from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from devices.batches import KEEP_ONE_IN, Reading, batches, holes, merged, ranges, thinned
from devices.messages import ROWS_MAX, Measurements

VALUES = st.one_of(st.none(), st.integers(-400, 800).map(lambda tenths: Decimal(tenths) / 10))
READINGS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 10_000), VALUES), unique_by=lambda r: r[:2]
).map(lambda rows: [Reading(sensor, at, value, None, "ntp") for sensor, at, value in rows])


@given(READINGS)
def test_thinning_invents_nothing_and_keeps_every_sensors_extremes(readings: list[Reading]) -> None:
    kept = thinned(readings)
    assert set(kept) <= set(readings)
    assert len(kept) == len(set(kept))
    for sensor in {reading.sensor for reading in readings}:
        before = [reading for reading in readings if reading.sensor == sensor]
        after = [reading for reading in kept if reading.sensor == sensor]
        values = [reading.value for reading in before if reading.value is not None]
        assert -(-len(before) // KEEP_ONE_IN) <= len(after) <= -(-len(before) // KEEP_ONE_IN) + 2
        assert min(before, key=lambda reading: reading.at) in after
        if values:
            left = [reading.value for reading in after if reading.value is not None]
            assert (min(left), max(left)) == (min(values), max(values))


@given(READINGS)
def test_batches_hold_every_reading_once(readings: list[Reading]) -> None:
    seen = []
    for seq, make in enumerate(batches("gw", readings), start=1):
        message = make(1, seq)
        assert isinstance(message, Measurements)
        assert len(message.r) <= ROWS_MAX
        seen += [(row.id, message.t0 + row.dt, row.value) for row in message.r]
    assert seen == [(reading.sensor, reading.at, reading.value) for reading in readings]


@given(st.sets(st.integers(1, 60)), st.integers(1, 30), st.integers(0, 30))
def test_holes_are_what_is_not_held(numbers: set[int], first: int, more: int) -> None:
    last = first + more
    held = sorted(number for number in numbers if first <= number <= last)
    missing = [number for a, b in holes(first, last, held) for number in range(a, b + 1)]
    assert missing == [number for number in range(first, last + 1) if number not in numbers]
    assert ranges(missing) == holes(first, last, held)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 10)).map(lambda pair: (pair[0], pair[0] + pair[1]))))
def test_merged_ranges_name_the_same_numbers_apart(parts: list[tuple[int, int]]) -> None:
    numbers = {number for a, b in parts for number in range(a, b + 1)}
    assert merged(parts) == ranges(numbers)
