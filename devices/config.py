"""The gateway's configuration: one TOML file, checked whole, every mistake told at once with its place."""

import hashlib
import os
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from devices.clock import SystemClock
from devices.drivers.probes.onewire import FOLDER, ROM
from devices.drivers.probes.profile import Profile, load_profile
from devices.drivers.scale import ScaleDriver, ScaleProfile
from devices.drivers.talk import Manner, Mode
from devices.errors import DeviceError
from devices.frames.cas_22 import DEVICE_MAX
from devices.frames.framer import FrameOptions
from devices.frames.protocols import make_framer
from devices.links import LineSettings, ScriptedLink, SerialLink
from devices.messages import NAME, SENSOR_ID
from devices.publisher import BrokerAddress
from devices.tables import Table

MEGABYTE = 1_000_000
FORMAT = "[78][NEO][12]"
BUS_ADDRESSES = (1, 254)  # 247 by the standard; Senseair answers at 254


class BadConfig(Exception):
    """The file cannot be used; `problems` says everything that is wrong with it."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        super().__init__("\n".join([f"{path}:", *(f"  {problem}" for problem in problems)]))
        self.problems = problems


@dataclass(frozen=True)
class ScaleConfig:
    """One instrument on a port of its own."""

    instrument: str
    kind: str
    protocol: str
    max_grams: int | None
    frame: FrameOptions
    profile: ScaleProfile
    digest: str


@dataclass(frozen=True)
class ProbeConfig:
    """One slave of a bus: which of its values is which sensor."""

    profile: Profile
    address: int
    poll_s: int
    sensors: dict[str, str]


@dataclass(frozen=True)
class PortConfig:
    """One serial port: a scale, or probes."""

    name: str
    device: str
    line: LineSettings
    scale: ScaleConfig | None
    probes: tuple[ProbeConfig, ...]


@dataclass(frozen=True)
class OneWireConfig:
    """One DS18B20."""

    rom: str
    sensor: str
    poll_s: int


@dataclass(frozen=True)
class DockAddress:
    """Where the dock's terminals reach the gateway itself, and which pages may ask."""

    host: str
    port: int
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Config:
    """Everything one gateway needs to know."""

    site: str
    name: str
    spool: Path
    spool_bytes: int
    status: Path
    flush_s: int
    clock: Literal["auto", "trusted"]
    broker: BrokerAddress
    dock: DockAddress | None
    ports: tuple[PortConfig, ...]
    onewire: tuple[OneWireConfig, ...]
    onewire_folder: Path


def load_config(path: Path) -> Config:
    """The configuration in a file; relative paths in it are relative to it. Raises BadConfig."""
    try:
        table = tomllib.loads(path.read_text())
    except OSError as trouble:
        raise BadConfig(path, [f"cannot be read: {trouble.strerror}"]) from trouble
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadConfig(path, [f"is no TOML: {wrong}"]) from wrong
    problems: list[str] = []
    config = _config(Table(table, "", problems), path.parent)
    problems += _clashes(config)
    if problems:
        raise BadConfig(path, problems)
    return config


def _config(table: Table, folder: Path) -> Config:
    gateway = table.table("gateway")
    site = gateway.text("site", pattern=NAME)
    name = gateway.text("name", pattern=NAME)
    own = gateway.text("profiles", default="")
    config = Config(
        site=site,
        name=name,
        spool=folder / gateway.text("spool", default="spool.db"),
        spool_bytes=gateway.whole("spool_mb", default=200, between=(1, 100_000)) * MEGABYTE,
        status=folder / gateway.text("status", default="status.json"),
        flush_s=gateway.whole("flush_s", default=10, between=(1, 60)),
        clock="trusted" if gateway.one_of("clock", ("auto", "trusted"), default="auto") == "trusted" else "auto",
        broker=_broker(table.table("broker"), folder),
        dock=_dock(table.table("dock")) if "dock" in table else None,
        ports=tuple(_port(port, folder / own if own else None) for port in table.tables("port")),
        onewire=tuple(_onewire(probe) for probe in table.tables("onewire")),
        onewire_folder=folder / gateway.text("onewire_folder", default=str(FOLDER)),
    )
    gateway.done()
    table.done()
    return config


def _broker(table: Table, folder: Path) -> BrokerAddress:
    password_file = table.text("password_file", default="")
    password = os.environ.get("COLDLOT_MQTT_PASSWORD")
    if password_file:
        try:
            password = (folder / password_file).read_text().strip()
        except OSError as trouble:
            table.problem("password_file", f"{password_file} cannot be read: {trouble.strerror}")
    files = {key: table.text(key, default="") for key in ("ca_file", "cert_file", "key_file")}
    for key, file in files.items():
        if file and not (folder / file).is_file():
            table.problem(key, f"{file} does not exist")
    if (files["cert_file"] or files["key_file"]) and not files["ca_file"]:
        table.problem("ca_file", "is needed with a certificate")
    encrypted = bool(files["ca_file"])
    address = BrokerAddress(
        host=table.text("host"),
        port=table.whole("port", default=8883 if encrypted else 1883, between=(1, 65_535)),
        password=password,
        ca_file=str(folder / files["ca_file"]) if files["ca_file"] else None,
        cert_file=str(folder / files["cert_file"]) if files["cert_file"] else None,
        key_file=str(folder / files["key_file"]) if files["key_file"] else None,
        keepalive_s=table.whole("keepalive_s", default=30, between=(5, 300)),
    )
    table.done()
    return address


def _dock(table: Table) -> DockAddress:
    dock = DockAddress(
        host=table.text("host", default="127.0.0.1"),
        port=table.whole("port", default=8091, between=(0, 65_535)),
        origins=tuple(table.texts("origins")),
    )
    table.done()
    return dock


def _port(table: Table, profiles: Path | None) -> PortConfig:
    name = table.text("name", pattern=NAME)
    device = table.text("device")
    probes = tuple(_probe(probe, profiles) for probe in table.tables("probe"))
    scale = _scale(table.table("scale")) if "scale" in table else None
    first = probes[0].profile if probes else None
    baud = table.whole("baud", default=first.baud if first else 9600, between=(600, 115_200))
    form = table.text("format", default=first.format if first else "8N1", pattern=FORMAT)
    line = LineSettings(baud, int(form[0]), form[1], int(form[2])) if re.fullmatch(FORMAT, form) else LineSettings(baud)
    if (scale is None) == (not probes):
        table.problem("", "needs either one [port.scale] or at least one [[port.probe]]")
    if any(probe.profile.talk != "modbus" for probe in probes) and len(probes) > 1:
        table.problem("probe", "an ASCII probe has no address: it must be alone on its port")
    try:
        SerialLink(device, line)
    except DeviceError as wrong:
        table.problem("", wrong.sentence_en)
    table.done()
    return PortConfig(name, device, line, scale, probes)


def _scale(table: Table) -> ScaleConfig:
    mode = table.one_of("mode", ("", "listen", "stream", "poll"), default="")
    modes: dict[str, Mode] = {"listen": "listen", "stream": "stream", "poll": "poll"}
    address = table.text("address", default="", pattern="[A-Z]?")
    device = table.whole("device", default=-1, between=(0, DEVICE_MAX)) if "device" in table else None
    net = table.flag_or_none("net")
    scale = ScaleConfig(
        instrument=table.text("instrument", pattern=NAME),
        kind=table.text("kind", default="platform", pattern=NAME),
        protocol=table.text("protocol"),
        max_grams=table.whole("max_grams", default=0, between=(0, 1_000_000_000)) or None,
        frame=FrameOptions(
            direction=table.text("direction", default="reversed"),
            length=table.whole("length", default=0, between=(0, 64)) or None,
            unit=table.text("unit", default="kg"),
            status_inverted=table.flag("status_inverted", default=False),
            terminator=table.text("terminator", default="crlf"),
            unchecked=table.flag("unchecked", default=False),
            address=address or None,
            device=device,
        ),
        profile=ScaleProfile(
            e_grams=table.whole("e_grams", between=(1, 1_000_000)),
            mode=modes.get(mode),
            period_ms=table.whole("period_ms", default=200, between=(20, 10_000)),
            reply_timeout_ms=table.whole("reply_timeout_ms", default=1_000, between=(50, 10_000)),
            net=net,
            manner=Manner(
                address=address or "A",
                shows_net=table.flag("shows_net", default=False),
                bare_commands=table.flag("bare_commands", default=False),
                device=device,
            ),
        ),
        digest="",
    )
    table.done()
    try:
        ScaleDriver(ScriptedLink(), make_framer(scale.protocol, scale.frame), scale.profile, SystemClock())
    except DeviceError as wrong:
        table.problem("", wrong.sentence_en)
    return replace(scale, digest=hashlib.sha256(repr(scale).encode()).hexdigest()[:16])


def _probe(table: Table, profiles: Path | None) -> ProbeConfig:
    name = table.text("profile")
    sensors = table.names("sensors", pattern=SENSOR_ID)
    try:
        profile = load_profile(name, profiles)
    except DeviceError as wrong:
        table.problem("profile", wrong.sentence_en)
        profile = load_profile("xy-md02")
        sensors = {}
    if profile.talk == "onewire":
        table.problem("profile", "is read by the kernel: write it as [[onewire]]")
    known = [value.name for value in profile.values]
    for value in sensors:
        if value not in known:
            table.problem("sensors", f"{profile.name} has no {value!r}; it has {', '.join(known)}")
    probe = ProbeConfig(
        profile=profile,
        address=table.whole("address", default=1, between=BUS_ADDRESSES),
        poll_s=table.whole("poll_s", default=60, between=(1, 3_600)),
        sensors=sensors,
    )
    table.done()
    return probe


def _onewire(table: Table) -> OneWireConfig:
    probe = OneWireConfig(
        rom=table.text("rom", pattern=ROM.pattern),
        sensor=table.text("sensor", pattern=SENSOR_ID),
        poll_s=table.whole("poll_s", default=60, between=(5, 3_600)),
    )
    table.done()
    return probe


def _clashes(config: Config) -> list[str]:
    """What is right by itself and cannot stand twice."""
    if not config.ports and not config.onewire:
        return ["there is nothing to read: no [[port]] and no [[onewire]]"]
    probes = [(port, probe) for port in config.ports for probe in port.probes]
    sensors = [sensor for _port, probe in probes for sensor in probe.sensors.values()]
    once = {
        "port name": [port.name for port in config.ports],
        "device": [port.device for port in config.ports],
        "instrument": [port.scale.instrument for port in config.ports if port.scale],
        "sensor": sensors + [probe.sensor for probe in config.onewire],
        "address": [f"{port.name} {probe.address}" for port, probe in probes],
        "rom": [probe.rom for probe in config.onewire],
    }
    return [
        f"{kind} {name!r} is used {count} times"
        for kind, names in once.items()
        for name, count in Counter(names).items()
        if count > 1 and name != ""
    ]
