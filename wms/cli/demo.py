"""`wms demo`: everything at once on one machine: broker, instruments, gateway, workers, pages, a season of data.

For trials. The embedded broker has no access control and keeps nothing on disk; a store runs Mosquitto.
"""

import json
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click
from iotcore import Broker

from wms.cli import Setting, main, season
from wms.cli.life import live
from wms.config import Config
from wms.kernel.database import Database

HOME = Path("var/demo")
PATIENCE_S = 60.0
GATEWAY_EPOCH = "2"  # the season's records were epoch 1


@dataclass(slots=True)
class Child:
    """One process of the demo; it is started again when it ends, whoever killed it."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0


class Family:
    """The demo's processes, kept alive until the end."""

    def __init__(self, environment: dict[str, str], logs: Path) -> None:
        self._environment = environment
        self._logs = logs
        self.children: list[Child] = []

    def add(self, name: str, *command: str) -> None:
        """Start a process of our own interpreter, its output in a log file."""
        child = Child(name, [sys.executable, "-m", *command])
        self.children.append(child)
        self._start(child)

    def keep_alive(self) -> None:
        """Start again what has ended."""
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._start(child)

    def end(self) -> None:
        """End all, the youngest first; who does not listen is killed."""
        for child in reversed(self.children):
            if child.process is not None:
                child.process.terminate()
        until = time.monotonic() + 10
        for child in reversed(self.children):
            if child.process is not None:
                try:
                    child.process.wait(max(until - time.monotonic(), 0.1))
                except subprocess.TimeoutExpired:
                    child.process.kill()
                    child.process.wait()

    def _start(self, child: Child) -> None:
        child.starts += 1
        with (self._logs / f"{child.name}.log").open("ab") as log:
            child.process = subprocess.Popen(
                child.command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )


@main.command()
@click.option("--port", type=int, help="port of the pages (default: the setting, or a free one)")
@click.option("--home", type=click.Path(path_type=Path), default=HOME, show_default=True, help="where its data is kept")
@click.option("--quiet-market", is_flag=True, help="no buyers and trucks of its own accord")
@click.pass_obj
def demo(setting: Setting, port: int | None, home: Path, quiet_market: bool) -> None:
    """Run the living demo until Ctrl-C; a second run continues where it was."""
    home = home.absolute()
    (home / "logs").mkdir(parents=True, exist_ok=True)
    config = _settings(setting.config, home, port)
    environment = {**os.environ, **_environment(config)}
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    subprocess.run([sys.executable, "-m", "wms", "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    database = Database.open(config.database.url)
    if season.is_empty(database):
        click.echo("Making a season of data, about a minute / 正在生成一季数据, 约一分钟 …")
        season.build(database, config, setting.clock(), lambda step: click.echo(f"  · {step}"))
    family = Family(environment, home / "logs")
    try:
        _start(family, config, home)
        _wait_for(f"{config.web.public_url}/healthz", stop)
        _greet(config, home)
        _keep(family, database, setting, stop, market=not quiet_market)
    finally:
        family.end()
        database.close()
    click.echo("The demo has ended; its data is kept. / 演示已结束, 数据已保留。")


@main.command("demo-broker", hidden=True)
@click.argument("path", type=click.Path(path_type=Path))
def demo_broker(path: Path) -> None:
    """Run the embedded broker with a file of its own kind until it is told to stop."""
    logging.disable(logging.CRITICAL)  # it reports every packet as an error
    Broker(config_path=str(path)).run_forever()


def _broker_file(home: Path, config: Config) -> Path:
    """Write the embedded broker's file: MQTT v5 on the loopback address only."""
    path = home / "broker.toml"
    path.write_text(
        f"""id = 0
[router]
id = 0
max_connections = 200
max_outgoing_packet_count = 200
max_segment_size = 10485760
max_segment_count = 10
[v5.1]
name = "v5-1"
listen = "{config.mqtt.host}:{config.mqtt.port}"
next_connection_delay_ms = 1
[v5.1.connections]
connection_timeout_ms = 60000
max_payload_size = 1048576
max_inflight_count = 200
"""
    )
    return path


def _settings(config: Config, home: Path, port: int | None) -> Config:
    """Return the demo's settings: its own files, free ports where the usual ones are taken, remembered."""
    kept = home / "ports.json"
    ports = json.loads(kept.read_text()) if kept.exists() else {}
    web = port or _free(ports.get("web", config.web.port))
    broker = _free(ports.get("broker", 18830))
    dock = _free(ports.get("dock", 8091))
    kept.write_text(json.dumps({"web": web, "broker": broker, "dock": dock}))
    url = f"http://127.0.0.1:{web}"
    return replace(
        config,
        database=replace(config.database, url=f"sqlite:///{home / 'coldlot.sqlite3'}"),
        web=replace(config.web, bind="127.0.0.1", port=web, public_url=url, secure_cookies=False),
        mqtt=replace(config.mqtt, host="127.0.0.1", port=broker, username="", password_file="", ca_file=""),
        gateways=replace(config.gateways, live_origin=f"http://127.0.0.1:{dock}"),
        sms=replace(config.sms, sink=str(home / "sms.jsonl")),
        anchor=replace(config.anchor, file=str(home / "anchors.jsonl")),
    )


def _environment(config: Config) -> dict[str, str]:
    """Return the settings as the children's environment."""
    return {
        "WMS__DATABASE__URL": config.database.url,
        "WMS__WEB__PORT": str(config.web.port),
        "WMS__WEB__BIND": config.web.bind,
        "WMS__WEB__PUBLIC_URL": config.web.public_url,
        "WMS__MQTT__HOST": config.mqtt.host,
        "WMS__MQTT__PORT": str(config.mqtt.port),
        "WMS__GATEWAYS__LIVE_ORIGIN": config.gateways.live_origin,
        "WMS__SMS__SINK": config.sms.sink,
        "WMS__ANCHOR__FILE": config.anchor.file,
    }


def _start(family: Family, config: Config, home: Path) -> None:
    broker = f"{config.mqtt.site}/gw-demo@{config.mqtt.host}:{config.mqtt.port}"
    dock = config.gateways.live_origin.rpartition(":")[2]
    devices = home / "devices"
    gateway = devices / "gateway.toml"
    gateway.unlink(missing_ok=True)  # written anew with today's ports; the spool beside it stays
    family.add("broker", "wms", "demo-broker", str(_broker_file(home, config)))
    family.add(
        "simulate", "devices", "simulate", "--demo", str(devices), "--gateway", broker, "--dock-port", dock,
        "--origin", config.web.public_url,
    )  # fmt: skip
    family.add("serve", "wms", "serve")
    family.add("work", "wms", "work")
    _wait_until(gateway.exists, "the simulated instruments")
    fresh = [] if any(devices.glob("*.db")) else ["--epoch", GATEWAY_EPOCH]
    family.add("gateway", "devices", "run", "--config", str(gateway), *fresh)


def _keep(family: Family, database: Database, setting: Setting, stop: threading.Event, *, market: bool) -> None:
    """Watch over the children, and let buyers and growers act now and then."""
    dice = random.Random()
    due = time.monotonic() + 20
    while not stop.wait(0.5):
        family.keep_alive()
        if market and time.monotonic() > due:
            live(database, setting.clock(), dice)
            due = time.monotonic() + dice.randint(25, 70)


def _greet(config: Config, home: Path) -> None:
    orders = json.loads((home / "devices" / "control.json").read_text())["address"]
    click.echo(
        f"\n  Coldlot 冷仓  {config.web.public_url}\n\n"
        f"  password / 密码: {season.PASSWORD}\n"
        "    clerk    王海燕  库管 terminal        manager  孙立军  库管经理\n"
        "    g01      刘秀英  果农 portal          b01 … b06       采购商 board\n"
        "    credit   方晓    信贷 desk            approver 顾建华  审批 desk\n"
        "    cashier  蔡玉兰  出纳 desk            trader   陶然    交易 desk\n"
        "    admin    周敏    管理员               auditor  何静    审计\n\n"
        f"  Put 860 kg on the platform / 平台上放 860 公斤:\n"
        f'    curl --json \'{{"do": "put", "instrument": "dock-1", "kg": 860}}\' {orders}/do\n'
        f"  Logs and codes sent by text / 日志与短信: {home}\n"
        "  The embedded broker is for trials only. / 内置消息代理仅供试用。  Ctrl-C ends / 结束。\n"
    )


def _free(port: int) -> int:
    """Return a port if it is free on the loopback address, else another that is."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise click.ClickException("no free port")


def _wait_for(url: str, stop: threading.Event) -> None:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return stop.is_set()

    _wait_until(answers, url)


def _wait_until(there: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not there():
        if time.monotonic() > until:
            raise click.ClickException(f"{what} did not come up; see the logs")
        time.sleep(0.2)  # a process that is coming up has no way to call back
