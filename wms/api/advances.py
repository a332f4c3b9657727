"""Advances against stored lots: asked, approved by two, paid out, repaid; with their gates and their position."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import lending
from wms.api.resource import Resource, query_of
from wms.api.witness import second_person
from wms.delivery.identity import actor, now
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import money, paged

ADVANCES = Resource("advances", "Money lent against lots in store, never more than the gates allow.")
PRODUCTS = Resource("lending-products", "Terms of lending, version by version, approved by a second person.")
ONE = "/advances/<uuid:loan_id>"
VISIBLE = (lending.get_visible_loan,)
BY_STATE = query_of("AdvancesQuery", state=fields.Enum(lending.LoanState, by_value=fields.String))


@ADVANCES.page("/advances", money.ADVANCE, query=BY_STATE)
def list_advances(session: Session, query: dict[str, Any]) -> Page[lending.Loan]:
    """List the advances one may see, newest first."""
    return lending.list_loans(session, by=actor(), **query)


@ADVANCES.get(ONE, money.ADVANCE, raises=VISIBLE)
def get_advance(session: Session, loan_id: UUID) -> lending.Loan:
    """Show one advance."""
    return lending.get_visible_loan(session, loan_id, by=actor())


@ADVANCES.get(f"{ONE}/events", paged(money.ADVANCE_EVENT), raises=VISIBLE)
def events_of_advance(session: Session, loan_id: UUID) -> Page[lending.LoanEvent]:
    """List what changed an advance, in order."""
    return Page(lending.events_of(session, _seen(session, loan_id)), None)


@ADVANCES.get(f"{ONE}/pledges", paged(money.PLEDGE), raises=VISIBLE)
def pledges_of_advance(session: Session, loan_id: UUID) -> Page[lending.Pledge]:
    """List what secures an advance."""
    return Page(lending.pledges_of(session, _seen(session, loan_id)), None)


@ADVANCES.get(f"{ONE}/gates", paged(money.GATE), raises=VISIBLE)
def gates_of_advance(session: Session, loan_id: UUID) -> Page[lending.GateCheck]:
    """List each test an advance was put to, with the evidence it rested on."""
    return Page(lending.gates_of(session, _seen(session, loan_id)), None)


@ADVANCES.get(f"{ONE}/position", money.POSITION, raises=VISIBLE)
def position_of_advance(session: Session, loan_id: UUID) -> lending.Position:
    """Show an advance against its goods today: exposure, value, loan-to-value, level."""
    return lending.position(session, _seen(session, loan_id), now().on)


def _seen(session: Session, loan_id: UUID) -> UUID:
    return lending.get_visible_loan(session, loan_id, by=actor()).id


ADVANCES.command("/advances", lending.ask_advance, money.ASK_ADVANCE, money.ADVANCE, lending.AskAdvance)
for _step, _action, _takes, _makes in (
    ("approve", lending.approve_advance, money.APPROVE_ADVANCE, lending.DecideAdvance),
    ("refuse", lending.refuse_advance, money.REFUSE_ADVANCE, lending.DecideAdvance),
    ("disburse", lending.disburse, money.DISBURSE, lending.Disburse),
):
    ADVANCES.command(f"{ONE}/{_step}", _action, _takes, money.ADVANCE, _makes, status=200)


def _repay(session: Session, wanted: lending.Repay, *, by: Actor, at: Moment) -> lending.Loan:
    """A payment dated far back is signed by a second person."""
    return lending.repay(session, wanted, by=by, at=at, approver=second_person(session, at))


ADVANCES.command(
    f"{ONE}/repay", lending.repay, money.REPAY, money.ADVANCE, lending.Repay, run=_repay, status=200
)  # fmt: skip


@PRODUCTS.get("/lending-products/current", money.PRODUCT, needs=Permission.SEE_ALL, raises=(lending.product_on,))
def current_product(session: Session) -> lending.Product:
    """Show the terms in force today."""
    return lending.product_on(session, now().on)


PRODUCTS.command(
    "/lending-products", lending.propose_product, money.PROPOSE_PRODUCT, money.PRODUCT, lending.ProposeProduct
)
PRODUCTS.command(
    "/lending-products/<uuid:product_id>/approve", lending.approve_product, money.APPROVE_PRODUCT, money.PRODUCT,
    lending.ApproveProduct, status=200,
)  # fmt: skip
RESOURCES = (ADVANCES, PRODUCTS)
