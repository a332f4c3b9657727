"""The room's settings and its put-away rules."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.lots.errors import RequestWrong
from wms.lots.rules.policy import LotPolicy
from wms.lots.rules.requests import AddPutAwayRule
from wms.lots.tables import LotPolicyRow, PutAwayRule


def set_policy(
    session: Session, policy_id: UUID, policy: LotPolicy, effective_on: date, *, by: Actor, at: Moment
) -> LotPolicyRow:
    """Write a version of the room's settings, in force from a day not in the past; a repeat returns the first.

    Raises Forbidden, RequestWrong, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    content = {"policy": asdict(policy), "effective_on": effective_on}
    if not idempotency.claim(session, policy_id, "lots.set_policy", content, by=by, at=at):
        return session.get_one(LotPolicyRow, policy_id)
    if effective_on < at.on:
        raise RequestWrong(what="effective_on")
    row = LotPolicyRow(
        id=policy_id, effective_on=effective_on, terms=asdict(policy), set_at=at.at, set_by_id=by.account_id
    )
    append(session, row)
    audit.record(session, "lots.set_policy", ("lot_policy", row.id), by=by, at=at, **asdict(policy))
    return row


def add_put_away_rule(session: Session, request: AddPutAwayRule, *, by: Actor, at: Moment) -> PutAwayRule:
    """Add a rule that says where goods like these should lie; a repeat returns the first.

    Raises Forbidden, RoomNotFound, RequestWrong, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "lots.add_put_away_rule", asdict(request), by=by, at=at):
        return session.get_one(PutAwayRule, request.id)
    if facility.get_room(session, request.room_id).site_id != request.site_id:
        raise RequestWrong(what="room_id")
    wanted = {name: getattr(value, "value", value) for name, value in asdict(request).items()}
    rule = PutAwayRule(**wanted, active=True)
    session.add(rule)
    session.flush()
    audit.record(session, "lots.add_put_away_rule", ("put_away_rule", rule.id), by=by, at=at)
    return rule


def end_put_away_rule(session: Session, rule_id: UUID, *, by: Actor, at: Moment) -> None:
    """Take a put-away rule out of use; ending it twice, or one that never was, changes nothing. Raises Forbidden."""
    by.must(Permission.MANAGE_FACILITY)
    rule = session.get(PutAwayRule, rule_id, with_for_update=True)
    if rule is not None and rule.active:
        rule.active = False
        session.flush()
        audit.record(session, "lots.end_put_away_rule", ("put_away_rule", rule.id), by=by, at=at)
