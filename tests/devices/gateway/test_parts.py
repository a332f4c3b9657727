"""The parts of the gateway that a healthy day never shows."""

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from devices import systemd
from devices.clock import ManualClock
from devices.config import DockAddress, load_config
from devices.dock import STREAMS_MAX, Dock, LatestFrames
from devices.drivers.probes.quality import Measured
from devices.drivers.weights import Capture
from devices.epoch import WrongSpool
from devices.gateway import STUCK_MS, Crew, Gateway, GatewayStuck
from devices.messages import DeviceEvent, LiveFrame, Measurements, Weighing, decode_as
from devices.ports.onewire_port import OneWirePort
from devices.ports.scale_port import ScalePort
from devices.recorder import capture_id
from devices.simulator.pty_port import PtyPort
from devices.timekeeping import Settled
from tests.devices.ends import eventually

CONFIG = """
[gateway]
site = "yantai"
name = "gw-a1"
clock = "trusted"

[broker]
host = "127.0.0.1"
port = 1

[[onewire]]
rom = "28-0123456789ab"
sensor = "room1.t1"
poll_s = 5
"""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    (tmp_path / "gateway.toml").write_text(CONFIG + "\n[dock]\nport = 0\n")
    made = Gateway(load_config(tmp_path / "gateway.toml"), ManualClock())
    yield made
    if made.dock is not None:
        made.dock.server_close()
    made.close()


def frame(n: int) -> LiveFrame:
    return LiveFrame(weight_grams=n, stable=True, net=None, tare_grams=None, flags=[], at=1, n=n)


# ------------------------------------------------------------ supervision


def test_a_dead_thread_is_started_again(gateway: Gateway) -> None:
    ran = threading.Semaphore(0)
    stop = threading.Event()
    stop.set()  # no pause before the new start
    crew = gateway._hire("x", lambda _stop: ran.release(), stop, lambda: 0)
    crew.thread.join(5)
    gateway._supervise(crew, stop, 0)
    crew.thread.join(5)
    assert (crew.deaths, ran.acquire(timeout=5), ran.acquire(timeout=5)) == (1, True, True)


def test_a_thread_that_hangs_ends_the_process(gateway: Gateway) -> None:
    quit_it = threading.Event()
    crew = gateway._hire("x", lambda _stop: (quit_it.wait(), None)[1], threading.Event(), lambda: 100)
    assert isinstance(crew, Crew)
    gateway._supervise(crew, threading.Event(), 100 + STUCK_MS)
    with pytest.raises(GatewayStuck):
        gateway._supervise(crew, threading.Event(), 101 + STUCK_MS)
    quit_it.set()
    crew.thread.join(5)


def test_systemd_hears_that_it_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not systemd.notify("READY=1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        assert systemd.notify("WATCHDOG=1")
        assert listener.recv(100) == b"WATCHDOG=1"
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    assert not systemd.notify("WATCHDOG=1")


def test_one_spool_serves_one_gateway_at_a_time_by_name(tmp_path: Path, gateway: Gateway) -> None:
    path = tmp_path / "other.toml"
    path.write_text(CONFIG)
    with pytest.raises(WrongSpool, match="another gateway is running"):
        Gateway(load_config(path), ManualClock())
    gateway.close()
    path.write_text(CONFIG.replace("gw-a1", "gw-b2"))
    with pytest.raises(WrongSpool, match="belongs to gateway 'gw-a1'"):
        Gateway(load_config(path), ManualClock())


# ------------------------------------------------------------ records


def waiting(gateway: Gateway) -> list[object]:
    found = [gateway.spool.get(seq) for seq in gateway.spool.list_after(0, 100)]
    return [decode_as(one.channel, one.body) for one in found if one is not None]


def weighed(gateway: Gateway) -> list[int]:
    return [one.weight_grams for one in waiting(gateway) if isinstance(one, Weighing)]


def test_readings_are_on_the_disk_before_they_are_a_message(gateway: Gateway) -> None:
    gateway.recorder.readings([("room1.t1", Measured("temperature", Decimal("0.5"), None))], gateway.keeper.at_ms())
    assert gateway.spool.depth().pending == 1
    gateway.recorder.flush()
    [batch] = waiting(gateway)
    assert isinstance(batch, Measurements)
    assert batch.r[0].value == Decimal("0.5")


def test_a_full_batch_does_not_wait_for_the_clock(gateway: Gateway) -> None:
    for minute in range(200):
        named = [(f"room1.t{n}", Measured("temperature", Decimal(n), None)) for n in (1, 2)]
        gateway.recorder.readings(named, gateway.keeper.at_ms() + minute)
    assert len(waiting(gateway)) == 1
    assert gateway.spool.depth().pending == 0


def test_a_clock_that_is_set_at_last_is_told_after_what_it_corrects(gateway: Gateway) -> None:
    keeper = gateway.keeper
    keeper.quality, keeper.base = "free", 5_000
    gateway.spool.note_free_clock(keeper.boot, keeper.base)
    gateway.recorder.readings([("room1.t1", Measured("temperature", Decimal("0.5"), None))], keeper.at_ms())
    gateway._look_at_clock()  # the source says: synchronised
    batch, event = waiting(gateway)
    assert isinstance(batch, Measurements)
    assert isinstance(event, DeviceEvent)
    assert (batch.clk, event.k, event.boot) == ("free", "clock", batch.boot)
    assert event.offset is not None
    assert batch.t0 + event.offset == event.at
    assert gateway.spool.free_clock_of(keeper.boot) is None


def test_a_clock_set_while_nobody_ran_is_told_at_the_start(tmp_path: Path, gateway: Gateway) -> None:
    gateway.spool.note_free_clock(gateway.keeper.boot, 5_000)
    gateway.recorder.event("started")
    gateway.close()
    (tmp_path / "gateway.toml").write_text(CONFIG)
    again = Gateway(load_config(tmp_path / "gateway.toml"), ManualClock())
    event = waiting(again)[-1]
    assert isinstance(event, DeviceEvent)
    assert (event.k, event.offset) == ("clock", ManualClock().at_ms() - 5_000)
    again.close()


class SteppableClock(ManualClock):
    def step(self, ms: int) -> None:
        self._at_ms += ms


def steps_told(gateway: Gateway) -> list[str | None]:
    return [one.text for one in waiting(gateway) if isinstance(one, DeviceEvent) and one.k == "clock-step"]


def test_a_step_is_told_once_also_when_the_gateway_ended_before_it_looked(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text(CONFIG)
    config, clock = load_config(tmp_path / "gateway.toml"), SteppableClock()
    first = Gateway(config, clock)
    clock.step(200)  # no step, only a time server's daily work
    first._look_at_clock()
    first.close()
    clock.step(-90_000)
    second = Gateway(config, clock)
    assert steps_told(second) == ["-89800 ms"]
    clock.step(3_000)
    second._look_at_clock()
    second.close()
    third = Gateway(config, clock)
    assert steps_told(third) == ["-89800 ms", "+3000 ms"]
    third.close()


def test_settled_news_is_what_the_keeper_gives(gateway: Gateway) -> None:
    gateway.recorder.settled(Settled(gateway.keeper.boot, 7))
    event = waiting(gateway)[-1]
    assert isinstance(event, DeviceEvent)
    assert event.offset == 7


def test_capture_ids_sort_by_their_instant() -> None:
    early, late = capture_id(1_760_000_000_000), capture_id(1_760_000_000_001)
    assert early < late
    assert (early.version, early.variant) == (7, "specified in RFC 4122")
    assert capture_id(1_760_000_000_000) != early


def test_the_kernels_probes_are_read_in_turn_and_their_loss_is_told(tmp_path: Path, gateway: Gateway) -> None:
    [port] = gateway.ports
    assert isinstance(port, OneWirePort)
    port._folder = tmp_path
    probe = tmp_path / "28-0123456789ab"
    probe.mkdir()
    (probe / "w1_slave").write_text("f8 : crc=f8 YES\nf8 t=-500\n")
    stop = threading.Event()
    thread = threading.Thread(target=port.run, args=(stop,))
    thread.start()
    clock = gateway._clock
    assert isinstance(clock, ManualClock)

    def shows(value: str | None, quality: str | None) -> bool:
        clock.advance(5_000)
        part = port.health.parts.get("room1.t1", {})
        return (part.get("value"), part.get("quality")) == (value, quality)

    eventually(lambda: shows("-0.5", None))
    probe.rename(tmp_path / "pulled off")
    eventually(lambda: shows(None, "open"))
    eventually(lambda: port.health.state == "silent")
    (tmp_path / "pulled off").rename(probe)
    eventually(lambda: shows("-0.5", None))
    eventually(lambda: port.health.state == "ok")
    stop.set()
    thread.join(5)
    kinds = [one.k for one in waiting(gateway) if isinstance(one, DeviceEvent)]
    assert kinds == ["probe-lost", "probe-back"]


def test_a_load_put_on_before_the_scale_came_to_rest_is_taken_once(tmp_path: Path) -> None:
    """Killed with a load on the scale; it is lifted off and another one put on while the empty pan still swings."""
    scale = """
[[port]]
name = "scale"
device = "{path}/scale"

[port.scale]
instrument = "dock-1"
kind = "platform"
protocol = "mt-sics"
e_grams = 500
max_grams = 3000000
"""
    (tmp_path / "gateway.toml").write_text(CONFIG + scale.format(path=tmp_path))
    line = PtyPort("scale", tmp_path)
    gateway = Gateway(load_config(tmp_path / "gateway.toml"), ManualClock())
    port = next(port for port in gateway.ports if isinstance(port, ScalePort))
    before = Capture(700_000, None, None, b"S S     700.0 kg", gateway.keeper.at_ms())
    gateway.recorder.capture(port._scale, before)  # its load had not left the scale when the process was killed
    stop = threading.Event()
    thread = threading.Thread(target=port.run, args=(stop,), daemon=True)
    thread.start()

    def hears(word: str, grams: int) -> bool:
        clock = gateway._clock
        assert isinstance(clock, ManualClock)
        clock.advance(100)
        line.write(f"S {word} {grams / 1000:10.1f} kg\r\n".encode("ascii"))
        return port.health.parts.get("dock-1", {}).get("weight_grams") == grams

    eventually(lambda: hears("D", 1_500))
    eventually(lambda: hears("D", 1_000) and (gateway.recorder.last_capture("dock-1") or (0, False))[1])
    eventually(lambda: hears("S", 900_000) and len(weighed(gateway)) > 1)
    heard = port.health.counters["frames_ok"] or 0
    eventually(lambda: hears("S", 900_000) and (port.health.counters["frames_ok"] or 0) > heard + 10)
    stop.set()
    thread.join(5)
    assert weighed(gateway) == [700_000, 900_000]
    gateway.close()
    line.unplug()


# ------------------------------------------------------------ the dock


@pytest.fixture
def dock() -> Iterator[Dock]:
    made = Dock(
        DockAddress("127.0.0.1", 0, ("http://t.example",)), ("yantai", "gw-a1"), LatestFrames(), lambda: {"a": 1}
    )
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join(10)


def address(dock: Dock, path: str) -> str:
    return f"http://127.0.0.1:{dock.server_address[1]}{path}"


def test_the_dock_shows_the_status(dock: Dock) -> None:
    with urllib.request.urlopen(address(dock, "/status"), timeout=5) as answer:
        assert json.loads(answer.read()) == {"a": 1}


def test_a_browser_may_ask_first(dock: Dock) -> None:
    request = urllib.request.Request(address(dock, "/live"), method="OPTIONS", headers={"Origin": "http://t.example"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "http://t.example"
        assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


def test_a_stream_follows_the_newest_frame(dock: Dock) -> None:
    dock.frames.offer_live("dock-1", frame(1))
    with urllib.request.urlopen(address(dock, "/live/dock-1/stream"), timeout=5) as stream:
        first = [stream.readline() for _ in range(3)][1]
        for n in range(2, 50):
            dock.frames.offer_live("dock-1", frame(n))
        second = [stream.readline() for _ in range(3)][1]
    assert json.loads(first[6:])["instruments"]["dock-1"]["n"] == 1
    assert json.loads(second[6:])["instruments"]["dock-1"]["n"] > 1


def test_too_many_streams_are_sent_away_and_come_back_later(dock: Dock) -> None:
    dock.frames.offer_live("dock-1", frame(1))
    url = address(dock, "/live/dock-1/stream")
    streams = [urllib.request.urlopen(url, timeout=5) for _ in range(STREAMS_MAX)]
    with pytest.raises(urllib.error.HTTPError) as full:
        urllib.request.urlopen(url, timeout=5)
    assert (full.value.code, full.value.headers["Retry-After"]) == (503, "5")
    full.value.close()
    for stream in streams:
        stream.close()

    def let_in() -> bool:
        dock.frames.offer_live("dock-1", frame(2))  # a write to a closed stream is how the dock learns of it
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError as refused:
            refused.close()
            return False
        return True

    eventually(let_in)
