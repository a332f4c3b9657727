"""The MQTT inbox: messages are acknowledged to the broker only after they are committed, and to the gateway then too.

One network thread puts messages into a bounded box. A second one takes a batch out and prepares it, while the caller's
thread has the database write the batch before: what a batch prepared says does not depend on what is stored meanwhile.
A dead network thread ends the inbox within a second, so that its keeper starts it anew; a broker that went away or a
full box end in a new connection, after which everything unacknowledged comes again; storing is idempotent, so that is
free.
"""

import logging
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from devices.messages import Ack, BadMessage, encode, make_topic
from wms import telemetry
from wms.config import Mqtt
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Clock
from wms.kernel.database import Database
from wms.kernel.errors import Unavailable, WmsError
from wms.workers.letterbox import Full, Letterbox, Pending
from wms.workers.mqtt_client import BulkClient, Letters

LOG = logging.getLogger(__name__)
SESSION_S = 7 * 86_400
RECEIVE_MAXIMUM = 4_000  # most that may be on its way unacknowledged; the broker may have a lower limit of its own
ACK_S = 1.0  # at most one application acknowledgement a second and gateway
PATIENCE_S = 5.0
QOS = 1  # less, and what the broker drops it drops for good
IF_NEW = 1  # what is retained comes with a new subscription, not with every connection
# What will fail again however often it is tried.
POISON = (BadMessage, WmsError, IntegrityError, DataError, ValueError, ArithmeticError, LookupError, TypeError)


class _Stopped(Exception):
    """The inbox was told to stop in the middle of a batch; nothing of what it held is acknowledged."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages taken together, and what they say; or why that cannot be told of all of them."""

    pending: list[Pending]
    prepared: telemetry.Prepared | Exception


class Inbox:
    """One session at the broker, written to one database."""

    def __init__(
        self, settings: Mqtt, database: Database, clock: Clock, sources: telemetry.Sources = telemetry.NO_SOURCES
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._sources = sources
        self._box = Letterbox()
        self._seen = telemetry.Seen(sqlite=database.is_sqlite)
        self._generation = 0
        self._lock = threading.Lock()
        self._acked_at: dict[str, float] = {}
        self._to_ack: dict[str, telemetry.Watermark] = {}
        self._stop = threading.Event()
        self._beat: Callable[[], None] = lambda: None
        self._deaf = self._refusal = ""
        self._filters = telemetry.filters_of(settings.site, settings.gateways, sources)
        self._mine = telemetry.Listening(settings.inbox, uuid4(), tuple(self._filters), clock())
        self._reported = False
        self._report_at = 0.0
        self._crossed: list[telemetry.Crossing] = []
        self.stored = 0
        self._client = self._make_client()

    def run(self, stop: threading.Event, beat: Callable[[], None] = lambda: None) -> None:
        """Take messages in until `stop` is set, calling `beat` all the while.

        Raises RuntimeError when the network thread has died or the broker lets us hear nothing, InboxNameTaken when
        another inbox has begun under our name, InboxOverlap when another hears what must not be heard twice.
        """
        self._stop, self._beat = stop, beat
        self._report()
        self._connect()
        self._client.loop_start()
        try:
            with ThreadPoolExecutor(1, "inbox-ahead") as ahead:
                self._take_in(ahead)
            self._report(leaving=True)
        except _Stopped:
            LOG.warning("stopped in the middle of a batch; the broker brings it again")
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def _take_in(self, ahead: ThreadPoolExecutor) -> None:
        """Store batch after batch; each is prepared while the one before is written, and what is left over is dropped:
        nobody acknowledged it."""
        following = ahead.submit(self._prepare)
        while not self._stop.is_set():
            self._require_alive()
            batch = following.result()
            following = ahead.submit(self._prepare)
            self._work(batch)
            self._send_acks()
            self._report()

    def _prepare(self) -> Batch:
        pending = self._box.take()
        try:
            return Batch(pending, telemetry.prepare([one.letter for one in pending], self._seen))
        except POISON as error:  # told from the others when they are stored one by one
            return Batch(pending, error)

    def _make_client(self) -> BulkClient:
        client = BulkClient(self._settings.inbox, self._on_letters)
        if self._settings.username:
            client.username_pw_set(self._settings.username, self._settings.password())
        if self._settings.ca_file:
            client.tls_set(self._settings.ca_file, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.reconnect_delay_set(1, 10)
        return client

    def _connect(self) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        while not self._stop.is_set():
            try:
                self._client.connect(
                    self._settings.host, self._settings.port, keepalive=30, clean_start=False, properties=properties
                )
                return
            except OSError as error:
                LOG.warning("broker out of reach: %s", error)
                self._beat()
                self._stop.wait(1.0)

    def filters(self) -> list[str]:
        """Return what this inbox listens to: its gateways' channels, and the topics of its other sources."""
        return self._filters

    def _report(self, *, leaving: bool = False) -> None:
        """Say now and then that we are here and what we listen to; a database that is away is told later.

        Raises InboxOverlap, InboxNameTaken.
        """
        if not leaving and time.monotonic() < self._report_at:
            return
        self._report_at = time.monotonic() + telemetry.BEAT_S
        try:
            if leaving:
                self._database.write(lambda session: telemetry.leave_inbox(session, self._mine))
                return
            begins, at = not self._reported, self._clock()
            crossed = self._database.write(
                lambda session: telemetry.report_inbox(session, self._mine, begins=begins, at=at)
            )
            self._reported = True
        except (DBAPIError, Unavailable) as error:
            LOG.warning("the inbox could not say that it is here: %s", getattr(error, "orig", error))
            return
        if crossed != self._crossed:
            for each in crossed:
                LOG.error("the inbox %s also listens to %s: what both hear is stored once", each.inbox, each.topic)
            self._crossed = crossed

    def _on_connect(self, client: Any, _: Any, __: Any, reason: Any, ___: Any) -> None:
        try:
            self._begin_anew()
            if reason.is_failure:
                LOG.error("broker refused the inbox: %s", reason)
                return
            options = SubscribeOptions(qos=QOS, retainHandling=IF_NEW)
            client.subscribe([(wanted, options) for wanted in self.filters()])
            LOG.info("inbox connected", extra={"generation": self._generation})
        except Exception:  # an exception here would kill the network thread for ever
            LOG.exception("on_connect failed")

    def _on_subscribe(self, _: Any, __: Any, ___: Any, reasons: Any, ____: Any) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure or reason.value != QOS]
        if refused:
            self._deaf = f"the broker refuses its subscriptions: {', '.join(sorted(set(refused)))}"

    def _on_publish(self, _: Any, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        """A broker that refuses our acknowledgements lets the gateways send for ever: that must not pass in silence."""
        if reason.is_failure and str(reason) != self._refusal:
            self._refusal = str(reason)
            LOG.error("the broker refuses our acknowledgements to gateways: %s; look at its access list", reason)

    def _on_disconnect(self, _: Any, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        self._begin_anew()
        LOG.warning("inbox disconnected: %s", reason)

    def _begin_anew(self) -> None:
        """Forget what waits: the broker brings it again, under numbers that may mean other messages by then."""
        with self._lock:
            self._generation += 1
            self._box.clear()

    def _on_letters(self, letters: Letters) -> bool:
        try:
            pending = [
                Pending(self._generation, mid, telemetry.Arrived(topic.decode(), payload, repeated))
                for mid, topic, payload, repeated in letters
            ]
            self._box.put(pending, PATIENCE_S)
        except Full:
            LOG.error("the inbox cannot keep up; a new connection will bring the rest again")
            return False
        except Exception:  # an exception here would kill the network thread for ever
            LOG.exception("messages could not be taken; a new connection will bring them again")
            return False
        return True

    def _require_alive(self) -> None:
        self._beat()
        thread = self._client._thread
        if thread is None or not thread.is_alive():
            raise RuntimeError("the inbox's network thread has died")
        if self._deaf:
            raise RuntimeError(f"the inbox hears nothing any more: {self._deaf}")

    def _work(self, batch: Batch) -> None:
        if not batch.pending:
            return
        try:
            if isinstance(batch.prepared, Exception):
                raise batch.prepared
            marks = self._store(batch.prepared)
        except POISON as error:
            LOG.error("a message of the batch is refused, storing one by one: %s", error)
            marks = [mark for pending in batch.pending for mark in self._store_alone(pending.letter)]
        self.stored += len(batch.pending)
        with self._lock:  # no new connection may begin between looking and answering: it would reuse the numbers
            self._client.ack_all([one.mid for one in batch.pending if one.generation == self._generation])
        for mark in marks:
            self._to_ack[mark.gateway] = mark

    def _store(self, prepared: telemetry.Prepared) -> list[telemetry.Watermark]:
        """Store in one transaction; while the database is away, wait: nothing is acknowledged meanwhile."""
        wait_s = 0.1
        while True:
            try:
                return self._database.write(
                    lambda session: telemetry.receive_prepared(
                        session, prepared, by=SYSTEM, at=self._clock(), sources=self._sources
                    )
                )
            except (DBAPIError, Unavailable) as error:
                if isinstance(error, DBAPIError) and not error.connection_invalidated and not _is_away(error):
                    raise
                LOG.error("database away, the inbox waits: %s", getattr(error, "orig", error))
                self._require_alive()
                if self._stop.wait(wait_s):
                    raise _Stopped from error
                wait_s = min(wait_s * 2, PATIENCE_S)

    def _store_alone(self, letter: telemetry.Arrived) -> list[telemetry.Watermark]:
        """Store one message, or bury it. Thousands may follow each other: whoever watches us hears of each."""
        self._require_alive()
        self._report()
        if self._stop.is_set():
            raise _Stopped
        try:
            return self._store(telemetry.prepare([letter]))
        except POISON as error:
            cause = error  # `error` ends with this block, before a repeated transaction may ask for it
            return self._database.write(lambda session: telemetry.give_up(session, letter, cause, at=self._clock()))

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
