"""Lines for the tests: two pseudo-terminals joined like a null modem, and a simulated world that lives in a thread."""

import os
import select
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.clock import SystemClock
from devices.simulator.truth import Truth
from devices.simulator.world import World, WorldSpec

Spoil = Callable[[bytes, bytes], list[tuple[float, bytes]]]  # request, answer → what comes instead, after how many s


def honest(_request: bytes, answer: bytes) -> list[tuple[float, bytes]]:
    """A line that changes nothing."""
    return [(0.0, answer)]


@contextmanager
def null_modem(spoil: Spoil = honest) -> Iterator[tuple[str, str]]:
    """The names of two devices; what is written to one comes out of the other.

    What the second says to the first goes through `spoil`, with what the first said last.
    """
    pairs = [os.openpty(), os.openpty()]
    for _master, slave in pairs:
        tty.setraw(slave)
    masters = [pairs[0][0], pairs[1][0]]
    stop = threading.Event()

    def pump() -> None:
        request = b""
        waiting: list[tuple[float, bytes]] = []
        while not stop.is_set():
            ready, _, _ = select.select(masters, [], [], 0.005 if waiting else 0.05)
            if masters[0] in ready:
                request = os.read(masters[0], 4096)
                os.write(masters[1], request)
            if masters[1] in ready:
                now = time.monotonic()
                waiting += [(now + late_s, part) for late_s, part in spoil(request, os.read(masters[1], 4096))]
            due = [one for one in waiting if one[0] <= time.monotonic()]
            waiting = [one for one in waiting if one not in due]
            for _when, part in due:
                os.write(masters[0], part)

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
