"""Counting attempts, in the database, so that all processes count together."""

from sqlalchemy import case, delete, literal, update
from sqlalchemy.orm import Session

from wms.kernel.clock import Moment
from wms.kernel.columns import Instant
from wms.kernel.upsert import upsert
from wms.users.errors import TooManyAttempts
from wms.users.rules.credentials import kept
from wms.users.rules.limits import Limit
from wms.users.tables import AttemptCount


def spend(session: Session, limit: Limit, who: str, *, at: Moment) -> None:
    """Count one attempt of `who` (a name, phone, address …, kept only as a digest) against a limit.

    Locks the counter. Raises TooManyAttempts with the seconds left when the window is used up.
    """
    sheet = AttemptCount.__table__.c
    over = sheet.ends_at <= at.at
    began_at, ends_at = literal(at.at, Instant), literal(at.at + limit.window, Instant)
    first = upsert(session, AttemptCount).values(id=_key(limit, who), began_at=began_at, ends_at=ends_at, tries=1)
    statement = first.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "began_at": case((over, began_at), else_=sheet.began_at),
            "ends_at": case((over, ends_at), else_=sheet.ends_at),
            "tries": case((over, 1), else_=sheet.tries + 1),
        },
    )
    tries, until = session.execute(statement.returning(sheet.tries, sheet.ends_at)).one()
    if tries > limit.most:
        raise TooManyAttempts(retry_after_s=max(1, round((until - at.at).total_seconds())))


def refund(session: Session, limit: Limit, who: str) -> None:
    """Take back one attempt of `who` that turned out right, so that limits count failures."""
    key = _key(limit, who)
    session.execute(delete(AttemptCount).where(AttemptCount.id == key, AttemptCount.tries <= 1))
    session.execute(update(AttemptCount).where(AttemptCount.id == key).values(tries=AttemptCount.tries - 1))


def _key(limit: Limit, who: str) -> str:
    return f"{limit.name}:{kept(who)[:40]}"
