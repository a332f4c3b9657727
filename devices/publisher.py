"""The gateway's line to the broker: MQTT v5, at least once, one thread that owns the client and everything about it.

A broker's PUBACK does not mean that the server has a message, so nothing leaves the spool on it. Each connection has a
client object of its own: nothing that the library still remembers from the one before can be sent behind our back.
"""

import logging
import random
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from devices.batches import as_history
from devices.clock import Clock
from devices.lanes import Lanes
from devices.messages import (
    Ack,
    BadMessage,
    Channel,
    Command,
    GatewayMeta,
    GatewayState,
    LiveFrame,
    Message,
    decode,
    encode,
    make_topic,
)
from devices.spool import Spool

logger = logging.getLogger(__name__)

IN_FLIGHT_MAX = 20  # what Mosquitto announces as Receive Maximum, and the library does not look at
LIVE_GAP_MS = 200
HEARTBEAT_MS = 60_000
SESSION_EXPIRY_S = 3_600  # commands wait that long in the broker; records wait in the spool
WILL_DELAY_S = 30  # a flap of a few seconds raises nothing
CERTAIN_AFTER_MS = 3_000  # a kept acknowledgement arrives within this after the subscription
CONNECT_TIMEOUT_S = 5.0
GREETING_TIMEOUT_MS = 10_000
LOOP_S = 0.05
RETRY_FIRST_S = 1.0
RETRY_LAST_S = 30.0
GOODBYE_MS = 2_000
NO_SUBSCRIBERS = 0x10
QUOTA_EXCEEDED = 0x97


@dataclass(frozen=True)
class BrokerAddress:
    """Where the broker is and how to be let in; the user name is the gateway's own name."""

    host: str
    port: int
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    keepalive_s: int = 30


@dataclass
class Line:
    """How the line stands, for the status page. Instants are ms UTC."""

    connected: bool = False
    since: int | None = None
    trouble: str | None = None
    connections: int = 0
    published: int = 0
    refused: int = 0
    unheard: int = 0
    faults: int = 0
    ack: Ack | None = None


class Speaker(Protocol):
    """What the publisher says about the gateway itself."""

    def state(self) -> GatewayState:
        """Birth and heartbeat."""
        ...

    def meta(self) -> GatewayMeta:
        """Everything the gateway reads."""
        ...


class Publisher:
    """Sends what the spool holds, while connected. `run` is the thread; `offer_live` may be called from any other."""

    def __init__(
        self, place: tuple[str, str], address: BrokerAddress, spool: Spool, lanes: Lanes, clock: Clock
    ) -> None:
        """`place` is (site, gateway)."""
        self.line = Line()
        self.beat = clock.tick_ms()
        self._site, self._gw = place
        self._address = address
        self._spool = spool
        self._lanes = lanes
        self._clock = clock
        self._live_lock = threading.Lock()
        self._live: dict[str, LiveFrame] = {}
        self._live_sent: dict[str, int] = {}
        self._in_flight: dict[int, int] = {}
        self._heard: list[mqtt.MQTTMessage] = []
        self._greeted: ReasonCode | None = None
        self._subscribed_at: int | None = None
        self._heartbeat_at = 0
        self._certain = False

    def offer_live(self, instrument: str, frame: LiveFrame) -> None:
        """Shows a frame to whoever listens now: sent at most five times a second, forgotten while offline."""
        if self.line.connected:
            with self._live_lock:
                self._live[instrument] = frame

    def run(self, stop: threading.Event, speaker: Speaker, on_command: Callable[[Command], None]) -> None:
        """Connects, sends and reconnects until told to stop; never raises."""
        wait_s = RETRY_FIRST_S
        while not stop.is_set():
            before = self.line.connections
            try:
                self._connection(stop, speaker, on_command)
            except OSError as trouble:  # no route, refused, TLS: all of them pass
                self._note(f"{self._address.host}:{self._address.port}: {trouble}")
            except Exception:
                self.line.faults += 1
                self._note("internal fault, see the log")
                logger.exception("The line to the broker broke on a fault of our own; connecting again.")
            finally:
                self._hang_up()
            wait_s = RETRY_FIRST_S if self.line.connections > before else min(wait_s * 2, RETRY_LAST_S)
            self._wait(stop, wait_s * random.uniform(0.5, 1.0))

    def _wait(self, stop: threading.Event, seconds: float) -> None:
        until = self._clock.tick_ms() + round(seconds * 1000)
        while self._clock.tick_ms() < until and not stop.wait(0.2):
            self.beat = self._clock.tick_ms()

    def _note(self, trouble: str) -> None:
        if trouble != self.line.trouble:
            logger.warning("No line to the broker: %s", trouble)
        self.line.trouble = trouble

    def _hang_up(self) -> None:
        self.line.connected = False
        self._lanes.undelivered([seq for seq in self._in_flight.values() if seq])
        self._in_flight.clear()
        self._heard.clear()
        with self._live_lock:
            self._live.clear()
        self._greeted = None
        self._subscribed_at = None
        self._heartbeat_at = 0

    def _connection(self, stop: threading.Event, speaker: Speaker, on_command: Callable[[Command], None]) -> None:
        client = self._client()
        properties = _properties(PacketTypes.CONNECT, SessionExpiryInterval=SESSION_EXPIRY_S)
        address = self._address
        client.connect(
            address.host, address.port, keepalive=address.keepalive_s, clean_start=False, properties=properties
        )
        try:
            self._converse(client, stop, speaker, on_command)
            self._say_goodbye(client, speaker)
        finally:
            # Does nothing where the library has closed the connection; else the broker shall speak our will.
            client.disconnect(ReasonCode(PacketTypes.DISCONNECT, "Disconnect with will message"))

    def _converse(
        self, client: mqtt.Client, stop: threading.Event, speaker: Speaker, on_command: Callable[[Command], None]
    ) -> None:
        began = self._clock.tick_ms()
        while not stop.is_set():
            outcome = client.loop(LOOP_S)
            self.beat = self._clock.tick_ms()
            if outcome != mqtt.MQTT_ERR_SUCCESS:
                self._note(self._greeting_trouble() or mqtt.error_string(outcome))
                return
            if not self.line.connected and self.beat - began > GREETING_TIMEOUT_MS:
                self._note(self.line.trouble or "the broker took the connection and said nothing")
                return
            if self.line.connected:
                self._listen(on_command)
                self._speak(client, speaker)

    def _greeting_trouble(self) -> str | None:
        return str(self._greeted) if self._greeted is not None and self._greeted.is_failure else None

    def _client(self) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=self._gw, protocol=mqtt.MQTTv5)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.username_pw_set(self._gw, self._address.password)
        if self._address.ca_file is not None:
            client.tls_set(
                ca_certs=self._address.ca_file,
                certfile=self._address.cert_file,
                keyfile=self._address.key_file,
                tls_version=ssl.PROTOCOL_TLS_CLIENT,
            )
        will = _properties(PacketTypes.WILLMESSAGE, WillDelayInterval=WILL_DELAY_S)
        client.will_set(self._topic("state"), encode(GatewayState(on=False)), qos=1, retain=True, properties=will)
        client.on_connect = self._on_connect
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    # Callbacks only take notes: an exception that leaves one would end the library's loop for good.

    def _on_connect(self, client: mqtt.Client, _state: Any, _flags: Any, code: ReasonCode, _properties: Any) -> None:
        self._greeted = code
        if not code.is_failure:
            client.subscribe([(self._topic("down/ack"), 1), (self._topic("down/cmd"), 1)])

    def _on_subscribe(self, _client: mqtt.Client, _state: Any, _mid: int, codes: list[ReasonCode], _p: Any) -> None:
        refused = [str(code) for code in codes if code.is_failure or code.value != 1]  # QoS 0 would lose commands
        if refused:
            self._note(f"the broker refuses our subscriptions: {', '.join(refused)}")
            return
        self._subscribed_at = self._clock.tick_ms()
        self.line.connected = True
        self.line.connections += 1
        self.line.since = self._clock.at_ms()
        self.line.trouble = None
        logger.info("Connected to %s:%s", self._address.host, self._address.port)

    def _on_publish(self, _client: mqtt.Client, _state: Any, mid: int, code: ReasonCode, _properties: Any) -> None:
        seq = self._in_flight.pop(mid, 0)
        if code.value in (NO_SUBSCRIBERS, QUOTA_EXCEEDED):
            self.line.unheard += 1
            if seq:
                self._lanes.nobody_listens(seq)
        elif code.is_failure:  # it stays in the spool and goes again in a minute
            self.line.refused += 1
            self.line.trouble = f"the broker refuses our messages: {code}"

    def _on_message(self, _client: mqtt.Client, _state: Any, message: mqtt.MQTTMessage) -> None:
        self._heard.append(message)

    def _listen(self, on_command: Callable[[Command], None]) -> None:
        heard, self._heard = self._heard, []
        for raw in heard:
            try:
                message = decode(raw.topic, bytes(raw.payload))[1]
            except BadMessage as bad:
                self.line.faults += 1
                logger.warning("Ignored what came on %s: %s", raw.topic, bad)
                continue
            if isinstance(message, Ack):
                self._lanes.acknowledged(message)
                self.line.ack = message
            elif isinstance(message, Command):
                on_command(message)

    def _speak(self, client: mqtt.Client, speaker: Speaker) -> None:
        tick = self._clock.tick_ms()
        if tick >= self._heartbeat_at:
            if self._heartbeat_at == 0:
                self._publish(client, "meta", speaker.meta(), retain=True)
            self._publish(client, "state", speaker.state(), retain=True)
            self._heartbeat_at = tick + HEARTBEAT_MS
        self._speak_live(client, tick)
        if self._is_certain(tick):
            while len(self._in_flight) < IN_FLIGHT_MAX and (due := self._lanes.next()) is not None:
                message = due.message
                body = message.body if due.live else as_history(message.channel, message.body)
                self._send(client, message.channel, body, seq=message.seq)

    def _is_certain(self, tick: int) -> bool:
        if not self._certain:
            waited = self._subscribed_at is not None and tick - self._subscribed_at >= CERTAIN_AFTER_MS
            if waited and not self._spool.is_certain:
                self._spool.confirm_epoch()
            self._certain = self._spool.is_certain
        return self._certain

    def _speak_live(self, client: mqtt.Client, tick: int) -> None:
        with self._live_lock:
            due = [name for name in self._live if tick - self._live_sent.get(name, -LIVE_GAP_MS) >= LIVE_GAP_MS]
            frames = {name: self._live.pop(name) for name in due}
        for name, frame in frames.items():
            self._live_sent[name] = tick
            client.publish(make_topic(self._site, self._gw, "live", name), encode(frame), qos=0)

    def _publish(self, client: mqtt.Client, channel: Channel, message: Message, *, retain: bool) -> None:
        self._send(client, channel, encode(message), retain=retain)

    def _send(self, client: mqtt.Client, channel: Channel, body: bytes, *, seq: int = 0, retain: bool = False) -> None:
        info = client.publish(self._topic(channel), body, qos=1, retain=retain)
        self._in_flight[info.mid] = seq
        self.line.published += 1

    def _topic(self, channel: Channel) -> str:
        return make_topic(self._site, self._gw, channel)

    def _say_goodbye(self, client: mqtt.Client, speaker: Speaker) -> None:
        """A planned stop says so itself, at once; the will is for the others."""
        if not (self.line.connected and client.is_connected()):
            return
        state = speaker.state()
        off = GatewayState(on=False, ts=state.ts, ep=state.ep, seq=state.seq, spool=state.spool, ver=state.ver)
        self._publish(client, "state", off, retain=True)
        until = self._clock.tick_ms() + GOODBYE_MS
        while self._in_flight and self._clock.tick_ms() < until and client.loop(LOOP_S) == mqtt.MQTT_ERR_SUCCESS:
            continue
        client.disconnect()


def _properties(packet: int, **values: int) -> Properties:
    properties = Properties(packet)  # type: ignore[no-untyped-call]  # the library left this one untyped
    for name, value in values.items():
        setattr(properties, name, value)
    return properties
