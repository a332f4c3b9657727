"""Where a party's money goes: proposed by one person, approved by another, in effect a day later."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.errors import Forbidden
from wms.kernel.evidence import append
from wms.parties import queries
from wms.parties.errors import PayeeDecided, PayeeSamePerson, PayeeTakenEffect, RowNotFound
from wms.parties.rules import PAYEE_DELAY, PayeeDecisionRequest, ProposePayeeRequest, check_payee
from wms.parties.tables import PayeeChange, PayeeDecision


def propose_payee(session: Session, request: ProposePayeeRequest, *, by: Actor, at: Moment) -> PayeeChange:
    """Propose where a party's money should go; nothing changes until a second person approves.

    The party is told by SMS, so that it can object in time. A repeat returns the proposal.
    Raises Forbidden, FieldInvalid, PartyNotFound, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    check_payee(request.payee)
    if not idempotency.claim(session, request.id, "parties.propose_payee", asdict(request), by=by, at=at):
        return session.get_one(PayeeChange, request.id)
    party = queries.get_party(session, request.party_id)
    change = PayeeChange(
        id=request.id,
        party_id=party.id,
        account_name=request.payee.account_name,
        bank=request.payee.bank,
        account_number=request.payee.account_number,
        proposed_by=_person(by),
        proposed_at=at.at,
    )
    append(session, change)
    if party.phone is not None:
        tail = request.payee.account_number[-4:]
        text = f"您的收款账户拟变更为尾号 {tail}, 如非本人要求请立即联系库方。"
        outbox.put(session, "send.sms", change.id, {"phone": party.phone, "text": text}, at=at)
    audit.record(session, "parties.propose_payee", ("party", party.id), by=by, at=at, change=change.id)
    return change


def approve_payee(session: Session, request: PayeeDecisionRequest, *, by: Actor, at: Moment) -> PayeeDecision:
    """Approve a change of payee as a second person; it takes effect 24 hours from now unless stopped.

    Locks the party. A repeat returns the approval.
    Raises Forbidden, RowNotFound, PayeeSamePerson, PayeeDecided, RequestIdReused.
    """
    by.must(Permission.APPROVE_PAYEE)
    if not idempotency.claim(session, request.id, "parties.approve_payee", asdict(request), by=by, at=at):
        return session.get_one(PayeeDecision, request.id)
    change = _locked(session, request.change_id)
    if change.proposed_by == _person(by):
        raise PayeeSamePerson
    for decision in queries.decisions_of(session, change.id):
        raise PayeeDecided(decision=decision)
    return _decide(session, change, request, "approved", at.at + PAYEE_DELAY, by=by, at=at)


def stop_payee(session: Session, request: PayeeDecisionRequest, *, by: Actor, at: Moment) -> PayeeDecision:
    """Stop a change of payee, proposed or approved, before it takes effect; one person is enough.

    Locks the party. A repeat returns the first stop.
    Raises Forbidden, RowNotFound, PayeeDecided, PayeeTakenEffect, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    if not idempotency.claim(session, request.id, "parties.stop_payee", asdict(request), by=by, at=at):
        return session.get_one(PayeeDecision, request.id)
    change = _locked(session, request.change_id)
    decisions = queries.decisions_of(session, change.id)
    if "stopped" in decisions:
        raise PayeeDecided(decision="stopped")
    effective_at = decisions["approved"].effective_at if "approved" in decisions else None
    if effective_at is not None and effective_at <= at.at:
        raise PayeeTakenEffect(effective_at=effective_at)
    return _decide(session, change, request, "stopped", None, by=by, at=at)


def _person(by: Actor) -> UUID:
    """Four eyes need a human behind the account."""
    if by.person_id is None:
        raise Forbidden(permission=Permission.MANAGE_PARTIES.value)
    return by.person_id


def _locked(session: Session, change_id: UUID) -> PayeeChange:
    change = session.get(PayeeChange, change_id)
    if change is None:
        raise RowNotFound(kind="payee_change")
    queries.lock_party(session, change.party_id)
    return change


def _decide(
    session: Session,
    change: PayeeChange,
    request: PayeeDecisionRequest,
    decision: str,
    effective_at: datetime | None,
    *,
    by: Actor,
    at: Moment,
) -> PayeeDecision:
    row = PayeeDecision(
        id=request.id,
        change_id=change.id,
        decision=decision,
        proposed_by=change.proposed_by,
        decided_by=_person(by),
        decided_at=at.at,
        effective_at=effective_at,
        reason=request.reason[:200],
    )
    append(session, row)
    audit.record(
        session, "parties.decide_payee", ("party", change.party_id), by=by, at=at, change=change.id, decision=decision
    )
    return row
