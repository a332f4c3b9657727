"""The processes of the walk: broker, instruments behind pseudo-terminals, gateway, workers, pages."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.browser.walk.store import furnish
from tests.servers import process
from tests.servers.broker import Broker
from tests.servers.migrated import ROOT
from wms.config import Config
from wms.kernel.database import Database

GATEWAY_EPOCH = "2"  # the readings of the days before were epoch 1


class House:
    """What runs, and the two doors a test uses besides the pages: the scales' loads and `wms verify`."""

    def __init__(self, home: Path, config: Config) -> None:
        self.home = home
        self.config = config
        self.url = config.web.public_url
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._shown: set[str] = set()

    def put(self, kg: int, scale: str = "truck-1") -> None:
        """Drive a truck onto the truck scale, or put a load on the platform."""
        self._order({"do": "truck" if scale == "truck-1" else "put", "instrument": scale, "kg": kg})

    def clear(self, scale: str = "truck-1") -> None:
        """Take everything off a scale."""
        self._order({"do": "clear", "instrument": scale})

    def verify(self) -> dict[str, Any]:
        """Return what `wms verify --json` says; it must end well."""
        command = [sys.executable, "-m", "wms", "verify", "--json"]
        told = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr
        found: dict[str, Any] = json.loads(told.stdout)
        return found

    def first_look(self, name: str, language: str) -> bool:
        """Tell whether a picture of this name was not taken before in a language."""
        before = len(self._shown)
        self._shown.add(f"{name} {language}")
        return len(self._shown) > before

    def environment(self) -> dict[str, str]:
        """Return the settings as every process gets them."""
        config = self.config
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "WMS__DATABASE__URL": config.database.url,
            "WMS__WEB__PORT": str(config.web.port),
            "WMS__WEB__PUBLIC_URL": self.url,
            "WMS__MQTT__PORT": str(config.mqtt.port),
            "WMS__GATEWAYS__LIVE_ORIGIN": config.gateways.live_origin,
            "WMS__SMS__SINK": config.sms.sink,
            "WMS__ANCHOR__FILE": config.anchor.file,
        }

    def open(self, furnish: Callable[[], None]) -> None:
        """Start every process, furnish the store while they come up, and wait until all of them are there."""
        devices, dock = self.home / "devices", self.config.gateways.live_origin.rpartition(":")[2]
        names = f"{self.config.mqtt.site}/gw-demo@127.0.0.1:{self.config.mqtt.port}"
        self._start("serve", "wms", "serve")
        self._start("work", "wms", "work")
        self._start("simulate", "devices", "simulate", "--demo", str(devices), "--gateway", names, "--dock-port", dock,
                    "--origin", self.url)  # fmt: skip
        self._wait("simulate", (devices / "control.json").exists)
        furnish()
        self._start("gateway", "devices", "run", "--config", str(devices / "gateway.toml"), "--epoch", GATEWAY_EPOCH)
        self._wait("serve", lambda: process.answers(self.config.web.port))
        self._wait("work", lambda: self._has_said("work", "inbox connected"))
        self._wait("gateway", lambda: self._has_said("gateway", "Connected to"))

    def close(self) -> None:
        """End every process: all are told at once, and each is waited for."""
        for running in self._running.values():
            running.terminate()
        for running in self._running.values():
            process.stop(running, signal.SIGTERM)

    def logs(self) -> str:
        """Return what the processes complained of."""
        lines = [f"{path.stem}: {line}" for path in self.home.glob("*.log") for line in path.read_text().splitlines()]
        return "\n".join(line for line in lines if "ERROR" in line or "Traceback" in line or "Error:" in line)

    def _start(self, name: str, *command: str) -> None:
        log = self.home / f"{name}.log"
        self._running[name] = process.start([sys.executable, "-m", *command], log=log, environment=self.environment())

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        process.wait_until(ready, self._running[name], self.home / f"{name}.log")

    def _has_said(self, name: str, words: str) -> bool:
        return words in (self.home / f"{name}.log").read_text()

    def _order(self, order: dict[str, Any]) -> None:
        address = json.loads((self.home / "devices" / "control.json").read_text())["address"]
        asked = urllib.request.Request(f"{address}/do", json.dumps(order).encode())
        with urllib.request.urlopen(asked, timeout=process.PATIENCE_S) as answer:
            assert answer.status == 200


def settings(home: Path, broker: Broker) -> Config:
    """Return the settings of a house of one's own in a folder."""
    usual, web = Config(), process.free_port()
    return replace(
        usual,
        database=replace(usual.database, url=f"sqlite:///{home / 'coldlot.sqlite3'}"),
        web=replace(usual.web, port=web, public_url=f"http://127.0.0.1:{web}"),
        mqtt=replace(usual.mqtt, port=broker.port),
        gateways=replace(usual.gateways, live_origin=f"http://127.0.0.1:{process.free_port()}"),
        sms=replace(usual.sms, sink=str(home / "sms.jsonl")),
        anchor=replace(usual.anchor, file=str(home / "anchors.jsonl")),
    )


def keep_house(home: Path, broker: Broker) -> Iterator[House]:
    """Furnish and open a house on a migrated database in `home`, and close it at the end."""
    config = settings(home, broker)
    database = Database.open(config.database.url)
    house = House(home, config)
    try:
        house.open(lambda: furnish(database, config))
        yield house
    finally:
        house.close()
        database.close()
