"""What the ingest measure sends: a store's probes, each asked once a minute, long ago and one after the other."""

import os
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from uuid import uuid4

from tests.lots.make import NOW, Store
from tests.telemetry.make import KEEPER
from wms import telemetry
from wms.kernel.database import Database

SENSORS = 100  # of each gateway
GATEWAYS = tuple(f"gw-bench-{n}" for n in range(1, max(2, os.cpu_count() or 2) + 1))
BEGIN_MS = 1_700_000_000_000
MINUTE_MS = 60_000


@dataclass(frozen=True)
class Load:
    """What is sent: the broker of this release stalls when more than 65,535 messages wait for one session."""

    per_message: int
    messages: int

    @property
    def readings(self) -> int:
        return self.per_message * self.messages


def furnish(database: Database) -> None:
    """Give every sensor a room, and the room its limits."""
    room = database.write(Store).room.id
    limits = telemetry.Limits(-1000, 2500, 300, 60, telemetry.Severity.WARNING)
    wanted = telemetry.SetLimits(uuid4(), room, "temperature", limits)
    database.write(lambda s: telemetry.set_limits(s, wanted, by=KEEPER, at=NOW))
    for gateway, n in product(GATEWAYS, range(SENSORS)):
        request = telemetry.AdoptSensor(uuid4(), gateway, f"room1.t{n}", "temperature", room, "middle")
        database.write(lambda s, request=request: telemetry.adopt_sensor(s, request, by=KEEPER, at=NOW))  # type: ignore[misc]


def rows(load: Load, first: int) -> list[list[tuple[int, int, int]]]:
    """Return each message's rows: sensor, ms, hundredths of a degree."""
    made, per_message = [], load.per_message
    for message in range(first, first + load.messages):
        start = message * per_message
        made.append([
            (n % SENSORS, BEGIN_MS + per_message % 7 * 1000 + n // SENSORS * MINUTE_MS, n * 7919 % 350 - 100)
            for n in range(start, start + per_message)
        ])  # fmt: skip
    return made


def write_messages(path: Path, gateway: str, load: Load, first: int) -> Path:
    """Write messages of the contract, one a line, numbered after `first`."""
    with path.open("w") as out:
        for n, found in enumerate(rows(load, first), first + 1):
            t0 = found[0][1]
            said = ",".join([f'["room1.t{sensor}",{ms - t0},{value / 100}]' for sensor, ms, value in found])
            out.write(f'{{"v":1,"gw":"{gateway}","ep":1,"seq":{n},"t0":{t0},"clk":"ntp","live":true,"r":[{said}]}}\n')
    return path


def write_copy(path: Path, load: Load) -> Path:
    """Write the same readings as COPY reads them."""
    with path.open("w") as out:
        for n, found in enumerate(rows(load, 0), 1):
            out.writelines(f"{sensor}\t{ms}\t{value * 10}\t\\N\t1\t{n}\n" for sensor, ms, value in found)
    return path
