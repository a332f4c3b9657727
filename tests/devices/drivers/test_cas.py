"""CAS in command mode: asked for each weight, told to zero and tare, one of several on its line."""

from collections.abc import Sequence

import pytest

from devices.drivers.talk import Manner
from devices.errors import BadOption, CommandRefused, CommandUnknown, NoReply
from devices.frames import FrameOptions, make_framer
from tests.devices.drivers.stage import Stage, captured

ASK, ZERO, TARE = b"03RW\r\n", b"03MZ\r\n", b"03MT\r\n"


def frame(kilograms: float, device: bytes = b"3", header: str = "ST,GS", lamp: int = 0xE4) -> bytes:
    return header.encode() + b"," + device + bytes((lamp,)) + f",{kilograms:08.1f} kg\r\n".encode()


def stage(replies: dict[bytes, Sequence[bytes]], device: int | None = 3, **options: object) -> Stage:
    listed: dict = {request: list(chunks) for request, chunks in replies.items()}
    made = FrameOptions(device=device, **options)  # type: ignore[arg-type]
    return Stage("cas-22", replies=listed, options=made, manner=Manner(device=device), e_grams=100)


@pytest.mark.parametrize("device", (b"3", b"\x03"))
def test_it_is_asked_in_each_round_and_answers(device: bytes) -> None:
    asked = stage({ASK: [frame(13.5, device)]})
    shown = asked.play(*[b""] * 5)
    assert asked.link.written == [ASK] * 5
    assert [live.weight_grams for live in shown][-1] == 13_500
    assert captured(shown) == [13_500]


def test_another_number_on_the_line_is_passed_over() -> None:
    asked = stage({ASK: [frame(99.9, b"4")]})
    shown = asked.play(*[b""] * 5)
    assert {live.weight_grams for live in shown} == {None}
    assert asked.driver.counters().replies_missing == 5


def test_moving_and_overload_are_no_weight_to_take() -> None:
    asked = stage({ASK: [frame(13.5, header="US,GS")]})
    assert not asked.play(*[b""] * 5)[-1].stable
    heavy = stage({ASK: [b"OL,GS,3\xa4,         kg\r\n"]})
    last = heavy.play(*[b""] * 5)[-1]
    assert (last.weight_grams, last.flags) == (None, ("overload",))


def test_zero_and_tare_are_confirmed_refused_or_not_answered() -> None:
    asked = stage({ASK: [frame(13.5)], ZERO: [b"03M", b"Z\r\n"], TARE: [b"!\r\n"]})
    asked.play(*[b""] * 5)
    assert asked.driver.zero() == "done"
    with pytest.raises(CommandRefused):
        asked.driver.tare()
    with pytest.raises(CommandUnknown):
        asked.driver.clear_tare()
    assert asked.link.written[-2:] == [ZERO, TARE]
    asked.link._replies[ZERO] = [b"?\r\n"]
    with pytest.raises(CommandRefused):
        asked.driver.zero()
    asked.link._replies[ZERO] = [b"04MZ\r\n"]
    with pytest.raises(NoReply):
        asked.driver.zero()
    assert asked.play(b"")[-1].weight_grams == 13_500


def test_without_a_number_it_talks_by_itself_and_takes_no_commands() -> None:
    listening = stage({}, device=None)
    assert listening.show(frame(13.5), 5).weight_grams == 13_500
    assert listening.link.written == []
    with pytest.raises(CommandUnknown):
        listening.driver.zero()
    with pytest.raises(BadOption):
        Stage("cas-22", mode="poll")


@pytest.mark.parametrize("length", (10, 18, 22))
def test_answers_are_found_wherever_they_are_cut(length: int) -> None:
    for stream, count in ((ZERO + b"!\r\n" + TARE, 3), (b"0" + ZERO + b"?\r\n", 2), (b"03XX\r\n" + ZERO, 1)):
        for cut in range(len(stream)):
            framer = make_framer("cas-22", FrameOptions(device=3, length=length))
            readings = framer.feed(stream[:cut]) + framer.feed(stream[cut:]) + framer.finish()
            assert [reading.weight_grams for reading in readings] == [None] * count, (stream, cut)


@pytest.mark.parametrize("wrong", (-1, 100))
def test_a_number_that_none_can_have_is_refused(wrong: int) -> None:
    with pytest.raises(BadOption):
        make_framer("cas-22", FrameOptions(device=wrong))
    with pytest.raises(BadOption):
        make_framer("nci", FrameOptions(device=1))
