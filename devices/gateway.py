"""The gateway: one process that reads every port on a thread of its own, keeps what it reads, and speaks to the broker.

The main thread supervises: it flushes batches, watches the clock, writes the status file, starts a dead thread again,
and tells systemd that all is well only while it is.
"""

import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from devices import systemd
from devices.clock import Clock, SystemClock
from devices.config import Config
from devices.dock import Dock, LatestFrames
from devices.epoch import Ownership, WrongSpool
from devices.lanes import Lanes
from devices.messages import Command, GatewayMeta, GatewayState
from devices.meta import meta_of
from devices.ports.health import Health
from devices.ports.onewire_port import OneWirePort
from devices.ports.probe_port import ProbePort
from devices.ports.scale_port import ScalePort
from devices.publisher import Publisher
from devices.recorder import Recorder, loss_namer
from devices.spool import Spool
from devices.timekeeping import STEP_MS, LinuxSource, Settled, Source, Stepped, Timekeeper, TrustedSource

logger = logging.getLogger(__name__)

ROUND_S = 0.5
FLUSH_S_MAX = 60
CLOCK_EVERY_MS = 10_000
STATUS_EVERY_MS = 1_000
STUCK_MS = 60_000  # a thread without a beat this long hangs in the operating system: only a new process helps
RESTART_AFTER_S = 1.0
JOIN_S = 5.0


class Watched(Protocol):
    """A port: its loop and its health."""

    health: Health

    def run(self, stop: threading.Event) -> None:
        """The loop."""
        ...


@dataclass
class Crew:
    """One supervised thread and how to start it again."""

    name: str
    body: Callable[[threading.Event], None]
    beat: Callable[[], int]
    thread: threading.Thread
    deaths: int = 0


class GatewayStuck(Exception):
    """A thread hangs: the process must be started anew."""


def product_version() -> str:
    """The installed version, for the heartbeat."""
    try:
        return version("coldlot")
    except PackageNotFoundError:  # run from a checkout
        return "source"


class Gateway:
    """Everything one box does. `run` returns when told to stop."""

    def __init__(self, config: Config, clock: Clock | None = None, epoch: int | None = None) -> None:
        """Opens the spool. Raises WrongSpool, OSError (the dock's address is taken)."""
        self._config = config
        self._clock = clock or SystemClock()
        source: Source = TrustedSource() if config.clock == "trusted" else LinuxSource()
        self._owned = Ownership(config.spool)
        try:
            self.spool = Spool(
                config.spool, config.name, config.spool_bytes, loss_namer(lambda: self.keeper, config.name), epoch
            )
        except WrongSpool:
            self._owned.release()
            raise
        boot = source.boot()
        was_set = self.spool.set_clock_of(boot) is not None
        self.keeper = Timekeeper(self._clock, source, self.spool.free_clock_of(boot), was_set=was_set)
        lanes = Lanes(self.spool, self._clock)
        place = (config.site, config.name)
        self.publisher = Publisher(place, config.broker, self.spool, lanes, self._clock)
        self.recorder = Recorder(config.name, self.keeper, self.spool, lanes)
        self.frames = LatestFrames()
        self.recorder.shows = [self.publisher, self.frames]
        self.dock = Dock(config.dock, place, self.frames, self.status) if config.dock else None
        self.ports: list[Watched] = _ports(config, self.recorder)
        self._meta = meta_of(config)
        self._started_at = self.keeper.at_ms()
        self._crew: list[Crew] = []
        self.disk_trouble: str | None = None
        config.status.parent.mkdir(parents=True, exist_ok=True)
        self._flush_s = config.flush_s
        self._settle_earlier_run()
        self._flush_at = self._look_at = self._status_at = 0
        for port in self.ports:
            port.health.beat = self._clock.tick_ms()

    def _settle_earlier_run(self) -> None:
        """A free clock's base is on disk before its first stamp; if it was set while nobody ran, that is told now.

        So is a step of a good clock: since the last run in this boot, or since the look before a sudden end.
        """
        keeper = self.keeper
        if keeper.quality == "free":
            keeper.base = self.spool.note_free_clock(keeper.boot, keeper.base)
        elif self.spool.free_clock_of(keeper.boot) is not None:
            self.recorder.flush()
            self.recorder.settled(Settled(keeper.boot, keeper.at_ms() - keeper.tick_ms() - keeper.base))
        before = self.spool.set_clock_of(keeper.boot)
        if keeper.quality != "free" and before is not None and abs(keeper.difference - before) >= STEP_MS:
            self.recorder.event("clock-step", text=f"{keeper.difference - before:+d} ms")
        self._note_clock(before)

    def _note_clock(self, before: int | None) -> None:
        """Seldom: a time server moves a good clock by small amounts all the time."""
        keeper = self.keeper
        if keeper.quality != "free" and (before is None or abs(keeper.difference - before) >= STEP_MS // 4):
            self.spool.note_set_clock(keeper.boot, keeper.difference)

    # ------------------------------------------------------------ what the publisher says of us

    def state(self) -> GatewayState:
        """Birth and heartbeat."""
        depth = self.spool.depth()
        return GatewayState(
            on=True,
            ts=self.keeper.at_ms(),
            ep=self.spool.epoch,
            seq=self.spool.last_seq,
            spool=depth.messages,
            oldest=depth.oldest,
            clk=self.keeper.quality,
            ver=product_version(),
            ports={port.health.name: port.health.state for port in self.ports},
        )

    def meta(self) -> GatewayMeta:
        """Everything this gateway reads."""
        return self._meta

    def on_command(self, command: Command) -> None:
        """Hands a request to its instrument's port, or says why not."""
        if self.recorder.has_answered(command):
            return
        if command.verb == "config":
            self._configure(command)
            return
        port = next((p for p in self._scale_ports() if p.instrument == command.instrument), None)
        if port is None:
            self.recorder.answer(command, "refused", "there is no such instrument here")
        elif port.commands.full():
            self.recorder.answer(command, "failed", "the instrument has not answered the requests before this one")
        else:
            port.commands.put_nowait(command)

    def _configure(self, command: Command) -> None:
        """The one setting that may change from afar, until the next start; the rest is a person's work at the box."""
        wanted = command.settings or {}
        if self.keeper.quality == "free" or self.keeper.at_ms() > command.exp:
            self.recorder.answer(command, "expired")
        elif set(wanted) != {"flush_s"} or wanted["flush_s"] > FLUSH_S_MAX:
            self.recorder.answer(command, "refused", f"only flush_s, 1 to {FLUSH_S_MAX}, may be set from afar")
        else:
            self._flush_s = wanted["flush_s"]
            self.recorder.answer(command, "done", f"flush_s {self._flush_s}")

    def _scale_ports(self) -> list[ScalePort]:
        return [port for port in self.ports if isinstance(port, ScalePort)]

    # ------------------------------------------------------------ the supervisor

    def run(self, stop: threading.Event) -> None:
        """Runs until told to stop, then leaves everything on the disk. Raises GatewayStuck."""
        self.recorder.event("spool-new" if self.spool.made_anew else "started", text=f"version {product_version()}")
        quit_ports, quit_line = threading.Event(), threading.Event()
        self._crew = [self._hire(port.health.name, port.run, quit_ports, _beat_of(port)) for port in self.ports]
        self._crew.append(self._hire("broker", self._speak, quit_line, lambda: self.publisher.beat))
        if self.dock is not None:
            threading.Thread(target=self.dock.serve_forever, name="dock", daemon=True).start()
        systemd.notify("READY=1")
        logger.info("Gateway %s of %s reads %d ports", self._config.name, self._config.site, len(self.ports))
        try:
            while not stop.wait(ROUND_S):
                self._round(quit_ports, quit_line)
        finally:
            systemd.notify("STOPPING=1")
            self._leave(quit_ports, quit_line)

    def close(self) -> None:
        """Lets go of the spool."""
        self.spool.close()
        self._owned.release()

    def _speak(self, stop: threading.Event) -> None:
        self.publisher.run(stop, self, self.on_command)

    def _hire(
        self, name: str, body: Callable[[threading.Event], None], stop: threading.Event, beat: Callable[[], int]
    ) -> Crew:
        thread = threading.Thread(target=body, args=(stop,), name=name, daemon=True)
        crew = Crew(name, body, beat, thread)
        thread.start()
        return crew

    def _round(self, quit_ports: threading.Event, quit_line: threading.Event) -> None:
        tick = self._clock.tick_ms()
        for crew in self._crew:
            self._supervise(crew, quit_line if crew.name == "broker" else quit_ports, tick)
        try:
            self._write_down(tick)
            self.disk_trouble = None
        except (sqlite3.OperationalError, OSError) as trouble:  # a full disk: other programs may make room again
            if self.disk_trouble is None:
                logger.error("Cannot write to the disk: %s", trouble)
            self.disk_trouble = str(trouble)
        systemd.notify("WATCHDOG=1")

    def _write_down(self, tick: int) -> None:
        if tick >= self._flush_at:
            self.recorder.flush()
            self._flush_at = tick + self._flush_s * 1000
        if tick >= self._look_at:
            self._look_at_clock()
            self._look_at = tick + CLOCK_EVERY_MS
        if tick >= self._status_at:
            write_status(self._config.status, self.status())
            self._status_at = tick + STATUS_EVERY_MS

    def _look_at_clock(self) -> None:
        news = self.keeper.look()
        if isinstance(news, Settled):
            self.recorder.flush()  # what was stamped by the free clock goes before the word that corrects it
            self.recorder.settled(news)
        elif isinstance(news, Stepped):
            self.recorder.event("clock-step", text=f"{news.offset:+d} ms")
        self._note_clock(self.spool.set_clock_of(self.keeper.boot))

    def _supervise(self, crew: Crew, stop: threading.Event, tick: int) -> None:
        """A thread that died is started again; one that hangs cannot be, so the process ends and is started anew."""
        if not crew.thread.is_alive():
            crew.deaths += 1
            logger.error("The thread %s died; starting it again (%d)", crew.name, crew.deaths)
            stop.wait(RESTART_AFTER_S)
            crew.thread = self._hire(crew.name, crew.body, stop, crew.beat).thread
        elif tick - crew.beat() > STUCK_MS:
            raise GatewayStuck(f"the thread {crew.name} has not moved for {(tick - crew.beat()) // 1000} s")

    def _leave(self, quit_ports: threading.Event, quit_line: threading.Event) -> None:
        quit_ports.set()
        for crew in self._crew:
            if crew.name != "broker":
                crew.thread.join(JOIN_S)
        self.recorder.flush()
        self.recorder.event("stopped")
        quit_line.set()
        for crew in self._crew:
            crew.thread.join(JOIN_S)
        if self.dock is not None:
            self.dock.shutdown()
        self.close()
        self._config.status.unlink(missing_ok=True)
        logger.info("Stopped; everything read is on the disk")

    def status(self) -> dict[str, Any]:
        """How everything is, for the status file and the dock."""
        line, depth = self.publisher.line, self.spool.depth()
        return {
            "at": self.keeper.at_ms(),
            "pid": os.getpid(),
            "site": self._config.site,
            "gw": self._config.name,
            "version": product_version(),
            "started_at": self._started_at,
            "clock": self.keeper.quality,
            "disk_trouble": self.disk_trouble,
            "spool": {"epoch": self.spool.epoch, "seq": self.spool.last_seq, **asdict(depth)},
            "broker": {
                "address": f"{self._config.broker.host}:{self._config.broker.port}",
                "connected": line.connected,
                "since": line.since,
                "trouble": line.trouble,
                "connections": line.connections,
                "published": line.published,
                "refused": line.refused,
                "unheard": line.unheard,
                "acknowledged": line.ack.upto if line.ack else None,
                "acknowledged_at": line.ack.ts if line.ack else None,
            },
            "ports": [asdict(port.health) for port in self.ports],
            "deaths": {crew.name: crew.deaths for crew in self._crew if crew.deaths},
        }


def _ports(config: Config, recorder: Recorder) -> list[Watched]:
    ports: list[Watched] = [
        ScalePort(port, port.scale, recorder) if port.scale else ProbePort(port, recorder) for port in config.ports
    ]
    if config.onewire:
        ports.append(OneWirePort(config.onewire, config.onewire_folder, recorder))
    return ports


def _beat_of(port: Watched) -> Callable[[], int]:
    return lambda: port.health.beat


def write_status(path: Path, status: dict[str, Any]) -> None:
    """Replaces the status file as a whole; a reader never sees half of one."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(status))
    fresh.replace(path)
