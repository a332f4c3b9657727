"""How many readings a second the inbox stores, beside what the machine could at most: `make bench-ingest`.

Prints JSON. Every figure runs from the first message handed to `mosquitto_pub -l` to the last one counted: by a
`mosquitto_sub`, by a paho client that does nothing, and by the inbox when it has committed it. What PostgreSQL can
take is psql's COPY of the same rows into a table with the same key. All in one run, one after the other. PostgreSQL
is filled by one inbox, and by as many as there are cores, each with gateways of its own; their ratio is to the same
limit, and beside it stands what as many COPYs at a time come to. Memory is that of the largest inbox.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

import psutil
from sqlalchemy import func, select

from devices.messages import make_topic
from tests.bench.ingest_rows import GATEWAYS, SENSORS, Load, furnish, write_copy, write_messages
from tests.servers import process
from tests.servers.broker import Broker
from tests.servers.migrated import migrate
from tests.servers.postgres import Postgres
from wms.kernel.database import Database
from wms.telemetry.tables import Reading, Stream

ROOT = Path(__file__).parents[2]
BROKER = (
    "max_queued_messages 200000", "max_queued_bytes 500000000", "max_inflight_messages 4000",
    "max_packet_size 1048576", "persistence false",
)  # fmt: skip
LISTENED = make_topic("limits", GATEWAYS[0], "up/m")
PATIENCE_S = 180
WARM_UP = 25  # a part of the load that is sent before: an inbox runs for months


LOADS = (Load(1, 50_000), Load(100, 30_000))


class House:
    """One migrated database with its sensors, and its inboxes as processes of their own.

    Each has a site of its own: a broker keeps what is sent to a session that is away, and the other house's load would
    come on top of this one's.
    """

    def __init__(self, name: str, url: str, broker: Broker, folder: Path) -> None:
        migrate(url)
        self.name, self.url, self.broker, self.folder = name, url, broker, folder
        self.site = name.lower()
        self.database = Database.open(url)
        furnish(self.database)
        self.sent = dict.fromkeys(GATEWAYS, 0)

    @contextmanager
    def inboxes(self, count: int) -> Iterator[list[psutil.Process]]:
        """Inboxes as `wms work --only inbox` runs them, each for its own gateway."""
        with ExitStack() as opened:
            yield [opened.enter_context(self._inbox(gateway)) for gateway in GATEWAYS[:count]]

    @contextmanager
    def _inbox(self, gateway: str) -> Iterator[psutil.Process]:
        settings = {
            "WMS__DATABASE__URL": self.url, "WMS__MQTT__HOST": self.broker.host,
            "WMS__MQTT__PORT": str(self.broker.port), "WMS__MQTT__SITE": self.site,
            "WMS__MQTT__INBOX": f"bench-{self.site}-{gateway}", "WMS__MQTT__GATEWAYS": gateway,
        }  # fmt: skip
        command = [sys.executable, "-m", "wms", "work", "--only", "inbox"]
        path = self.folder / f"inbox-{self.name}-{gateway}.log"
        with path.open("wb") as log:
            child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stderr=log, stdout=log)
        try:
            _wait(lambda: "inbox connected" in path.read_text(errors="replace"))
            time.sleep(0.5)  # the subscription follows the connection by some milliseconds
            yield psutil.Process(child.pid)
        finally:
            child.terminate()
            child.wait(PATIENCE_S)

    def stored(self) -> dict[str, int]:
        """Return each gateway's highest number without a hole: few rows to read."""
        query = select(Stream.gateway, func.max(Stream.upto)).group_by(Stream.gateway)
        return self.database.read(lambda session: {gateway: upto for gateway, upto in session.execute(query)})

    def take(self, load: Load, inboxes: int = 1) -> float:
        """Send a load, shared out to running inboxes, and return how long it took to store it."""
        files = []
        for gateway in GATEWAYS[:inboxes]:
            path, mine = self.folder / f"messages-{gateway}", load.messages // inboxes
            write_messages(path, gateway, Load(load.per_message, mine), self.sent[gateway])
            self.sent[gateway] += mine
            files.append((make_topic(self.site, gateway, "up/m"), path))
        wanted = {gateway: sent for gateway, sent in self.sent.items() if sent}
        return _send(self.broker, files, lambda: self.stored() == wanted, pause_s=0.1)  # asking costs a core too

    def count(self) -> int:
        """Return how many readings there are."""
        return self.database.read(lambda s: s.scalar(select(func.count()).select_from(Reading))) or 0


def _wait(true: Callable[[], bool], pause_s: float = 0.01) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > until:
            raise process.ServerFailed("what was waited for did not happen")
        time.sleep(pause_s)  # other processes do it: nothing calls back


def _send(broker: Broker, files: Sequence[tuple[str, Path]], done: Callable[[], bool], pause_s: float = 0.01) -> float:
    command = [process.program("mosquitto_pub", package="mosquitto-clients"), "-V", "5", "-h", broker.host, "-p",
               str(broker.port), "-q", "1", "-l", "-t"]  # fmt: skip
    with ExitStack() as opened:
        lines = [(topic, opened.enter_context(path.open("rb"))) for topic, path in files]
        began = time.perf_counter()
        senders = [subprocess.Popen([*command, topic], stdin=read) for topic, read in lines]
        _wait(done, pause_s)
        took_s = time.perf_counter() - began
        for sender in senders:
            sender.wait(60)
    return took_s


def listeners(broker: Broker, load: Load, path: Path) -> dict[str, float]:
    """Return messages a second of the two listeners that store nothing."""
    count = str(load.messages)
    address = ["-h", broker.host, "-p", str(broker.port)]
    commands = {
        "mosquitto_sub": [process.program("mosquitto_sub", package="mosquitto-clients"), "-V", "5", *address, "-q", "1",
                          "-i", "bench-sub", "-t", LISTENED, "-C", count, "-F", "x"],
        "null_paho": [sys.executable, "-m", "tests.bench.null_paho", broker.host, str(broker.port), LISTENED, count],
    }  # fmt: skip
    found = {}
    for name, command in commands.items():
        listener = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE if name == "null_paho" else subprocess.DEVNULL
        )
        if listener.stdout is not None:
            listener.stdout.readline()  # it says when it listens
        time.sleep(1.0)  # the other one does not say
        took_s = _send(broker, [(LISTENED, path)], lambda listener=listener: listener.poll() is not None)  # type: ignore[misc]
        found[name] = load.messages / took_s
    return found


def copies(cluster: Postgres, load: Load, folder: Path, writers: int = 1) -> float:
    """Return readings a second of psql's COPY into an empty table with the readings' key, by so many at a time."""
    path = write_copy(folder / "copy", load)
    command = [process.program("psql", package="postgresql-client"), "-q", "-h", str(cluster.folder), "-U", "coldlot",
               "-d", "limits", "-v", "ON_ERROR_STOP=1", "-c"]  # fmt: skip
    columns = (
        "sensor int, at bigint, value bigint, quality varchar(16), epoch bigint NOT NULL, sequence bigint NOT NULL"
    )
    table = f"DROP TABLE IF EXISTS limits; CREATE TABLE limits ({columns}, PRIMARY KEY (sensor, at))"
    subprocess.run([*command, table], check=True, stderr=subprocess.DEVNULL)
    parts = f"r/{{}}/{writers}"  # line by line in turn, as probes speak
    files = [folder / f"copy-{n}" for n in range(writers)]
    for n, part in enumerate(files, 1):
        with part.open("wb") as out:
            subprocess.run(["split", "-n", parts.format(n), str(path)], check=True, stdout=out)
    began = time.perf_counter()
    running = [subprocess.Popen([*command, f"\\copy limits FROM '{part}'"]) for part in files]
    if any([one.wait(PATIENCE_S) for one in running]):
        raise process.ServerFailed("psql could not copy")
    return load.readings / (time.perf_counter() - began)


def measure(house: House, load: Load, inboxes: int) -> dict[str, Any]:
    """Return one line of the result, but for the limits."""
    with house.inboxes(inboxes) as running:
        house.take(Load(load.per_message, load.messages // WARM_UP), inboxes)
        before, began_mb = house.count(), _mb(running)
        took_s = house.take(load, inboxes)
        ends_mb = _mb(running)
        stored = house.count() - before
    return {
        "engine": house.name, "inboxes": inboxes, "readings_a_message": load.per_message, "messages": load.messages,
        "stored": stored, "seconds": round(took_s, 2), "readings_a_second": round(load.readings / took_s),
        "memory_mb": [began_mb, ends_mb],
    }  # fmt: skip


def beside(line: dict[str, Any], limits: dict[str, float]) -> dict[str, Any]:
    """Return a line with the limits and the ratio to the slower one."""
    slower = min(limits, key=lambda name: limits[name])
    return line | {
        "limits_readings_a_second": {name: round(limit) for name, limit in limits.items()},
        "slower_limit": slower, "ratio": round(line["readings_a_second"] / limits[slower], 2),
    }  # fmt: skip


def hold(house: House, loads: Sequence[Load], minutes: float) -> dict[str, Any]:
    """Send round after round for some minutes and return the inbox's memory after each."""
    rounds = 0
    memory: list[float] = []
    began = time.perf_counter()
    with house.inboxes(1) as running:
        until = time.monotonic() + minutes * 60
        while not memory or time.monotonic() < until:
            house.take(loads[rounds % 2])
            rounds += 1
            memory.append(_mb(running))
    took_s = time.perf_counter() - began
    third = max(len(memory) // 3, 1)
    return {
        "engine": house.name, "minutes": round(took_s / 60, 1), "rounds": rounds,
        "readings": sum(loads[n % 2].readings for n in range(rounds)),
        "memory_mb": {"after_the_first_round": memory[0], "most_of_the_first_third": max(memory[:third]),
                      "most_of_the_last_third": max(memory[-third:]), "after_each_round": memory},
    }  # fmt: skip


def _mb(running: Sequence[psutil.Process]) -> float:
    return float(round(max([one.memory_info().rss for one in running]) / 1e6, 1))


def main() -> None:
    """Run everything and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=0.5, help="how long the inbox's memory is watched")
    parser.add_argument("--part", type=float, default=1.0, help="send only this part of the messages")
    wanted = parser.parse_args()
    loads = [Load(load.per_message, round(load.messages * wanted.part)) for load in LOADS]
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        cluster, broker = Postgres(safe=True), Broker(extra=BROKER)
        opened.callback(cluster.close)
        opened.callback(broker.close)
        cluster.create("limits")
        houses = [House("PostgreSQL", cluster.create("bench"), broker, folder),
                  House("SQLite", f"sqlite:///{folder}/bench.sqlite3", broker, folder)]  # fmt: skip
        lines = []
        for load in loads:
            path = write_messages(folder / "limit-messages", GATEWAYS[0], load, 0)
            heard = {name: rate * load.per_message for name, rate in listeners(broker, load, path).items()}
            copied, taken = [copies(cluster, load, folder)], []
            for house, inboxes in ((houses[0], 1), (houses[0], len(GATEWAYS)), (houses[1], 1)):
                taken.append(measure(house, load, inboxes))
                copied.append(copies(cluster, load, folder))  # the machine is not as quick all the time
            limits = {**heard, "psql_copy": mean(copied)}
            several = {
                "writers": len(GATEWAYS),
                "readings_a_second": round(copies(cluster, load, folder, len(GATEWAYS))),
            }
            for line in taken:
                lines.append(beside(line, limits) | {"psql_copies_at_once": several})
                sys.stderr.write(f"{json.dumps(lines[-1])}\n")
        result = {
            "cpus": os.cpu_count(), "load_average": [round(each, 1) for each in os.getloadavg()], "sensors": SENSORS,
            "runs": lines, "memory": hold(houses[0], loads, wanted.minutes),
        }  # fmt: skip
        for house in houses:
            house.database.close()
    sys.stdout.write(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
