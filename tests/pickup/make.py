"""A closed exit ordered by staff with its pass, and the people round it, for the pickup room's tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.billing import make
from tests.billing.make import CLERK, GUARD, NOBODY, OUT, House, later
from tests.lots.make import actor
from wms import billing, pickup
from wms.kernel.actor import Actor, Permission

PLATE = "鲁F12345"
LOAD = 4_950_000
MANAGER = actor("Esha, manager", Permission.MANAGE_FACILITY, Permission.ORDER_EXIT, Permission.SEE_ALL)
__all__ = ["CLERK", "GUARD", "LOAD", "MANAGER", "NOBODY", "OUT", "PLATE", "House", "at_gate", "authority", "hours",
           "issued", "later"]  # fmt: skip


def issued(session: Session, house: House, collector: str = "Li") -> billing.IssuedPass:
    """A pass of an exit that staff ordered: 250 units."""
    opened = billing.open_exit_order(session, house.wanted(collector_name=collector), by=CLERK, at=OUT)
    make.quote(session, opened)
    make.invoice(session, opened)
    make.pay(session, opened)
    clear = billing.ClearExit(uuid4(), opened.id, billing.ClearBasis.PAID)
    order = billing.clear_exit(session, clear, by=make.CASHIER, at=OUT)
    order = make.close(session, make.weigh_out(session, order, LOAD))
    return billing.issue_gate_pass(session, billing.IssueGatePass(uuid4(), order.id), by=CLERK, at=OUT)


def at_gate(made: billing.IssuedPass, card: str = "", **changes: Any) -> pickup.PassGate:
    assert made.code is not None
    return replace(pickup.PassGate(uuid4(), made.code, PLATE, LOAD, card), **changes)


def authority(house: House, **changes: Any) -> pickup.AuthoriseCollector:
    wanted = pickup.AuthoriseCollector(
        uuid4(), house.store.bina.id, "Li", "37060219800101123X", PLATE, OUT.on, OUT.on + timedelta(days=7)
    )
    return replace(wanted, **changes)


def hours(session: Session, by: Actor = MANAGER, **changes: Any) -> pickup.DockHours:
    wanted = replace(pickup.SetDockHours(uuid4(), "1", OUT.on, 8 * 60, 12 * 60, 60, 2), **changes)
    return pickup.set_dock_hours(session, wanted, by=by, at=OUT)
