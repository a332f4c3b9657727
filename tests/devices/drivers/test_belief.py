"""What of a stream is believed: the first frame, stability, silence, captures."""

import pytest

from devices.errors import LinkLost
from tests.devices.drivers.stage import STEP_MS, FrameMaker, Stage, captured, equals, sics, toledo, yaohua

OVERLOAD = b"S +\r\n"
UNDERLOAD = b"S -\r\n"
OUT_OF_RANGE = toledo(0, 0x34)
POWER_UP = toledo(0, 0x70)

makers = pytest.mark.parametrize(
    ("protocol", "frame"),
    (("yaohua-continuous", yaohua), ("toledo-continuous", toledo), ("mt-sics", sics), ("yaohua-equals", equals)),
)


# ---------------------------------------------------------------- the first frame


@makers
def test_the_first_frame_after_opening_is_suspect(protocol: str, frame: FrameMaker) -> None:
    first = Stage(protocol).show(frame(500))
    assert (first.weight_grams, first.known, first.frames) == (None, False, 1)


def test_the_first_frame_after_opening_again_is_suspect_too() -> None:
    stage = Stage("yaohua-continuous")
    assert stage.show(yaohua(500), 2).known
    stage.play(LinkLost(address="script", reason="pulled out"))
    stage.clock.advance(500)
    assert not stage.show(yaohua(700)).known
    assert stage.show(yaohua(700)).weight_grams == 700_000
    assert stage.link.opens == 2


# ---------------------------------------------------------------- three equal frames


def test_where_nothing_protects_the_digits_three_equal_frames_are_needed_to_show_them() -> None:
    stage = Stage("yaohua-equals")
    stage.join(equals(500))
    assert [live.weight_grams for live in stage.play(*[equals(500)] * 3)] == [None, None, 500_000]
    assert stage.show(equals(501)).weight_grams is None


def test_a_line_may_be_watched_at_once_but_counts_after_three_equal_frames() -> None:
    stage = Stage("mt-sics")
    stage.join(sics(500))
    shown = stage.play(*[sics(500)] * 3)
    assert [(live.weight_grams, live.stable) for live in shown] == [(500_000, False), (500_000, False), (500_000, True)]
    assert captured(shown) == [500_000]


def test_one_damaged_line_never_becomes_a_capture() -> None:
    stage = Stage("mt-sics")
    stage.join(sics(500))
    assert captured(stage.play(sics(500), sics(508), sics(500), sics(508), sics(500), sics(500))) == []


# ---------------------------------------------------------------- stability


def test_a_protocol_without_a_word_on_motion_needs_five_equal_frames_and_one_second() -> None:
    stage = Stage("yaohua-continuous")
    stage.join(yaohua(500))
    shown = stage.play(*[yaohua(500)] * 12)
    assert [live.stable for live in shown] == [False] * 10 + [True] * 2, "the eleventh frame is 1.0 s after the first"
    assert captured(shown) == [500_000]


def test_one_second_alone_is_not_enough() -> None:
    stage = Stage("yaohua-continuous")
    stage.join(yaohua(500))
    for _ in range(4):
        live = stage.show(yaohua(500))
        stage.clock.advance(400)
    assert not live.stable
    assert stage.show(yaohua(500)).stable, "the fifth equal frame"


def test_five_frames_in_one_chunk_are_not_one_second() -> None:
    stage = Stage("yaohua-continuous")
    stage.join(yaohua(500))
    assert not stage.show(yaohua(500) * 20).stable


def test_one_other_value_begins_the_second_anew() -> None:
    stage = Stage("yaohua-continuous")
    stage.join(yaohua(500))
    shown = stage.play(*[yaohua(500)] * 10, yaohua(501), *[yaohua(500)] * 10)
    assert [live.stable for live in shown] == [False] * 21


def test_a_stable_flag_is_trusted_from_the_second_frame() -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(500))
    assert [live.stable for live in stage.play(toledo(500), toledo(500))] == [False, True]


def test_a_moving_flag_is_always_trusted() -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(500))
    shown = stage.play(*[toledo(500, 0x38)] * 30)
    assert {(live.weight_grams, live.stable, live.flags) for live in shown} == {(500_000, False, ("moving",))}
    assert captured(shown) == []


# ---------------------------------------------------------------- never a zero


@pytest.mark.parametrize("status", (OVERLOAD, UNDERLOAD, b"S I\r\n", b"ES\r\n"))
def test_a_status_shows_no_weight_and_not_the_last_one(status: bytes) -> None:
    stage = Stage("mt-sics")
    stage.join(sics(500))
    stage.show(sics(500), 3)
    live = stage.show(status)
    assert (live.weight_grams, live.stable, live.net, live.known) == (None, False, None, True)
    assert live.flags


@pytest.mark.parametrize("frame", (OUT_OF_RANGE, POWER_UP))
def test_no_weight_out_of_range_or_before_zeroing(frame: bytes) -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(500))
    assert stage.show(frame, 5).weight_grams is None


def test_a_moving_status_shows_no_weight() -> None:
    stage = Stage("toledo-8217", mode="listen")
    stage.join(b"\x0202.345\r")
    stage.show(b"\x0202.345\r", 3)
    live = stage.show(b"\x02\x3f\x61\x0d")
    assert (live.weight_grams, live.flags) == (None, ("moving",))


def test_a_status_that_says_nothing_hides_the_last_weight() -> None:
    stage = Stage("toledo-8217", mode="listen")
    stage.join(b"\x0202.345\r")
    stage.show(b"\x0202.345\r", 3)
    assert stage.show(b"\x02\x3f\x60\x0d").weight_grams is None


# ---------------------------------------------------------------- silence


@makers
def test_silence_makes_the_weight_unknown_after_two_seconds(protocol: str, frame: FrameMaker) -> None:
    stage = Stage(protocol)
    stage.join(frame(500))
    assert stage.show(frame(500), 4).known
    assert stage.wait(2000 - STEP_MS).known, "2.0 s after the last frame"
    live = stage.wait(1)
    assert (live.weight_grams, live.stable, live.known, live.flags) == (None, False, False, ())


def test_a_slow_stream_is_given_five_periods() -> None:
    stage = Stage("toledo-continuous", period_ms=1000)
    stage.join(toledo(500))
    stage.show(toledo(500), 2)
    assert stage.wait(5000 - STEP_MS).known
    assert not stage.wait(1).known


def test_noise_is_silence() -> None:
    stage = Stage("yaohua-continuous")
    stage.join(yaohua(500))
    stage.show(yaohua(500), 2)
    assert not stage.play(*[b"\x02+00x"] * 30)[-1].known


def test_equal_frames_on_both_sides_of_a_silence_prove_nothing() -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(500))
    stage.show(toledo(500))
    stage.clock.advance(3000)
    assert not stage.show(toledo(500)).stable
    assert stage.show(toledo(500)).stable


# ---------------------------------------------------------------- capture


@pytest.mark.parametrize(("kilograms", "taken"), ((19, []), (20, [20_000]), (21, [21_000])))
def test_a_capture_begins_at_twenty_divisions(kilograms: int, taken: list[int]) -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(0))
    assert captured(stage.play(*[toledo(kilograms)] * 5)) == taken


def test_a_negative_net_weight_is_captured_by_its_size() -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(0))
    assert captured(stage.play(*[toledo(20, 0x33, 300)] * 5)) == [-20_000]


@pytest.mark.parametrize(("low", "again"), ((9, [500_000]), (10, []), (11, [])))
def test_it_is_armed_again_below_ten_divisions(low: int, again: list[int]) -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(0))
    assert captured(stage.play(*[toledo(500)] * 5)) == [500_000]
    assert captured(stage.play(*[toledo(520)] * 5)) == [], "more on the same load is no second load"
    assert captured(stage.play(toledo(low), *[toledo(500)] * 5)) == again


@pytest.mark.parametrize("between", (OUT_OF_RANGE, POWER_UP, b""))
def test_neither_a_flag_nor_silence_is_an_empty_scale(between: bytes) -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(0))
    stage.play(*[toledo(500)] * 5)
    assert captured(stage.play(*[between] * 40, *[toledo(500)] * 5)) == []
    assert not stage.driver.armed


def test_opening_again_is_no_empty_scale() -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(0))
    stage.play(*[toledo(500)] * 5, LinkLost(address="script", reason="pulled out"))
    stage.clock.advance(500)
    assert captured(stage.play(*[toledo(500)] * 9)) == []


def test_one_low_line_without_a_check_does_not_arm() -> None:
    stage = Stage("mt-sics")
    stage.join(sics(0))
    assert captured(stage.play(*[sics(500)] * 4)) == [500_000]
    assert captured(stage.play(sics(5), sics(4), *[sics(500)] * 4)) == []
    assert captured(stage.play(sics(5), sics(4), sics(3), *[sics(500)] * 4)) == [500_000]


def test_a_status_at_zero_arms_where_the_scale_cannot_say_zero() -> None:
    stage = Stage("toledo-8217", mode="listen", e_grams=5)
    stage.join(b"\x0202.345\r")
    assert captured(stage.play(*[b"\x0202.345\r"] * 4)) == [2345]
    stage.show(b"\x02\x3f\x70\x0d", 3)
    assert captured(stage.play(*[b"\x0202.345\r"] * 4)) == [2345]


@pytest.mark.parametrize("status", (b"\x02\x3f\x61\x0d", b"\x02\x3f\x64\x0d", b"\x02\x3f\x60\x0d", b"\x02\x3f\x72\x0d"))
def test_a_status_that_does_not_say_zero_does_not_arm(status: bytes) -> None:
    stage = Stage("toledo-8217", mode="listen", e_grams=5)
    stage.join(b"\x0202.345\r")
    assert captured(stage.play(*[b"\x0202.345\r"] * 4)) == [2345]
    stage.show(status, 3)
    assert captured(stage.play(*[b"\x0202.345\r"] * 4)) == []


def test_a_driver_made_disarmed_waits_for_the_load_to_go() -> None:
    stage = Stage("toledo-continuous", armed=False)
    stage.join(toledo(500))
    assert captured(stage.play(*[toledo(500)] * 9)) == []
    assert captured(stage.play(toledo(0), *[toledo(500)] * 2)) == [500_000]


def test_a_capture_keeps_its_frame_and_its_moment_and_is_given_once() -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(0))
    stage.show(toledo(500, 0x31, 210))
    at_ms = stage.clock.at_ms()
    (capture,) = stage.show(toledo(500, 0x31, 210)).captures
    assert (capture.weight_grams, capture.net, capture.tare_grams) == (500_000, True, 210_000)
    assert (capture.raw, capture.at_ms) == (toledo(500, 0x31, 210), at_ms)
    assert stage.show(toledo(500, 0x31, 210)).captures == ()


def test_gross_or_net_comes_from_the_configuration_only_where_the_protocol_is_silent() -> None:
    silent = Stage("yaohua-continuous", net=True)
    silent.join(yaohua(500))
    assert silent.show(yaohua(500)).net is True
    telling = Stage("toledo-continuous", net=True)
    telling.join(toledo(500))
    assert telling.show(toledo(500)).net is False
