import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from devices.batches import Reading
from devices.clock import SystemClock
from devices.lanes import Lanes
from devices.messages import (
    Command,
    DeviceEvent,
    GatewayMeta,
    GatewayState,
    LiveFrame,
    Measurements,
    SeqRange,
    Weighing,
    make_topic,
)
from devices.publisher import BrokerAddress, Publisher
from devices.spool import Spool
from tests.devices.ends import GW, SITE, ServerEnd, eventually
from tests.servers.broker import Broker
from tests.servers.strict import strict_broker

T0 = 1_760_000_000_000
MakeBroker = Callable[..., Broker]


def name_lost(ep: int, seq: int, *, lost: list[SeqRange], text: str) -> DeviceEvent:
    return DeviceEvent(v=1, gw=GW, ep=ep, seq=seq, clk="ntp", live=True, at=T0, k="thinned", lost=lost, text=text)


def weighing(ep: int, seq: int) -> Weighing:
    return Weighing(
        v=1, gw=GW, ep=ep, seq=seq, clk="ntp", live=True, at=T0, id=UUID(int=seq), instrument="dock-1",
        weight_grams=1_250_000, net=None, tare_grams=None, stable=True, e_grams=500, protocol="mt-sics", raw="5320",
    )  # fmt: skip


class End:
    """The gateway's end: a spool, its lanes and a running publisher."""

    def __init__(
        self, folder: Path, broker: Broker, *, epoch: int | None = 1, password: str | None = None,
        address: BrokerAddress | None = None,
    ) -> None:  # fmt: skip
        clock = SystemClock()
        self.spool = Spool(folder / "spool.db", GW, 10**9, name_lost, epoch)
        self.lanes = Lanes(self.spool, clock)
        address = address or BrokerAddress(broker.host, broker.port, password)
        self.publisher = Publisher((SITE, GW), address, self.spool, self.lanes, clock)
        self.commands: list[Command] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.publisher.run, args=(self.stop, self, self.commands.append))

    def state(self) -> GatewayState:
        return GatewayState(on=True, ts=T0, ep=self.spool.epoch, seq=self.spool.last_seq)

    def meta(self) -> GatewayMeta:
        return GatewayMeta(v=1, sensors=[], instruments=[])

    def start(self) -> "End":
        self.thread.start()
        return self

    def weigh(self, count: int = 1) -> None:
        for _ in range(count):
            self.lanes.announce(self.spool.append(weighing).seq)

    def close(self) -> None:
        self.stop.set()
        if self.thread.is_alive():
            self.thread.join(10)
        self.spool.close()


@pytest.fixture
def open_end(tmp_path: Path) -> Iterator[Callable[..., End]]:
    ends: list[End] = []

    def opener(broker: Broker, **settings: object) -> End:
        ends.append(End(tmp_path, broker, **settings))  # type: ignore[arg-type]
        return ends[-1]

    yield opener
    for end in ends:
        end.close()


@pytest.fixture
def broker(new_broker: MakeBroker) -> Broker:
    return new_broker()


@pytest.fixture
def server(broker: Broker) -> Iterator[ServerEnd]:
    end = ServerEnd(broker)
    yield end
    end.close()


def numbers(server: ServerEnd) -> list[int]:
    return [said.seq for said in server.of(Weighing)]


def test_what_is_spooled_arrives_and_stays_spooled_until_the_server_says_so(
    open_end: Callable[..., End], broker: Broker, server: ServerEnd
) -> None:
    end = open_end(broker).start()
    end.weigh(3)
    eventually(lambda: sorted(numbers(server)) == [1, 2, 3])
    assert end.spool.depth().messages == 3  # the broker's word is not the server's
    server.ack(2)
    eventually(lambda: end.spool.list_after(0, 9) == [3])
    assert all(said.live for said in server.of(Weighing))


def test_birth_and_meta_are_retained_and_a_planned_stop_says_so(
    open_end: Callable[..., End], broker: Broker, server: ServerEnd
) -> None:
    end = open_end(broker).start()
    eventually(lambda: server.of(GatewayMeta) and server.of(GatewayState))
    assert server.of(GatewayState)[0].on is True
    late = ServerEnd(broker)  # somebody who comes afterwards knows at once
    eventually(lambda: late.of(GatewayMeta) and late.of(GatewayState))
    assert all(retained for _topic, _said, retained in late.heard)
    late.close()
    end.close()
    eventually(lambda: server.of(GatewayState)[-1].on is False)


def test_history_goes_after_the_newest_and_is_marked_late(
    open_end: Callable[..., End], broker: Broker, server: ServerEnd
) -> None:
    end = open_end(broker)
    for _ in range(30):
        end.spool.append(weighing)  # of an earlier run: nobody announced it
    end.weigh(1)
    end.start()
    eventually(lambda: len(set(numbers(server))) == 31)
    said = server.of(Weighing)
    assert (said[0].seq, said[0].live) == (31, True)
    assert [(one.seq, one.live) for one in said[1:]] == [(seq, False) for seq in range(1, 31)]


def test_what_the_server_misses_goes_again(open_end: Callable[..., End], broker: Broker, server: ServerEnd) -> None:
    end = open_end(broker).start()
    end.weigh(4)
    eventually(lambda: len(numbers(server)) == 4)
    server.forget()
    server.ack(4, (2, 3))
    eventually(lambda: numbers(server) == [2, 3])
    server.ack(4)
    eventually(lambda: end.spool.depth().messages == 0)


def test_measurements_flow_in_batches(open_end: Callable[..., End], broker: Broker, server: ServerEnd) -> None:
    end = open_end(broker).start()
    end.spool.keep([Reading("room3.t1", T0 + n, Decimal(n) / 10, None, "ntp") for n in range(100)])
    end.lanes.announce(*end.spool.flush())
    eventually(lambda: server.of(Measurements))
    assert [row.value for row in server.of(Measurements)[0].r] == [Decimal(n) / 10 for n in range(100)]


def test_a_killed_broker_loses_nothing_and_sends_nothing_twice_on_purpose(
    open_end: Callable[..., End], broker: Broker, server: ServerEnd
) -> None:
    end = open_end(broker).start()
    end.weigh(5)
    eventually(lambda: len(numbers(server)) == 5)
    broker.kill()
    eventually(lambda: not end.publisher.line.connected, 5)
    assert end.publisher.line.trouble
    end.weigh(5)
    broker.start()
    eventually(lambda: end.publisher.line.connected and set(numbers(server)) >= set(range(1, 11)), 15)
    assert end.publisher.line.connections == 2
    server.ack(10)
    eventually(lambda: end.spool.depth().messages == 0)
    assert len(numbers(server)) == 10


def test_nobody_listening_is_noticed_and_the_message_waits(open_end: Callable[..., End], broker: Broker) -> None:
    end = open_end(broker).start()
    end.weigh(1)
    eventually(lambda: end.publisher.line.unheard > 0)
    assert end.spool.depth().messages == 1
    server = ServerEnd(broker)
    eventually(lambda: numbers(server) == [1])
    server.close()


def test_the_live_channel_is_bounded_and_never_catches_up(
    open_end: Callable[..., End], broker: Broker, server: ServerEnd
) -> None:
    def frame(n: int) -> LiveFrame:
        return LiveFrame(weight_grams=n, stable=False, net=None, tare_grams=None, flags=["moving"], at=T0, n=n)

    end = open_end(broker)
    end.publisher.offer_live("dock-1", frame(1))  # offline: forgotten
    end.start()
    eventually(lambda: end.publisher.line.connected)
    began = SystemClock().tick_ms()
    sent = 1
    while SystemClock().tick_ms() - began < 1_000:
        sent += 1
        end.publisher.offer_live("dock-1", frame(sent))
        threading.Event().wait(0.01)
    eventually(lambda: server.of(LiveFrame) and server.of(LiveFrame)[-1].n == sent)
    heard = [said.n for said in server.of(LiveFrame)]
    assert 1 not in heard
    assert 3 <= len(heard) <= 7
    assert end.spool.depth().messages == 0


def test_an_uncertain_epoch_waits_for_a_kept_acknowledgement(
    open_end: Callable[..., End], broker: Broker, server: ServerEnd
) -> None:
    server.ack(500, ep=4)  # what the broker keeps of this gateway's former life
    end = open_end(broker, epoch=None)
    end.weigh(2)
    end.start()
    eventually(lambda: sorted(numbers(server)) == [1, 2])
    assert {said.ep for said in server.of(Weighing)} == {5}
    assert end.spool.epoch == 5


def test_a_new_gateway_begins_after_a_few_seconds(
    open_end: Callable[..., End], broker: Broker, server: ServerEnd
) -> None:
    end = open_end(broker, epoch=None)
    end.weigh(1)
    end.start()
    eventually(lambda: end.publisher.line.connected)
    assert numbers(server) == []
    eventually(lambda: numbers(server) == [1])
    assert end.spool.is_certain


def test_commands_reach_the_gateway_and_nonsense_does_not(
    open_end: Callable[..., End], broker: Broker, server: ServerEnd
) -> None:
    end = open_end(broker).start()
    eventually(lambda: end.publisher.line.connected)
    server.say(make_topic(SITE, GW, "down/cmd"), b"{}")
    server.say(make_topic(SITE, GW, "down/ack"), b"\xff\x00")
    server.command(Command(v=1, id=UUID(int=7), exp=T0, verb="tare", by="asha", instrument="dock-1"))
    eventually(lambda: [command.id for command in end.commands] == [UUID(int=7)])
    assert end.publisher.line.faults == 2
    assert end.thread.is_alive()


def test_a_failing_command_handler_does_not_end_the_line(
    open_end: Callable[..., End], broker: Broker, server: ServerEnd
) -> None:
    end = open_end(broker)

    def fail(_command: Command) -> None:
        raise ZeroDivisionError

    end.thread = threading.Thread(target=end.publisher.run, args=(end.stop, end, fail))
    end.start()
    eventually(lambda: end.publisher.line.connected)
    server.command(Command(v=1, id=UUID(int=7), exp=T0, verb="tare", by="asha"))
    eventually(lambda: end.publisher.line.connections == 2)
    end.weigh(1)
    eventually(lambda: numbers(server) == [1])


def test_a_wrong_password_is_told_and_kept_apart_from_a_dead_broker(
    open_end: Callable[..., End], new_broker: MakeBroker
) -> None:
    guarded = new_broker(passwords={GW: "right"})
    end = open_end(guarded, password="wrong").start()
    eventually(lambda: "authori" in (end.publisher.line.trouble or "").lower())
    assert not end.publisher.line.connected
    assert "wrong" not in repr(BrokerAddress("h", 1, "wrong"))


def test_another_gateways_topics_are_closed_by_the_brokers_rules(
    new_broker: MakeBroker, open_end: Callable[..., End]
) -> None:
    acl = "pattern write cw/v1/+/%u/state\npattern write cw/v1/+/%u/meta\npattern read cw/v1/+/%u/down/#\n"
    guarded = new_broker(passwords={GW: "right"}, acl=acl)  # it may not write up/#
    end = open_end(guarded, password="right").start()
    end.weigh(1)
    eventually(lambda: end.publisher.line.refused == 1)
    assert end.spool.depth().messages == 1
    assert "refuses" in (end.publisher.line.trouble or "")


def test_a_refused_subscription_is_told_and_nothing_is_sent_that_nobody_could_acknowledge(
    open_end: Callable[..., End],
) -> None:
    with strict_broker({GW: "right"}) as broker:
        end = open_end(broker, password="right").start()
        end.weigh(1)
        eventually(lambda: "refuses our subscriptions: Not authorized" in (end.publisher.line.trouble or ""))
        assert not end.publisher.line.connected
        assert end.spool.depth().messages == 1
        end.close()
