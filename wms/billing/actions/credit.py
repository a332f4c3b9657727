"""Credit for one exit: asked by one person, given by another within the party's limit, for a day, once."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import parties
from wms.billing.actions.steps import audited, lock_order
from wms.billing.actions.tariffs import person_of
from wms.billing.errors import AmountInvalid, CreditDecided, CreditLimitReached, SamePerson
from wms.billing.queries.books import credit_limit_on, credit_promised, open_of_party
from wms.billing.queries.exits import lock_credit
from wms.billing.rules.requests import ApproveCredit, RequestCredit, SetCreditLimit
from wms.billing.rules.states import CREDIT_APPROVAL_LASTS, CreditState
from wms.billing.tables import CreditLimit, CreditRequest, ExitOrder
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append


def set_credit_limit(session: Session, request: SetCreditLimit, *, by: Actor, at: Moment) -> CreditLimit:
    """Say how much a party may owe in charges at most, in fen, from a day on. A repeat returns the first row.

    Raises Forbidden, PartyNotFound, AmountInvalid, RequestIdReused.
    """
    by.must(Permission.APPROVE_CREDIT)
    if not idempotency.claim(session, request.id, "billing.set_credit_limit", asdict(request), by=by, at=at):
        return session.get_one(CreditLimit, request.id)
    if request.limit_fen < 0:
        raise AmountInvalid(amount_fen=request.limit_fen)
    party = parties.get_party(session, request.party_id)
    row = CreditLimit(
        id=request.id,
        party_id=party.id,
        limit_fen=request.limit_fen,
        effective_from=request.effective_from,
        set_by_account_id=by.account_id,
        set_at=at.at,
    )
    append(session, row)
    audit.record(session, "billing.set_credit_limit", ("party", party.id), by=by, at=at, limit_fen=row.limit_fen)
    return row


def request_credit(session: Session, request: RequestCredit, *, by: Actor, at: Moment) -> CreditRequest:
    """Ask to let one exit go before its charges are paid, in fen. Locks lot and order. A repeat returns the first row.

    Raises Forbidden, PersonUnknown, ExitNotFound, AmountInvalid, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    if not idempotency.claim(session, request.id, "billing.request_credit", asdict(request), by=by, at=at):
        return session.get_one(CreditRequest, request.id)
    order = lock_order(session, request.exit_id, by)
    if request.credit_fen <= 0:
        raise AmountInvalid(amount_fen=request.credit_fen)
    row = CreditRequest(
        id=request.id,
        exit_id=order.id,
        party_id=order.party_id,
        credit_fen=request.credit_fen,
        reason=request.reason,
        state=CreditState.REQUESTED.value,
        requested_by_person_id=person_of(by),
        requested_at=at.at,
    )
    session.add(row)
    session.flush()
    audited(session, "request_credit", order, by=by, at=at, credit_fen=row.credit_fen, reason=row.reason)
    return row


def approve_credit(session: Session, request: ApproveCredit, *, by: Actor, at: Moment) -> CreditRequest:
    """Give the credit asked for, good for 24 hours ⚙ and one clearance; another person than who asked must.

    What the party owes, what was promised and this together stay within its limit. Locks the request and the party.
    A repeat returns the request.
    Raises Forbidden, PersonUnknown, CreditNotFound, SamePerson, CreditDecided, CreditLimitReached, RequestIdReused.
    """
    by.must(Permission.APPROVE_CREDIT)
    if not idempotency.claim(session, request.id, "billing.approve_credit", asdict(request), by=by, at=at):
        return session.get_one(CreditRequest, request.request_id)
    row = lock_credit(session, request.request_id)
    if person_of(by) == row.requested_by_person_id:
        raise SamePerson
    if row.state != CreditState.REQUESTED:
        raise CreditDecided(state=row.state)
    parties.lock_party(session, row.party_id)
    owed_fen = open_of_party(session, row.party_id) + credit_promised(session, row.party_id, at) + row.credit_fen
    limit_fen = credit_limit_on(session, row.party_id, at.on)
    if owed_fen > limit_fen:
        raise CreditLimitReached(owed_fen=owed_fen, limit_fen=limit_fen)
    row.state = CreditState.APPROVED.value
    row.approved_by_person_id, row.approved_at = person_of(by), at.at
    row.expires_at = at.at + CREDIT_APPROVAL_LASTS
    session.flush()
    order = session.get_one(ExitOrder, row.exit_id)
    audited(session, "approve_credit", order, by=by, at=at, credit_fen=row.credit_fen)
    return row
