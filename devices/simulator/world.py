"""Everything simulated on one box, moved step by step: what happens is told by orders, a script, or chance."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, Final

from devices.simulator.pty_port import PtyPort
from devices.simulator.rooms import FAULTS, GasProbe, Probe, Room
from devices.simulator.rs485 import ProbeLine
from devices.simulator.scales import Scale, SicsScale, ToledoScale, YaohuaScale
from devices.simulator.truth import Truth
from devices.simulator.weighing import Cell

AXLES: Final = (0.28, 0.64, 1.0)  # a truck drives on axle by axle
AXLE_MS: Final = 1_500
SCALES: Final[dict[str, type[Scale]]] = {
    "mt-sics": SicsScale,
    "toledo-continuous": ToledoScale,
    "yaohua-continuous": YaohuaScale,
}


class BadOrder(Exception):
    """An order that this world cannot carry out."""


@dataclass(frozen=True)
class ScaleSpec:
    """One scale: its protocol is one of `SCALES`, weights in grams."""

    instrument: str
    port: str
    protocol: str
    e_grams: int
    max_grams: int
    settle_ms: int


@dataclass(frozen=True)
class RoomSpec:
    """One room, the bus addresses of its probes and of its gas analyser (None: no CA room)."""

    name: str
    set_point: float
    addresses: tuple[int, ...]
    gas_address: int | None = None


@dataclass(frozen=True)
class WorldSpec:
    """What stands on the box. `script`: orders, each with its second `at_s`; `busy` lets chance work too."""

    scales: tuple[ScaleSpec, ...]
    rooms: tuple[RoomSpec, ...]
    probe_port: str = "probes"
    seed: int = 1
    busy: bool = False
    script: tuple[dict[str, Any], ...] = field(default_factory=tuple)


class World:
    """The whole box. `step` moves it; `order` may be called from another thread."""

    def __init__(self, spec: WorldSpec, folder: Path, truth: Truth) -> None:
        self._lock = RLock()
        self._dice = random.Random(spec.seed)
        self._truth = truth
        self._began: int | None = None
        self._script = sorted(spec.script, key=lambda order: float(order["at_s"]))
        self._busy = spec.busy
        self._later: list[tuple[int, dict[str, Any]]] = []
        self.scales = {scale.instrument: self._scale(scale, folder) for scale in spec.scales}
        self.rooms = {
            room.name: Room(room.name, room.set_point, room.gas_address is not None, self._own_dice())
            for room in spec.rooms
        }
        probes = {
            address: Probe(self.rooms[room.name], self._own_dice()) for room in spec.rooms for address in room.addresses
        }
        probes |= {
            room.gas_address: GasProbe(self.rooms[room.name], self._own_dice())
            for room in spec.rooms
            if room.gas_address is not None
        }
        self.line = ProbeLine(PtyPort(spec.probe_port, folder), probes, truth) if probes else None
        self.ports = {scale.port.name: scale.port for scale in self.scales.values()}
        if self.line is not None:
            self.ports[spec.probe_port] = self.line.port
        self._next_load = {name: 0 for name in self.scales}

    def _own_dice(self) -> random.Random:
        """Each part has its own, so that adding one does not change what the others do."""
        return random.Random(self._dice.getrandbits(64))

    def _scale(self, spec: ScaleSpec, folder: Path) -> Scale:
        cell = Cell(spec.e_grams, spec.max_grams, spec.settle_ms, self._own_dice())
        port = PtyPort(spec.port, folder)
        return SCALES[spec.protocol](spec.instrument, port, cell, self._truth)

    def close(self) -> None:
        """Takes every port away."""
        with self._lock:
            for port in self.ports.values():
                port.unplug()

    def step(self, tick: int, at: int) -> None:
        """Moves everything to this instant: monotonic ms and ms UTC."""
        with self._lock:
            self._began = tick if self._began is None else self._began
            self._follow_script(tick, at)
            if self._busy:
                self._chance(tick, at)
            for scale in self.scales.values():
                scale.step(tick, at)
            if self.line is not None:
                self.line.step(tick, at)

    def _follow_script(self, tick: int, at: int) -> None:
        assert self._began is not None
        while self._script and tick - self._began >= float(self._script[0]["at_s"]) * 1000:
            order = self._script.pop(0)
            try:
                self.order(order, tick, at)
            except BadOrder as wrong:
                self._truth.note(at, "refused", order=order, reason=str(wrong))
        due = [order for when, order in self._later if when <= tick]
        self._later = [(when, order) for when, order in self._later if when > tick]
        for order in due:
            self._do(order, tick)

    def _chance(self, tick: int, at: int) -> None:
        for name, scale in self.scales.items():
            if tick < self._next_load[name]:
                continue
            if scale.cell.load_grams:
                self.order({"do": "clear", "instrument": name}, tick, at)
                self._next_load[name] = tick + self._dice.randint(4_000, 15_000)
            elif not isinstance(scale, SicsScale):
                self.order({"do": "truck", "instrument": name, "kg": self._dice.randint(6_000, 48_000)}, tick, at)
                self._next_load[name] = tick + self._dice.randint(15_000, 40_000)
            else:
                self.order({"do": "put", "instrument": name, "kg": self._dice.randint(240, 1_400)}, tick, at)
                self._next_load[name] = tick + self._dice.randint(7_000, 15_000)

    def order(self, order: dict[str, Any], tick: int, at: int) -> None:
        """Carries one order out, or begins to. Raises BadOrder."""
        with self._lock:
            try:
                self._do(order, tick)
            except (KeyError, TypeError, ValueError) as wrong:
                raise BadOrder(f"{order.get('do')!r} with {sorted(order)}: {wrong!r}") from wrong
            self._truth.note(at, "order", order=order)

    def _do(self, order: dict[str, Any], tick: int) -> None:
        word = order["do"]
        if word in ("put", "clear", "overload", "truck", "drift", "restart", "press"):
            self._move_load(word, self.scales[order["instrument"]], order, tick)
        elif word in ("plug", "unplug"):
            port = self.ports[order["port"]]
            port.plug() if word == "plug" else port.unplug()
        elif word == "busy":
            self._busy = bool(order["on"])
        elif word in ("door", "defrost", "part", "breathe"):
            self._disturb(word, self.rooms[order["room"]], order, tick)
        elif word == "probe":
            if self.line is None or order["fault"] not in FAULTS:
                raise ValueError(f"faults are {', '.join(FAULTS)}")
            self.line.probes[int(order["address"])].fault = order["fault"]
        else:
            raise ValueError("no such order")

    def _move_load(self, word: str, scale: Scale, order: dict[str, Any], tick: int) -> None:
        cell = scale.cell
        if word == "put":
            cell.put(_grams(order), tick)
        elif word == "clear":
            self._later = [(when, later) for when, later in self._later if later["instrument"] != scale.instrument]
            cell.put(0, tick)
        elif word == "overload":
            cell.put(cell.max_grams * 5 // 4, tick)
        elif word == "drift":
            cell.drift(float(order["grams_per_s"]), tick)
        elif word == "restart":
            scale.power_cycle()
        elif word == "press":
            {"zero": cell.zero, "tare": cell.tare}[order["key"]](tick)
        else:
            for number, share in enumerate(AXLES):
                part = {"do": "put", "instrument": scale.instrument, "grams": round(_grams(order) * share)}
                self._later.append((tick + number * AXLE_MS, part))

    def _disturb(self, word: str, room: Room, order: dict[str, Any], tick: int) -> None:
        if word == "door":
            room.door_open = bool(order["open"])
        elif word == "part":
            room.work(order["part"], does=bool(order["works"]))
        elif word == "breathe":
            room.breathe(float(order["percent_per_h"]))
        else:
            room.force_defrost_until = tick + round(float(order.get("minutes", 25)) * 60_000)

    def show(self, tick: int) -> dict[str, Any]:
        """What everything shows, for the control page."""
        with self._lock:
            return {
                "scales": {name: self._show_scale(scale, tick) for name, scale in self.scales.items()},
                "rooms": {
                    name: {
                        "temperature": round(room.temperature(tick), 2),
                        "humidity": round(room.humidity(tick), 1),
                        "door_open": room.door_open,
                        "defrosting": room.is_defrosting(tick),
                        "o2": round(room.gases()[0], 2),
                        "co2": round(room.gases()[1], 2),
                        "broken": sorted(room.broken | (room.atmosphere.broken if room.atmosphere else set())),
                    }
                    for name, room in self.rooms.items()
                },
                "probes": {address: probe.fault for address, probe in (self.line.probes if self.line else {}).items()},
                "ports": {
                    name: {"path": str(port.path), "plugged": port.is_plugged, "watched": port.is_watched}
                    for name, port in self.ports.items()
                },
            }

    def _show_scale(self, scale: Scale, tick: int) -> dict[str, Any]:
        shown = scale.cell.look(tick)
        return {
            "grams": shown.grams,
            "stable": shown.stable,
            "overload": shown.overload,
            "tare_grams": shown.tare_grams,
        }


def _grams(order: dict[str, Any]) -> int:
    """A load as people say it, in kg, or as the product counts it. Raises KeyError, TypeError, ValueError."""
    return int(order["grams"]) if "grams" in order else round(float(order["kg"]) * 1000)
