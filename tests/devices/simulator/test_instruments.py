"""The simulated instruments, read by the product's own frame readers, which share no code with them."""

import random
from pathlib import Path

import pytest

from devices.clock import ManualClock
from devices.drivers.scale import Capture, ScaleDriver, ScaleProfile
from devices.frames.protocols import make_framer
from devices.frames.reading import ScaleReading
from devices.links import SerialLink
from devices.simulator.pty_port import PtyPort
from devices.simulator.rooms import DOOR_LIMIT, Probe, Room
from devices.simulator.rs485 import checksum
from devices.simulator.scales import SicsScale, ToledoScale
from devices.simulator.truth import Truth
from devices.simulator.weighing import Cell
from devices.simulator.world import BadOrder, RoomSpec, ScaleSpec, World, WorldSpec

PLATFORM = ScaleSpec("dock-1", "scale-platform", "mt-sics", e_grams=500, max_grams=3_000_000, settle_ms=350)
TRUCK = ScaleSpec("truck-1", "scale-truck", "toledo-continuous", e_grams=20_000, max_grams=80_000_000, settle_ms=450)
SPEC = WorldSpec(scales=(PLATFORM, TRUCK), rooms=(RoomSpec("room1", 0.0, (11, 12)),), seed=7)


class Stand:
    """One scale on a real pty, moved by hand."""

    def __init__(self, folder: Path, protocol: str) -> None:
        self.clock = ManualClock()
        self.port = PtyPort("scale", folder)
        is_truck = protocol == "toledo-continuous"
        self.cell = Cell(20_000 if is_truck else 500, 80_000_000 if is_truck else 3_000_000, 300, random.Random(1))
        kind = ToledoScale if is_truck else SicsScale
        self.scale = kind("x", self.port, self.cell, Truth(None))
        self.link = SerialLink(str(self.port.path))
        self.link.open()
        self.framer = make_framer(protocol)

    def run(self, ms: int) -> list[ScaleReading]:
        readings: list[ScaleReading] = []
        for _ in range(ms // 10):
            self.clock.advance(10)
            self.scale.step(self.clock.tick_ms(), self.clock.at_ms())
            readings += self.framer.feed(self.link.read(0))
        return readings

    def ask(self, line: bytes, ms: int = 500) -> list[ScaleReading]:
        self.link.write(line + b"\r\n")
        return self.run(ms)

    def say(self, line: bytes, ms: int = 100) -> bytes:
        self.link.write(line + b"\r\n")
        heard = b""
        for _ in range(ms // 10):
            self.clock.advance(10)
            self.scale.step(self.clock.tick_ms(), self.clock.at_ms())
            heard += self.link.read(0.002)
        return heard

    def close(self) -> None:
        self.link.close()
        self.port.unplug()


@pytest.fixture
def stand(tmp_path: Path, request: pytest.FixtureRequest):
    made = Stand(tmp_path, request.param)
    yield made
    made.close()


platform = pytest.mark.parametrize("stand", ("mt-sics",), indirect=True)
weighbridge = pytest.mark.parametrize("stand", ("toledo-continuous",), indirect=True)


@platform
def test_the_platform_settles_and_then_holds_its_number(stand: Stand) -> None:
    stand.cell.put(1_250_300, stand.clock.tick_ms())
    readings = stand.ask(b"SIR", 6_000)
    assert readings[0].raw.startswith(b"I4 A")  # it greets whoever opens the line
    weights = [one for one in readings if one.weight_grams is not None]
    assert any(one.stable is False for one in weights)
    stable = [one.weight_grams for one in weights if one.stable]
    assert len(stable) > 10
    assert set(stable) == {1_250_500}
    assert [one.stable for one in weights].index(True) > 5  # not before it came to rest


@platform
def test_the_platform_answers_its_commands(stand: Stand) -> None:
    stand.run(3_000)
    assert b"S S        0.0 kg\r\n" in stand.say(b"SI")
    assert stand.say(b"HELLO") == b"ES\r\n"
    assert stand.say(b"Z") == b"Z A\r\n"
    stand.cell.put(60_000, stand.clock.tick_ms())
    assert stand.say(b"T") == b"T I\r\n"  # still moving
    stand.run(4_000)
    assert stand.say(b"T") == b"T S       60.0 kg\r\n"
    assert stand.say(b"SI") == b"S S        0.0 kg\r\n"
    stand.cell.put(500_000, stand.clock.tick_ms())
    stand.run(4_000)
    assert stand.say(b"Z") == b"Z I\r\n"  # 500 kg is no zero
    assert stand.say(b"SI") == b"S S      440.0 kg\r\n"
    assert stand.say(b"I4").startswith(b'I4 A "')
    assert stand.say(b"@").startswith(b'I4 A "')
    assert stand.say(b"SI") == b"S S      500.0 kg\r\n"  # the tare is gone


@platform
def test_a_stable_answer_is_waited_for(stand: Stand) -> None:
    stand.run(2_000)
    stand.cell.put(300_000, stand.clock.tick_ms())
    assert stand.say(b"S", 300) == b""
    assert stand.say(b"", 4_000) == b"ES\r\nS S      300.0 kg\r\n"


@platform
def test_overload_has_no_number(stand: Stand) -> None:
    stand.cell.put(3_100_000, stand.clock.tick_ms())
    stand.run(4_000)
    assert stand.say(b"SI") == b"S +\r\n"


@weighbridge
def test_the_weighbridge_talks_by_itself(stand: Stand) -> None:
    stand.cell.put(18_015_000, stand.clock.tick_ms())
    readings = stand.run(6_000)
    assert 55 <= len(readings) <= 61
    assert stand.framer.frames_bad == 0
    assert "power_up" in readings[0].flags
    assert readings[-1].weight_grams == 18_020_000
    assert (readings[-1].stable, readings[-1].net) == (True, False)


@weighbridge
def test_the_weighbridge_tares_and_shows_net(stand: Stand) -> None:
    stand.cell.put(12_000_000, stand.clock.tick_ms())
    stand.run(6_000)
    stand.link.write(b"T\r\n")
    assert (last := stand.run(500)[-1]).net is True
    assert (last.weight_grams, last.tare_grams) == (0, 12_000_000)
    stand.cell.put(2_000_000, stand.clock.tick_ms())
    assert stand.run(8_000)[-1].weight_grams == -10_000_000
    stand.cell.put(90_000_000, stand.clock.tick_ms())
    assert stand.run(6_000)[-1].weight_grams is None


@platform
def test_a_drift_is_seen_and_a_zero_takes_it_away(stand: Stand) -> None:
    stand.run(2_000)
    stand.cell.drift(200.0, stand.clock.tick_ms())
    stand.run(10_000)
    stand.cell.drift(0.0, stand.clock.tick_ms())
    stand.run(2_000)
    drifted = stand.cell.look(stand.clock.tick_ms()).gross_grams
    assert 1_500 <= drifted <= 2_500
    assert stand.say(b"Z") == b"Z A\r\n"
    assert stand.cell.look(stand.clock.tick_ms()).gross_grams == 0


def test_the_products_driver_captures_what_was_put_there(tmp_path: Path) -> None:
    stand = Stand(tmp_path, "mt-sics")
    driver = ScaleDriver(stand.link, stand.framer, ScaleProfile(e_grams=500, period_ms=20), stand.clock)
    captures: list[Capture] = []
    for tick in range(3_000):
        if tick == 100:
            stand.cell.put(777_000, stand.clock.tick_ms())
        stand.clock.advance(10)
        stand.scale.step(stand.clock.tick_ms(), stand.clock.at_ms())
        if stand.link._port.in_waiting or tick % 20 == 0:
            captures += driver.poll().captures
    assert [one.weight_grams for one in captures] == [777_000]
    driver.close()
    stand.close()


def test_a_port_that_is_pulled_out_is_gone_and_comes_back_under_its_name(tmp_path: Path) -> None:
    port = PtyPort("scale", tmp_path)
    assert port.path.is_symlink()
    assert not port.write(b"nobody hears this")
    link = SerialLink(str(port.path))
    link.open()
    assert port.write(b"hello")
    assert link.read(1) == b"hello"
    port.unplug()
    assert not port.path.is_symlink()
    assert (port.read(), port.write(b"x"), port.lost_bytes) == (b"", False, 18)
    port.plug()
    link.close()
    link.open()
    assert port.write(b"again")
    assert link.read(1) == b"again"
    link.close()
    port.unplug()


def test_the_same_dice_give_the_same_world(tmp_path: Path) -> None:
    def season(folder: Path) -> list[object]:
        world = World(WorldSpec(**{**SPEC.__dict__, "busy": True}), folder, Truth(None))
        seen: list[object] = []
        for tick in range(0, 120_000, 50):
            world.step(tick, tick)
            if tick % 5_000 == 0:
                shown = world.show(tick)
                seen.append((shown["scales"], shown["rooms"]))
        world.close()
        return seen

    first = season(tmp_path / "a")
    assert first == season(tmp_path / "b")
    assert any(shown[0]["dock-1"]["grams"] for shown in first)  # type: ignore[index]


def test_a_script_happens_on_time(tmp_path: Path) -> None:
    script = (
        {"at_s": 1, "do": "put", "instrument": "dock-1", "kg": 100},
        {"at_s": 3, "do": "clear", "instrument": "dock-1"},
    )
    world = World(WorldSpec(**{**SPEC.__dict__, "script": script}), tmp_path, Truth(None))
    loads = []
    for tick in range(0, 4_001, 500):
        world.step(10_000 + tick, tick)
        loads.append(world.scales["dock-1"].cell.load_grams)
    assert loads == [0, 0, 100_000, 100_000, 100_000, 100_000, 0, 0, 0]
    world.close()


def test_a_truck_drives_on_axle_by_axle(tmp_path: Path) -> None:
    world = World(SPEC, tmp_path, Truth(None))
    world.order({"do": "truck", "instrument": "truck-1", "kg": 18_000}, 0, 0)
    loads = []
    for tick in range(0, 4_500, 1_500):
        world.step(tick, tick)
        loads.append(world.scales["truck-1"].cell.load_grams)
    assert loads == [5_040_000, 11_520_000, 18_000_000]
    world.close()


@pytest.mark.parametrize(
    "order",
    (
        {"do": "fly"}, {}, {"do": "put", "instrument": "nobody", "kg": 1}, {"do": "put", "instrument": "dock-1"},
        {"do": "put", "instrument": "dock-1", "kg": "much"}, {"do": "probe", "address": 11, "fault": "sad"},
        {"do": "probe", "address": 99, "fault": "open"}, {"do": "unplug", "port": "x"},
    ),
)  # fmt: skip
def test_an_impossible_order_is_refused(tmp_path: Path, order: dict[str, object]) -> None:
    world = World(SPEC, tmp_path, Truth(None))
    with pytest.raises(BadOrder):
        world.order(order, 0, 0)
    assert all(scale.cell.load_grams == 0 for scale in world.scales.values())
    world.close()


def test_a_room_breathes_warms_by_its_door_and_recovers() -> None:
    room = Room("room1", 0.0, True, random.Random(3))
    hour = [room.temperature(tick) for tick in range(0, 3_600_000, 30_000)]
    assert max(hour) - min(hour) > 0.3  # the compressor
    assert all(-0.4 < one < 2.6 for one in hour)
    oxygen = room.gases()[0]
    room.door_open = True
    warm = [room.temperature(3_600_000 + tick) for tick in range(0, 600_000, 10_000)]
    assert warm[-1] > warm[0] + 4
    assert warm[-1] <= DOOR_LIMIT + 0.5
    assert room.gases()[0] > oxygen
    room.door_open = False
    later = [room.temperature(4_200_000 + tick) for tick in range(0, 7_200_000, 10_000)]
    assert later[-1] < warm[-1] - 3


def test_defrost_warms_the_room_a_little() -> None:
    room = Room("room1", 0.0, False, random.Random(3))
    calm = next(
        tick for tick in range(0, 10**8, 60_000) if not any(room.is_defrosting(tick + n * 60_000) for n in range(120))
    )
    for tick in range(calm, calm + 3_600_000, 10_000):
        before = room.temperature(tick)
    start = calm + 3_600_000
    room.force_defrost_until = start + 1_500_000
    during = [room.temperature(tick) for tick in range(start, start + 1_500_000, 10_000)]
    assert max(during) > before + 1


def test_a_probe_fails_in_the_ways_of_cheap_probes() -> None:
    room = Room("room1", 0.0, False, random.Random(3))
    probe = Probe(room, random.Random(4))
    normal = {probe.words(tick * 10_000) for tick in range(50)}
    assert len(normal) > 10
    probe.fault = "stuck"
    assert len({probe.words(tick * 10_000) for tick in range(50, 100)}) == 1
    probe.fault = "open"
    assert probe.words(0) == (0x8000, 0x8000)


@pytest.mark.parametrize("frame", ("01 04 00 01 00 02 20 0B", "01 04 04 01 31 02 22 2A CE", "01 84 02 C2 C1"))
def test_the_simulators_own_crc_agrees_with_the_manuals(frame: str) -> None:
    whole = bytes.fromhex(frame)
    assert checksum(whole[:-2]) == whole[-2:]
    assert checksum(b"123456789") == bytes.fromhex("374B")
