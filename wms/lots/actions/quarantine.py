"""Quarantine is let go by two people: one asks and says why, another one decides."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.lots.actions.hold import let_go
from wms.lots.errors import (
    HoldNotFound,
    HoldNotOpen,
    ReleaseDecided,
    ReleaseNeedsReason,
    ReleaseNotFound,
    ReleaseSamePerson,
)
from wms.lots.queries.lots import lock_visible_lot
from wms.lots.rules.holds import LIFTERS, must_any
from wms.lots.rules.quarantine import AskRelease, DecideRelease, ReleaseState
from wms.lots.rules.words import HoldReason
from wms.lots.tables import LotHold, QuarantineRelease


def ask_release(session: Session, request: AskRelease, *, by: Actor, at: Moment) -> QuarantineRelease:
    """Ask that all that is left of a quarantine be let go. Locks the lot. A repeat returns the request as it is.

    Raises Forbidden, HoldNotFound, HoldNotOpen, ReleaseNeedsReason, ReleaseDecided where one stands, RequestIdReused.
    """
    must_any(by, HoldReason.QUARANTINE, LIFTERS)
    if not request.reason.strip():
        raise ReleaseNeedsReason
    if not idempotency.claim(session, request.id, "lots.ask_release", asdict(request), by=by, at=at):
        return session.get_one(QuarantineRelease, request.id)
    hold = _locked(session, request.hold_id, by)
    if not hold.units_left:
        raise HoldNotOpen(units_left=0, units=hold.units)
    standing = select(QuarantineRelease.id).where(
        QuarantineRelease.hold_id == hold.id, QuarantineRelease.state == ReleaseState.ASKED.value
    )
    if session.scalar(standing) is not None:
        raise ReleaseDecided(state=ReleaseState.ASKED.value)
    row = QuarantineRelease(
        id=request.id, hold_id=hold.id, lot_id=hold.lot_id, units=hold.units_left, reason=request.reason[:200],
        state=ReleaseState.ASKED.value, asker_eyes=by.eyes, asked_at=at.at, note="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, "lots.ask_release", ("lot", hold.lot_id), by=by, at=at, hold_id=hold.id, units=row.units)
    return row


def decide_release(session: Session, request: DecideRelease, *, by: Actor, at: Moment) -> QuarantineRelease:
    """Let a quarantine go as somebody else asked, or keep it. Locks the lot. A repeat returns the request as it is.

    Raises Forbidden, ReleaseNotFound, ReleaseSamePerson, ReleaseDecided, ReleaseNeedsReason, RequestIdReused.
    """
    must_any(by, HoldReason.QUARANTINE, LIFTERS)
    if not request.released and not request.note.strip():
        raise ReleaseNeedsReason
    if not idempotency.claim(session, request.id, "lots.decide_release", asdict(request), by=by, at=at):
        return session.get_one(QuarantineRelease, request.release_id)
    found = session.get(QuarantineRelease, request.release_id)
    if found is None:
        raise ReleaseNotFound
    lot = lock_visible_lot(session, found.lot_id, by)
    session.refresh(found)
    if found.asker_eyes == by.eyes:
        raise ReleaseSamePerson
    if found.state != ReleaseState.ASKED:
        raise ReleaseDecided(state=found.state)
    found.state = (ReleaseState.RELEASED if request.released else ReleaseState.KEPT).value
    found.decider_eyes, found.decided_at, found.note = by.eyes, at.at, request.note[:200]
    session.flush()
    hold = session.get_one(LotHold, found.hold_id, populate_existing=True)
    if request.released and hold.units_left:
        let_go(session, hold, lot, hold.units_left, by=by, at=at)
    audit.record(
        session, "lots.decide_release", ("lot", lot.id), by=by, at=at, hold_id=hold.id, released=request.released
    )
    return found


def _locked(session: Session, hold_id: UUID, by: Actor) -> LotHold:
    found = session.get(LotHold, hold_id)
    if found is None or found.reason != HoldReason.QUARANTINE:
        raise HoldNotFound
    lock_visible_lot(session, found.lot_id, by)
    session.refresh(found)
    return found
