"""Lines for the tests: two pseudo-terminals joined like a null modem, and a simulated world that lives in a thread."""

import os
import select
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.clock import SystemClock
from devices.simulator.truth import Truth
from devices.simulator.world import World, WorldSpec


@contextmanager
def null_modem() -> Iterator[tuple[str, str]]:
    """The names of two devices; what is written to one comes out of the other."""
    pairs = [os.openpty(), os.openpty()]
    for _master, slave in pairs:
        tty.setraw(slave)
    masters = [pairs[0][0], pairs[1][0]]
    stop = threading.Event()

    def pump() -> None:
        while not stop.is_set():
            ready, _, _ = select.select(masters, [], [], 0.05)
            for master in ready:
                os.write(masters[1 - masters.index(master)], os.read(master, 4096))

    thread = threading.Thread(target=pump)
    thread.start()
    try:
        yield os.ttyname(pairs[0][1]), os.ttyname(pairs[1][1])
    finally:
        stop.set()
        thread.join()
        for pair in pairs:
            for end in pair:
                os.close(end)


@contextmanager
def living_world(spec: WorldSpec, folder: Path) -> Iterator[World]:
    """A world that moves by itself; its ports are in `folder`/dev, its truth in `folder`/truth.jsonl."""
    clock = SystemClock()
    truth = Truth(folder / "truth.jsonl")
    world = World(spec, folder / "dev", truth)
    stop = threading.Event()

    def live() -> None:
        while not stop.wait(0.005):
            world.step(clock.tick_ms(), clock.at_ms())

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield world
    finally:
        stop.set()
        thread.join()
        world.close()
        truth.close()


def tell(world: World, **order: object) -> None:
    """One order, now."""
    clock = SystemClock()
    world.order(dict(order), clock.tick_ms(), clock.at_ms())
