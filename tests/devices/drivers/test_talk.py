"""Talking to a scale: requests, their answers, commands, restarts and lost links."""

from itertools import pairwise

import pytest

from devices.drivers.talk import Manner, talk_of, yaohua_request
from devices.errors import BadOption, CommandRefused, CommandUnknown, LinkLost, NoReply
from devices.frames import FrameOptions
from tests.devices.drivers.stage import Stage, captured, sics, toledo

LOST = LinkLost(address="script", reason="pulled out")


def yaohua_reply(body: str) -> bytes:
    xor = 0
    for letter in body.encode():
        xor ^= letter
    return f"\x02{body}{xor:02X}\x03".encode()


# ---------------------------------------------------------------- requests


@pytest.mark.parametrize(
    ("address", "command", "expected"),
    (
        ("A", "A", "024141303003"),
        ("A", "B", "024142303303"),
        ("A", "C", "024143303203"),
        ("A", "D", "024144303503"),
        ("A", "E", "024145303403"),
        ("A", "F", "024146303703"),
    ),
)
def test_yaohua_requests_equal_the_manuals_table(address: str, command: str, expected: str) -> None:
    assert yaohua_request(address, command).hex() == expected


def test_yaohua_is_asked_for_tare_and_gross_and_tells_them_apart() -> None:
    tare, gross = yaohua_request("A", "C"), yaohua_request("A", "B")
    replies: dict = {tare: [yaohua_reply("AC+0080000")], gross: [yaohua_reply("AB+0200000")]}
    stage = Stage("yaohua-command", replies=replies, options=FrameOptions(address="A"))
    shown = stage.play(*[b""] * 20)
    assert stage.link.written[:4] == [tare, gross, tare, gross]
    (capture,) = [one for live in shown for one in live.captures]
    assert (capture.weight_grams, capture.tare_grams, capture.net) == (20_000_000, 8_000_000, False)


def test_yaohua_net_is_asked_for_when_configured() -> None:
    stage = Stage("yaohua-command", manner=Manner(address="B", shows_net=True))
    stage.play(b"")
    assert stage.link.written == [yaohua_request("B", "C"), yaohua_request("B", "D")]


def test_a_tare_that_no_longer_answers_is_not_remembered() -> None:
    tare, gross = yaohua_request("A", "C"), yaohua_request("A", "B")
    replies: dict = {tare: [yaohua_reply("AC+0080000")], gross: [yaohua_reply("AB+0200000")]}
    stage = Stage("yaohua-command", replies=replies)
    assert stage.play(*[b""] * 3)[-1].tare_grams == 8_000_000
    del stage.link._replies[tare]
    assert stage.play(b"")[-1].tare_grams is None


def test_answers_of_the_tare_alone_do_not_keep_a_weight_alive() -> None:
    tare, gross = yaohua_request("A", "C"), yaohua_request("A", "B")
    replies: dict = {tare: [yaohua_reply("AC+0080000")], gross: [yaohua_reply("AB+0200000")]}
    stage = Stage("yaohua-command", replies=replies)
    assert stage.play(*[b""] * 3)[-1].known
    del stage.link._replies[gross]
    assert not stage.play(*[b""] * 25)[-1].known
    assert stage.driver.counters().replies_missing == 25


@pytest.mark.parametrize(
    ("protocol", "request_bytes", "reply", "expected"),
    (
        ("toledo-8217", b"W", b"\x0202.345\r", 2345),
        ("nci", b"W\r", b"\n12.345kg\r\n00\r\x03", 12_345),
        ("ohaus", b"IP\r\n", b"    12.34 kg    G  \r\n", 12_340),
    ),
)
def test_a_scale_that_waits_is_asked_in_each_round(
    protocol: str, request_bytes: bytes, reply: bytes, expected: int
) -> None:
    stage = Stage(protocol, replies={request_bytes: [reply]})
    shown = stage.play(*[b""] * 4)
    assert [live.weight_grams for live in shown] == [None, expected, expected, expected]
    assert [live.stable for live in shown] == [False, False, False, True]
    assert stage.link.written == [request_bytes] * 4


def test_a_late_answer_is_dropped_before_the_next_request() -> None:
    stage = Stage("toledo-8217", replies={b"W": [b"\x0202.345\r"]})
    stage.play(b"", b"\x0299.999\r", b"\x0299.9")
    assert stage.play(b"")[-1].weight_grams == 2345


def test_requests_keep_to_their_period() -> None:
    stage = Stage("toledo-8217", replies={b"W": [b"\x0202.345\r"]}, period_ms=500)
    start = stage.clock.tick_ms()
    for _ in range(5):
        stage.driver.poll()
    assert stage.clock.tick_ms() - start == 4 * 500


def test_no_answer_is_counted_and_becomes_unknown() -> None:
    stage = Stage("toledo-8217", replies={b"W": [b"\x0202.345\r"]})
    assert stage.play(*[b""] * 4)[-1].known
    stage.link._replies.clear()
    assert not stage.play(*[b""] * 22)[-1].known
    assert stage.driver.counters().replies_missing == 22


def test_a_stream_is_never_flushed() -> None:
    stage = Stage("mt-sics")
    stage.join(sics(500))
    stage.link.play(sics(500)[:7], sics(500)[7:])
    stage.driver.poll()
    assert stage.driver.poll().weight_grams == 500_000


# ---------------------------------------------------------------- streams


def test_a_stream_is_started_at_opening_and_after_silence() -> None:
    stage = Stage("mt-sics")
    stage.join(sics(500))
    stage.show(sics(500), 3)
    assert stage.link.written == [b"SIR\r\n"]
    stage.wait(2100)
    assert stage.link.written == [b"SIR\r\n"] * 2
    stage.wait(100)
    assert stage.link.written == [b"SIR\r\n"] * 2, "not in every turn"


def test_a_scale_that_was_switched_on_is_asked_for_its_stream_again() -> None:
    stage = Stage("mt-sics")
    stage.join(sics(500))
    stage.show(sics(500), 3)
    live = stage.show(b'I4 A "0123456789"\r\n')
    assert (live.weight_grams, live.flags) == (None, ("power_up",))
    stage.show(b"")
    assert stage.link.written == [b"SIR\r\n"] * 2
    assert stage.driver.counters().restarts == 1
    assert captured(stage.play(*[sics(500)] * 9)) == [], "being switched on is no empty scale"


@pytest.mark.parametrize(("protocol", "mode"), (("yaohua-continuous", "poll"), ("cas-22", "stream"), ("nci", "stream")))
def test_a_mode_the_protocol_does_not_have_is_refused(protocol: str, mode: str) -> None:
    with pytest.raises(BadOption):
        Stage(protocol, mode=mode)


# ---------------------------------------------------------------- commands


def test_mt_sics_zero_and_tare() -> None:
    replies: dict = {b"Z\r\n": [b"Z A\r\n"], b"T\r\n": [b"T S        500 kg\r\n"]}
    stage = Stage("mt-sics", replies=replies)
    stage.join(sics(500))
    before = stage.show(sics(500), 3)
    assert stage.driver.zero() == "done"
    assert stage.driver.tare() == "done"
    after = stage.show(b"")
    assert (after.weight_grams, after.stable) == (before.weight_grams, before.stable), "an answer is no reading"


def test_frames_that_come_before_the_answer_are_not_lost() -> None:
    stage = Stage("mt-sics", replies={b"Z\r\n": [sics(500) * 3 + b"Z A\r\n" + sics(500)]})
    stage.join(sics(500))
    assert stage.driver.zero() == "done"
    assert [one.weight_grams for one in stage.show(b"").captures] == [500_000]


@pytest.mark.parametrize("reply", (b"Z I\r\n", b"Z +\r\n", b"Z -\r\n", b"EL\r\n"))
def test_a_refusal_is_said(reply: bytes) -> None:
    stage = Stage("mt-sics", replies={b"Z\r\n": [reply]})
    stage.join(sics(500))
    shown = stage.show(sics(500), 3)
    with pytest.raises(CommandRefused):
        stage.driver.zero()
    assert stage.show(b"").flags == shown.flags, "a refusal is not the state of the load"


def test_no_answer_is_said() -> None:
    stage = Stage("mt-sics")
    stage.join(sics(500))
    with pytest.raises(NoReply) as error:
        stage.driver.tare()
    assert "1000" in error.value.sentence_en
    assert "1000" in error.value.sentence_zh


@pytest.mark.parametrize("protocol", ("yaohua-continuous", "yaohua-command", "yaohua-equals", "yaohua-a12", "cas-22"))
def test_a_protocol_without_commands_says_so(protocol: str) -> None:
    stage = Stage(protocol)
    stage.driver.poll()
    written = list(stage.link.written)
    for command in (stage.driver.zero, stage.driver.tare, stage.driver.clear_tare):
        with pytest.raises(CommandUnknown):
            command()
    assert stage.link.written == written


@pytest.mark.parametrize(
    ("status", "accepted"), ((0x60, True), (0x70, True), (0x50, True), (0x61, False), (0x62, False), (0x68, False))
)
def test_8217_answers_a_zero_with_its_status(status: int, accepted: bool) -> None:
    stage = Stage("toledo-8217", replies={b"Z": [bytes((0x02, 0x3F, status, 0x0D))]})
    stage.driver.poll()
    if accepted:
        assert stage.driver.zero() == "done"
        return
    with pytest.raises(CommandRefused):
        stage.driver.zero()


def test_nci_answers_a_zero_with_its_status() -> None:
    stage = Stage("nci", replies={b"Z\r": [b"\nS20\r\x03"]})
    stage.driver.poll()
    assert stage.driver.zero() == "done"
    stage.link._replies[b"Z\r"] = [b"\n?\r\x03"]
    with pytest.raises(CommandRefused):
        stage.driver.zero()


@pytest.mark.parametrize(("bare", "end"), ((True, b""), (False, b"\r\n")))
def test_toledo_commands_are_sent_and_not_confirmed(bare: bool, end: bytes) -> None:
    stage = Stage("toledo-continuous", manner=Manner(bare_commands=bare))
    stage.join(toledo(0))
    assert [stage.driver.zero(), stage.driver.tare(), stage.driver.clear_tare()] == ["sent"] * 3
    assert stage.link.written == [b"Z" + end, b"T" + end, b"C" + end]


def test_a_command_while_the_link_is_down_says_why() -> None:
    stage = Stage("mt-sics")
    stage.play(LOST)
    with pytest.raises(LinkLost) as error:
        stage.driver.zero()
    assert error.value is LOST


def test_no_command_moves_a_tare_or_a_zero_by_polling() -> None:
    protocols = ("mt-sics", "toledo-8217", "and-standard", "ohaus", "nci", "yaohua-command")
    asked = {command.request for name in protocols for command in talk_of(name, Manner()).requests}
    assert asked == {b"SI\r\n", b"W", b"Q\r\n", b"IP\r\n", b"W\r", yaohua_request("A", "B"), yaohua_request("A", "C")}


# ---------------------------------------------------------------- lost links


def test_a_lost_link_is_opened_again_after_a_wait_that_doubles_to_its_limit() -> None:
    stage = Stage("toledo-continuous", reopen_first_ms=500, reopen_last_ms=2000)
    stage.link.refuse_opens = 5
    tries = []
    for _ in range(100):
        before, tick = stage.link.refuse_opens, stage.clock.tick_ms()
        stage.driver.poll()
        if stage.link.refuse_opens != before or stage.link.opens:
            tries.append(tick)
        if stage.link.opens:
            break
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert waits == [500, 1000, 2000, 2000, 2000]


def test_a_good_frame_makes_the_next_wait_short_again() -> None:
    stage = Stage("toledo-continuous", reopen_first_ms=500)
    stage.play(LOST)
    stage.wait(500)
    stage.play(LOST)
    stage.wait(1000)
    stage.join(toledo(500))
    stage.play(LOST)
    stage.wait(300)
    assert stage.link.opens == 3, "400 ms after the loss"
    stage.wait(0)
    assert stage.link.opens == 4, "500 ms after"


def test_a_lost_link_shows_nothing_and_says_why() -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(500))
    stage.show(toledo(500), 3)
    (live,) = stage.play(LOST)
    assert (live.weight_grams, live.known) == (None, False)
    assert stage.driver.last_error is LOST
    assert not stage.link.is_open


def test_a_driver_at_rest_does_not_spin() -> None:
    stage = Stage("toledo-continuous")
    stage.play(LOST)
    before = stage.clock.tick_ms()
    stage.driver.poll()
    assert stage.clock.tick_ms() - before == 100


def test_half_a_frame_before_the_loss_does_not_join_half_a_frame_after() -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(500))
    stage.play(toledo(500)[:9], LOST)
    stage.clock.advance(500)
    assert stage.play(toledo(500)[9:])[0].frames == 1


def test_counters_tell_how_it_goes() -> None:
    stage = Stage("toledo-continuous")
    stage.join(toledo(500))
    stage.play(toledo(500), b"\x02noise", toledo(500), LOST)
    counters = stage.driver.counters()
    assert (counters.frames_ok, counters.frames_bad, counters.bytes_discarded) == (3, 1, 6)
    assert (counters.opens, counters.links_lost, counters.last_ok_age_ms) == (1, 1, 200)
    stage.driver.close()
    assert not stage.link.is_open
