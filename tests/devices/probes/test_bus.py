"""The bus against a slave nobody here wrote (pymodbus), and against every way in which a slave goes wrong."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from pymodbus.framer.rtu import FramerRTU
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from devices.clock import ManualClock, SystemClock
from devices.drivers.probes.modbus import BACK_OFF_FIRST_MS, BACK_OFF_LAST_MS, Bus, SlaveRefused, SlaveSilent
from devices.drivers.probes.profile import Profile, load_profile
from devices.drivers.probes.quality import read_values
from devices.errors import LinkLost
from devices.links import LineSettings, ScriptedLink, SerialLink
from devices.simulator.world import RoomSpec, WorldSpec
from tests.devices.lines import Spoil, honest, living_world, null_modem, tell

XY = load_profile("xy-md02")
REQUEST = bytes.fromhex("0104000100 02200B".replace(" ", ""))
ANSWER = bytes.fromhex("01040401310222 2ACE".replace(" ", ""))


@contextmanager
def independent_slave(port: str, devices: list[SimDevice]) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    server: list[ModbusSerialServer] = []
    ready = threading.Event()

    async def serve() -> None:
        server.append(ModbusSerialServer(devices, port=port, baudrate=9600, ignore_missing_devices=True))
        await server[0].serve_forever(background=True)
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()
        loop.run_until_complete(server[0].shutdown())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def slave(address: int, start: int, words: list[int]) -> SimDevice:
    return SimDevice(address, [SimData(start, values=words, datatype=DataType.REGISTERS)])


@contextmanager
def bus_on(device: str) -> Iterator[Bus]:
    link = SerialLink(device, LineSettings(9600))
    link.open()
    try:
        yield Bus(link, SystemClock(), 9600)
    finally:
        link.close()


def values(bus: Bus, address: int, profile: Profile) -> dict[str, tuple[Decimal | None, str | None]]:
    return {one.name: (one.value, one.quality) for one in read_values(profile, bus.read(address, profile))}


def test_an_independent_slave_is_read_block_by_block() -> None:
    words = [5, 0xFFFB, 0x8000, 850, 1279, 0, 1, 0xFF38]
    slaves = [slave(1, 1, [305, 546]), slave(7, 0, words), slave(9, 1, [0xFFF4, 923])]
    with null_modem() as (ours, theirs), independent_slave(theirs, slaves), bus_on(ours) as bus:
        assert values(bus, 1, XY) == {"temperature": (Decimal("30.5"), None), "humidity": (Decimal("54.6"), None)}
        assert values(bus, 9, XY) == {"temperature": (Decimal("-1.2"), None), "humidity": (Decimal("92.3"), None)}
        found = values(bus, 7, load_profile("r4dcb08"))
        assert found["t1"] == (Decimal("0.5"), None)
        assert found["t2"] == (Decimal("-0.5"), None)
        assert found["t3"] == (None, "open")
        assert found["t4"] == (None, "powerup")
        assert found["t8"] == (Decimal("-20.0"), None)
        assert bus.counters[1].answers == 1


def with_crc(body: bytes) -> bytes:
    """By the other side's own arithmetic."""
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


def only_for_1(spoil: Spoil) -> Spoil:
    return lambda request, answer: spoil(request, answer) if request[:1] == b"\x01" else honest(request, answer)


WRONG: dict[str, Spoil] = {
    "crc": lambda _request, answer: [(0, answer[:-1] + bytes([answer[-1] ^ 1]))],
    "one bit": lambda _request, answer: [(0, answer[:3] + bytes([answer[3] ^ 0x10]) + answer[4:])],
    "foreign address": lambda _request, answer: [(0, with_crc(b"\x09" + answer[1:-2]))],
    "foreign function": lambda _request, answer: [(0, with_crc(answer[:1] + b"\x03" + answer[2:-2]))],
    "foreign length": lambda _request, answer: [(0, with_crc(answer[:2] + b"\x02" + answer[3:5]))],
    "too late": lambda _request, answer: [(0.5, answer)],
    "cut": lambda _request, answer: [(0, answer[:-3])],
    "echo alone": lambda request, _answer: [(0, request)],
    "noise": lambda _request, answer: [(0, b"\x00\xff\x01\x04\x04" + answer[2:])],
    "an exception with a wrong CRC": lambda _request, _answer: [(0, bytes.fromhex("01 84 02 C2 C0"))],
}
RIGHT: dict[str, Spoil] = {
    "echoed": lambda request, answer: [(0, request + answer)],
    "echoed in pieces": lambda request, answer: [
        (0, request[:5]),
        (0.02, request[5:] + answer[:2]),
        (0.04, answer[2:]),
    ],
    "byte by byte": lambda _request, answer: [
        (0.003 * index, answer[index : index + 1]) for index in range(len(answer))
    ],
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_an_independent_slave_never_said_is_no_reading(kind: str) -> None:
    slaves = [slave(1, 1, [305, 546]), slave(9, 1, [0xFFF4, 923])]
    with (
        null_modem(only_for_1(WRONG[kind])) as (ours, theirs),
        independent_slave(theirs, slaves),
        bus_on(ours) as bus,
    ):
        with pytest.raises(SlaveSilent):
            bus.read(1, XY)
        # Its neighbour is heard at once, and as itself: nothing late or foreign is taken for its answer.
        assert bus.read(9, XY) == {0: [0xFFF4, 923]}
        assert (bus.counters[1].answers, bus.counters[9].answers) == (0, 1)


@pytest.mark.parametrize("kind", RIGHT)
def test_what_an_independent_slave_said_is_read_however_it_comes(kind: str) -> None:
    with (
        null_modem(RIGHT[kind]) as (ours, theirs),
        independent_slave(theirs, [slave(1, 1, [305, 546])]),
        bus_on(ours) as bus,
    ):
        assert bus.read(1, XY) == {0: [305, 546]}
        assert bus.counters[1].bad_answer == 0


def test_a_wrong_answer_now_and_then_is_asked_for_again() -> None:
    turns = iter((True, False, True, True, False))

    def sometimes(request: bytes, answer: bytes) -> list[tuple[float, bytes]]:
        return WRONG["crc"](request, answer) if next(turns) else honest(request, answer)

    with (
        null_modem(sometimes) as (ours, theirs),
        independent_slave(theirs, [slave(1, 1, [305, 546])]),
        bus_on(ours) as bus,
    ):
        assert bus.read(1, XY) == {0: [305, 546]}
        assert bus.read(1, XY) == {0: [305, 546]}
        assert (bus.counters[1].bad_answer, bus.counters[1].answers) == (3, 2)


def test_a_slave_that_is_not_there_is_given_up_and_left_alone(tmp_path: Path) -> None:
    spec = WorldSpec(scales=(), rooms=(RoomSpec("room1", 0.0, (11,)),))
    with living_world(spec, tmp_path), bus_on(str(tmp_path / "dev/probes")) as bus:
        with pytest.raises(SlaveSilent):
            bus.read(2, XY)
        assert (bus.counters[2].no_answer, bus.is_due(2)) == (3, False)
        assert values(bus, 11, XY)["temperature"][1] is None
        assert bus.is_due(11)


def test_a_register_that_is_not_there_is_a_refusal_and_told_at_once() -> None:
    with null_modem() as (ours, theirs), independent_slave(theirs, [slave(1, 1, [305, 546])]), bus_on(ours) as bus:
        began = SystemClock().tick_ms()
        with pytest.raises(SlaveRefused):
            bus.read(1, load_profile("dixell-xr"))
        assert SystemClock().tick_ms() - began < 450  # the exception is five bytes: no waiting for more
        assert bus.counters[1].refusals == 1


@pytest.mark.parametrize(
    ("fault", "counter"),
    (("crc", "bad_answer"), ("foreign", "bad_answer"), ("silent", "no_answer"), ("late", "no_answer")),
)
def test_a_wrong_answer_never_becomes_a_reading(tmp_path: Path, fault: str, counter: str) -> None:
    spec = WorldSpec(scales=(), rooms=(RoomSpec("room1", 0.0, (11, 12)),))
    with living_world(spec, tmp_path) as world, bus_on(str(tmp_path / "dev/probes")) as bus:
        tell(world, do="probe", address=11, fault=fault)
        with pytest.raises(SlaveSilent):
            bus.read(11, XY)
        assert getattr(bus.counters[11], counter) >= 1
        before = bus.counters[11].answers
        assert values(bus, 12, XY)["temperature"][1] is None  # the neighbour is not disturbed
        assert before == 0


def test_the_adapters_own_echo_is_taken_off(tmp_path: Path) -> None:
    spec = WorldSpec(scales=(), rooms=(RoomSpec("room1", 0.0, (11,)),))
    with living_world(spec, tmp_path) as world, bus_on(str(tmp_path / "dev/probes")) as bus:
        tell(world, do="probe", address=11, fault="echo")
        assert values(bus, 11, XY)["temperature"][0] is not None


def test_bytes_may_come_one_by_one() -> None:
    link = ScriptedLink(replies={REQUEST: [bytes([byte]) for byte in ANSWER]})
    link.open()
    words = Bus(link, ManualClock(), 9600).read(1, XY)
    assert words == {0: [305, 546]}


def test_an_answer_that_came_while_the_machine_slept_is_read() -> None:
    clock = ManualClock()
    link = ScriptedLink(replies={REQUEST: [ANSWER]})
    link.open()
    original = link.write

    def write(request: bytes) -> None:
        original(request)
        clock.advance(5_000)

    link.write = write  # type: ignore[method-assign]
    bus = Bus(link, clock, 9600)
    assert bus.read(1, XY) == {0: [305, 546]}
    assert (bus.counters[1].answers, bus.counters[1].no_answer) == (1, 0)


def test_half_an_echo_is_waited_for() -> None:
    link = ScriptedLink(replies={REQUEST: [REQUEST[:3], REQUEST[3:] + ANSWER[:2], ANSWER[2:]]})
    link.open()
    assert Bus(link, ManualClock(), 9600).read(1, XY) == {0: [305, 546]}


def test_a_disturbed_answer_is_asked_for_again() -> None:
    noisy = bytes([ANSWER[0], ANSWER[1] ^ 0x10]) + ANSWER[2:]
    link = ScriptedLink(replies={})
    link.open()
    answers = iter([[noisy], [ANSWER]])
    clock = ManualClock()
    original = link.write

    def write(request: bytes) -> None:
        original(request)
        link.play(*next(answers))

    link.write = write  # type: ignore[method-assign]
    bus = Bus(link, clock, 9600)
    assert bus.read(1, XY) == {0: [305, 546]}
    assert (bus.counters[1].bad_answer, bus.counters[1].answers) == (1, 1)


def test_a_dead_slave_is_asked_more_and_more_seldom_and_only_once() -> None:
    link, clock = ScriptedLink(), ManualClock()
    link.open()
    bus = Bus(link, clock, 9600)
    rests = []
    for _ in range(10):
        with pytest.raises(SlaveSilent):
            bus.read(1, XY)
        rests.append(bus.counters[1].not_before_tick - clock.tick_ms())
        clock.advance(rests[-1])
        assert bus.is_due(1)
    assert rests[:4] == [BACK_OFF_FIRST_MS, 2 * BACK_OFF_FIRST_MS, 4 * BACK_OFF_FIRST_MS, 8 * BACK_OFF_FIRST_MS]
    assert rests[-1] == BACK_OFF_LAST_MS
    assert len(link.written) == 3 + 9


def test_a_slave_that_comes_back_is_forgiven() -> None:
    clock = ManualClock()
    link = ScriptedLink()
    link.open()
    bus = Bus(link, clock, 9600)
    with pytest.raises(SlaveSilent):
        bus.read(1, XY)
    link._replies = {REQUEST: [ANSWER]}
    bus.read(1, XY)
    assert (bus.counters[1].failures_in_a_row, bus.is_due(1)) == (0, True)


def test_a_lost_port_is_no_slaves_fault() -> None:
    link = ScriptedLink([LinkLost(address="x", reason="unplugged")])
    link.open()
    bus = Bus(link, ManualClock(), 9600)
    with pytest.raises(LinkLost):
        bus.read(1, XY)
    assert bus.is_due(1)


def test_slaves_are_given_their_pause(tmp_path: Path) -> None:
    link, clock = ScriptedLink(replies={REQUEST: [ANSWER]}), ManualClock()
    link.open()
    bus = Bus(link, clock, 9600)
    bus.read(1, XY)
    before = clock.tick_ms()
    bus.read(1, XY)
    assert clock.tick_ms() - before >= XY.turnaround_ms
