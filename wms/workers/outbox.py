"""The outbox's loop: reactions exactly once in their own transaction, sends to the outside at least once."""

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import dock, facility, insight, prices, telemetry, trading, users
from wms.config import Config
from wms.kernel import outbox
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Clock, Moment
from wms.kernel.database import Database
from wms.workers.bookings import follow_booking
from wms.workers.files import FileMaker
from wms.workers.printing import RawPrinter

LOG = logging.getLogger(__name__)
IDLE_S = 0.5

Reaction = Callable[[Session, dict[str, Any], Moment], None]
Send = Callable[[UUID, dict[str, Any]], None]


def list_goods(session: Session, payload: dict[str, Any], at: Moment) -> None:
    """A lot put away lists itself on the board, if its owner's contract says so."""
    trading.list_put_away_lot(session, UUID(payload["lot_id"]), at=at)


def follow_price(session: Session, payload: dict[str, Any], at: Moment) -> None:
    """Listings priced on a reference follow its new revision."""
    trading.follow_reference(session, UUID(payload["cell_id"]), at=at)


def publish_price(session: Session, payload: dict[str, Any], at: Moment) -> None:
    """A trade, quote or assessment written down publishes its cell's reference price anew."""
    prices.react_to_fact(session, payload, by=SYSTEM, at=at)


def page_keepers(session: Session, payload: dict[str, Any], at: Moment) -> None:
    """An alarm is sent to the phones of those who keep the rooms."""
    room = facility.get_room(session, UUID(payload["room_id"]))
    alarm = telemetry.get_alarm(session, UUID(payload["alarm_id"]))
    text = f"{room.name} {alarm.kind} {alarm.severity}: {alarm.extreme}"
    for phone in users.phones_of(session, users.Role.WAREHOUSE_MANAGER, at=at):
        outbox.put(session, "send.sms", f"{alarm.id}:{phone}", {"phone": phone, "text": text}, at=at)


REACTIONS: dict[str, Reaction] = {
    "lots.put_away": list_goods,
    dock.BOOKING_TOPIC: follow_booking,
    prices.FACT_RECORDED: publish_price,
    prices.REFERENCE_CHANGED: follow_price,
    "telemetry.alarm_raised": page_keepers,
}


class FileSms:
    """The local stand-in for a text-message provider: one JSON line a message, with the outbox row's id as its key."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, key: UUID, payload: dict[str, Any]) -> None:
        """Append the message. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as sink:
            sink.write(json.dumps({"key": str(key), **payload}, ensure_ascii=False) + "\n")


class OutboxWorker:
    """Works rows until there is nothing due."""

    def __init__(self, database: Database, clock: Clock, sends: dict[str, Send]) -> None:
        self._database = database
        self._clock = clock
        self._sends = sends

    @classmethod
    def of(cls, config: Config, database: Database, clock: Clock) -> "OutboxWorker":
        """Return the worker with the sends of the settings."""
        sends: dict[str, Send] = {
            "send.sms": FileSms(Path(config.sms.sink)),
            insight.MAKE_FILE: FileMaker(database, clock, config.site.timezone),
            dock.PRINT_TOPIC: RawPrinter(config.printers.addresses(), config.printers.timeout_s),
        }
        return cls(database, clock, sends)

    def run(self, stop: threading.Event, beat: Callable[[], None] = lambda: None) -> None:
        """Work until `stop` is set."""
        while not stop.is_set():
            if self.work_once() == 0:
                stop.wait(IDLE_S)
            beat()

    def work_once(self) -> int:
        """Work what is due now and return how many rows were taken."""
        topics = (*REACTIONS, *self._sends)
        rows = self._database.write(lambda session: outbox.lease(session, topics, at=self._clock()))
        for row in rows:
            try:
                self._work(row)
            except Exception as error:  # whatever one row holds, the others and the other workers go on
                LOG.exception("outbox row failed", extra={"topic": row.topic, "row": str(row.id)})
                self._fail(row.id, f"{type(error).__name__}: {error}")
        return len(rows)

    def _work(self, row: outbox.OutboxRow) -> None:
        reaction = REACTIONS.get(row.topic)
        if reaction is None:
            self._sends[row.topic](row.id, row.payload)
            self._database.write(lambda session: outbox.done(session, row.id, at=self._clock()))
            return

        def react(session: Session) -> None:
            moment = self._clock()
            if outbox.is_open(session, row.id):
                reaction(session, row.payload, moment)
                outbox.done(session, row.id, at=moment)

        self._database.write(react)

    def _fail(self, row_id: UUID, problem: str) -> None:
        self._database.write(lambda session: outbox.failed(session, row_id, problem, at=self._clock()))
