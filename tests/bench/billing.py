"""Exit settlements a second beside pgbench's TPC-B, and the close of a day over many open lots: `make bench-billing`.

Prints JSON. A settlement is the whole transaction of a pledged sale: charges billed, interest, stock, escrow down the
waterfall, loan, receipt, exit order and gate pass. All on one PostgreSQL with every commit made safe, in one run.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event

from tests.bench import open_lots
from tests.bench.settling import Fair, fairs, settle
from tests.servers.migrated import migrate
from tests.servers.postgres import OWNER, Postgres
from wms import ledger
from wms.kernel.database import Database

CLIENTS = 16


def main() -> None:
    """Measure, and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--part", type=float, default=1.0, help="how much of the full measure, e.g. 0.01")
    asked.add_argument("--only", choices=("settlements", "close-day"), help="one of the two measures")
    words = asked.parse_args()
    cluster = Postgres(safe=True)
    try:
        found: dict[str, Any] = {"machine": {"cpus": os.cpu_count(), "load": os.getloadavg()[0]}}
        if words.only != "close-day":
            found["settlements"] = settlements(cluster, words.part)
        if words.only != "settlements":
            found["close_day"] = open_lots.measure(cluster, words.part)
        json.dump(found, sys.stdout, indent=2)
        sys.stdout.write("\n")
    finally:
        cluster.close()


def settlements(cluster: Postgres, part: float) -> dict[str, Any]:
    """Settle with one client and with sixteen, each beside TPC-B with as many.

    Sixteen are threads of one process, then of as many processes as there are cores, then of one without the one head.
    """
    url = cluster.create("settling")
    migrate(url)
    database = Database.open(url, connections=CLIENTS + 4)
    each = max(3, round(20 * part))
    seconds = max(3, round(20 * part))
    made = fairs(database, CLIENTS, 4 * each + 2)
    _pgbench(cluster, "create")
    _run(database, _warm(made), 1)
    alone = [made[n % CLIENTS].exits.pop() for n in range(each * 2)]
    rows = {"1": _run(database, alone, 1) | {"tpcb_s": _tpcb(cluster, 1, seconds)}}
    rows[str(CLIENTS)] = _run(database, _some(made, each), CLIENTS) | {"tpcb_s": _tpcb(cluster, CLIENTS, seconds)}
    beside = {"tpcb_s": rows[str(CLIENTS)]["tpcb_s"]}
    cores = max(2, os.cpu_count() or 2)
    rows[f"{CLIENTS} in {cores} processes"] = _run_processes(url, made, each, cores) | beside
    with _heads_apart():
        rows[f"{CLIENTS}, no shared head"] = _run(database, _some(made, each), CLIENTS) | beside
    for row in rows.values():
        row["ratio"] = round(row["settlements_s"] / row["tpcb_s"], 4)
    said = _statements(database, made)
    database.close()
    return {"clients": rows, "statements_of_one": said}


def _warm(made: list[Fair]) -> list[UUID]:
    """Return exits to begin with: whoever settles first builds the statements, and the connection learns them."""
    return [fair.exits.pop() for fair in made[:8]]


def _some(made: list[Fair], each: int) -> list[UUID]:
    """Return exits of every owner in turn."""
    return [fair.exits.pop() for _ in range(each - each // 8 - 1) for fair in made]


def _run(database: Database, wanted: list[UUID], clients: int) -> dict[str, float]:
    """Settle with threads of one process, as the server's threads do."""
    began, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda exit_id: settle(database, exit_id), wanted))
    took, used = time.perf_counter() - began, time.process_time() - used
    python_ms = round(1000 * used / len(wanted), 1)
    return {"settlements": len(wanted), "settlements_s": round(len(wanted) / took, 2), "python_ms_each": python_ms}


def _run_processes(url: str, made: list[Fair], each: int, processes: int) -> dict[str, float]:
    """Settle with the same number of threads shared out to several processes, as with `[web] processes`."""
    wanted = _some(made, each)
    command = [sys.executable, "-m", "tests.bench.settling_process", url, str(CLIENTS // processes)]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    for n, process in enumerate(running):
        _say(process, json.dumps([[str(exit_id) for exit_id in part] for part in (_warm(made), wanted[n::processes])]))
    for process in running:
        _hear(process, "ready")
    began = time.perf_counter()
    for process in running:
        _say(process, "go")
    for process in running:
        _hear(process, "done")
    took = time.perf_counter() - began
    for process in running:
        process.communicate()
    return {"settlements": len(wanted), "settlements_s": round(len(wanted) / took, 2)}


def _say(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    assert said == word, said


@contextmanager
def _heads_apart() -> Iterator[None]:
    """Let every lot's owner have a chain of their own: what waiting for the one head costs is the difference."""
    real: Callable[..., Any] = ledger.Entry.__init__

    def apart(self: ledger.Entry, *given: Any, **named: Any) -> None:
        real(self, *given, **named)
        owner = next((leg.account.rpartition(":")[2] for leg in self.legs if ":GB" in leg.account), None)
        buyer = next((leg.account.rpartition(":")[2] for leg in self.legs if ":BB" in leg.account), None)
        object.__setattr__(self, "book", (owner or buyer or self.book).replace("BB", "GB"))

    ledger.Entry.__init__ = apart  # type: ignore[method-assign]
    try:
        yield
    finally:
        ledger.Entry.__init__ = real  # type: ignore[method-assign]


def _statements(database: Database, made: list[Fair]) -> dict[str, Any]:
    """Count what one settlement says to the database, by the verb and the table."""
    seen: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        verb = statement.split(None, 1)[0]
        table = re.search(r"(?:FROM|INTO|UPDATE)\s+([a-z_]+)", statement)
        seen[f"{verb} {table.group(1) if table else ''}"] += 1

    event.listen(database.writer, "before_cursor_execute", note)
    settle(database, made[0].exits.pop())
    event.remove(database.writer, "before_cursor_execute", note)
    return {"all": sum(seen.values()), **dict(seen.most_common(40))}


def _pgbench(cluster: Postgres, *said: str) -> str:
    if said == ("create",):
        cluster.create("tpcb")
        said = ("-i", "-q", "-s", str(CLIENTS))
    command = [str(cluster.bin / "pgbench"), "-h", str(cluster.folder), "-U", OWNER, *said, "tpcb"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _tpcb(cluster: Postgres, clients: int, seconds: int) -> float:
    said = _pgbench(cluster, "-n", "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds))
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return float(found.group(1))


if __name__ == "__main__":
    main()
