"""`python -m devices simulate` as a person or a test uses it."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from devices.config import BadConfig, load_config
from devices.simulator.worlds import DEMO, GatewayNames, gateway_file, load_world
from tests.devices.ends import eventually

ROOT = Path(__file__).parents[3]


def post(address: str, body: bytes, **headers: str) -> Any:
    request = urllib.request.Request(f"{address}/do", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.loads(answer.read())


def state(address: str) -> Any:
    with urllib.request.urlopen(f"{address}/state", timeout=5) as answer:
        return json.loads(answer.read())


def test_the_demo_takes_orders_and_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "devices", "simulate", "--demo", str(tmp_path)]
    process = subprocess.Popen([*command, "--gateway", "yantai/gw-x@127.0.0.1:1999"], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        eventually(lambda: (tmp_path / "control.json").exists() and "http" in (tmp_path / "control.json").read_text())
        address = json.loads((tmp_path / "control.json").read_text())["address"]
        assert post(address, b'{"do": "put", "instrument": "dock-1", "grams": 1250000}')["done"]["do"] == "put"
        eventually(lambda: state(address)["scales"]["dock-1"] | {"tare_grams": 0} == {
            "grams": 1_250_000, "stable": True, "overload": False, "tare_grams": 0})  # fmt: skip
        post(address, b'{"do": "unplug", "port": "scale-truck"}')
        assert state(address)["ports"]["scale-truck"]["plugged"] is False
        refusals: list[tuple[bytes, dict[str, str]]] = [(b, {}) for b in (b"{", b"[]", b'{"do":"fly"}')]
        refusals.append((b'{"do": "clear", "instrument": "dock-1"}', {"Origin": "https://elsewhere.example"}))
        for body, headers in refusals:
            with pytest.raises(urllib.error.HTTPError) as refused:
                post(address, body, **headers)
            refused.value.close()
        assert state(address)["scales"]["dock-1"]["grams"] == 1_250_000
        assert load_config(tmp_path / "gateway.toml").name == "gw-x"
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=10)
    assert process.returncode == 0, output
    assert list((tmp_path / "dev").iterdir()) == []
    kinds = [json.loads(line)["k"] for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert (kinds[0], kinds[-1], kinds.count("order")) == ("started", "stopped", 2)


def test_a_world_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_text("""
seed = 5
busy = true

[[scale]]
instrument = "dock-1"
port = "scale-platform"
protocol = "mt-sics"
e_grams = 500
max_grams = 3_000_000

[[room]]
name = "room1"
first_address = 11
probes = 2
gas_address = 41

[[order]]
at_s = 1
do = "put"
instrument = "dock-1"
kg = 100
""")
    world = load_world(path)
    assert (world.rooms[0].addresses, world.rooms[0].gas_address, world.script[0]["kg"]) == ((11, 12), 41, 100)
    path.write_text(path.read_text().replace("mt-sics", "abacus").replace("at_s = 1", ""))
    with pytest.raises(BadConfig) as raised:
        load_world(path)
    assert len(raised.value.problems) == 2


def test_the_demos_gateway_file_reads_every_instrument(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(gateway_file(DEMO, tmp_path / "dev", GatewayNames("yantai", "gw-demo", "127.0.0.1", 1883, 0)))
    config = load_config(path)
    assert [port.scale.instrument for port in config.ports if port.scale] == ["dock-1", "truck-1"]
    assert sum(len(port.probes) for port in config.ports) == sum(
        len(r.addresses) + bool(r.gas_address) for r in DEMO.rooms
    )
