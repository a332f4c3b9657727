"""What time takes back at the end of the day."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.billing.actions.steps import audited, enter, give_up, lock_order
from wms.billing.rules.states import EXIT_ORDER_LASTS_DAYS, CreditState, ExitKind, ExitState, PassState
from wms.billing.tables import CreditRequest, ExitOrder, GatePass
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment

UNPAID = (ExitState.OPEN.value, ExitState.QUOTED.value)


def expire(session: Session, *, by: Actor, at: Moment) -> int:
    """Take back credit and gate passes past their time, clearances of earlier days and own orders nobody paid for.

    Returns how many rows changed. Locks lots and orders in the order of their ids. Safe to repeat. Raises Forbidden.
    """
    by.must(Permission.CLOSE_DAY)
    changed = _expire_credit(session, at) + _expire_passes(session, at)
    changed += _uncleared(session, by=by, at=at) + _given_up(session, by=by, at=at)
    session.flush()
    return changed


def _expire_credit(session: Session, at: Moment) -> int:
    query = select(CreditRequest).where(
        CreditRequest.state == CreditState.APPROVED.value, CreditRequest.expires_at <= at.at
    )
    rows = session.scalars(query.order_by(CreditRequest.id).with_for_update()).all()
    for row in rows:
        row.state = CreditState.EXPIRED.value
    return len(rows)


def _expire_passes(session: Session, at: Moment) -> int:
    query = select(GatePass).where(GatePass.state == PassState.ISSUED.value, GatePass.expires_at <= at.at)
    rows = session.scalars(query.order_by(GatePass.id).with_for_update()).all()
    for row in rows:
        row.state = PassState.EXPIRED.value
    return len(rows)


def _uncleared(session: Session, *, by: Actor, at: Moment) -> int:
    """A clearance was for the charges of its day; goods not yet picked cost more now."""
    query = (
        select(ExitOrder.id)
        .where(ExitOrder.state == ExitState.CLEARED.value, ExitOrder.quoted_on < at.on)
        .order_by(ExitOrder.lot_id, ExitOrder.id)
    )
    changed = 0
    for exit_id in session.scalars(query).all():
        order = lock_order(session, exit_id, by)
        if order.state == ExitState.CLEARED:
            enter(order, ExitState.QUOTED)
            session.flush()
            audited(session, "uncleared", order, by=by, at=at)
            changed += 1
    return changed


def _given_up(session: Session, *, by: Actor, at: Moment) -> int:
    oldest = at.at - timedelta(days=EXIT_ORDER_LASTS_DAYS)
    query = (
        select(ExitOrder.id)
        .where(
            ExitOrder.state.in_(UNPAID),
            ExitOrder.kind != ExitKind.SALE.value,
            ExitOrder.invoiced_on.is_(None),
            ExitOrder.opened_at < oldest,
        )
        .order_by(ExitOrder.lot_id, ExitOrder.id)
    )
    changed = 0
    for exit_id in session.scalars(query).all():
        order = lock_order(session, exit_id, by)
        if order.state in UNPAID and order.invoiced_on is None:
            give_up(session, order, "expired", by=by, at=at)
            changed += 1
    return changed
