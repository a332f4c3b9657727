"""Inboxes say what they listen to, so that two that hear the same are noticed."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wms.kernel.clock import Moment
from wms.kernel.upsert import upsert
from wms.telemetry.errors import InboxNameTaken, InboxOverlap
from wms.telemetry.rules.listening import SILENT, Crossing, Listening, crossings, is_own
from wms.telemetry.tables import Inbox


def report_inbox(session: Session, mine: Listening, *, begins: bool, at: Moment) -> list[Crossing]:
    """Say that an inbox is there and what it listens to; return where others hear the same.

    Gateways' messages are stored once whoever hears them. Messages of other conventions often have nothing to know
    them by: of two inboxes that hear them, the one that listens longer keeps them. `begins` takes the name over, as a
    process does that was started again. Raises InboxOverlap for who came later, InboxNameTaken when somebody else has
    begun under this name.
    """
    before = session.get(Inbox, mine.name, with_for_update=True)
    if before is not None and before.run != mine.run and not begins:
        raise InboxNameTaken(inbox=mine.name)
    others = select(Inbox).where(Inbox.name != mine.name, Inbox.beat_at > at.at - SILENT).order_by(Inbox.name)
    crossed: list[Crossing] = []
    for other in session.scalars(others):
        found = crossings(mine.filters, other.name, other.filters)
        foreign = [crossing for crossing in found if not is_own(crossing.topic)]
        if foreign and (other.since_at, other.name) < (mine.since.at, mine.name):
            raise InboxOverlap(inbox=other.name, topic=foreign[0].topic)
        crossed += found
    said = {
        "run": mine.run, "filters": list(mine.filters), "since_at": mine.since.at, "beat_at": at.at,
        "crossings": [{"inbox": each.inbox, "topic": each.topic} for each in crossed],
    }  # fmt: skip
    statement = upsert(session, Inbox).values(name=mine.name, **said)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=said))
    return crossed


def leave_inbox(session: Session, mine: Listening) -> None:
    """Say that an inbox has ended, unless another has its name by now."""
    session.execute(delete(Inbox).where(Inbox.name == mine.name, Inbox.run == mine.run))
