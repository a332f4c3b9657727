"""The close of a day over many open lots: how long, how much memory, and the same after a kill in its middle."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from tests.billing.make import House
from tests.servers.migrated import migrate
from tests.servers.postgres import Postgres
from wms.kernel.columns import Base
from wms.kernel.database import Database

ROOT = Path(__file__).parents[2]
SIZES = (100_000, 1_000_000)
LOTS_OF_AN_OWNER = 50
DAYS = 30  # the lots came in over so many days
ON = date(2026, 11, 20)
KEPT = {  # what a close leaves, without the clock's instants
    "day_accruals": "*", "day_reconciliations": "*", "loan_marks": "*", "ledger_journals": "*",
    "day_closes": "closed_on, head_seq, head_hash, trial_balance_fen, accounts", "lots": "id, units_on_hand",
}  # fmt: skip


def measure(cluster: Postgres, part: float) -> dict[str, Any]:
    """Close a day over a tenth of the lots, over all of them, and over all of them killed in the middle."""
    found: dict[str, Any] = {}
    for size in SIZES:
        lots = max(1_000, round(size * part))
        name = f"open{size}"
        furnish(cluster.create(name), lots)
        cluster.create(f"{name}killed", template=name)
        run = _close(cluster.url(name))
        found[f"{lots} lots"] = run | {"lots_s": round(lots / run["seconds"]), "again": _close(cluster.url(name))}
    last, lots = f"open{SIZES[-1]}", max(1_000, round(SIZES[-1] * part))
    whole = found[f"{lots} lots"]["seconds"]
    killed = _close(cluster.url(f"{last}killed"), kill_after_s=whole * 0.6)
    resumed = _close(cluster.url(f"{last}killed"))
    same = _digests(cluster.url(last)) == _digests(cluster.url(f"{last}killed"))
    found["killed"] = {"ran_s": killed["seconds"], "then_s": resumed["seconds"], "left_the_same": same}
    return found


def furnish(url: str, many: int) -> None:
    """Fill a database with open lots: one comes in by the doors, all others are its copies, made by the engine."""
    migrate(url)
    database = Database.open(url)
    made = database.write(lambda s: House(s, units=40, grams=800_000))
    lot, owner = made.lot.id, made.lot.owner_id
    with database.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))  # the copies refer to what is there
        owners = many // LOTS_OF_AN_OWNER + 1
        changes = {"id": _uuid("'owner' || n"), "code": "'X' || n", "name": "'Owner ' || n"}
        session.execute(_copies("parties", changes), {"id": owner, "many": owners})
        mine = _uuid(f"'owner' || (n / {LOTS_OF_AN_OWNER} + 1)")
        grams = "entry_grams - n % 1000"
        changes = {"id": _uuid("'lot' || n"), "code": "'X' || n", "owner_id": mine, "entry_grams": grams,
                   "grams_on_hand": grams, "entry_on": f"entry_on + (n % {DAYS})::int"}  # fmt: skip
        session.execute(_copies("lots", changes), {"id": lot, "many": many})
        tariff = text(
            "INSERT INTO lot_tariffs (lot_id, version_id, locked, written_at, row_digest) "
            "SELECT l.id, v.id, false, 0, '' FROM lots l, (SELECT id FROM tariff_versions ORDER BY effective_from "
            "LIMIT 1) v WHERE l.id NOT IN (SELECT lot_id FROM lot_tariffs)"
        )
        session.execute(tariff)
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    database.close()


def _uuid(said: str) -> str:
    return f"md5({said})::uuid"


def _copies(table: str, changes: dict[str, str]) -> Any:
    columns = [column.name for column in Base.metadata.tables[table].columns]
    said = ", ".join(f"{changes[name]} AS {name}" if name in changes else name for name in columns)
    return text(
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {said} FROM {table}, generate_series(1, :many) n WHERE {table}.id = :id"
    )


def _close(url: str, *, kill_after_s: float | None = None) -> dict[str, Any]:
    """Run `close-day` as a person does; return its seconds and the most memory it held, start of Python included."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"WMS__DATABASE__URL": url, "WMS__ANCHOR__FILE": f"{folder}/anchors.jsonl"}
        command = [sys.executable, "-m", "wms", "close-day", "--on", ON.isoformat()]
        began = time.perf_counter()
        with Path(folder, "said").open("w+b") as said:
            child = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=said
            )
            watched, peak = psutil.Process(child.pid), 0
            while child.poll() is None:
                peak = max(peak, _memory(watched))
                if kill_after_s is not None and time.perf_counter() - began > kill_after_s:
                    child.send_signal(signal.SIGKILL)
                time.sleep(0.05)  # how often memory is looked at
            said.seek(0)
            assert kill_after_s is not None or child.returncode == 0, said.read().decode()
    return {"seconds": round(time.perf_counter() - began, 2), "peak_mb": round(peak / 1e6)}


def _memory(watched: psutil.Process) -> int:
    try:
        return int(watched.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _digests(url: str) -> dict[str, str]:
    database = Database.open(url)
    rows = "SELECT md5(coalesce(string_agg(r::text, ';' ORDER BY r::text), '')) FROM (SELECT {} FROM {}) r"
    with database.snapshot() as session:
        found = {table: str(session.scalar(text(rows.format(said, table)))) for table, said in KEPT.items()}
    database.close()
    return found
