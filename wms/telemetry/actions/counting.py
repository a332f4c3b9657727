"""Devices of other conventions count their messages: what their numbers skip is noticed and kept."""

from sqlalchemy.orm import Session

from wms.kernel.clock import Moment
from wms.kernel.upsert import insert_new
from wms.telemetry.rules.counting import Count, step
from wms.telemetry.tables import DeviceCounter


def count_on(session: Session, source: str, now: Count, *, at: Moment) -> None:
    """Carry a device's counter on to the number of this message. Locks the counter."""
    key = {"source": source, "device": now.device[:80]}
    first = {"number": now.number, "heard_at": at.at, "missed": 0, "gaps": 0, "anew": 0}
    insert_new(session, DeviceCounter, {**key, **first})
    row = session.get_one(DeviceCounter, (source, now.device[:80]), with_for_update=True, populate_existing=True)
    went = step(row.number, now)
    if went.late:
        return
    if went.missed:
        row.missed, row.gaps = row.missed + went.missed, row.gaps + 1
        row.gap_after, row.gap_before, row.gap_at = row.number, now.number, at.at
    row.anew += went.anew
    row.number, row.heard_at = now.number, at.at
    session.flush()
