"""A bus of probes: asked in turn, each at its own pace, the dead ones more and more seldom."""

import threading
from dataclasses import asdict

from devices.config import PortConfig, ProbeConfig
from devices.drivers.probes.ascii_read import read_ascii
from devices.drivers.probes.modbus import Bus
from devices.drivers.probes.quality import Doubt, Measured, Twins, read_values
from devices.errors import LinkLost, NoReply
from devices.links import SerialLink
from devices.ports.health import Health
from devices.recorder import Recorder

REOPEN_FIRST_S = 0.5
REOPEN_LAST_S = 10.0
NAP_S = 0.1


class ProbePort:
    """Reads the probes of one line for ever."""

    def __init__(self, port: PortConfig, recorder: Recorder) -> None:
        self.health = Health(port.name, port.device, f"probes ({len(port.probes)})")
        self._port = port
        self._recorder = recorder
        self._keeper = recorder.keeper
        self._link = SerialLink(port.device, port.line)
        self._bus = Bus(self._link, self._keeper, port.line.baud)
        self._twins = Twins()
        self._doubts = {
            probe.address: {value.name: Doubt(value) for value in probe.profile.values} for probe in port.probes
        }
        self._due = {probe.address: self._keeper.tick_ms() for probe in port.probes}
        self._lost: set[int] = set()
        self._wait_s = REOPEN_FIRST_S

    def run(self, stop: threading.Event) -> None:
        """Polls until told to stop."""
        try:
            while not stop.is_set():
                self.health.beat = self._keeper.tick_ms()
                try:
                    self._open()
                    self._turn(stop)
                except LinkLost as lost:
                    self._lose(lost, stop)
                stop.wait(NAP_S)
        finally:
            self._link.close()

    def _open(self) -> None:
        if self._link.is_open:
            return
        self._link.open()
        if self.health.state == "lost":
            self._recorder.event("port-back", self.health.name)
        self.health.change("ok", self._keeper.at_ms())

    def _lose(self, lost: LinkLost, stop: threading.Event) -> None:
        self._link.close()
        if self.health.change("lost", self._keeper.at_ms(), str(lost)):
            self._recorder.event("port-lost", self.health.name, str(lost))
        stop.wait(self._wait_s)
        self._wait_s = min(self._wait_s * 2, REOPEN_LAST_S)

    def _turn(self, stop: threading.Event) -> None:
        for probe in self._port.probes:
            tick = self._keeper.tick_ms()
            self.health.beat = tick
            if stop.is_set() or tick < self._due[probe.address] or not self._bus.is_due(probe.address):
                continue
            # From the planned instant, so that the pace does not drift; after a long gap, from now.
            planned = self._due[probe.address] + probe.poll_s * 1000
            self._due[probe.address] = planned if planned > tick else tick + probe.poll_s * 1000
            self._poll(probe)

    def _poll(self, probe: ProbeConfig) -> None:
        try:
            measured = self._read(probe)
        except NoReply as trouble:
            self._note_lost(probe, trouble)
            return
        at, tick = self._keeper.at_ms(), self._keeper.tick_ms()
        self._wait_s = REOPEN_FIRST_S
        doubts = self._doubts[probe.address]
        judged = [doubts[one.name].judge(one, tick) for one in self._twins.mark(probe.address, measured)]
        self._record(probe, judged, at)
        if probe.address in self._lost:
            self._lost.discard(probe.address)
            self._recorder.event("probe-back", self._where(probe))
        self._tell_health(probe, "ok", None)

    def _read(self, probe: ProbeConfig) -> list[Measured]:
        if probe.profile.talk == "modbus":
            return read_values(probe.profile, self._bus.read(probe.address, probe.profile))
        try:
            return read_ascii(self._link, self._keeper, probe.profile)
        except NoReply:
            self._bus.rest(probe.address)
            raise

    def _record(self, probe: ProbeConfig, measured: list[Measured], at: int) -> None:
        named = [(probe.sensors[one.name], one) for one in measured if one.name in probe.sensors]
        self._recorder.readings(named, at)
        shown: dict[str, dict[str, object]] = {
            sensor: {"value": None if one.value is None else str(one.value), "quality": one.quality, "at": at}
            for sensor, one in named
        }
        self.health.parts = self.health.parts | shown  # a new one: somebody may be reading the old

    def _note_lost(self, probe: ProbeConfig, trouble: NoReply) -> None:
        """A probe that says nothing has no value: the gap is recorded as one, not left to be guessed."""
        quality = "crc" if trouble.values.get("noisy") else "stale"
        gone = [Measured(value.name, None, quality) for value in probe.profile.values]
        self._record(probe, gone, self._keeper.at_ms())
        if probe.address not in self._lost:
            self._lost.add(probe.address)
            self._recorder.event("probe-lost", self._where(probe), str(trouble))
        self._tell_health(probe, "silent" if len(self._lost) == len(self._port.probes) else "ok", str(trouble))

    def _tell_health(self, probe: ProbeConfig, state: str, trouble: str | None) -> None:
        self.health.change("silent" if state == "silent" else "ok", self._keeper.at_ms(), trouble)
        counters = self._bus.counters.get(probe.address)
        if counters is not None:
            self.health.parts = self.health.parts | {self._where(probe): {**asdict(counters), "trouble": trouble}}

    def _where(self, probe: ProbeConfig) -> str:
        return f"{self._port.name}.{probe.address}"
