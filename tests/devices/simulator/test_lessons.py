"""What a clerk or a technician can be shown: a silent indicator, gases out of hand, a room without its compressor."""

import random
from itertools import pairwise
from pathlib import Path

import pytest

from devices.clock import ManualClock
from devices.drivers.probes.profile import load_profile
from devices.drivers.probes.quality import Doubt, Measured, read_values
from devices.drivers.scale import LiveWeight, ScaleDriver, ScaleProfile
from devices.frames.protocols import make_framer
from devices.links import SerialLink
from devices.simulator.rooms import HOUR_MS, Probe, Room
from devices.simulator.truth import Truth
from devices.simulator.world import BadOrder, RoomSpec, ScaleSpec, World, WorldSpec

BRIDGE = ScaleSpec("truck-1", "bridge", "yaohua-continuous", e_grams=20_000, max_grams=80_000_000, settle_ms=300)
SPEC = WorldSpec(
    scales=(BRIDGE,), rooms=(RoomSpec("room1", 0.0, (11,), gas_address=41), RoomSpec("room2", 0.0, (21,))), seed=7
)


class Bridge:
    """A weighbridge that says nothing about itself, and the driver that watches it."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.world = World(SPEC, folder, Truth(None))
        self.driver = ScaleDriver(
            SerialLink(str(folder / "bridge")),
            make_framer("yaohua-continuous"),
            ScaleProfile(e_grams=20_000, period_ms=20),  # it waits so long for bytes, in real time
            self.clock,
        )
        self.captures: list[int] = []

    def order(self, **order: object) -> None:
        self.world.order(dict(order), self.clock.tick_ms(), self.clock.at_ms())

    def run(self, ms: int) -> LiveWeight:
        for _ in range(ms // 100):
            self.clock.advance(100)
            self.world.step(self.clock.tick_ms(), self.clock.at_ms())
            live = self.driver.poll()
            self.captures += [capture.weight_grams for capture in live.captures]
        return live


@pytest.fixture
def bridge(tmp_path: Path):
    made = Bridge(tmp_path)
    made.run(200)
    yield made
    made.driver.close()
    made.world.close()


def test_a_bridge_without_a_word_on_motion_is_weighed_once(bridge: Bridge) -> None:
    bridge.order(do="truck", instrument="truck-1", kg=18_015)
    assert bridge.run(12_000).stable
    bridge.order(do="clear", instrument="truck-1")
    bridge.run(6_000)
    assert bridge.captures == [18_020_000]


def test_an_overloaded_bridge_falls_silent_and_its_weight_unknown(bridge: Bridge) -> None:
    bridge.order(do="overload", instrument="truck-1")
    live = bridge.run(8_000)
    assert (live.known, live.weight_grams, bridge.captures) == (False, None, [])


def test_the_keys_on_its_front_zero_and_tare_it(bridge: Bridge) -> None:
    bridge.order(do="put", instrument="truck-1", kg=1_000)
    bridge.run(4_000)
    bridge.order(do="press", instrument="truck-1", key="tare")
    assert bridge.run(1_000).weight_grams == 0
    bridge.order(do="clear", instrument="truck-1")
    assert bridge.run(4_000).weight_grams == -1_000_000
    bridge.order(do="restart", instrument="truck-1")
    assert bridge.run(1_000).weight_grams == 0


def gases_after(room: Room, hours: int) -> tuple[float, float]:
    for tick in range(0, hours * HOUR_MS + 1, HOUR_MS // 4):
        room.temperature(tick)
    return room.gases()


def ca_room() -> Room:
    return Room("room1", 0.0, True, random.Random(3))


def test_a_sealed_room_is_held_by_its_scrubber_and_its_inlet() -> None:
    oxygen, dioxide = gases_after(ca_room(), 24 * 14)
    assert 1.2 <= oxygen <= 1.8
    assert 0.6 <= dioxide <= 1.1


@pytest.mark.parametrize(
    ("part", "oxygen", "dioxide"),
    (("scrubber", (1.2, 1.8), (2.0, 9.0)), ("inlet", (0.0, 0.6), (0.6, 1.1)), ("seal", (15.0, 21.0), (0.0, 0.9))),
)
def test_a_part_that_fails_lets_the_gases_go(
    part: str, oxygen: tuple[float, float], dioxide: tuple[float, float]
) -> None:
    room = ca_room()
    room.work(part, does=False)
    found = gases_after(room, 24 * 4)
    assert oxygen[0] <= found[0] <= oxygen[1]
    assert dioxide[0] <= found[1] <= dioxide[1]
    room.work(part, does=True)
    assert room.atmosphere is not None
    assert room.atmosphere.broken == set()


def test_fruit_that_breathes_faster_makes_the_lesson_shorter() -> None:
    slow, fast = ca_room(), ca_room()
    for room in (slow, fast):
        room.work("scrubber", does=False)
    fast.breathe(2.0)
    assert gases_after(fast, 2)[1] > gases_after(slow, 2)[1] + 1


def test_a_room_without_its_compressor_warms_and_one_with_it_cools_again() -> None:
    room = Room("room2", 0.0, False, random.Random(3))
    room.work("compressor", does=False)
    warm = [room.temperature(tick) for tick in range(0, 6 * HOUR_MS, HOUR_MS // 6)]
    assert 3.0 < warm[-1] < 6.0
    room.work("compressor", does=True)
    assert room.temperature(12 * HOUR_MS) < 1.0


@pytest.mark.parametrize(
    ("fault", "seen"),
    (
        ("float", {("temperature", None, "open"), ("humidity", None, "open")}),
        ("wet", {("humidity", "99.9", "range")}),
    ),
)
def test_a_sick_probe_is_seen_as_one(fault: str, seen: set[tuple[str, str | None, str]]) -> None:
    probe = Probe(ca_room(), random.Random(4))
    probe.fault = fault
    measured = read_values(load_profile("xy-md02"), {0: probe.words(0)})
    assert {(one.name, one.value and str(one.value), one.quality) for one in measured if one.quality} == seen


def test_a_drifting_and_a_jumping_probe() -> None:
    probe = Probe(ca_room(), random.Random(4))
    probe.fault = "drift"
    temperatures = [probe.words(tick * 1000)[0] for tick in range(100)]
    assert temperatures[0] + 15 < temperatures[-1]
    probe.fault = "jump"
    profile = load_profile("xy-md02")
    doubt = Doubt(profile.values[0])
    seen: list[Measured] = []
    for tick in range(10):
        temperature, _humidity = read_values(profile, {0: probe.words(200_000 + tick * 1000)})
        seen.append(doubt.judge(temperature, tick * 1000))
    assert all(one.quality == "jump" for one in seen[1:])
    values = [one.value for one in seen if one.value is not None]
    assert len(values) == len(seen)
    assert all(abs(a - b) > 5 for a, b in pairwise(values))


@pytest.mark.parametrize(
    "order",
    (
        {"do": "part", "room": "room1", "part": "roof", "works": False},
        {"do": "part", "room": "room2", "part": "scrubber", "works": False},
        {"do": "breathe", "room": "room2", "percent_per_h": 1},
        {"do": "breathe", "room": "room1", "percent_per_h": -1},
        {"do": "press", "instrument": "truck-1", "key": "print"},
    ),
)
def test_what_cannot_fail_here_is_refused(bridge: Bridge, order: dict[str, object]) -> None:
    with pytest.raises(BadOrder):
        bridge.order(**order)


def test_the_state_shows_what_was_broken(bridge: Bridge) -> None:
    bridge.order(do="part", room="room1", part="scrubber", works=False)
    bridge.order(do="part", room="room1", part="compressor", works=False)
    bridge.order(do="breathe", room="room1", percent_per_h=1)
    rooms = bridge.world.show(bridge.clock.tick_ms())["rooms"]
    assert rooms["room1"]["broken"] == ["compressor", "scrubber"]
    assert (rooms["room1"]["o2"], rooms["room2"]["o2"]) == (1.5, 20.9)
