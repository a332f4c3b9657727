"""What the ingest measure sends: a store's probes, each asked once a minute, long ago and one after the other."""

from pathlib import Path
from uuid import uuid4

from tests.lots.make import NOW, Store
from tests.telemetry.make import KEEPER
from wms import telemetry
from wms.kernel.database import Database

GATEWAY, SENSORS = "gw-bench", 100
BEGIN_MS = 1_700_000_000_000
MINUTE_MS = 60_000


def furnish(database: Database) -> None:
    """Give every sensor a room, and the room its limits."""
    room = database.write(Store).room.id
    limits = telemetry.Limits(-1000, 2500, 300, 60, telemetry.Severity.WARNING)
    wanted = telemetry.SetLimits(uuid4(), room, "temperature", limits)
    database.write(lambda s: telemetry.set_limits(s, wanted, by=KEEPER, at=NOW))
    for n in range(SENSORS):
        request = telemetry.AdoptSensor(uuid4(), GATEWAY, f"room1.t{n}", "temperature", room, "middle")
        database.write(lambda s, request=request: telemetry.adopt_sensor(s, request, by=KEEPER, at=NOW))  # type: ignore[misc]


def rows(per_message: int, messages: int, first: int) -> list[list[tuple[int, int, int]]]:
    """Return each message's rows: sensor, ms, hundredths of a degree."""
    made = []
    for message in range(first, first + messages):
        start = message * per_message
        made.append([
            (n % SENSORS, BEGIN_MS + per_message % 7 * 1000 + n // SENSORS * MINUTE_MS, n * 7919 % 350 - 100)
            for n in range(start, start + per_message)
        ])  # fmt: skip
    return made


def write_messages(path: Path, per_message: int, messages: int, first: int) -> Path:
    """Write messages of the contract, one a line, numbered after `first`."""
    with path.open("w") as out:
        for n, found in enumerate(rows(per_message, messages, first), first + 1):
            t0 = found[0][1]
            said = ",".join([f'["room1.t{sensor}",{ms - t0},{value / 100}]' for sensor, ms, value in found])
            out.write(f'{{"v":1,"gw":"{GATEWAY}","ep":1,"seq":{n},"t0":{t0},"clk":"ntp","live":true,"r":[{said}]}}\n')
    return path


def write_copy(path: Path, per_message: int, messages: int) -> Path:
    """Write the same readings as COPY reads them."""
    with path.open("w") as out:
        for n, found in enumerate(rows(per_message, messages, 0), 1):
            out.writelines(f"{sensor}\t{ms}\t{value * 10}\t\\N\t1\t{n}\n" for sensor, ms, value in found)
    return path
