"""Every reference frame: whole, in pieces, in a row, after noise, and damaged."""

import random

import pytest

from devices.frames import PROTOCOLS, FrameOptions, make_framer
from devices.frames.guess import candidates
from devices.frames.scanner import BUFFER_BYTES, ScanningFramer
from tests.devices.frames.cases import CASES, WITH_CHECK, Case, as_expected, read

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
every_form = pytest.mark.parametrize(("protocol", "options"), candidates(), ids=str)


def test_the_vectors_name_every_protocol() -> None:
    assert {case.protocol for case in CASES} == set(PROTOCOLS)


@every_case
def test_a_whole_frame_is_read_at_once(case: Case) -> None:
    readings = case.framer().feed(case.frame)
    assert len(readings) == 1
    assert as_expected(case, readings[0]), readings[0]


@every_case
def test_it_does_not_matter_where_a_frame_is_cut(case: Case) -> None:
    for cut in range(len(case.frame) + 1):
        readings = read(case, case.frame[:cut], case.frame[cut:])
        assert len(readings) == 1, cut
        assert as_expected(case, readings[0]), cut


@every_case
def test_bytes_may_come_one_at_a_time(case: Case) -> None:
    readings = read(case, *(bytes([byte]) for byte in case.frame * 3))
    assert len(readings) == 3
    assert all(as_expected(case, reading) for reading in readings)


@every_case
def test_frames_may_run_into_each_other(case: Case) -> None:
    framer = case.framer()
    readings = framer.feed(case.frame * 50)
    assert len(readings) == 50
    assert all(as_expected(case, reading) for reading in readings)
    assert (framer.frames_ok, framer.frames_bad, framer.bytes_discarded) == (50, 0, 0)


@every_case
def test_noise_before_a_frame_is_stepped_over(case: Case) -> None:
    chance = random.Random(case.name)
    for _ in range(300):
        noise = chance.randbytes(chance.randint(1, 3))
        readings = read(case, noise + case.frame + case.frame)
        assert len(readings) == 2, noise.hex()
        assert all(as_expected(case, reading) for reading in readings), noise.hex()


@every_case
def test_the_start_of_a_cut_frame_does_not_hide_the_next(case: Case) -> None:
    for kept in range(1, len(case.frame)):
        readings = read(case, case.frame[:kept] + case.frame * 2)
        assert as_expected(case, readings[-1]), kept
        assert sum(as_expected(case, reading) for reading in readings) >= 1, kept


@every_case
def test_one_flipped_bit_is_refused_where_a_check_exists(case: Case) -> None:
    for index in range(len(case.frame)):
        for bit in range(8):
            damaged = bytearray(case.frame)
            damaged[index] ^= 1 << bit
            readings = read(case, bytes(damaged))
            if case.protocol in WITH_CHECK:
                assert readings == [], (index, bit)
            else:
                assert len(readings) <= 1


# A&D's fields have no fixed width and "=" has nothing at all: three equal frames stand in for it there, in the driver.
fixed_width = [case for case in CASES if case.protocol not in {"and-standard", "yaohua-equals"}]


@pytest.mark.parametrize("case", fixed_width, ids=lambda case: case.name)
def test_a_lost_byte_never_leaves_another_weight(case: Case) -> None:
    for index in range(len(case.frame)):
        if case.protocol == "mt-sics" and case.frame[index : index + 2] == b"kg":
            continue  # without its k the line is a good one in grams: the same three frames protect it
        readings = read(case, case.frame[:index] + case.frame[index + 1 :])
        assert {reading.weight_grams for reading in readings} <= {None, case.expect["weight_grams"]}, index


@every_form
def test_random_bytes_are_no_weight(protocol: str, options: FrameOptions) -> None:
    framer = make_framer(protocol, options)
    readings = framer.feed(random.Random(20_261_123).randbytes(256 * 1024)) + framer.finish()
    assert [reading for reading in readings if reading.weight_grams is not None] == []
    assert framer.frames_bad > 4000, "noise is counted"


@pytest.mark.faults
@every_form
def test_ten_megabytes_of_random_bytes_are_no_weight(protocol: str, options: FrameOptions) -> None:
    framer, chance = make_framer(protocol, options), random.Random(protocol)
    for _ in range(10):
        readings = framer.feed(chance.randbytes(1_000_000))
        assert [reading for reading in readings if reading.weight_grams is not None] == []


@every_form
def test_ten_thousand_random_bytes_are_no_reading(protocol: str, options: FrameOptions) -> None:
    framer = make_framer(protocol, options)
    assert framer.feed(random.Random(7).randbytes(10_000)) + framer.finish() == []


@every_form
def test_the_alphabet_of_all_frames_in_disorder_never_raises(protocol: str, options: FrameOptions) -> None:
    """Random bytes seldom look like a frame; pieces of real frames often nearly do."""
    chance = random.Random(protocol)
    pieces = [case.frame[start : start + 4] for case in CASES for start in range(0, len(case.frame), 3)]
    framer = make_framer(protocol, options)
    for _ in range(5_000):
        framer.feed(chance.choice(pieces))
        assert isinstance(framer, ScanningFramer)
        assert len(framer._buffer) < BUFFER_BYTES
    framer.finish()


@every_case
def test_a_reset_forgets_half_a_frame(case: Case) -> None:
    framer = case.framer()
    middle = len(case.frame) // 2
    framer.feed(case.frame[:middle])
    framer.reset()
    assert framer.feed(case.frame[middle:]) == []
