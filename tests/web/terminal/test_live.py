"""Live weights: what is fresh is shown, what is old is unknown, and places for streams are bounded and given back."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from devices.messages import BadMessage, CaptureKey, LiveFrame, encode, make_topic
from tests.servers.broker import Broker
from tests.web.terminal.make import DOCK, Dock, said
from wms.config import Mqtt
from wms.web import live

KEY = "gw-a1/truck1"
TOPIC = make_topic("yt1", "gw-a1", "live", "truck1")


def frame(grams: int | None = 18_000_000, *, captured: int | None = 18_000_000, stable: bool = True) -> bytes:
    capture = None
    if captured is not None:
        capture = CaptureKey(id=uuid4(), ep=1, seq=7, at=1_760_000_000_000, weight_grams=captured)
    return encode(
        LiveFrame(weight_grams=grams, stable=stable, net=False, tare_grams=None, flags=[], at=1_760_000_000_500, n=3,
                  capture=capture)
    )  # fmt: skip


@pytest.fixture
def weights() -> live.LiveWeights:
    """A listener nobody has connected."""
    return live.LiveWeights(Mqtt(site="yt1", port=1), 2)


def test_a_fresh_frame_is_shown_with_the_capture_to_cite(weights: live.LiveWeights) -> None:
    weights.hear(TOPIC, frame())
    shown = weights.shown(KEY)
    assert (shown["instrument"], shown["weight_grams"], shown["stable"]) == (KEY, 18_000_000, True)
    assert (shown["gw"], shown["ep"], shown["seq"]) == ("gw-a1", 1, 7)
    assert shown["capture"]["seq"] == 7


@pytest.mark.parametrize("payload", [frame(17_980_000), frame(stable=False), frame(captured=None)])
def test_a_capture_of_another_load_is_not_cited(weights: live.LiveWeights, payload: bytes) -> None:
    weights.hear(TOPIC, payload)
    shown = weights.shown(KEY)
    assert (shown["gw"], shown["ep"], shown["seq"]) == (None, None, None)


def test_what_is_old_or_never_heard_is_unknown(weights: live.LiveWeights) -> None:
    assert weights.shown(KEY)["weight_grams"] is None
    weights.hear(TOPIC, frame())
    heard = weights.latest(KEY)
    assert heard is not None
    assert live.event_of(KEY, heard, heard.at + 1.9)["weight_grams"] == 18_000_000
    old = live.event_of(KEY, heard, heard.at + 2.1)
    assert (old["weight_grams"], old["stable"], old["seq"]) == (None, None, None)


def test_what_cannot_be_read_changes_nothing(weights: live.LiveWeights) -> None:
    with pytest.raises(BadMessage):
        weights.hear(TOPIC, b"{}")
    assert weights.latest(KEY) is None


def test_streams_are_bounded_and_given_back(weights: live.LiveWeights) -> None:
    first, second = weights.stream(KEY), weights.stream(KEY)
    with pytest.raises(live.StreamsFull):
        weights.stream(KEY)
    first.close()  # type: ignore[attr-defined]
    first.close()  # type: ignore[attr-defined]
    third = weights.stream(KEY)
    with pytest.raises(live.StreamsFull):
        weights.stream(KEY)
    assert next(second).startswith("event: weight\ndata: {")
    assert next(third).endswith("\n\n")


def test_a_stream_tells_news_and_ends(weights: live.LiveWeights) -> None:
    stream = weights.stream(KEY, life_s=1.0)
    assert json.loads(next(stream).partition("data: ")[2])["weight_grams"] is None
    weights.hear(TOPIC, frame())
    assert json.loads(next(stream).partition("data: ")[2])["weight_grams"] == 18_000_000
    for _ in stream:
        pass
    assert weights.stream(KEY) is not None


def test_the_pages_of_a_stream(dock: Dock) -> None:
    browser = dock.browser()
    listening = dock.app.extensions[live.NAME]
    listening.hear(TOPIC, frame())
    assert said(browser.get(f"/terminal/live/weight?instrument={KEY}"))["weight_grams"] == 18_000_000
    listening.hear(TOPIC, frame())
    answer = browser.client.get(f"/terminal/live/events?instrument={KEY}")
    assert answer.mimetype == "text/event-stream"
    assert b'"weight_grams": 18000000' in next(iter(answer.response))
    taken = [listening.stream(KEY) for _ in range(15)]
    full = browser.get(f"/terminal/live/events?instrument={KEY}")
    assert (full.status_code, full.headers["Retry-After"]) == (503, "5")
    answer.close()
    again = browser.client.get(f"/terminal/live/events?instrument={KEY}")
    assert again.status_code == 200
    again.close()
    assert len(taken) == 15


def test_only_the_dock_may_be_asked_beside_us(dock: Dock) -> None:
    policy = dock.browser().get("/terminal/").headers["Content-Security-Policy"]
    assert f"connect-src 'self' {DOCK};" in policy
    assert DOCK not in dock.app.test_client().get("/sign-in").headers["Content-Security-Policy"]


def until(found: Callable[[], Any], wait_s: float = 10.0) -> Any:
    end = time.monotonic() + wait_s
    while not (value := found()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


def test_frames_come_from_a_real_broker_and_a_dead_listener_is_started_anew(broker: Broker) -> None:
    weights = live.LiveWeights(Mqtt(site="yt1", host="127.0.0.1", port=broker.port), 2)
    gateway = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    gateway.connect("127.0.0.1", broker.port)
    gateway.loop_start()

    def heard() -> Any:
        gateway.publish(TOPIC, frame(), qos=0)
        return weights.latest(KEY)

    try:
        weights.watch()
        assert until(heard) is not None
        weights.stop()
        weights._heard.clear()
        weights.watch()
        assert until(heard) is not None
    finally:
        weights.stop()
        gateway.disconnect()
        gateway.loop_stop()
