"""What people decide about readings in quarantine: their stamps were right, or they count for nothing."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.telemetry.actions.letting_in import let_in
from wms.telemetry.errors import NothingWaits, StampsAhead
from wms.telemetry.rules import AcceptReadings, DismissReadings, Waiting
from wms.telemetry.tables import QuarantinedReading, QuarantineVerdict


def accept_readings(session: Session, request: AcceptReadings, *, by: Actor, at: Moment) -> QuarantineVerdict:
    """Store a sensor's readings that came stamped in the future, under the stamps they had, as far as that is past.

    For a server whose own clock was behind. Locks what waits. A repeat returns the verdict.
    Raises Forbidden, NothingWaits, StampsAhead (nothing of it is past yet), RequestIdReused.
    """
    by.must(Permission.ADOPT_SENSOR)
    if not idempotency.claim(session, request.id, "telemetry.accept_readings", asdict(request), by=by, at=at):
        return session.get_one(QuarantineVerdict, request.id)
    placed = let_in(session, _waiting(session, request.gateway, request.name, Waiting.FUTURE), at=at)
    if not placed:
        raise StampsAhead
    return _judged(session, request, Waiting.FUTURE, "accepted", placed, by=by, at=at)


def dismiss_readings(session: Session, request: DismissReadings, *, by: Actor, at: Moment) -> QuarantineVerdict:
    """Let a sensor's readings that wait for something count for nothing; they stay to be looked at.

    What comes later waits anew. Locks what waits. A repeat returns the verdict.
    Raises Forbidden, NothingWaits, RequestIdReused.
    """
    by.must(Permission.ADOPT_SENSOR)
    if not idempotency.claim(session, request.id, "telemetry.dismiss_readings", asdict(request), by=by, at=at):
        return session.get_one(QuarantineVerdict, request.id)
    waiting = _waiting(session, request.gateway, request.name, request.reason)
    for row in waiting:
        row.verdict_id = request.id
    return _judged(session, request, request.reason, "dismissed", len(waiting), by=by, at=at)


def _waiting(session: Session, gateway: str, name: str, reason: Waiting) -> Sequence[QuarantinedReading]:
    row = QuarantinedReading
    query = (
        select(row)
        .where(row.gateway == gateway, row.name == name, row.reason == reason.value, row.verdict_id.is_(None))
        .order_by(row.epoch, row.sequence, row.n)
    )
    found = list(session.scalars(query.with_for_update()))
    if not found:
        raise NothingWaits(gateway=gateway, name=name)
    return found


def _judged(
    session: Session,
    request: AcceptReadings | DismissReadings,
    reason: Waiting,
    verdict: str,
    readings: int,
    *,
    by: Actor,
    at: Moment,
) -> QuarantineVerdict:
    row = QuarantineVerdict(
        id=request.id, gateway=request.gateway, name=request.name, reason=reason.value, verdict=verdict,
        readings=readings, note=request.note, judged_at=at.at, account_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    subject: tuple[str, UUID] = ("quarantine", row.id)
    audit.record(session, f"telemetry.{verdict}_readings", subject, by=by, at=at, name=row.name, readings=readings)
    return row
