"""A scale's port: live frames to whoever looks, captures to the disk, commands to the instrument."""

import queue
import threading
from dataclasses import asdict

from devices.config import PortConfig, ScaleConfig
from devices.drivers.scale import LiveWeight, ScaleDriver
from devices.errors import CommandRefused, CommandUnknown, DeviceError
from devices.frames.protocols import make_framer
from devices.links import Link, SerialLink
from devices.messages import Command
from devices.ports.health import Health, State
from devices.recorder import Outcome, Recorder

COMMANDS_MAX = 8
STARTING_MS = 3_000
OTHER_LOAD_DIVISIONS = 5  # a load that differs by more than this from the last one is not the last one


class ScalePort:
    """Turns one scale driver for ever."""

    def __init__(self, port: PortConfig, scale: ScaleConfig, recorder: Recorder) -> None:
        self.health = Health(port.name, port.device, f"scale {scale.protocol}")
        self.commands: queue.Queue[Command] = queue.Queue(COMMANDS_MAX)
        self.instrument = scale.instrument
        self._port = port
        self._scale = scale
        self._recorder = recorder
        self._keeper = recorder.keeper
        self._unsure: int | None = None
        self._began = self._keeper.tick_ms()

    def run(self, stop: threading.Event) -> None:
        """Reads until told to stop."""
        link = SerialLink(self._port.device, self._port.line)
        last = self._recorder.last_capture(self.instrument)
        armed = last is None or last[1]
        self._unsure = None if last is None or armed else last[0]
        driver = self._driver(link, armed=armed)
        try:
            while not stop.is_set():
                self.health.beat = self._keeper.tick_ms()
                self._carry_out(driver)
                was_armed = driver.armed
                live = driver.poll()
                if driver.armed or live.captures:
                    self._unsure = None  # the scale was seen let go: what stands there now came since
                for capture in live.captures:
                    self._recorder.capture(self._scale, capture)
                if driver.armed and (live.captures or not was_armed):
                    self._recorder.returned(self.instrument)
                self._recorder.live(self.instrument, live)
                self._tell_health(driver, live, is_open=link.is_open)
                if self._is_another_load(live):
                    driver = self._driver(link, armed=True)
        finally:
            driver.close()

    def _driver(self, link: Link, *, armed: bool) -> ScaleDriver:
        framer = make_framer(self._scale.protocol, self._scale.frame)
        return ScaleDriver(link, framer, self._scale.profile, self._keeper, armed=armed)

    def _is_another_load(self, live: LiveWeight) -> bool:
        """After a restart: a load that is clearly not the one taken before came while nobody looked."""
        if self._unsure is None or not live.stable or live.weight_grams is None:
            return False
        before, self._unsure = self._unsure, None
        return abs(live.weight_grams - before) > OTHER_LOAD_DIVISIONS * self._scale.profile.e_grams

    def _tell_health(self, driver: ScaleDriver, live: LiveWeight, *, is_open: bool) -> None:
        health, before = self.health, self.health.state
        state: State = "lost" if not is_open else "ok" if live.known else "silent"
        trouble = str(driver.last_error) if state == "lost" and driver.last_error else None
        health.counters = asdict(driver.counters())
        health.parts = {
            self.instrument: {
                "weight_grams": live.weight_grams,
                "stable": live.stable,
                "flags": list(live.flags),
                "known": live.known,
            }
        }
        if state == "silent" and before == "starting" and self._keeper.tick_ms() - self._began < STARTING_MS:
            return  # the first believable frame after opening is on its way
        if not health.change(state, self._keeper.at_ms(), trouble):
            return
        if state == "lost":
            self._recorder.event("port-lost", health.name, trouble)
        elif before == "lost":
            self._recorder.event("port-back", health.name)
        if state == "silent":
            self._recorder.event("scale-silent", self.instrument)
        elif state == "ok" and before == "silent":
            self._recorder.event("scale-back", self.instrument)

    def _carry_out(self, driver: ScaleDriver) -> None:
        try:
            command = self.commands.get_nowait()
        except queue.Empty:
            return
        if not self._recorder.has_answered(command):
            outcome, text = self._outcome(driver, command)
            self._recorder.answer(command, outcome, text)

    def _outcome(self, driver: ScaleDriver, command: Command) -> tuple[Outcome, str | None]:
        if self._keeper.quality == "free":
            return "refused", "the gateway's clock is not set: nobody can say whether the request is still valid"
        if self._keeper.at_ms() > command.exp:
            return "expired", None
        try:
            word = driver.zero() if command.verb == "zero" else driver.tare()
        except (CommandRefused, CommandUnknown) as refusal:
            return "refused", str(refusal)
        except DeviceError as trouble:
            return "failed", str(trouble)
        return "done", None if word == "done" else "sent; this instrument does not confirm"
