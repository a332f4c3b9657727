"""Which world is simulated: from a TOML file, or the demo's own cold store, with the gateway file that reads it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from devices.config import BadConfig
from devices.messages import NAME
from devices.simulator.world import SCALES, RoomSpec, ScaleSpec, WorldSpec
from devices.tables import Table

DEMO: Final = WorldSpec(
    scales=(
        ScaleSpec("dock-1", "scale-platform", "mt-sics", e_grams=500, max_grams=3_000_000, settle_ms=350),
        ScaleSpec("truck-1", "scale-truck", "toledo-continuous", e_grams=20_000, max_grams=80_000_000, settle_ms=450),
    ),
    rooms=(
        RoomSpec("room1", 0.0, (11, 12), gas_address=41),
        RoomSpec("room2", 0.0, (21, 22), gas_address=42),
        RoomSpec("room3", 0.5, (31, 32)),
        RoomSpec("room4", 0.5, (33, 34)),
    ),
    probe_port="probes",
    seed=20251012,
)


def load_world(path: Path) -> WorldSpec:
    """The world described in a file. Raises BadConfig."""
    try:
        entries = tomllib.loads(path.read_text())
    except OSError as trouble:
        raise BadConfig(path, [f"cannot be read: {trouble.strerror}"]) from trouble
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadConfig(path, [f"is no TOML: {wrong}"]) from wrong
    problems: list[str] = []
    table = Table(entries, "", problems)
    world = WorldSpec(
        scales=tuple(_scale(scale) for scale in table.tables("scale")),
        rooms=tuple(_room(room) for room in table.tables("room")),
        probe_port=table.text("probe_port", default="probes", pattern=NAME),
        seed=table.whole("seed", default=1, between=(0, 2**31)),
        busy=table.flag("busy", default=False),
        script=tuple(_orders(entries.get("order", []), problems)),
    )
    table.tables("order")
    table.done()
    if problems:
        raise BadConfig(path, problems)
    return world


def _scale(table: Table) -> ScaleSpec:
    scale = ScaleSpec(
        instrument=table.text("instrument", pattern=NAME),
        port=table.text("port", pattern=NAME),
        protocol=table.one_of("protocol", tuple(SCALES)),
        e_grams=table.whole("e_grams", between=(1, 1_000_000)),
        max_grams=table.whole("max_grams", between=(1, 1_000_000_000)),
        settle_ms=table.whole("settle_ms", default=350, between=(1, 10_000)),
    )
    if scale.protocol == "toledo-continuous" and scale.e_grams % 1000:
        table.problem("e_grams", "the simulated weighbridge shows whole kilograms")
    table.done()
    return scale


def _room(table: Table) -> RoomSpec:
    room = RoomSpec(
        name=table.text("name", pattern=NAME),
        set_point=table.whole("set_point_millidegc", default=0, between=(-30_000, 30_000)) / 1000,
        addresses=tuple(
            range(
                first := table.whole("first_address", between=(1, 247)),
                first + table.whole("probes", default=2, between=(1, 20)),
            )
        ),
        gas_address=table.whole("gas_address", default=0, between=(0, 247)) or None,
    )
    table.done()
    return room


def _orders(entries: Any, problems: list[str]) -> list[dict[str, Any]]:
    orders = [entry for entry in entries if isinstance(entry, dict)]
    for number, order in enumerate(orders, start=1):
        if not isinstance(order.get("at_s"), int | float) or not isinstance(order.get("do"), str):
            problems.append(f"order[{number}]: needs at_s (seconds) and do (a word)")
    return orders


@dataclass(frozen=True)
class GatewayNames:
    """What the demo's gateway is called and where its broker is."""

    site: str
    gw: str
    broker_host: str
    broker_port: int
    dock_port: int
    origins: tuple[str, ...] = ()
    poll_s: int = 10


def gateway_file(world: WorldSpec, devices: Path, names: GatewayNames) -> str:
    """The gateway's TOML file that reads this world; the password comes from the environment."""
    parts = [
        f"""# Reads the simulated instruments; `python -m devices run --config` takes this file.
[gateway]
site = "{names.site}"
name = "{names.gw}"
clock = "trusted"
flush_s = 5

[broker]
host = "{names.broker_host}"
port = {names.broker_port}

[dock]
port = {names.dock_port}
origins = [{", ".join(f'"{origin}"' for origin in names.origins)}]
"""
    ]
    parts += [_scale_part(scale, devices) for scale in world.scales]
    if world.rooms:
        parts.append(f'[[port]]\nname = "{world.probe_port}"\ndevice = "{devices / world.probe_port}"\n')
        parts += [_probe_part(room, names.poll_s) for room in world.rooms]
    return "\n".join(parts)


def _scale_part(scale: ScaleSpec, devices: Path) -> str:
    kind = "platform" if scale.protocol == "mt-sics" else "truck"
    return f"""[[port]]
name = "{scale.port}"
device = "{devices / scale.port}"

[port.scale]
instrument = "{scale.instrument}"
kind = "{kind}"
protocol = "{scale.protocol}"
e_grams = {scale.e_grams}
max_grams = {scale.max_grams}
"""


def _probe_part(room: RoomSpec, poll_s: int) -> str:
    parts = [
        f"""[[port.probe]]
profile = "xy-md02"
address = {address}
poll_s = {poll_s}
sensors = {{ temperature = "{room.name}.t{number}", humidity = "{room.name}.rh{number}" }}
"""
        for number, address in enumerate(room.addresses, start=1)
    ]
    if room.gas_address is not None:
        parts.append(f"""[[port.probe]]
profile = "ca-gas"
address = {room.gas_address}
poll_s = {poll_s * 6}
sensors = {{ o2 = "{room.name}.o2", co2 = "{room.name}.co2" }}
""")
    return "\n".join(parts)
