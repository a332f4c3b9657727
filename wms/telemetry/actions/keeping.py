"""How long readings are kept, and the months PostgreSQL keeps them in.

Rollups of a quarter of an hour and longer, conflicts, events, weights and alarms stay for ever.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from wms.kernel import audit
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment, from_ms, to_ms
from wms.kernel.evidence import append, append_only_ddl
from wms.kernel.ids import new_id
from wms.telemetry.errors import ReadingsBusy
from wms.telemetry.rules import FUTURE_MS
from wms.telemetry.tables import ForeignMessage, GatewayMessage, LettingGo, Reading

AHEAD = 2  # months that are ready before they begin
KEEP_DAYS_MIN = 366  # EN 12830 asks for a year
MONTHS = "readings_by_month"
OTHER = f"{MONTHS}.other"
LOCK_MS = 200
LOCK_NOT_AVAILABLE = "55P03"
CHECK_VIOLATION = "23514"  # a row of the month slipped into `other` meanwhile
_MONTH = re.compile(r"m(\d{4})_(\d{2})")


def arrange_month(session: Session, *, at: Moment) -> str | None:
    """Make one missing partition of this month, the next ones, or one that strays lie in; None when all are there.

    One month a transaction, which ends at once: readings of other months come in meanwhile, those of this month wait
    only while rows of it that came too early move over from `other`. Nothing to do on SQLite. Raises ReadingsBusy.
    """
    if session.get_bind().dialect.name == "sqlite":
        return None
    wanted = {_month(at.at, n) for n in range(AHEAD + 1)}
    strays = session.execute(text(f"SELECT DISTINCT at / 86400000 FROM {OTHER}")).scalars()
    wanted |= {_month(from_ms(int(day) * 86_400_000), 0) for day in strays}
    missing = sorted(wanted - _months(session))
    if not missing:
        return None
    with _briefly(session):
        _make(session, *missing[0])
    return _name(*missing[0])


def drop_month(session: Session) -> str | None:
    """Drop one partition that was let go; None when there is none. Nothing to do on SQLite. Raises ReadingsBusy."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    kept_from = session.scalar(select(func.max(LettingGo.kept_from)))
    gone = [each for each in sorted(_months(session)) if kept_from and datetime(*each, 1, tzinfo=UTC) < kept_from]
    if not gone:
        return None
    name = _name(*gone[0])
    with _briefly(session):
        session.execute(text(f"ALTER TABLE readings DETACH PARTITION {MONTHS}.{name}"))
        session.execute(text(f"DROP TABLE {MONTHS}.{name}"))
    return name


def let_go(session: Session, keep_days: int, *, at: Moment) -> LettingGo | None:
    """Let readings go that are older than `keep_days`, with the messages they came in; 0 keeps them for ever.

    Whole months only, counted in UTC; what went is written down, then `drop_month` gives PostgreSQL's months back.
    Returns None when nothing was that old. Weights,
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
    arrived = to_ms(floor) - FUTURE_MS
    old = (GatewayMessage.channel == "up/m", GatewayMessage.received_at < from_ms(arrived))
    messages = session.scalar(select(func.count()).select_from(GatewayMessage).where(*old)) or 0
    row = LettingGo(id=new_id(at), kept_from=floor, readings=readings, messages=messages, done_at=at.at)
    append(session, row)
    _drop(session, floor)
    audit.record(
        session, "telemetry.let_go", ("readings", row.id), by=SYSTEM, at=at, kept_from=floor, readings=readings
    )
    return row


def _drop(session: Session, floor: datetime) -> None:
    """Remove what is older, past the triggers that keep everybody else from it.

    On PostgreSQL the triggers let go what is written down as let go, and `drop_month` takes whole months.
    """
    # A reading is never more than this newer than the arrival of its message.
    arrived = to_ms(floor) - FUTURE_MS
    if session.get_bind().dialect.name == "sqlite":
        _delete(session, "readings", "at < :ms", to_ms(floor))
    else:
        session.execute(text(f"DELETE FROM {OTHER} WHERE at < :ms"), {"ms": to_ms(floor)})
    _delete(session, GatewayMessage.__tablename__, "channel = 'up/m' AND received_at < :ms", arrived)
    _delete(session, ForeignMessage.__tablename__, "received_at < :ms", arrived)


def _delete(session: Session, table: str, where: str, ms: int) -> None:
    """Delete rows of an append-only table; SQLite's guard is taken away and put back in the same transaction."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    if sqlite:
        session.execute(text(f"DROP TRIGGER {table}_no_delete"))
    session.execute(text(f"DELETE FROM {table} WHERE {where}"), {"ms": ms})
    if sqlite:
        (guard,) = [each for each in append_only_ddl(table, "sqlite") if f"{table}_no_delete" in each]
        session.execute(text(guard))


@contextmanager
def _briefly(session: Session) -> Iterator[None]:
    """Give up instead of waiting: while this waits for a lock, everybody after it waits for this."""
    session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_MS}ms'"))
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in (LOCK_NOT_AVAILABLE, CHECK_VIOLATION):
            raise ReadingsBusy from error
        raise


def _months(session: Session) -> set[tuple[int, int]]:
    query = text(
        "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
        "WHERE inhparent = 'readings'::regclass"
    )
    found = [_MONTH.fullmatch(name) for name in session.execute(query).scalars()]
    return {(int(each[1]), int(each[2])) for each in found if each is not None}


def _make(session: Session, year: int, month: int) -> None:
    """Fill a table beside the whole, then attach it: its check is proof enough, so nothing is read through again.

    Attaching locks `other` (and looks through what little lies there), but nothing that other readings go into.
    """
    name = f"{MONTHS}.{_name(year, month)}"
    first, after = (to_ms(datetime(*each, 1, tzinfo=UTC)) for each in ((year, month), _next(year, month, 1)))
    within = f"at >= {first} AND at < {after}"
    session.execute(text(f"CREATE TABLE {name} (LIKE readings INCLUDING ALL, CONSTRAINT within CHECK ({within}))"))
    session.execute(
        text(f"CREATE TRIGGER {_name(year, month)}_no_truncate BEFORE TRUNCATE ON {name} "
             "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    )  # fmt: skip
    if session.scalar(text(f"SELECT EXISTS (SELECT 1 FROM {OTHER} WHERE {within})")):
        # Rows may not go by DELETE; here they do not go, they move.
        session.execute(text(f"ALTER TABLE {OTHER} DISABLE TRIGGER readings_no_change"))
        session.execute(text(f"INSERT INTO {name} SELECT * FROM {OTHER} WHERE {within}"))
        session.execute(text(f"DELETE FROM {OTHER} WHERE {within}"))
        session.execute(text(f"ALTER TABLE {OTHER} ENABLE TRIGGER readings_no_change"))
    session.execute(text(f"ALTER TABLE readings ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({after})"))
    session.execute(text(f"ALTER TABLE {name} DROP CONSTRAINT within"))


def _name(year: int, month: int) -> str:
    return f"m{year:04}_{month:02}"


def _month(at: datetime, after: int) -> tuple[int, int]:
    return _next(at.year, at.month, after)


def _next(year: int, month: int, after: int) -> tuple[int, int]:
    whole = year * 12 + month - 1 + after
    return whole // 12, whole % 12 + 1
