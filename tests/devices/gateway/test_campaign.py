"""Random faults under load: what the instruments produced, by their own account, is at the server exactly once.

`COLDLOT_FAULTS` says how many (200 if not said: most of an hour for each engine) and `COLDLOT_SEED` which. Only what an
instrument said while its port was closed, or in the moment before a kill in which nothing can have reached a disk, may
lack, and what a full spool has thinned and named. Everything is counted; the report is printed, and appended to the
file `COLDLOT_REPORT` names.
"""

import json
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devices.messages import Measurements, Weighing
from devices.simulator.world import RoomSpec, WorldSpec
from tests.devices.ends import StoringServer, eventually
from tests.devices.gateway.conftest import PLATFORM, TRUCK, Box
from tests.devices.gateway.rigged import pull
from tests.devices.gateway.verdict import Log, judge
from tests.devices.inbox_end import InboxEnd, adopt
from tests.devices.lines import living_world, tell
from tests.servers.broker import Broker

Server = StoringServer | InboxEnd
FAULTS = int(os.environ.get("COLDLOT_FAULTS", "200"))
SEED = int(os.environ.get("COLDLOT_SEED", "1"))
REPORT = os.environ.get("COLDLOT_REPORT")
KINDS = {
    "kill_gateway": 5,
    "stop_gateway": 1,
    "kill_broker": 4,
    "stop_server": 4,
    "unplug": 3,
    "step_clock": 2,
    "fill_spool": 1,
}
STEPS_MS = (-90_000, -4_321, -2_000, -1_000, 1_000, 2_345, 61_000, 120_000)  # the server refuses 5 minutes ahead
SPOOL_BYTES = 16_000
FRESH_MS = 10_000  # what a drained spool still holds is younger
STATUS_MS = 4_000  # the gateway's word is that old, at most, and a message holds so much from before its own instant
FAULTS_TO_CALM, CALM_S = 10, 30  # loads that come and go in peace: exactly these must all be there
ROOMS = (RoomSpec("room1", 0.0, (11, 12, 13, 14), gas_address=41), RoomSpec("room2", 0.5, (21, 22, 23, 24)))
WORLD = WorldSpec(scales=(PLATFORM, TRUCK), rooms=ROOMS)
PLACES = {
    address: (f"{room.name}.t{number}", f"{room.name}.rh{number}", 10)
    for room in ROOMS
    for number, address in enumerate(room.addresses, start=1)
} | {41: ("room1.o2", "room1.co2", 100)}


class RiggedBox(Box):
    """A box with the two levers."""

    program = "tests.devices.gateway.rigged"


class Campaign:
    """Does the damage and remembers when."""

    def __init__(self, box: Box, server: Server) -> None:
        self.box = box
        self.server = server
        self.dice = random.Random(SEED)
        self.log = Log()

    def one(self) -> None:
        [kind] = self.dice.choices(list(KINDS), list(KINDS.values()))
        self.log.done[kind] += 1
        getattr(self, f"_{kind}")()
        is_calm = self.log.done.total() % FAULTS_TO_CALM == 0
        time.sleep(CALM_S if is_calm else self.dice.uniform(0.3, 3.0))

    def _down(self, how: signal.Signals) -> None:
        began = now()
        self.box.signal(how)
        time.sleep(self.dice.uniform(0, 1.5))
        self.box.start()
        eventually(self.box.is_up, 60)
        self.log.closed.append((began, now()))

    def _kill_gateway(self) -> None:
        self._down(signal.SIGKILL)

    def _stop_gateway(self) -> None:
        self._down(signal.SIGTERM)

    def _kill_broker(self) -> None:
        self.box.broker.kill()
        time.sleep(self.dice.uniform(0, 2.0))
        self.box.broker.start()

    def _unplug(self) -> None:
        began = now()
        port = self.dice.choice(sorted(self.box.world.ports))
        tell(self.box.world, do="unplug", port=port)
        time.sleep(self.dice.uniform(0.1, 1.5))
        tell(self.box.world, do="plug", port=port)
        eventually(self.box.is_up, 60)
        self.log.closed.append((began, now()))

    def _stop_server(self) -> None:
        self.server.interrupt(self.dice)

    def _step_clock(self) -> None:
        """Wrong by so much from now on, not on top of the step before: a time server ends what it began."""
        offset = 0 if self.log.offsets[-1][1] and self.dice.random() < 0.5 else self.dice.choice(STEPS_MS)
        self.log.offsets.append((now(), offset))
        pull(self.box.folder / "clock-offset", offset)

    def _fill_spool(self) -> None:
        """No way out for long, and a small disk; half of the times the power fails on top."""
        eventually(lambda: is_drained(self.box), 180)  # nothing but the newest may be thinned now
        began = now()
        pull(self.box.folder / "spool-limit", SPOOL_BYTES)
        self.box.broker.kill()
        eventually(lambda: self._held() > 0.8 * SPOOL_BYTES, 180)
        time.sleep(self.dice.uniform(3, 12))  # so long it stays full and thins
        if self.dice.random() < 0.5:
            self._kill_gateway()
            time.sleep(self.dice.uniform(1, 5))  # the new gateway meets the full spool too
        self.box.broker.start()
        eventually(lambda: is_drained(self.box), 180)
        pull(self.box.folder / "spool-limit", 0)
        self.log.full.append((began - FRESH_MS, now()))

    def _held(self) -> int:
        held: int = self.box.status().get("spool", {}).get("bytes_held", 0)
        return held


def now() -> int:
    return time.time_ns() // 1_000_000


def run_campaign(folder: Path, broker: Broker, server: Server, faults: int) -> None:
    with living_world(WORLD, folder) as world, closing(RiggedBox(folder, world, broker, spec=WORLD)) as box:
        box.start("--epoch", "1")
        eventually(box.is_up, 60)
        tell(world, do="busy", on=True)
        campaign = Campaign(box, server)
        for _ in range(faults):
            campaign.one()
        time.sleep(5)
        tell(world, do="busy", on=False)
        campaign._stop_gateway()
        eventually(lambda: box.status()["broker"]["connected"] and is_drained(box), 240)
        report = judge(campaign.log, box.truths(), server.messages(), values_of)
    report.troubles += server.troubles()
    said = json.dumps(
        asdict(report) | {"seed": SEED, "repeats": server.repeats, "log": campaign.log.windows()}, indent=1
    )
    print(said)  # noqa: T201
    if REPORT is not None:
        with Path(REPORT).open("a") as file:
            file.write(said + "\n")
    report.assert_clean()


@pytest.mark.faults
def test_nothing_is_lost_and_nothing_invented(tmp_path: Path, new_broker: Callable[..., Broker]) -> None:
    """The gateway alone, against a server that only keeps and acknowledges."""
    broker = new_broker(persistent=True)  # as Debian ships it: saved every half hour, so a kill loses the sessions
    with closing(StoringServer(broker)) as server:
        run_campaign(tmp_path, broker, server, FAULTS // 4)


@pytest.mark.faults
def test_it_is_all_in_the_database(tmp_path: Path, new_broker: Callable[..., Broker], engine_url: str) -> None:
    broker = new_broker(persistent=True)
    adopt(engine_url, [name for first, second, _ in PLACES.values() for name in (first, second)])
    with closing(InboxEnd(broker, engine_url, tmp_path)) as server:
        run_campaign(tmp_path, broker, server, FAULTS)
        stored = server.messages().values()
        batches = [one for one in stored if isinstance(one, Measurements)]
        assert server.placed() == {(row.id, batch.t0 + row.dt) for batch in batches for row in batch.r}
        assert server.weighed() == {one.id.hex for one in stored if isinstance(one, Weighing)}


def is_drained(box: Box) -> bool:
    """Only the newest seconds of readings still wait; a few messages may hold half a minute of them."""
    status = box.status()
    oldest = status["spool"]["oldest"]
    is_fresh = oldest is None or abs(status["at"] - oldest) < FRESH_MS - STATUS_MS
    return bool(is_fresh and status["spool"]["messages"] <= 3)


def values_of(answer: dict[str, Any]) -> dict[str, Decimal]:
    first, second, scale = PLACES[answer["address"]]
    words = [word - 0x10000 if word & 0x8000 else word for word in answer["words"]]
    return {first: Decimal(words[0]) / scale, second: Decimal(words[1]) / scale}
