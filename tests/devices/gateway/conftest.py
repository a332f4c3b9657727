"""A whole box: simulated instruments on real pseudo-terminals, a real broker, and the gateway as its own process."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from devices.messages import Ack, DeviceEvent, Measurements, Weighing
from devices.simulator.world import RoomSpec, ScaleSpec, World, WorldSpec
from devices.simulator.worlds import GatewayNames, gateway_file
from tests.devices.ends import GW, SITE, ServerEnd, eventually
from tests.devices.lines import living_world
from tests.servers.broker import Broker

ROOT = Path(__file__).parents[3]
PLATFORM = ScaleSpec("dock-1", "scale-platform", "mt-sics", e_grams=500, max_grams=3_000_000, settle_ms=50)
TRUCK = ScaleSpec("truck-1", "scale-truck", "toledo-continuous", e_grams=20_000, max_grams=80_000_000, settle_ms=80)
WORLD = WorldSpec(scales=(PLATFORM, TRUCK), rooms=(RoomSpec("room1", 0.0, (11, 12), gas_address=41),))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Box:
    """One box with everything around it."""

    program = "devices"

    def __init__(
        self, folder: Path, world: World, broker: Broker, server: ServerEnd | None = None, spec: WorldSpec = WORLD
    ) -> None:
        self.folder = folder
        self.world = world
        self.broker = broker
        self._server = server
        self.dock = free_port()
        self.config = folder / "gateway.toml"
        names = GatewayNames(SITE, GW, broker.host, broker.port, self.dock, ("http://terminal.example",), poll_s=1)
        self.config.write_text(gateway_file(spec, folder / "dev", names).replace("flush_s = 5", "flush_s = 1"))
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "gateway.log"

    @property
    def server(self) -> ServerEnd:
        assert self._server is not None, "this box has another server"
        return self._server

    def start(self, *options: str) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", self.program, "run", "--config", str(self.config), *options]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=dict(os.environ))

    def signal(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(20)

    def status(self) -> dict[str, Any]:
        path = self.folder / "status.json"
        found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def is_up(self) -> bool:
        status = self.status()
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        return bool(status) and status["pid"] == self.process.pid and all(p["state"] == "ok" for p in status["ports"])

    def get(self, path: str, **headers: str) -> tuple[Any, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.dock}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read()), answer.headers

    def numbers(self) -> list[int]:
        said = [*self.server.of(Measurements), *self.server.of(Weighing), *self.server.of(DeviceEvent)]
        return sorted({one.seq for one in said})

    def weights(self, instrument: str = "dock-1") -> list[int]:
        """Each weighing once, in the order of its instant."""
        records = {one.id: one for one in self.server.of(Weighing) if one.instrument == instrument}
        return [one.weight_grams for one in sorted(records.values(), key=lambda one: one.at)]

    def truths(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "truth.jsonl").read_text().splitlines()]

    def truth(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.truths() if line["k"] == kind]

    def acknowledge_all(self) -> None:
        numbers = self.numbers()
        self.server.ack(numbers[-1])

    def last_ack(self) -> Ack | None:
        return next(iter(self.server.of(Ack)[::-1]), None)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


@pytest.fixture
def box(tmp_path: Path, new_broker: Callable[..., Broker]) -> Iterator[Box]:
    """A running box whose ports all answer."""
    with ExitStack() as stack:
        world = stack.enter_context(living_world(WORLD, tmp_path))
        broker = new_broker()
        server = ServerEnd(broker)
        stack.callback(server.close)
        made = Box(tmp_path, world, broker, server)
        stack.callback(made.close)
        made.start("--epoch", "1")
        eventually(made.is_up, 60)  # a busy machine; a quiet one needs two seconds
        yield made
