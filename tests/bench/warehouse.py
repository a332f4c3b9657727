"""How long a store's acts take with a million lots in it: `make bench-warehouse`. Prints JSON, asserts nothing.

Receiving, a room's list, moving and shipping go over HTTP to the product's own server on PostgreSQL, by one client
and by eight. Each is measured right after the same clients' bare reads of one row by its key through Flask, and told
beside it: the ratio is the figure, because a millisecond is another machine's. An act is all its requests together.
"""

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import median, quantiles
from typing import Any

from tests.api.make import Human, uid
from tests.bench.warehouse_rows import (
    KG_GROSS,
    KG_TARE,
    LINE,
    NOW,
    PAGE,
    SLOTS_OF_ROOM,
    UNITS,
    Store,
    furnish,
    last_page,
    lot_id,
)
from tests.bench.warehouse_server import HEADER
from tests.lots.make import record
from tests.servers import process
from tests.servers.migrated import migrate
from tests.servers.postgres import Postgres
from wms.kernel.database import Database

LOTS, CLIENTS = 1_000_000, (1, 8)
PATIENCE_S = 120
BIGGER = {"shared_buffers": "512MB", "autovacuum": "on", "max_wal_size": "8GB", "work_mem": "16MB"}
OUT_GRAMS = 1_960_000
ID = re.compile(r"[0-9a-f-]{36}")


class Client:
    """One client's connection; counts the statements that the server says its answers took."""

    def __init__(self, port: int) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.statements = 0
        self.took_ms: dict[str, list[float]] = {}

    def send(self, who: Human | None, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if who is not None:
            headers["Authorization"] = f"Bearer {who.key}"
        began = time.perf_counter()
        self.http.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.http.getresponse()
        text = answer.read()
        self.took_ms.setdefault(_step(path), []).append((time.perf_counter() - began) * 1000)
        if answer.status not in (200, 201):
            raise process.ServerFailed(f"{method} {path}: {answer.status} {text.decode()[:400]}")
        self.statements += int(answer.headers[HEADER])
        return json.loads(text)

    def do(self, who: Human, path: str, **body: Any) -> Any:
        return self.send(who, "POST", f"/api/v1{path}", {"id": uid(), **body})


def _step(path: str) -> str:
    """Return what a request is for: the last word of its address that is no id."""
    words = [word for word in path.partition("?")[0].split("/") if word and not ID.fullmatch(word)]
    return words[-1]


@dataclass
class Acts:
    """What is measured; each act takes the next lot nobody has touched yet, in an order that hops through the store."""

    store: Store
    database: Database
    last: dict[str, str]

    def __post_init__(self) -> None:
        self.numbers = count(1)
        self.lock = threading.Lock()

    def lot(self) -> int:
        with self.lock:
            return next(self.numbers) * 7_919 % self.store.lots

    def weight(self, kg: int) -> dict[str, Any]:
        """A capture that has arrived: gateways send theirs over MQTT, not over HTTP."""
        with self.lock:
            key = self.database.write(lambda session: record(session, kg * 1000, at=NOW))
        return {"gateway": key.gateway, "epoch": key.epoch, "sequence": key.sequence}

    def bare(self, client: Client, _: Any) -> None:
        client.send(None, "GET", f"/bare/lots/{lot_id(random.randrange(self.store.lots))}")

    def first_page(self, client: Client, _: Any) -> None:
        room = random.choice(self.store.rooms)
        client.send(self.store.clerk, "GET", f"/api/v1/lots?room_id={room}&limit={PAGE}")

    def last_page(self, client: Client, _: Any) -> None:
        room = random.choice(list(self.last))
        client.send(self.store.clerk, "GET", f"/api/v1/lots?room_id={room}&limit={PAGE}&cursor={self.last[room]}")

    def move(self, client: Client, _: Any) -> None:
        number = self.lot()
        room = number % len(self.store.slots) // SLOTS_OF_ROOM * SLOTS_OF_ROOM
        source = self.store.slot_of(number)
        target = self.store.slots[room + (number + 1) % SLOTS_OF_ROOM]
        if target == source:
            target = self.store.slots[room + (number + 2) % SLOTS_OF_ROOM]
        body = {"from_slot_id": source, "to_slot_id": target, "units": UNITS // 2}
        client.do(self.store.clerk, f"/lots/{lot_id(number)}/moves", **body)

    def receive(self, client: Client, weights: Any) -> None:
        clerk, lot = self.store.clerk, uid()
        opened = {"site_id": self.store.site, "owner_id": random.choice(self.store.owners), "plate": "鲁F12345"}
        delivery = client.do(clerk, "/deliveries", **opened)["id"]
        for purpose, weight in zip(("gross", "tare"), weights, strict=True):
            client.do(clerk, "/weighings", purpose=purpose, delivery_id=delivery, record=weight)
        client.do(clerk, f"/deliveries/{delivery}/intake", lines=[{"lot_id": lot, **LINE}])
        proposed = client.send(clerk, "GET", f"/api/v1/lots/{lot}/proposed-slots")["items"]
        slot = random.choice(proposed)["slot_id"]  # two clerks do not go to one slot
        client.do(clerk, f"/lots/{lot}/put-away", slot_id=slot, units=UNITS)

    def ship(self, client: Client, weights: Any) -> None:
        clerk, lot = self.store.clerk, lot_id(self.lot())
        wanted = {"lot_id": lot, "units": UNITS, "kind": "own", "collector_name": "Li", "plate": "鲁F12345"}
        order = f"/exit-orders/{client.do(clerk, '/exit-orders', **wanted)['id']}"
        client.do(clerk, f"{order}/quote")
        due = client.send(self.store.cashier, "GET", f"/api/v1{order}/release-quote")["total_fen"]
        client.do(self.store.cashier, f"{order}/pay", paid_fen=due, method="bank", reference=uid())
        client.do(clerk, f"{order}/pick")
        out = {"purpose": "out", "exit_id": order.rpartition("/")[2], "lot_id": lot, "units": UNITS}
        weighing = client.do(clerk, "/weighings", **out, record=weights[0])["id"]
        client.do(clerk, f"{order}/weighings", weighing_id=weighing)
        client.do(clerk, f"{order}/close")


WEIGHTS = {"receive": (KG_GROSS, KG_TARE), "ship": (OUT_GRAMS // 1000,)}
TIMES = {"first_page": 200, "last_page": 200, "move": 300, "receive": 120, "ship": 80}
BARE = 400


@dataclass(frozen=True)
class Run:
    """How long each repetition took, in milliseconds, and what it asked of the database."""

    took_ms: list[float]
    statements: float
    steps: dict[str, list[float]]

    @property
    def requests(self) -> float:
        return sum(len(times) for times in self.steps.values()) / len(self.took_ms)

    @property
    def middle(self) -> float:
        return quantiles(self.took_ms, n=100)[49]

    @property
    def late(self) -> float:
        return quantiles(self.took_ms, n=100)[94]


def run(port: int, act: Callable[[Client, Any], None], clients: int, jobs: list[Any]) -> Run:
    """Let clients do all jobs, each its next as soon as it is free."""
    took: list[float] = []
    failed: list[Exception] = []
    waiting, lock = list(jobs), threading.Lock()
    made = [Client(port) for _ in range(clients)]

    def work(client: Client) -> None:
        while not failed:
            with lock:
                if not waiting:
                    return
                job = waiting.pop()
            began = time.perf_counter()
            try:
                act(client, job)
            except (process.ServerFailed, OSError) as error:
                failed.append(error)
                return
            took.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=work, args=(client,)) for client in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    steps: dict[str, list[float]] = {}
    for client in made:
        for step, times in client.took_ms.items():
            steps.setdefault(step, []).extend(times)
    return Run(took, sum(client.statements for client in made) / len(took), steps)


def measure(port: int, acts: Acts, name: str, clients: int, times: int) -> dict[str, Any]:
    """Return one line of the result: an act beside the bare read of the same minute."""
    jobs = [[acts.weight(kg) for kg in WEIGHTS.get(name, ())] for _ in range(times)]
    act = getattr(acts, name)
    run(port, act, clients, [jobs.pop() for _ in range(min(clients * 2, times // 4))])  # caches and connections
    before = run(port, acts.bare, clients, [None] * BARE)
    done = run(port, act, clients, jobs)
    after = run(port, acts.bare, clients, [None] * BARE)
    plain = Run(before.took_ms + after.took_ms, 1, {})
    return {
        "act": name, "clients": clients, "times": len(done.took_ms), "p50_ms": round(done.middle, 2),
        "p95_ms": round(done.late, 2), "requests": done.requests, "statements": round(done.statements, 1),
        "bare_p50_ms": round(plain.middle, 2), "bare_p95_ms": round(plain.late, 2),
        "ratio_p50": round(done.middle / plain.middle, 1), "ratio_p95": round(done.late / plain.late, 1),
        "ratio_p50_a_request": round(done.middle / done.requests / plain.middle, 1),
        "steps_p50_ms": {step: round(median(times), 1) for step, times in done.steps.items()},
    }  # fmt: skip


@contextmanager
def serving(url: str) -> Iterator[int]:
    """The product's server on a database, as a process of its own."""
    port = process.free_port()
    settings = {"WMS__DATABASE__URL": url, "WMS__LOG__LEVEL": "ERROR"}
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.warehouse_server", str(port)], env={**os.environ, **settings},
        stdout=sys.stderr,  # what is printed here is JSON alone
    )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE_S
        while not _answers(port):
            if time.monotonic() > until or child.poll() is not None:
                raise process.ServerFailed("the server did not start")
            time.sleep(0.1)  # another process starts: nothing calls back
        yield port
    finally:
        child.terminate()
        child.wait(PATIENCE_S)


def _answers(port: int) -> bool:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        client.request("GET", "/healthz")
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()


def main() -> None:
    """Furnish, measure every act, and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", type=float, default=1.0, help="furnish only this part of the lots")
    parser.add_argument("--times", type=float, default=1.0, help="repeat each act this many times as often")
    wanted = parser.parse_args()
    random.seed(20261020)
    lots = max(int(LOTS * wanted.part), 3 * SLOTS_OF_ROOM * 30)
    with ExitStack() as opened:
        cluster = Postgres(safe=True, settings=BIGGER)
        opened.callback(cluster.close)
        url = cluster.create("bench")
        migrate(url)
        database = Database.open(url)
        opened.callback(database.close)
        began = time.perf_counter()
        store = furnish(database, lots)
        furnished_s = time.perf_counter() - began
        sys.stderr.write(f"furnished {lots} lots in {furnished_s:.0f} s\n")
        acts = Acts(store, database, {room: last_page(database, room) for room in store.rooms[:5]})
        lines = []
        with serving(url) as port:
            for clients in CLIENTS:
                for name, times in TIMES.items():
                    lines.append(measure(port, acts, name, clients, max(int(times * wanted.times), 8)))
                    sys.stderr.write(f"{json.dumps(lines[-1])}\n")
    result = {
        "cpus": os.cpu_count(), "load_average": [round(each, 1) for each in os.getloadavg()], "lots": lots,
        "slots": len(store.slots), "furnished_s": round(furnished_s), "runs": lines,
    }  # fmt: skip
    sys.stdout.write(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
