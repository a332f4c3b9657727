"""Inspections: what the goods are, and how they are today."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.lots.errors import InspectionDayWrong, RequestWrong
from wms.lots.queries.deliveries import policy_on
from wms.lots.queries.lots import lock_visible_lot
from wms.lots.rules.condition import condition_days, deadline_after, storage_deadline
from wms.lots.rules.requests import Inspect
from wms.lots.rules.words import StorageType
from wms.lots.tables import Inspection

WHOLE_PERMILLE = 1000


def inspect(session: Session, request: Inspect, *, by: Actor, at: Moment) -> Inspection:
    """Record an inspection of a lot; the newest one by day sets the lot's quality deadline.

    The deadline is the earlier of what storage allows from the entry day and what the condition allows from the
    inspection. Locks the lot. A repeat returns the first record.
    Raises Forbidden, LotNotFound, InspectionDayWrong, RequestWrong, RequestIdReused.
    """
    by.must(Permission.INSPECT)
    if not idempotency.claim(session, request.id, "lots.inspect", asdict(request), by=by, at=at):
        return session.get_one(Inspection, request.id)
    _check(request)
    lot = lock_visible_lot(session, request.lot_id, by)
    if not lot.entry_on <= request.inspected_on <= at.on:
        raise InspectionDayWrong(entry_on=lot.entry_on)
    policy = policy_on(session, at.on)
    days = condition_days(request.firmness_gf_cm2, request.decay_permille, policy)
    stored_until = storage_deadline(lot.entry_on, StorageType(lot.storage_type), policy)
    found = Inspection(
        **{name: value for name, value in asdict(request).items() if name not in ("grades", "photos")},
        grades=[asdict(line) for line in request.grades],
        photos=list(request.photos),
        recorded_at=at.at,
        inspector_person_id=by.person_id,
        account_id=by.account_id,
        deadline_on=deadline_after(stored_until, request.inspected_on, days),
    )
    append(session, found)
    if lot.inspected_on is None or request.inspected_on >= lot.inspected_on:
        lot.inspected_on, lot.deadline_on = request.inspected_on, found.deadline_on
        session.flush()
    audit.record(session, "lots.inspect", ("lot", lot.id), by=by, at=at, deadline_on=found.deadline_on)
    return found


def _check(request: Inspect) -> None:
    permilles = (request.brix_permille, request.decay_permille, request.colour_permille)
    if any(value is not None and not 0 <= value <= WHOLE_PERMILLE for value in permilles):
        raise RequestWrong(what="permille")
    shares = [line.share_permille for line in request.grades]
    if request.sample_units < 1 or (shares and (min(shares) < 0 or sum(shares) != WHOLE_PERMILLE)):
        raise RequestWrong(what="sample_units, grades")
    if request.firmness_gf_cm2 is not None and request.firmness_gf_cm2 < 0:
        raise RequestWrong(what="firmness_gf_cm2")
