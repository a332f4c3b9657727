"""Changes of instruments and their verification, and of insurance policies."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import parties
from wms.facility import queries
from wms.facility.errors import (
    CodeTaken,
    FieldInvalid,
    InstrumentNotFound,
    InstrumentNotInUse,
    PolicyCancelled,
    PolicyNotFound,
)
from wms.facility.rules import (
    AddInstrumentRequest,
    AddPolicyRequest,
    CancelPolicyRequest,
    RecordCalibrationRequest,
    RetireInstrumentRequest,
    check_instrument,
    check_policy,
    check_text,
)
from wms.facility.tables import (
    Calibration,
    Instrument,
    InsurancePolicy,
)
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import add_unique
from wms.kernel.evidence import append


def add_instrument(session: Session, request: AddInstrumentRequest, *, by: Actor, at: Moment) -> Instrument:
    """Put a scale or probe into service under the names its gateway uses in topics.

    A repeat returns the instrument. Raises Forbidden, SiteNotFound, RoomNotFound, FieldInvalid, CodeTaken,
    RequestIdReused.
    """
    by.must(Permission.MANAGE_INSTRUMENTS)
    check_instrument(request)
    if not idempotency.claim(session, request.id, "facility.add_instrument", asdict(request), by=by, at=at):
        return queries.get_instrument(session, request.id)
    queries.get_site(session, request.site_id)
    if request.room_id is not None and queries.get_room(session, request.room_id).site_id != request.site_id:
        raise FieldInvalid(field="room_id")
    same = select(Instrument.id).where(
        Instrument.gateway == request.gateway, Instrument.name == request.name, Instrument.retired_at.is_(None)
    )
    if session.scalar(same) is not None:
        raise CodeTaken(taken=f"{request.gateway}/{request.name}")
    added = Instrument(**{**asdict(request), "kind": request.kind.value}, retired_at=None)
    add_unique(session, added, CodeTaken(taken=f"{added.gateway}/{added.name}"))
    audit.record(
        session,
        "facility.add_instrument",
        ("instrument", added.id),
        by=by,
        at=at,
        gateway=added.gateway,
        name=added.name,
    )
    return added


def retire_instrument(session: Session, request: RetireInstrumentRequest, *, by: Actor, at: Moment) -> Instrument:
    """Take an instrument out of service; its names are free again, its past stays.

    Locks the instrument. A repeat returns it. Raises Forbidden, InstrumentNotFound, InstrumentNotInUse,
    RequestIdReused.
    """
    by.must(Permission.MANAGE_INSTRUMENTS)
    if not idempotency.claim(session, request.id, "facility.retire_instrument", asdict(request), by=by, at=at):
        return queries.get_instrument(session, request.instrument_id)
    found = session.get(Instrument, request.instrument_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise InstrumentNotFound(instrument=request.instrument_id)
    if found.retired_at is not None:
        raise InstrumentNotInUse(instrument=f"{found.gateway}/{found.name}")
    found.retired_at = at.at
    session.flush()
    audit.record(session, "facility.retire_instrument", ("instrument", found.id), by=by, at=at)
    return found


def record_calibration(session: Session, request: RecordCalibrationRequest, *, by: Actor, at: Moment) -> Calibration:
    """Record a verification of an instrument; a failed one ends what an earlier one covered.

    A repeat returns the record. Raises Forbidden, InstrumentNotFound, FieldInvalid, RequestIdReused.
    """
    by.must(Permission.MANAGE_INSTRUMENTS)
    if not idempotency.claim(session, request.id, "facility.record_calibration", asdict(request), by=by, at=at):
        return session.get_one(Calibration, request.id)
    check_text("certificate", request.certificate, 60)
    check_text("body", request.body, 120)
    if request.calibrated_on > at.on:
        raise FieldInvalid(field="calibrated_on")
    if request.due_on < request.calibrated_on:
        raise FieldInvalid(field="due_on")
    queries.get_instrument(session, request.instrument_id)
    row = Calibration(**asdict(request), recorded_at=at.at)
    append(session, row)
    audit.record(
        session,
        "facility.record_calibration",
        ("instrument", request.instrument_id),
        by=by,
        at=at,
        certificate=row.certificate,
        due_on=row.due_on,
        passed=row.passed,
    )
    return row


def add_policy(session: Session, request: AddPolicyRequest, *, by: Actor, at: Moment) -> InsurancePolicy:
    """Record an insurance policy on a room or a site.

    A repeat returns the policy. Raises Forbidden, FieldInvalid, RoomNotFound, SiteNotFound, CodeTaken,
    parties.PartyNotFound, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    check_policy(request)
    if not idempotency.claim(session, request.id, "facility.add_policy", asdict(request), by=by, at=at):
        return session.get_one(InsurancePolicy, request.id)
    if request.room_id is not None:
        queries.get_room(session, request.room_id)
    if request.site_id is not None:
        queries.get_site(session, request.site_id)
    if request.loss_payee_id is not None:
        parties.get_party(session, request.loss_payee_id)
    same = select(InsurancePolicy.id).where(
        InsurancePolicy.insurer == request.insurer, InsurancePolicy.number == request.number
    )
    if session.scalar(same) is not None:
        raise CodeTaken(taken=request.number)
    policy = InsurancePolicy(**asdict(request))
    add_unique(session, policy, CodeTaken(taken=policy.number))
    audit.record(session, "facility.add_policy", ("policy", policy.id), by=by, at=at, sum_fen=policy.sum_fen)
    return policy


def cancel_policy(session: Session, request: CancelPolicyRequest, *, by: Actor, at: Moment) -> InsurancePolicy:
    """End a policy early, from today at the earliest: what was insured yesterday stays insured yesterday.

    Locks the policy. A repeat returns it. Raises Forbidden, PolicyNotFound, PolicyCancelled, FieldInvalid,
    RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "facility.cancel_policy", asdict(request), by=by, at=at):
        return session.get_one(InsurancePolicy, request.policy_id)
    policy = session.get(InsurancePolicy, request.policy_id, with_for_update=True, populate_existing=True)
    if policy is None:
        raise PolicyNotFound
    if request.on < max(at.on, policy.from_on):
        raise FieldInvalid(field="on")
    if request.on >= policy.until_on:
        raise PolicyCancelled(number=policy.number, until_on=policy.until_on)
    before, policy.until_on = policy.until_on, request.on
    session.flush()
    audit.record(
        session, "facility.cancel_policy", ("policy", policy.id), by=by, at=at, before=before, until_on=request.on
    )
    return policy
