"""What the steps of an exit share: locks, the table of states, the tests by the books."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots
from wms.billing.actions.loadings import leave_loading
from wms.billing.errors import ChargesOpen, CreditMissing, ExitBilled, ExitStep, MoneyHeldShort, QuoteExpired
from wms.billing.queries.books import buyer_money, open_charges_of_exit
from wms.billing.queries.charges import charges_of
from wms.billing.queries.exits import get_exit_order, lock_exit_order, usable_credit
from wms.billing.rules.requests import ClearExit
from wms.billing.rules.states import ClearBasis, CreditState, ExitEvent, ExitKind, ExitState, after
from wms.billing.tables import ExitOrder
from wms.kernel import audit
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment


def lock_order(session: Session, exit_id: UUID, by: Actor) -> ExitOrder:
    """Return an exit order that `by` may see, its lot locked first, then itself. Raises ExitNotFound."""
    order = get_exit_order(session, exit_id, by)
    lots.lock_lots(session, [order.lot_id])
    return lock_exit_order(session, order.id)


def next_state(order: ExitOrder, event: ExitEvent) -> ExitState:
    """Return the state an event leads to. Raises ExitStep where it is not allowed."""
    state = after(ExitState(order.state), event)
    if state is None:
        raise ExitStep(state=order.state, event=event.value)
    return state


def enter(order: ExitOrder, state: ExitState) -> None:
    """Put an order in a state; a clearance falls where the state comes before it."""
    order.state = state.value
    if state in (ExitState.OPEN, ExitState.QUOTED):
        order.cleared_basis, order.cleared_at, order.credit_id = None, None, None


def give_up(session: Session, order: ExitOrder, reason: str, *, by: Actor, at: Moment) -> None:
    """Void a locked order and lift its own hold; what was picked for it stands on the dock as any goods do.

    Raises ExitStep, ExitBilled.
    """
    state = next_state(order, ExitEvent.VOID)
    if order.invoiced_on is not None:
        raise ExitBilled
    leave_loading(session, order, reason, by=by, at=at)
    lots.unstage(session, order.id, by=by, at=at)
    if order.kind != ExitKind.SALE:
        lots.lift_hold(session, order.hold_id, by=by, at=at)
    order.state, order.void_reason = state.value, reason
    session.flush()
    audited(session, "void_exit", order, by=by, at=at, reason=reason)


def still_to_bill(session: Session, order: ExitOrder, at: Moment) -> int:
    """Return what an exit costs today beyond what was billed for it, in fen."""
    return charges_of(session, order.lot_id, units=order.units, on=at.on, exit_id=order.id).total_fen


def require_fresh_quote(order: ExitOrder, at: Moment) -> None:
    """Raise QuoteExpired once the day of the quote is over."""
    if order.quoted_on != at.on:
        raise QuoteExpired(quoted_on=order.quoted_on)


def require_covered(session: Session, order: ExitOrder, request: ClearExit, at: Moment) -> None:
    """Test the charges of a locked order against the books, and keep on it what covers them.

    Raises ChargesOpen, MoneyHeldShort, CreditMissing.
    """
    to_pay_fen = still_to_bill(session, order, at) + open_charges_of_exit(session, order.id).total_fen
    match request.basis:
        case ClearBasis.PAID:
            if to_pay_fen > 0:  # an exit that costs nothing needs no bill to be paid
                raise ChargesOpen(open_fen=to_pay_fen)
        case ClearBasis.NETTED:
            covered_fen = buyer_money(session, request.hold_ids, request.escrow, at)
            if order.kind != ExitKind.SALE or covered_fen < max(to_pay_fen, 1):
                raise MoneyHeldShort(charges_fen=to_pay_fen)
        case ClearBasis.CREDIT:
            credit = usable_credit(session, order.id, to_pay_fen, at)
            if credit is None:
                raise CreditMissing(charges_fen=to_pay_fen)
            credit.state = CreditState.USED.value
            order.credit_id = credit.id


def audited(session: Session, action: str, order: ExitOrder, *, by: Actor, at: Moment, **details: Any) -> None:
    """Write one deed on an exit order to the audit trail."""
    audit.record(session, f"billing.{action}", ("exit_order", order.id), by=by, at=at, state=order.state, **details)
