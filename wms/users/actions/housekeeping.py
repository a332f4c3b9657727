"""Forgetting what no longer serves anybody."""

from datetime import timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from wms.kernel.clock import Moment
from wms.users.tables import AttemptCount, PhoneCode, SessionRow

KEPT = timedelta(days=30)


def forget_old(session: Session, *, at: Moment) -> int:
    """Delete counters whose window is over, codes a day old, and sessions a month after their end; return how many.

    The audit trail keeps who signed in and out. A repeat finds nothing.
    """
    old = at.at - KEPT
    gone = (
        delete(AttemptCount).where(AttemptCount.ends_at <= at.at),
        delete(PhoneCode).where(PhoneCode.expires_at <= at.at - timedelta(days=1)),
        delete(SessionRow).where(or_(SessionRow.ended_at <= old, SessionRow.expires_at <= old)),
    )
    return sum(len(session.execute(statement.returning(statement.table.c.id)).all()) for statement in gone)
