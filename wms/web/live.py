"""The live weights: one listener a process at the broker, the newest frame of each scale, and streams to browsers.

A view, never evidence: nothing is stored, and what is older than two seconds is unknown to whoever looks. The listener
starts when somebody first looks, connects again by itself, and is started anew should its thread have died.
"""

import json
import logging
import secrets
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
from flask import Flask, current_app
from paho.mqtt.enums import CallbackAPIVersion

from devices.messages import BadMessage, LiveFrame, decode, subscription
from wms.config import Mqtt
from wms.kernel.errors import Unavailable

LOG = logging.getLogger(__name__)
NAME = "coldlot_live"
STALE_S = 2.0
GAP_S = 0.2  # at most five events a second
BEAT_S = 1.0  # a silent scale must not look like a dead line, and a reader that left is noticed
STREAM_S = 300.0  # then the browser connects anew, and is asked again who it is


class StreamsFull(Unavailable):
    """Every place for a live stream is taken; the page asks for single weights instead."""

    code = "streams_full"
    en = "Too many live weights are open at once. The page goes on by asking for single weights."
    zh = "实时重量连接数已满, 页面改为逐次查询。"


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame and when it came, on this machine's steady clock."""

    gateway: str
    frame: LiveFrame
    at: float


class LiveWeights:
    """Listens to `live/+` of one site, keeps the newest frame of each scale, and lends places for streams."""

    def __init__(self, settings: Mqtt, streams: int) -> None:
        self._settings = settings
        self._news = threading.Condition()
        self._heard: dict[str, Heard] = {}
        self._client: mqtt.Client | None = None
        self._places = threading.BoundedSemaphore(streams)

    def watch(self) -> None:
        """Start listening if nobody does, or if the listening thread has died."""
        with self._news:
            thread = None if self._client is None else self._client._thread
            if thread is not None and thread.is_alive():
                return
            if self._client is not None:
                LOG.error("the live listener had died and is started anew")
            self._client = self._connected()

    def stop(self) -> None:
        """Stop listening; the next look starts again."""
        with self._news:
            client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()

    def hear(self, topic: str, payload: bytes) -> None:
        """Take one message in. Raises BadMessage."""
        place, frame = decode(topic, payload)
        if isinstance(frame, LiveFrame) and place.instrument is not None:
            with self._news:
                self._heard[f"{place.gw}/{place.instrument}"] = Heard(place.gw, frame, time.monotonic())
                self._news.notify_all()

    def latest(self, key: str) -> Heard | None:
        """Return the newest frame of a scale (gateway/name), however old."""
        with self._news:
            return self._heard.get(key)

    def shown(self, key: str) -> dict[str, Any]:
        """Return what a page shows of a scale now: see `event_of`."""
        return event_of(key, self.latest(key), time.monotonic())

    def stream(self, key: str, *, life_s: float = STREAM_S) -> Iterator[str]:
        """Take a place and return the events of a scale as they come; the place is given back when it is closed.

        Raises StreamsFull at once, before anything is sent.
        """
        if not self._places.acquire(blocking=False):
            raise StreamsFull
        return _Stream(self, key, life_s)

    def give_back(self) -> None:
        """Give a stream's place back."""
        self._places.release()

    def wait(self, key: str, seen: Heard | None, patience_s: float) -> Heard | None:
        """Return the scale's frame once it is another than `seen`, or what there is when patience ends."""
        with self._news:
            self._news.wait_for(lambda: self._heard.get(key) is not seen, patience_s)
            return self._heard.get(key)

    def _connected(self) -> mqtt.Client:
        settings = self._settings
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"web-{secrets.token_hex(4)}", protocol=mqtt.MQTTv5)
        if settings.username:
            client.username_pw_set(settings.username, settings.password())
        if settings.ca_file:
            client.tls_set(settings.ca_file, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.reconnect_delay_set(1, 10)
        client.connect_async(settings.host, settings.port, keepalive=15)
        client.loop_start()
        return client

    def _on_connect(self, client: mqtt.Client, _: Any, __: Any, reason: Any, ___: Any) -> None:
        if reason.is_failure:
            LOG.error("broker refused the live listener: %s", reason)
            return
        client.subscribe(subscription("live/+", site=self._settings.site), qos=0)

    def _on_message(self, _: mqtt.Client, __: Any, message: mqtt.MQTTMessage) -> None:
        try:
            self.hear(message.topic, bytes(message.payload))
        except BadMessage as error:
            LOG.warning("a live frame could not be read: %s", error)


class _Stream(Iterator[str]):
    """Server-sent events of one scale. An object and not a generator: closed unread, it still gives its place back."""

    def __init__(self, weights: LiveWeights, key: str, life_s: float) -> None:
        self._weights = weights
        self._key = key
        self._until = time.monotonic() + life_s
        self._seen: Heard | None = None
        self._begun = False
        self._open = True

    def __next__(self) -> str:
        if not self._open or time.monotonic() >= self._until:
            self.close()
            raise StopIteration
        if self._begun:
            time.sleep(GAP_S)
            self._seen = self._weights.wait(self._key, self._seen, BEAT_S - GAP_S)
        else:
            self._begun = True
            self._seen = self._weights.latest(self._key)
        event = event_of(self._key, self._seen, time.monotonic())
        return f"event: weight\ndata: {json.dumps(event)}\n\n"

    def close(self) -> None:
        """Give the place back, once."""
        if self._open:
            self._open = False
            self._weights.give_back()


def event_of(key: str, heard: Heard | None, now_s: float) -> dict[str, Any]:
    """Return the event of a frame: its fields, its age, and the capture to cite only while it is what stands there.

    A capture is cited by (gw, ep, seq). Without a frame, or after two seconds, nothing is known: weight null.
    """
    age_s = None if heard is None else now_s - heard.at
    if heard is None or age_s is None or age_s > STALE_S:
        age_ms = 2**31 if age_s is None else int(age_s * 1000)
        return {"instrument": key, "weight_grams": None, "stable": None, "net": None, "tare_grams": None, "flags": [],
                "age_ms": age_ms, "gw": None, "ep": None, "seq": None, "shown_at": None}  # fmt: skip
    frame = heard.frame
    capture = frame.capture
    cited = capture if capture and frame.stable and capture.weight_grams == frame.weight_grams else None
    return {
        "instrument": key,
        "weight_grams": frame.weight_grams,
        "stable": frame.stable,
        "net": frame.net,
        "tare_grams": frame.tare_grams,
        "flags": list(frame.flags),
        "age_ms": int(age_s * 1000),
        "n": frame.n,
        "shown_at": frame.at,
        "gw": heard.gateway if cited else None,
        "ep": cited.ep if cited else None,
        "seq": cited.seq if cited else None,
        "capture": None if cited is None else {"id": str(cited.id), "ep": cited.ep, "seq": cited.seq, "at": cited.at,
                                               "weight_grams": cited.weight_grams},
    }  # fmt: skip


def install(app: Flask, settings: Mqtt, streams: int) -> None:
    """Give an app its live weights; nothing is started yet."""
    app.extensions[NAME] = LiveWeights(settings, streams)


def weights() -> LiveWeights:
    """Return the app's live weights, listening."""
    found = current_app.extensions[NAME]
    assert isinstance(found, LiveWeights)
    found.watch()
    return found
