"""The daily close: idempotent steps, each in transactions of its own, safe to kill and to run again."""

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
LOTS = 5_000  # of one transaction of the charges


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step has come: its name, how many of how many; `notes` name what does not agree."""

    step: str
    done: int
    total: int
    notes: tuple[str, ...] = ()


Step = Callable[[Database, Moment], Iterator[Progress]]


def close_day(database: Database, at: Moment, anchor: Path) -> Iterator[Progress]:
    """Close the business day `at.on`: every step of `STEPS` in its order, then the chain's head is written away.

    Yields progress. A run that was killed is taken up by the next, which leaves what an undisturbed one would have;
    a day that is closed stays as it was closed, and its head is written again only if it is missing.
    """
    closed = database.read(lambda session: settlement.day_close(session, at.on))
    if closed is None:
        for step in STEPS:
            yield from step(database, at)
        closed = database.read(lambda session: settlement.day_close(session, at.on))
        assert closed is not None, "the last step closes the day"
    write_anchor(anchor, closed)
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


def _prices(database: Database, at: Moment) -> Iterator[Progress]:
    database.write(lambda session: prices.recompute_all(session, by=SYSTEM, at=at))
    yield Progress("reference prices", 1, 1)


def _reminders(database: Database, at: Moment) -> Iterator[Progress]:
    database.write(lambda session: dunning.run_ladder(session, by=SYSTEM, at=at))
    yield Progress("reminders", 1, 1)


def _charges(database: Database, at: Moment) -> Iterator[Progress]:
    """What every owner's goods have run up, owner after owner: a kill loses one batch, which is counted again."""
    batches = database.read(lambda session: billing.owners_to_accrue(session, at.on, most_lots=LOTS))
    total, done = sum(batch.lots for batch in batches), 0
    for batch in batches:
        done += database.write(partial(billing.accrue_day, batch=batch, by=SYSTEM, at=at))
        yield Progress("charges", min(done, total), total)


def _marks(database: Database, at: Moment) -> Iterator[Progress]:
    loans = database.read(lambda session: lending.loans_to_mark(session, at))
    for start in range(0, len(loans), CHUNK):
        part = loans[start : start + CHUNK]
        database.write(partial(lending.mark_all, loan_ids=part, by=SYSTEM, at=at))
        yield Progress("marks", start + len(part), len(loans))


def _interest(database: Database, at: Moment) -> Iterator[Progress]:
    if (at.on + timedelta(days=1)).day != 1:
        return
    loans = database.read(lending.active_loans)
    for start in range(0, len(loans), CHUNK):
        part = loans[start : start + CHUNK]
        database.write(partial(lending.accrue_all, loan_ids=part, by=SYSTEM, at=at))
        yield Progress("interest", start + len(part), len(loans))


def _reconciliation(database: Database, at: Moment) -> Iterator[Progress]:
    rows = database.write(lambda session: settlement.reconcile(session, by=SYSTEM, at=at))
    notes = tuple(f"{row.name}: {row.books_amount} / {row.room_amount} {row.unit}" for row in rows if row.difference)
    yield Progress("reconciliation", len(rows), len(rows), notes)


def _trial_balance(database: Database, at: Moment) -> Iterator[Progress]:
    yield Progress("trial balance", 0, 1)
    database.write(lambda session: settlement.record_day_close(session, by=SYSTEM, at=at))
    yield Progress("trial balance", 1, 1)


# The order of a day. What changes invoices or brings money in (reminders, a bank's statement) stands before the
# reconciliation, which compares what they left; the trial balance is last, since its row is what closes the day.
STEPS: tuple[Step, ...] = (
    expire,
    _prices,
    _charges,
    _interest,
    _marks,
    _reminders,
    _reconciliation,
    _trial_balance,
)


def write_anchor(path: Path, row: settlement.DayClose) -> None:
    """Write the head of the chain to a second place, once for each head."""
    line = json.dumps({"on": row.closed_on.isoformat(), "seq": row.head_seq, "hash": row.head_hash})
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    if line not in lines[-1:]:
        with path.open("a", encoding="utf-8") as sink:
            sink.write(line + "\n")
