"""While one batch is written the next is prepared: what goes wrong between the two loses and doubles nothing."""

import threading

import pytest
from sqlalchemy import select

from tests.telemetry.make import NOW, SITE, adopt, batch, findings, rows, store
from tests.workers.test_inbox import PATIENCE_S, acknowledged, count, letter, running, send, wait_until
from wms import telemetry
from wms.config import Mqtt
from wms.telemetry.tables import DeadLetter, GatewayMessage, Reading, ReadingConflict
from wms.workers import letterbox
from wms.workers.inbox import Inbox


@pytest.fixture
def room(database):
    made = store(database).room.id
    adopt(database, made)
    return made


@pytest.fixture
def one_by_one(monkeypatch):
    """Let every message be a batch."""
    monkeypatch.setattr(letterbox, "BATCH_LETTERS", 1)
    monkeypatch.setattr(letterbox, "ENOUGH_LETTERS", 1)


class Gate:
    """A clock that stands while it is closed, and with it whoever writes: a transaction asks it for the time."""

    def __init__(self):
        self.open = threading.Event()
        self.open.set()

    def __call__(self):
        assert self.open.wait(PATIENCE_S)
        return NOW


def stored(database, table):
    return sorted(database.read(lambda s: s.scalars(select(table.value)).all()))


def test_batches_are_stored_in_the_order_they_came(database, room, new_broker, one_by_one):
    broker = new_broker()
    twice = [batch(seq, rows(seq / 10), t0=NOW.ms - 1000 * ((seq - 1) // 2)) for seq in range(1, 21)]
    with running(broker, database) as inbox:
        send(broker, *twice, *twice[:5])
        wait_until(acknowledged(broker, 20))
        wait_until(lambda: inbox.stored == 25)
    assert stored(database, Reading) == [seq * 100 for seq in range(1, 21, 2)]
    assert stored(database, ReadingConflict) == [seq * 100 for seq in range(2, 21, 2)]
    assert count(database, GatewayMessage) == 20
    assert findings(database) == []


def noting(note, work):
    """Return `work`, noting first what it is given."""

    def noted(given, *rest):
        note(given)
        return work(given, *rest)

    return noted


def test_a_connection_lost_between_preparing_and_storing(database, room, new_broker, one_by_one, monkeypatch):
    """What was prepared is stored, but its numbers are not used on the new connection, and it comes again in vain."""
    broker, gate = new_broker(persistent=True), Gate()
    acked: list[int] = []
    prepared: list[telemetry.Arrived] = []
    prepare = telemetry.prepare
    monkeypatch.setattr(telemetry, "prepare", noting(prepared.extend, prepare))
    with running(broker, database, gate) as inbox:
        acknowledge = inbox._client.ack_all
        monkeypatch.setattr(inbox._client, "ack_all", noting(lambda mids: acked.append(len(mids)), acknowledge))
        send(broker, letter(9))
        wait_until(lambda: acked == [1] and bool(inbox._acked_at))  # from then on the writer alone asks for the time
        gate.open.clear()
        send(broker, letter(1), letter(2))
        wait_until(lambda: len(prepared) == 3)  # one is with the writer, one waits for it
        broker.stop()
        wait_until(lambda: not inbox._client.is_connected())
        gate.open.set()
        wait_until(lambda: inbox.stored == 3)
        broker.start()
        wait_until(lambda: inbox.stored == 5)
        assert acked == [1, 0, 0, 1, 1]
    assert (count(database), count(database, GatewayMessage)) == (3, 3)
    assert findings(database) == []


def test_a_fault_while_the_next_is_prepared_ends_the_inbox_and_loses_nothing(
    database, room, new_broker, one_by_one, monkeypatch
):
    broker, receive = new_broker(persistent=True), telemetry.receive_prepared

    def fault(session, prepared, **rest):
        receive(session, prepared, **rest)
        raise RuntimeError("a fault nobody thought of")

    monkeypatch.setattr(telemetry, "receive_prepared", fault)
    settings = Mqtt(host=broker.host, port=broker.port, site=SITE, inbox="inbox-test")
    inbox = Inbox(settings, database, lambda: NOW)
    sender = threading.Thread(
        target=lambda: (wait_until(inbox._client.is_connected), send(broker, *map(letter, (1, 2))))
    )
    sender.start()
    with pytest.raises(RuntimeError, match="a fault nobody thought of"):
        inbox.run(threading.Event())
    sender.join(PATIENCE_S)
    assert count(database) == 0
    monkeypatch.setattr(telemetry, "receive_prepared", receive)
    with running(broker, database):
        wait_until(acknowledged(broker, 2))
    assert (count(database), findings(database)) == (2, [])


def test_what_cannot_be_prepared_is_buried_and_the_rest_is_stored(database, room, new_broker, monkeypatch):
    broker, prepare, poison = new_broker(), telemetry.prepare, letter(2)

    def choke(letters, *seen):
        if any(each.payload == poison.payload for each in letters):
            raise LookupError("a word nobody thought of")
        return prepare(letters, *seen)

    monkeypatch.setattr(telemetry, "prepare", choke)
    with running(broker, database):
        send(broker, letter(1), poison, letter(3))
        wait_until(acknowledged(broker, 3))
    assert (count(database), count(database, DeadLetter)) == (2, 1)


def test_who_is_told_to_stop_among_messages_stored_one_by_one_stops(database, room, new_broker, monkeypatch):
    broker, prepare, alone = new_broker(persistent=True), telemetry.prepare, []
    with running(broker, database):
        pass
    send(broker, *map(letter, range(1, 21)))
    with running(broker, database) as inbox:

        def choke(letters, *seen):
            if len(letters) > 1:
                raise LookupError("a word nobody thought of")
            alone.extend(letters)
            if len(alone) == 2:
                inbox._stop.set()
            return prepare(letters, *seen)

        monkeypatch.setattr(telemetry, "prepare", choke)
        wait_until(lambda: len(alone) >= 2)
    assert 1 <= count(database) < 20
    monkeypatch.setattr(telemetry, "prepare", prepare)
    with running(broker, database):
        wait_until(acknowledged(broker, 20))
    assert (count(database), findings(database)) == (20, [])
