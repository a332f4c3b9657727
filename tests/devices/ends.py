"""The other ends for the gateway's tests: a server on a real broker, and patience without sleeping blindly."""

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.batches import ranges
from devices.messages import (
    Ack,
    BadMessage,
    Command,
    DeviceEvent,
    Measurements,
    Message,
    Topic,
    Weighing,
    decode,
    encode,
    late,
    make_topic,
)
from tests.servers.broker import Broker

Said = TypeVar("Said", bound=Message)

SITE, GW = "yantai", "gw-a1"


def eventually(condition: Callable[[], object], within_s: float = 20.0) -> None:
    """Wait for a condition. Raises AssertionError when it does not come true in time."""
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "this did not come true in time"
        time.sleep(0.02)


class ServerEnd:
    """Hears everything a gateway says, in order, and acknowledges only when told to."""

    def __init__(self, broker: Broker) -> None:
        self.heard: list[tuple[Topic, Message, bool]] = []
        self.bad: list[BadMessage] = []
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="server", protocol=mqtt.MQTTv5)
        self._client.on_connect = lambda client, *_: client.subscribe("cw/v1/#", qos=1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._on_message
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        assert self._ready.wait(10)

    def _on_message(self, _client: object, _state: object, message: mqtt.MQTTMessage) -> None:
        try:
            topic, said = decode(message.topic, bytes(message.payload))
        except BadMessage as bad:
            self.bad.append(bad)
            return
        with self._lock:
            self.heard.append((topic, said, message.retain))

    def of(self, kind: type[Said]) -> list[Said]:
        with self._lock:
            return [said for _topic, said, _retain in self.heard if isinstance(said, kind)]

    def forget(self) -> None:
        with self._lock:
            self.heard.clear()

    def ack(self, upto: int, *miss: tuple[int, int], ep: int = 1) -> None:
        topic = make_topic(SITE, GW, "down/ack")
        self._publish(topic, encode(Ack(ep=ep, upto=upto, miss=list(miss), ts=1)), retain=True)

    def command(self, command: Command) -> None:
        self._publish(make_topic(SITE, GW, "down/cmd"), encode(command))

    def say(self, topic: str, payload: bytes) -> None:
        self._publish(topic, payload)

    def _publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class StoringServer(ServerEnd):
    """Stores every record once by its key and acknowledges twice a second, holes included, as the inbox does."""

    MISSED_AFTER_S = 3.0

    def __init__(self, broker: Broker) -> None:
        self.stored: dict[tuple[int, int], Message] = {}
        self.contradictions: list[tuple[int, int]] = []
        self.repeats = 0
        self.lost: set[tuple[int, int]] = set()
        self.is_deaf = False
        self._hole_since: dict[tuple[int, int], float] = {}
        self._stop = threading.Event()
        super().__init__(broker)
        self._worker = threading.Thread(target=self._acknowledge_for_ever)
        self._worker.start()

    def _on_message(self, client: object, state: object, message: mqtt.MQTTMessage) -> None:
        super()._on_message(client, state, message)
        _topic, said, _retain = self.heard.pop()
        if self.is_deaf or not isinstance(said, Measurements | Weighing | DeviceEvent):
            return
        key = (said.ep, said.seq)
        with self._lock:
            if key in self.stored:
                self.repeats += 1
                if late(self.stored[key]) != late(said):  # type: ignore[arg-type]
                    self.contradictions.append(key)
            self.stored[key] = said
            if isinstance(said, DeviceEvent):
                self.lost |= {(said.ep, n) for a, b in said.lost or () for n in range(a, b + 1)}

    def _acknowledge_for_ever(self) -> None:
        while not self._stop.wait(0.5):
            with self._lock:
                known = set(self.stored) | self.lost
            if known and not self.is_deaf:
                epoch = max(ep for ep, _seq in known)
                seqs = {seq for ep, seq in known if ep == epoch}
                upto, miss = self._holes(epoch, seqs)
                topic = make_topic(SITE, GW, "down/ack")
                self._client.publish(topic, encode(Ack(ep=epoch, upto=upto, miss=miss, ts=1)), qos=1, retain=True)

    def interrupt(self, dice: random.Random) -> None:
        """Hear and acknowledge nothing for a while."""
        self.is_deaf = True
        time.sleep(dice.uniform(0.5, 3.0))
        self.is_deaf = False

    def messages(self) -> dict[tuple[int, int], Message]:
        """Everything stored, by (epoch, sequence)."""
        with self._lock:
            return dict(self.stored)

    def troubles(self) -> list[str]:
        """What no gateway should have sent."""
        return [str(key) for key in self.contradictions] + [str(bad) for bad in self.bad]

    def _holes(self, epoch: int, seqs: set[int]) -> tuple[int, list[tuple[int, int]]]:
        """Old holes are missed; the mark stays below young ones."""
        now = time.monotonic()
        holes = [n for n in range(1, max(seqs)) if n not in seqs]
        self._hole_since = {(epoch, n): self._hole_since.get((epoch, n), now) for n in holes}
        young = [n for n in holes if now - self._hole_since[(epoch, n)] < self.MISSED_AFTER_S]
        upto = min(young, default=max(seqs) + 1) - 1
        return upto, ranges(n for n in holes if n <= upto)

    def close(self) -> None:
        self._stop.set()
        self._worker.join()
        super().close()
