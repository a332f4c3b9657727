"""How long readings are kept, and the months PostgreSQL keeps them in.

Rollups of a quarter of an hour and longer, conflicts, events, weights and alarms stay for ever.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from wms.kernel import audit
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment, from_ms, to_ms
from wms.kernel.evidence import append, append_only_ddl
from wms.kernel.ids import new_id
from wms.telemetry.rules import FUTURE_MS
from wms.telemetry.tables import ForeignMessage, GatewayMessage, LettingGo, Reading

AHEAD = 2  # months that are ready before they begin
KEEP_DAYS_MIN = 366  # EN 12830 asks for a year
MONTHS = "readings_by_month"
_MONTH = re.compile(r"m(\d{4})_(\d{2})")


def arrange_months(session: Session, *, at: Moment) -> list[str]:
    """Make the partitions of this month and the next ones, and sort out what lies in none. Nothing to do on SQLite.

    Returns the names that were made. Readings older than the first partition wait in `other` until this runs.
    """
    if session.get_bind().dialect.name == "sqlite":
        return []
    there = _months(session)
    wanted = {_month(at.at, n) for n in range(AHEAD + 1)}
    strays = session.execute(text(f"SELECT DISTINCT at / 86400000 FROM {MONTHS}.other")).scalars()
    wanted |= {_month(from_ms(int(day) * 86_400_000), 0) for day in strays}
    missing = sorted(wanted - there)
    if missing:
        # Rows may not move by UPDATE or DELETE, so the stray table leaves the whole and is read in again.
        session.execute(text(f"ALTER TABLE readings DETACH PARTITION {MONTHS}.other"))
        session.execute(text(f"ALTER TABLE {MONTHS}.other RENAME TO strays"))
        for year, month in missing:
            _make(session, year, month)
        session.execute(text(f"CREATE TABLE {MONTHS}.other PARTITION OF readings DEFAULT"))
        session.execute(text(f"INSERT INTO readings SELECT * FROM {MONTHS}.strays"))
        session.execute(text(f"DROP TABLE {MONTHS}.strays"))
    return [_name(year, month) for year, month in missing]


def let_go(session: Session, keep_days: int, *, at: Moment) -> LettingGo | None:
    """Let readings go that are older than `keep_days`, with the messages they came in; 0 keeps them for ever.

    Whole months only, counted in UTC; what went is written down. Returns None when nothing was that old. Weights,
    events and rollups stay. Raises ValueError for fewer days than the standard for records asks.
    """
    if keep_days == 0:
        return None
    if keep_days < KEEP_DAYS_MIN:
        raise ValueError(f"readings are kept at least {KEEP_DAYS_MIN} days")
    year, month = _month(at.at - timedelta(days=keep_days), 0)
    floor = datetime(year, month, 1, tzinfo=UTC)
    oldest = session.scalar(select(func.min(Reading.at)))
    if oldest is None or oldest >= floor:
        return None
    readings = session.scalar(select(func.count()).select_from(Reading).where(Reading.at < floor)) or 0
    messages = _drop(session, floor)
    row = LettingGo(id=new_id(at), kept_from=floor, readings=readings, messages=messages, done_at=at.at)
    append(session, row)
    audit.record(
        session, "telemetry.let_go", ("readings", row.id), by=SYSTEM, at=at, kept_from=floor, readings=readings
    )
    return row


def _drop(session: Session, floor: datetime) -> int:
    """Remove what is older, past the triggers that keep everybody else from it; return how many messages went."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    if not sqlite:
        for year, month in sorted(_months(session)):
            if datetime(year, month, 1, tzinfo=UTC) < floor:
                session.execute(text(f"ALTER TABLE readings DETACH PARTITION {MONTHS}.{_name(year, month)}"))
                session.execute(text(f"DROP TABLE {MONTHS}.{_name(year, month)}"))
    # A reading is never more than this newer than the arrival of its message.
    arrived = to_ms(floor) - FUTURE_MS
    _delete(session, "readings", "at < :ms", to_ms(floor))
    gone = _delete(session, GatewayMessage.__tablename__, "channel = 'up/m' AND received_at < :ms", arrived)
    _delete(session, ForeignMessage.__tablename__, "received_at < :ms", arrived)
    return gone


def _delete(session: Session, table: str, where: str, ms: int) -> int:
    """Delete rows of an append-only table: its guard is taken away and put back in the same transaction."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"DROP TRIGGER {table}_no_delete"))
        done: Any = session.execute(text(f"DELETE FROM {table} WHERE {where}"), {"ms": ms})
        (guard,) = [each for each in append_only_ddl(table, "sqlite") if f"{table}_no_delete" in each]
        session.execute(text(guard))
        return int(done.rowcount)
    session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change"))
    done = session.execute(text(f"DELETE FROM {table} WHERE {where}"), {"ms": ms})
    session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_change"))
    return int(done.rowcount)


def _months(session: Session) -> set[tuple[int, int]]:
    query = text(
        "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
        "WHERE inhparent = 'readings'::regclass"
    )
    found = [_MONTH.fullmatch(name) for name in session.execute(query).scalars()]
    return {(int(each[1]), int(each[2])) for each in found if each is not None}


def _make(session: Session, year: int, month: int) -> None:
    name = f"{MONTHS}.{_name(year, month)}"
    first, after = (to_ms(datetime(*each, 1, tzinfo=UTC)) for each in ((year, month), _next(year, month, 1)))
    session.execute(text(f"CREATE TABLE {name} PARTITION OF readings FOR VALUES FROM ({first}) TO ({after})"))
    session.execute(
        text(f"CREATE TRIGGER {_name(year, month)}_no_truncate BEFORE TRUNCATE ON {name} "
             "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    )  # fmt: skip


def _name(year: int, month: int) -> str:
    return f"m{year:04}_{month:02}"


def _month(at: datetime, after: int) -> tuple[int, int]:
    return _next(at.year, at.month, after)


def _next(year: int, month: int, after: int) -> tuple[int, int]:
    whole = year * 12 + month - 1 + after
    return whole // 12, whole % 12 + 1
