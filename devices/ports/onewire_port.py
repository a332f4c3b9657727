"""The kernel's DS18B20 probes: no serial port, and one thread for all, as each reading takes most of a second."""

import threading
from pathlib import Path

from devices.config import OneWireConfig
from devices.drivers.probes.onewire import KIND, read_rom
from devices.drivers.probes.profile import Profile, Value, load_profile
from devices.drivers.probes.quality import Doubt
from devices.ports.health import Health
from devices.recorder import Recorder

NAP_S = 0.2


class OneWirePort:
    """Reads every configured probe, each at its own pace."""

    def __init__(self, probes: tuple[OneWireConfig, ...], folder: Path, recorder: Recorder) -> None:
        self.health = Health("onewire", str(folder), f"probes ({len(probes)})")
        self._probes = probes
        self._folder = folder
        self._recorder = recorder
        self._keeper = recorder.keeper
        self._due = {probe.rom: self._keeper.tick_ms() for probe in probes}
        self._doubts = {probe.rom: Doubt(_temperature(load_profile("ds18b20"))) for probe in probes}
        self._lost: set[str] = set()

    def run(self, stop: threading.Event) -> None:
        """Polls until told to stop."""
        while not stop.is_set():
            for probe in self._probes:
                tick = self._keeper.tick_ms()
                self.health.beat = tick
                if not stop.is_set() and tick >= self._due[probe.rom]:
                    self._due[probe.rom] = tick + probe.poll_s * 1000
                    self._poll(probe)
            stop.wait(NAP_S)

    def _poll(self, probe: OneWireConfig) -> None:
        measured = self._doubts[probe.rom].judge(read_rom(probe.rom, self._folder), self._keeper.tick_ms())
        at = self._keeper.at_ms()
        self._recorder.readings([(probe.sensor, measured)], at)
        value = None if measured.value is None else str(measured.value)
        shown: dict[str, object] = {"value": value, "quality": measured.quality, "at": at}
        self.health.parts = self.health.parts | {probe.sensor: shown}  # a new one: somebody may be reading the old
        if measured.value is None and probe.rom not in self._lost:
            self._lost.add(probe.rom)
            self._recorder.event("probe-lost", probe.rom, measured.quality)
        elif measured.value is not None and probe.rom in self._lost:
            self._lost.discard(probe.rom)
            self._recorder.event("probe-back", probe.rom)
        self.health.change("silent" if len(self._lost) == len(self._probes) else "ok", at)


def _temperature(profile: Profile) -> Value:
    return next(value for value in profile.values if value.name == KIND)
