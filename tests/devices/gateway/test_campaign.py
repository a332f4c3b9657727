"""Random faults under load: what the instruments produced, by their own account, is at the server exactly once.

`COLDLOT_FAULTS` says how many (70 if not said) and `COLDLOT_SEED` which. Only what an instrument said while its port
was closed, or in the moment before a kill in which nothing can have reached a disk, may lack: counted and printed.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devices.messages import Measurements, Weighing
from tests.devices.ends import StoringServer, eventually
from tests.devices.gateway.conftest import WORLD, Box
from tests.devices.inbox_end import InboxEnd
from tests.devices.lines import living_world, tell
from tests.servers.broker import Broker

Server = StoringServer | InboxEnd
FAULTS = int(os.environ.get("COLDLOT_FAULTS", "70"))
SEED = int(os.environ.get("COLDLOT_SEED", "1"))
MOMENT_MS = 1_500  # from an answer on the line to its fsync, on a busy machine
SAME_MS = 600  # a reading's stamp after its answer; below the pace of polling, so that neighbours are not mixed up
KINDS = ("gateway", "gateway", "gateway", "broker", "broker", "unplug", "server", "server", "stop")
FAULTS_TO_CALM, CALM_S = 10, 40  # loads that come and go in peace: exactly these must all be there
PLACES = {11: ("room1.t1", "room1.rh1", 10), 12: ("room1.t2", "room1.rh2", 10), 41: ("room1.o2", "room1.co2", 100)}


class Campaign:
    """Does the damage and remembers when."""

    def __init__(self, box: Box, server: Server) -> None:
        self.box = box
        self.server = server
        self.dice = random.Random(SEED)
        self.done: Counter[str] = Counter()
        self.windows: list[tuple[int, int]] = []  # ms UTC in which the gateway was down or a port out

    def one(self) -> None:
        kind = self.dice.choice(KINDS)
        self.done[kind] += 1
        getattr(self, f"_{kind}")()
        is_calm = sum(self.done.values()) % FAULTS_TO_CALM == 0
        time.sleep(CALM_S if is_calm else self.dice.uniform(0.3, 3.0))

    def _down(self, how: signal.Signals) -> None:
        began = now()
        self.box.signal(how)
        time.sleep(self.dice.uniform(0, 1.5))
        self.box.start()
        eventually(self.box.is_up, 30)
        self.windows.append((began, now()))

    def _gateway(self) -> None:
        self._down(signal.SIGKILL)

    def _stop(self) -> None:
        self._down(signal.SIGTERM)

    def _broker(self) -> None:
        self.box.broker.kill()
        time.sleep(self.dice.uniform(0, 2.0))
        self.box.broker.start()

    def _unplug(self) -> None:
        began = now()
        port = self.dice.choice(sorted(self.box.world.ports))
        tell(self.box.world, do="unplug", port=port)
        time.sleep(self.dice.uniform(0.1, 1.5))
        tell(self.box.world, do="plug", port=port)
        eventually(self.box.is_up, 40)
        self.windows.append((began, now()))

    def _server(self) -> None:
        self.server.interrupt(self.dice)

    def is_excused(self, at: int) -> bool:
        """Whether an instant lies in a closed window, or so shortly before one that nothing can have been saved."""
        return any(began - MOMENT_MS <= at <= ended + MOMENT_MS for began, ended in self.windows)


def now() -> int:
    return time.time_ns() // 1_000_000


def run_campaign(folder: Path, broker: Broker, server: Server) -> None:
    with living_world(WORLD, folder) as world, closing(Box(folder, world, broker)) as box:
        box.start("--epoch", "1")
        eventually(box.is_up, 30)
        tell(world, do="busy", on=True)
        campaign = Campaign(box, server)
        for _ in range(FAULTS):
            campaign.one()
        time.sleep(5)
        tell(world, do="busy", on=False)
        box.signal(signal.SIGTERM)
        box.start()
        eventually(box.is_up, 30)
        eventually(lambda: box.status()["broker"]["connected"] and is_drained(box), 180)
        judge(campaign, box, server)


@pytest.mark.faults
def test_nothing_is_lost_and_nothing_invented(tmp_path: Path, new_broker: Callable[..., Broker]) -> None:
    broker = new_broker()
    with closing(StoringServer(broker)) as server:
        run_campaign(tmp_path, broker, server)


@pytest.mark.faults
def test_it_is_all_in_the_database(tmp_path: Path, new_broker: Callable[..., Broker], engine_url: str) -> None:
    broker = new_broker()
    with closing(InboxEnd(broker, engine_url, tmp_path)) as server:
        run_campaign(tmp_path, broker, server)
        stored = server.messages().values()
        assert server.placed() == sum(len(one.r) for one in stored if isinstance(one, Measurements))
        assert server.weighed() == {one.id.hex for one in stored if isinstance(one, Weighing)}


def is_drained(box: Box) -> bool:
    """Only the newest second of readings still waits."""
    return bool(box.status()["spool"]["messages"] <= 3)


def judge(campaign: Campaign, box: Box, server: Server) -> None:
    stored = server.messages()
    keys = sorted(stored)
    assert {ep for ep, _seq in keys} == {1}
    holes = set(range(1, keys[-1][1] + 1)) - {seq for _ep, seq in keys}
    assert holes == set(), f"numbers that never came: {sorted(holes)}"
    assert server.troubles() == []
    lacking = judge_readings(campaign, box, [one for one in stored.values() if isinstance(one, Measurements)])
    judge_weighings(campaign, box, [one for one in stored.values() if isinstance(one, Weighing)])
    print(f"faults {dict(campaign.done)}, messages {len(keys)}, repeats {server.repeats}, excused {lacking}")  # noqa: T201


def judge_readings(campaign: Campaign, box: Box, batches: list[Measurements]) -> int:
    """Every heard answer is a reading of that value within a moment; no reading is without an answer."""
    readings: dict[tuple[str, int], Decimal] = {}
    for batch in batches:
        for row in batch.r:
            if row.value is not None:
                key = (row.id, batch.t0 + row.dt)
                assert readings.setdefault(key, row.value) == row.value, f"two values of {key}"
    free = dict(readings)
    lacking = []
    for answer in box.truth("answer"):
        for sensor, value in values_of(answer).items() if answer["heard"] else ():
            found = [at for name, at in free if name == sensor and 0 <= at - answer["at"] <= SAME_MS]
            if found and free[sensor, min(found)] == value:
                del free[sensor, min(found)]
            else:
                lacking.append((answer["at"], sensor))
    assert free == {}, f"readings that no instrument produced: {list(free.items())[:5]}"
    newest = max((at for at, _sensor in lacking), default=0)
    unexcused = [(at, sensor) for at, sensor in lacking if not campaign.is_excused(at) and at < newest - 5_000]
    assert unexcused == [], f"lost although the gateway ran: {unexcused[:10]}"
    return len(lacking)


def values_of(answer: dict[str, Any]) -> dict[str, Decimal]:
    first, second, scale = PLACES[answer["address"]]
    words = [word - 0x10000 if word & 0x8000 else word for word in answer["words"]]
    return {first: Decimal(words[0]) / scale, second: Decimal(words[1]) / scale}


def judge_weighings(campaign: Campaign, box: Box, weighings: list[Weighing]) -> None:
    """Each load that stood still in peace is one record of its weight; none is two, and no record is without a load."""
    assert len({one.id for one in weighings}) == len(weighings)
    loads = {}
    for line in box.truth("settled"):
        loads[(line["instrument"], line["load"])] = [line["at"], None, line["grams"], 0]
    for line in box.truth("unsettled"):
        loads[(line["instrument"], line["load"])][1::2] = [line["at"], line["heard"]]
    peaceful = 0
    taken: Counter[tuple[str, int]] = Counter()
    for one in weighings:
        mine = [key for key, (began, ended, grams, _heard) in loads.items() if key[0] == one.instrument
                and grams == one.weight_grams and began - 500 <= one.at <= (ended or one.at) + 500]  # fmt: skip
        assert mine, f"a weighing of nothing: {one}"
        taken[mine[0]] += 1
    for key, (began, ended, grams, heard) in loads.items():
        assert taken[key] <= 1, f"load {key} of {grams} g was taken {taken[key]} times"
        if (
            ended is not None
            and heard >= 8
            and not any(w[0] < ended and w[1] > began - 15_000 for w in campaign.windows)
        ):
            peaceful += 1
            assert taken[key] == 1, f"load {key} of {grams} g was not taken"
    assert weighings
    print(f"loads {len(loads)}, in peace {peaceful}, taken {sum(taken.values())}")  # noqa: T201
