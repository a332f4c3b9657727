"""The MQTT inbox: messages are acknowledged to the broker only after they are committed, and to the gateway then too.

One network thread hands messages into a bounded queue; the caller's thread writes them in batches. A dead network
thread, a broker that went away or a full queue end in a new connection, after which everything unacknowledged comes
again; storing is idempotent, so that is free.
"""

import logging
import queue
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from devices.messages import Ack, encode, make_topic, subscription
from wms import telemetry
from wms.config import Mqtt
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Clock
from wms.kernel.database import Database
from wms.kernel.errors import Unavailable, WmsError

LOG = logging.getLogger(__name__)
SESSION_S = 7 * 86_400
RECEIVE_MAXIMUM = 500
QUEUE_MAX = 2_000  # the broker may not honour the receive maximum, so we bound ourselves
BATCH_MAX = 500
BATCH_S = 0.2
ACK_S = 1.0  # at most one application acknowledgement a second and gateway
PATIENCE_S = 5.0
# What will fail again however often it is tried.
POISON = (WmsError, IntegrityError, DataError, ValueError, ArithmeticError, LookupError, TypeError)


@dataclass(frozen=True, slots=True)
class Pending:
    """A message that waits to be stored, with the connection it came by: a later connection reuses its mid."""

    generation: int
    mid: int
    letter: telemetry.Arrived


class _Stopped(Exception):
    """The inbox was told to stop while it waited for the database; nothing of what it held is acknowledged."""


class Inbox:
    """One session at the broker, written to one database."""

    def __init__(self, settings: Mqtt, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._queue: queue.Queue[Pending] = queue.Queue(QUEUE_MAX)
        self._generation = 0
        self._lock = threading.Lock()
        self._acked_at: dict[str, float] = {}
        self._to_ack: dict[str, telemetry.Watermark] = {}
        self._stop = threading.Event()
        self.stored = 0
        self._client = self._make_client()

    def run(self, stop: threading.Event, beat: Callable[[], None] = lambda: None) -> None:
        """Take messages in until `stop` is set. Raises RuntimeError when the network thread has died."""
        self._stop = stop
        self._connect(stop)
        self._client.loop_start()
        try:
            while not stop.is_set():
                self._require_alive()
                self._work(self._batch())
                self._send_acks()
                beat()
        except _Stopped:
            LOG.warning("stopped while the database was away; the broker brings the rest again")
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def _make_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._settings.inbox,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        if self._settings.username:
            client.username_pw_set(self._settings.username, self._settings.password())
        if self._settings.ca_file:
            client.tls_set(self._settings.ca_file, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.reconnect_delay_set(1, 10)
        return client

    def _connect(self, stop: threading.Event) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        while not stop.is_set():
            try:
                self._client.connect(
                    self._settings.host, self._settings.port, keepalive=30, clean_start=False, properties=properties
                )
                return
            except OSError as error:
                LOG.warning("broker out of reach: %s", error)
                stop.wait(1.0)

    def _on_connect(self, client: mqtt.Client, _: Any, __: Any, reason: Any, ___: Any) -> None:
        try:
            with self._lock:
                self._generation += 1
            if reason.is_failure:
                LOG.error("broker refused the inbox: %s", reason)
                return
            site = self._settings.site
            for channels in ("up/#", "state", "meta"):
                client.subscribe(subscription(channels, site=site), qos=1)
            LOG.info("inbox connected", extra={"generation": self._generation})
        except Exception:  # an exception here would kill the network thread for ever
            LOG.exception("on_connect failed")

    def _on_disconnect(self, _: mqtt.Client, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        with self._lock:
            self._generation += 1
        LOG.warning("inbox disconnected: %s", reason)

    def _on_message(self, client: mqtt.Client, _: Any, message: mqtt.MQTTMessage) -> None:
        try:
            letter = telemetry.Arrived(message.topic, bytes(message.payload))
            self._queue.put(Pending(self._generation, message.mid, letter), timeout=PATIENCE_S)
        except queue.Full:
            LOG.error("the inbox cannot keep up; a new connection will bring the rest again")
            client.disconnect()
        except Exception:  # an exception here would kill the network thread for ever
            LOG.exception("on_message failed")

    def _require_alive(self) -> None:
        thread = self._client._thread
        if thread is None or not thread.is_alive():
            raise RuntimeError("the inbox's network thread has died")
        if not self._client.is_connected() and self._queue.empty():
            time.sleep(0.05)  # the network thread connects again; without a pause this loop would keep its core from it

    def _batch(self) -> list[Pending]:
        """Wait for messages at most BATCH_S and return at most BATCH_MAX of them."""
        batch: list[Pending] = []
        until = time.monotonic() + BATCH_S
        while len(batch) < BATCH_MAX:
            try:
                batch.append(self._queue.get(timeout=max(until - time.monotonic(), 0.001)))
            except queue.Empty:
                break
        return batch

    def _work(self, batch: list[Pending]) -> None:
        if not batch:
            return
        try:
            marks = self._store([pending.letter for pending in batch])
        except POISON as error:
            LOG.error("a message of the batch is refused, storing one by one: %s", error)
            marks = [mark for pending in batch for mark in self._store_alone(pending.letter)]
        self.stored += len(batch)
        for pending in batch:
            if pending.generation == self._generation and pending.mid:
                self._client.ack(pending.mid, 1)
        for mark in marks:
            self._to_ack[mark.gateway] = mark

    def _store(self, letters: list[telemetry.Arrived]) -> list[telemetry.Watermark]:
        """Store in one transaction; while the database is away, wait: nothing is acknowledged meanwhile."""
        wait_s = 0.1
        while True:
            try:
                return self._database.write(
                    lambda session: telemetry.receive(session, letters, by=SYSTEM, at=self._clock())
                )
            except (DBAPIError, Unavailable) as error:
                if isinstance(error, DBAPIError) and not error.connection_invalidated and not _is_away(error):
                    raise
                LOG.error("database away, the inbox waits: %s", getattr(error, "orig", error))
                if self._stop.wait(wait_s):
                    raise _Stopped from error
                wait_s = min(wait_s * 2, 5.0)

    def _store_alone(self, letter: telemetry.Arrived) -> list[telemetry.Watermark]:
        try:
            return self._store([letter])
        except POISON as error:
            reason = f"{type(error).__name__}: {error}"
            self._database.write(lambda session: telemetry.bury(session, letter, reason, at=self._clock()))
            return []

    def _send_acks(self) -> None:
        """Tell gateways what they may forget, at most once a second each."""
        moment = time.monotonic()
        for gateway, mark in list(self._to_ack.items()):
            if moment - self._acked_at.get(gateway, -ACK_S) < ACK_S or not self._client.is_connected():
                continue
            ack = Ack(ep=mark.epoch, upto=mark.upto, miss=list(mark.miss), ts=self._clock().ms)
            topic = make_topic(self._settings.site, gateway, "down/ack")
            self._client.publish(topic, encode(ack), qos=1, retain=True)
            self._acked_at[gateway] = moment
            del self._to_ack[gateway]


def _is_away(error: DBAPIError) -> bool:
    return isinstance(error.orig, OSError) or "locked" in str(error.orig) or "connection" in str(error.orig).lower()
