"""The daily close: idempotent steps, each its own transaction, safe to kill and to run again."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from wms import billing, dunning, ledger, lending, pickup, prices, settlement, trading
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.database import Database

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step has come: its name, how many of how many."""

    step: str
    done: int
    total: int


def close_day(database: Database, at: Moment, anchor: Path) -> Iterator[Progress]:
    """Close the business day `at.on`: expiries, reference prices, reminders, interest at month end, trial balance.

    Last the chain's head is written away.

    Yields progress. A second run finds nothing to do and writes the same head again only if it moved.
    """
    yield from expire(database, at)
    database.write(lambda session: prices.recompute_all(session, by=SYSTEM, at=at))
    yield Progress("reference prices", 1, 1)
    database.write(lambda session: dunning.run_ladder(session, by=SYSTEM, at=at))
    yield Progress("reminders", 1, 1)
    if (at.on + timedelta(days=1)).day == 1:
        yield from _accrue(database, at)
    yield Progress("trial balance", 0, 1)
    row = database.write(lambda session: settlement.record_day_close(session, by=SYSTEM, at=at))
    yield Progress("trial balance", 1, 1)
    write_anchor(anchor, row)
    yield Progress("anchor", 1, 1)


def expire(database: Database, at: Moment) -> Iterator[Progress]:
    """End what has run out: money holds, credit and gate passes, quotes and deals."""
    steps: list[Callable[[], object]] = [
        lambda: database.write(lambda session: ledger.expire_holds(session, by=SYSTEM, at=at)),
        lambda: database.write(lambda session: billing.expire(session, by=SYSTEM, at=at)),
        lambda: database.write(lambda session: trading.expire(session, at=at)),
        lambda: database.write(lambda session: pickup.close_windows(session, by=SYSTEM, at=at)),
    ]
    for n, step in enumerate(steps, start=1):
        step()
        yield Progress("expiries", n, len(steps))


def _accrue(database: Database, at: Moment) -> Iterator[Progress]:
    loans = database.read(lending.active_loans)
    for start in range(0, len(loans), CHUNK):
        part = loans[start : start + CHUNK]
        database.write(partial(lending.accrue_all, loan_ids=part, by=SYSTEM, at=at))
        yield Progress("interest", min(start + CHUNK, len(loans)), len(loans))


def write_anchor(path: Path, row: settlement.DayClose) -> None:
    """Write the head of the chain to a second place, once for each head."""
    line = json.dumps({"on": row.closed_on.isoformat(), "seq": row.head_seq, "hash": row.head_hash})
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    if line not in lines[-1:]:
        with path.open("a", encoding="utf-8") as sink:
            sink.write(line + "\n")
