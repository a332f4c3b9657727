"""The inbox on a real Mosquitto: what it stores it acknowledges, what it did not store comes again."""

import sys
import threading
import time
from contextlib import contextmanager
from uuid import uuid4

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode
from sqlalchemy import func, select

from devices.messages import Ack, decode_as, make_topic
from tests.servers.process import free_port
from tests.servers.strict import strict_broker
from tests.telemetry.make import GW, NOW, SITE, adopt, batch, findings, rows, store
from wms import telemetry
from wms.config import Mqtt
from wms.kernel.database import Database
from wms.telemetry.tables import DeadLetter, GatewayMessage, Reading
from wms.workers.inbox import Inbox

PATIENCE_S = 30


def wait_until(true, patience_s=PATIENCE_S):
    until = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)  # the inbox works on threads of its own: nothing calls back


@contextmanager
def running(broker, database, clock=lambda: NOW):
    """An inbox in a thread of its own until the block ends."""
    stop, errors = threading.Event(), []
    settings = Mqtt(host=broker.host, port=broker.port, site=SITE, inbox="inbox-test")
    inbox = Inbox(settings, database, clock)

    def run():
        try:
            inbox.run(stop)
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        wait_until(inbox._client.is_connected)
        yield inbox
    finally:
        stop.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
        assert errors == []


@contextmanager
def client(broker):
    made = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    made.connect(broker.host, broker.port)
    made.loop_start()
    try:
        yield made
    finally:
        made.disconnect()
        made.loop_stop()


def send(broker, *letters):
    with client(broker) as sender:
        for letter in letters:
            sender.publish(letter.topic, letter.payload, qos=1).wait_for_publish(PATIENCE_S)


def said_to_gateway(broker):
    """What the retained acknowledgement tells the gateway."""
    heard = []
    with client(broker) as listener:
        listener.on_message = lambda _, __, message: heard.append(decode_as("down/ack", message.payload))
        listener.subscribe(make_topic(SITE, GW, "down/ack"), qos=1)
        until = time.monotonic() + 2
        while not heard and time.monotonic() < until:
            time.sleep(0.02)  # the network thread hears it
    return heard[-1] if heard else None


def count(database, table=Reading):
    return database.read(lambda s: s.scalar(select(func.count()).select_from(table)))


def acknowledged(broker, upto):
    def told():
        ack = said_to_gateway(broker)
        return isinstance(ack, Ack) and ack.upto == upto and not ack.miss

    return told


@pytest.fixture
def room(database):
    made = store(database).room.id
    adopt(database, made)
    return made


def letter(seq):
    return batch(seq, rows(0.6), t0=NOW.ms - 1000 * seq)


def test_messages_are_stored_and_the_gateway_is_told(database, room, new_broker):
    broker = new_broker()
    with running(broker, database):
        send(broker, *map(letter, (1, 2, 3)))
        wait_until(acknowledged(broker, 3))
    assert count(database) == 3
    assert findings(database) == []


def test_what_came_while_it_was_away_and_what_comes_twice_is_stored_once(database, room, new_broker):
    broker = new_broker(persistent=True)
    with running(broker, database):
        send(broker, letter(1))
        wait_until(acknowledged(broker, 1))
    send(broker, letter(2), letter(1), letter(2))
    with running(broker, database):
        wait_until(acknowledged(broker, 2))
        broker.kill()
        broker.start()
        for seq in (1, 2, 3):
            send(broker, letter(seq))
        wait_until(lambda: _sent_again(broker, database))
    assert (count(database), count(database, GatewayMessage)) == (3, 3)
    assert findings(database) == []


def _sent_again(broker, database):
    """A broker killed without saving has forgotten the inbox's subscription until it comes back: a gateway resends."""
    if count(database) < 3:
        send(broker, letter(3))
    return count(database) == 3


def test_one_bad_message_is_buried_and_the_rest_is_stored(database, room, new_broker):
    broker = new_broker()
    with running(broker, database):
        with client(broker) as sender:
            sender.publish(make_topic(SITE, GW, "up/m"), b"\xff not a message", qos=1).wait_for_publish(PATIENCE_S)
        send(broker, letter(1))
        wait_until(acknowledged(broker, 1))
    assert (count(database), count(database, DeadLetter)) == (1, 1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # it is meant to die
def test_a_network_thread_that_dies_ends_the_inbox_within_seconds(database, broker, monkeypatch):
    settings = Mqtt(host=broker.host, port=broker.port, site=SITE, inbox="inbox-dying")
    inbox = Inbox(settings, database, lambda: NOW)

    def die(*_):
        raise ValueError("a fault nobody thought of")

    monkeypatch.setattr(inbox._client, "loop_read", die)  # it is called when the broker answers
    began = time.monotonic()
    with pytest.raises(RuntimeError, match="network thread has died"):
        inbox.run(threading.Event())
    assert time.monotonic() - began < PATIENCE_S
    for thread in threading.enumerate():
        if thread.name.endswith("inbox-dying"):
            thread.join(PATIENCE_S)


def test_an_inbox_that_may_not_listen_says_so():
    nowhere = Database.open(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing")
    with strict_broker({}) as broker:
        settings = Mqtt(host=broker.host, port=broker.port, site=SITE, inbox="inbox-deaf")
        with pytest.raises(RuntimeError, match="refuses its subscriptions: Not authorized"):
            Inbox(settings, nowhere, lambda: NOW).run(threading.Event())
    nowhere.close()


def test_less_than_it_asked_for_is_refused_too(database, broker):
    interval = sys.getswitchinterval()
    settings = Mqtt(host=broker.host, port=broker.port, site=SITE, inbox="inbox-half-deaf")
    inbox = Inbox(settings, database, lambda: NOW)
    inbox._on_subscribe(None, None, 1, [ReasonCode(PacketTypes.SUBACK, identifier=qos) for qos in (1, 0)], None)
    with pytest.raises(RuntimeError, match="refuses its subscriptions: Granted QoS 0"):
        inbox.run(threading.Event())
    assert sys.getswitchinterval() == interval  # how threads take turns is the process's to say: other loops run there


def test_acknowledgements_that_the_broker_refuses_are_told(database, room, new_broker, caplog):
    broker = new_broker(acl="topic read cw/v1/#\ntopic write cw/v1/+/+/up/#\n")
    with running(broker, database):
        send(broker, letter(1))
        wait_until(lambda: "refuses our acknowledgements to gateways: Not authorized" in caplog.text)
    assert count(database) == 1


def test_of_two_with_one_name_the_first_ends(database, broker, monkeypatch):
    monkeypatch.setattr(telemetry, "BEAT_S", 0)
    inbox = Inbox(Mqtt(host=broker.host, port=broker.port, site=SITE, inbox="twin"), database, lambda: NOW)

    def another_begins():
        mine = telemetry.Listening("twin", uuid4(), ("cw/v1/x/+/up/#",), NOW)
        database.write(lambda s: telemetry.report_inbox(s, mine, begins=True, at=NOW))

    beats = iter([lambda: None, another_begins])
    with pytest.raises(telemetry.InboxNameTaken):
        inbox.run(threading.Event(), lambda: next(beats, lambda: None)())


def test_an_inbox_says_that_it_is_there_and_leaves(database, room, new_broker, caplog):
    broker = new_broker()
    other = [f"cw/v1/{SITE}/gw-a1/up/#"]
    mine = telemetry.Listening("inbox-2", uuid4(), tuple(other), NOW)
    database.write(lambda s: telemetry.report_inbox(s, mine, begins=True, at=NOW))
    with running(broker, database):
        rows_now = {row.name: row for row in database.read(telemetry.list_inboxes)}
        assert [each["inbox"] for each in rows_now["inbox-test"].crossings] == ["inbox-2"]
        assert "also listens to cw/v1/yt1/gw-a1/up/#: what both hear is stored once" in caplog.text
    assert [row.name for row in database.read(telemetry.list_inboxes)] == ["inbox-2"]


def test_it_stops_when_told_while_the_database_is_away(new_broker):
    broker = new_broker(persistent=True)
    nowhere = Database.open(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing")
    with running(broker, nowhere) as inbox:
        send(broker, letter(1))
        time.sleep(1.0)  # time to store what it must not acknowledge
        assert inbox.stored == 0
    nowhere.close()
