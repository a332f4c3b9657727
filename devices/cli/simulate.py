"""``python -m devices simulate``: instruments that are not there, behind real pseudo-terminals."""

import json
import re
import signal
import threading
from dataclasses import replace
from pathlib import Path

import click

from devices.clock import SystemClock
from devices.config import BadConfig
from devices.simulator.control import Control
from devices.simulator.truth import Truth
from devices.simulator.world import World, WorldSpec
from devices.simulator.worlds import DEMO, GatewayNames, gateway_file, load_world

STEP_S = 0.01


@click.command("simulate")
@click.option("--config", "path", type=click.Path(path_type=Path), help="A TOML file that describes the world.")
@click.option("--demo", "folder", type=click.Path(path_type=Path), help="The demo's cold store, kept in this folder.")
@click.option("--seed", type=int, help="Other dice.")
@click.option("--control-port", type=click.IntRange(0, 65_535), default=0, help="0 takes a free one.")
@click.option("--gateway", "names", default="yantai/gw-demo@127.0.0.1:1883", show_default=True,
              help="SITE/NAME@BROKER:PORT for the gateway file that is written.")  # fmt: skip
@click.option("--dock-port", type=click.IntRange(0, 65_535), default=8091, show_default=True)
@click.option("--origin", "origins", multiple=True, help="A page that may read the dock's live frames; repeatable.")
def command(
    path: Path | None,
    folder: Path | None,
    seed: int | None,
    control_port: int,
    names: str,
    dock_port: int,
    origins: tuple[str, ...],
) -> int:
    """Simulate scales and probes until interrupted. 模拟衡器与探头。

    In the folder: dev/ with the ports, truth.jsonl with what was really produced, control.json with the address that
    takes orders, and gateway.toml, written once, for `python -m devices run`.
    """
    if (path is None) == (folder is None):
        raise click.UsageError("give either --config or --demo")
    try:
        spec = load_world(path) if path is not None else DEMO
    except BadConfig as bad:
        raise click.ClickException(str(bad)) from bad
    spec = replace(spec, seed=spec.seed if seed is None else seed)
    home = (folder or Path(path or ".").parent).absolute()
    home.mkdir(parents=True, exist_ok=True)
    gateway_toml = home / "gateway.toml"
    if not gateway_toml.exists():
        found = re.fullmatch(r"([^/]+)/([^@]+)@(.+):(\d+)", names)
        if found is None:
            raise click.BadParameter("must be SITE/NAME@BROKER:PORT", param_hint="--gateway")
        site, gateway, host, port = found.groups()
        place = GatewayNames(site, gateway, host, int(port), dock_port, origins)
        gateway_toml.write_text(gateway_file(spec, home / "dev", place))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    simulate(spec, home, control_port, stop)
    return 0


def simulate(spec: WorldSpec, home: Path, control_port: int, stop: threading.Event) -> None:
    """Runs a world until told to stop, its ports in `home/dev`. Raises OSError."""
    clock = SystemClock()
    truth = Truth(home / "truth.jsonl")
    world = World(spec, home / "dev", truth)
    control = Control(world, clock, control_port)
    threading.Thread(target=control.serve_forever, name="control", daemon=True).start()
    address = f"http://127.0.0.1:{control.port}"
    (home / "control.json").write_text(json.dumps({"address": address}))
    truth.note(clock.at_ms(), "started", seed=spec.seed)
    click.echo(f"Simulating {len(world.ports)} ports in {home / 'dev'}; orders at {address}/do")
    try:
        while not stop.wait(STEP_S):
            world.step(clock.tick_ms(), clock.at_ms())
    finally:
        world.close()
        control.shutdown()
        control.server_close()
        truth.note(clock.at_ms(), "stopped")
        truth.close()
