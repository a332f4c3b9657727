"""The broker's access list as it is deployed: a gateway speaks for itself, hears itself, and nothing else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from devices.messages import Channel, make_topic, subscription
from tests.servers.broker import Broker

ACL = Path(__file__).parents[2] / "deploy" / "mosquitto" / "coldlot.acl"
PEOPLE = {"coldlot": "one", "gate": "two", "room3": "three"}
ANSWERS = {0x00: True, 0x10: True, 0x87: False}  # taken, taken though nobody listens yet, not authorized


class Speaker:
    """One connected client that remembers what the broker told it."""

    def __init__(self, broker: Broker, user: str) -> None:
        self.user = user
        self.heard: list[str] = []
        self._answers: dict[int, int] = {}
        self._subscribed: set[int] = set()
        self._came = threading.Condition()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{user}-test", protocol=mqtt.MQTTv5)
        self.client.username_pw_set(user, PEOPLE[user])
        self.client.on_publish = self._answered
        self.client.on_subscribe = self._granted
        self.client.on_message = self._message
        self.client.connect(broker.host, broker.port)
        self.client.loop_start()

    def may_publish(self, topic: str) -> bool:
        """Send a retained word; tell whether the broker took it."""
        sent = self.client.publish(topic, b"{}", qos=1, retain=True)
        with self._came:
            assert self._came.wait_for(lambda: sent.mid in self._answers, 5)
            return ANSWERS[self._answers[sent.mid]]

    def hears(self, wanted: str) -> list[str]:
        """Subscribe to a filter; return the topics that came, live and retained ones."""
        self._subscribe(wanted)
        self._subscribe("cw/v1/nothing")  # what is retained comes before the answer to the next request
        return self.heard

    def close(self) -> None:
        """Leave."""
        self.client.disconnect()
        self.client.loop_stop()

    def _subscribe(self, wanted: str) -> None:
        mid = self.client.subscribe(wanted, qos=1)[1]
        with self._came:
            assert self._came.wait_for(lambda: mid in self._subscribed, 5)

    def _granted(self, _client: mqtt.Client, _data: object, mid: int, *_: object) -> None:
        with self._came:
            self._subscribed.add(mid)
            self._came.notify_all()

    def _answered(self, _client: mqtt.Client, _data: object, mid: int, code: ReasonCode, _properties: object) -> None:
        with self._came:
            self._answers[mid] = code.value
            self._came.notify_all()

    def _message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._came:
            self.heard.append(message.topic)
            self._came.notify_all()


@pytest.fixture(scope="module")
def speakers() -> Iterator[Callable[[str], Speaker]]:
    with ExitStack() as opened:
        broker = Broker(passwords=PEOPLE, acl=ACL.read_text("utf-8"))
        opened.callback(broker.close)
        connected = {name: Speaker(broker, name) for name in PEOPLE}
        for speaker in connected.values():
            opened.callback(speaker.close)
        yield connected.__getitem__


@pytest.mark.parametrize("channel", ["up/m", "up/w", "up/e", "state", "meta"])
def test_a_gateway_speaks_for_itself_only(speakers: Callable[[str], Speaker], channel: Channel) -> None:
    assert speakers("gate").may_publish(make_topic("a", "gate", channel))
    assert not speakers("gate").may_publish(make_topic("a", "room3", channel))


def test_a_gateway_shows_its_own_live_weights(speakers: Callable[[str], Speaker]) -> None:
    assert speakers("gate").may_publish(make_topic("a", "gate", "live", "scale1"))
    assert not speakers("gate").may_publish(make_topic("a", "room3", "live", "scale1"))


def test_a_gateway_cannot_acknowledge_or_command(speakers: Callable[[str], Speaker]) -> None:
    assert not speakers("gate").may_publish(make_topic("a", "gate", "down/ack"))
    assert not speakers("gate").may_publish(make_topic("a", "room3", "down/cmd"))


def test_a_gateway_hears_only_what_is_meant_for_it(speakers: Callable[[str], Speaker]) -> None:
    mine, other = make_topic("a", "gate", "down/ack"), make_topic("a", "room3", "down/ack")
    assert speakers("coldlot").may_publish(mine)
    assert speakers("coldlot").may_publish(other)
    heard = speakers("gate").hears("cw/v1/#")
    assert mine in heard
    assert other not in heard


def test_the_application_hears_all(speakers: Callable[[str], Speaker]) -> None:
    record = make_topic("a", "room3", "up/w")
    assert speakers("room3").may_publish(record)
    assert record in speakers("coldlot").hears(subscription("up/#"))


def test_the_application_does_not_speak_for_a_gateway(speakers: Callable[[str], Speaker]) -> None:
    assert not speakers("coldlot").may_publish(make_topic("a", "gate", "up/w"))
