"""Exits: ordered, quoted, cleared, picked, weighed, closed; and the pass the truck leaves with."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import billing, pickup, settlement
from wms.api.errors import BasisNotOffered
from wms.api.resource import Resource, query_of
from wms.delivery.identity import actor, now
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.kernel.paging import Page
from wms.schemas import money, paged

EXITS = Resource("exit-orders", "Goods leaving the store, never before the books allow it.")
PASSES = Resource("gate-passes", "What a truck leaves with: a code said once, a plate, a weight.")
ONE = "/exit-orders/<uuid:exit_id>"
VISIBLE = (billing.get_exit_order,)
EXITS_QUERY = query_of(
    "ExitsQuery", lot_id=fields.UUID(), state=fields.Enum(billing.ExitState, by_value=fields.String)
)  # fmt: skip


@EXITS.page("/exit-orders", money.EXIT, query=EXITS_QUERY)
def list_exits(session: Session, query: dict[str, Any]) -> Page[billing.ExitOrder]:
    """List the exit orders one may see, newest first."""
    states = (query.pop("state"),) if "state" in query else ()
    return billing.list_exit_orders(session, actor(), states=states, **query)


@EXITS.get(ONE, money.EXIT, raises=VISIBLE)
def get_exit(session: Session, exit_id: UUID) -> billing.ExitOrder:
    """Show one exit order."""
    return billing.get_exit_order(session, exit_id, actor())


@EXITS.get(f"{ONE}/release-quote", money.RELEASE_QUOTE, raises=VISIBLE)
def release_quote(session: Session, exit_id: UUID) -> settlement.ReleaseQuote:
    """Show what the owner must pay today for an exit without a sale: fees, then what keeps the advance whole."""
    return settlement.release_quote(session, billing.get_exit_order(session, exit_id, actor()), now().on)


@EXITS.get(f"{ONE}/settlement", money.SETTLEMENT, raises=(settlement.get_visible_settlement,))
def settlement_of_exit(session: Session, exit_id: UUID) -> settlement.Settlement:
    """Show how a closed exit was settled."""
    found = settlement.settlement_of_exit(session, exit_id)
    return settlement.get_visible_settlement(session, found.id, by=actor())


@EXITS.get(f"{ONE}/invoices", paged(money.INVOICE), raises=VISIBLE)
def invoices_of_exit(session: Session, exit_id: UUID) -> Page[billing.Invoice]:
    """List the invoices of an exit."""
    billing.get_exit_order(session, exit_id, actor())
    return Page(billing.invoices_of(session, exit_id), None)


def _clear(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> billing.ExitOrder:
    """A sale clears on the buyer's money alone; who takes their own goods out has paid, or has credit."""
    order = billing.get_exit_order(session, body["exit_id"], by)
    if order.deal_id is not None:
        if body["basis"] is not None:
            raise BasisNotOffered(basis=body["basis"].value)
        return settlement.clear_sale(session, settlement.ClearSale(body["id"], order.id), by=by, at=at)
    basis = body["basis"] or billing.ClearBasis.PAID
    if basis is billing.ClearBasis.NETTED:
        raise BasisNotOffered(basis=basis.value)
    return billing.clear_exit(session, billing.ClearExit(body["id"], order.id, basis), by=by, at=at)


def _pass_again(session: Session, wanted: billing.IssueGatePass, *, by: Actor, at: Moment) -> billing.IssuedPass:
    """Take back a pass nobody used and issue another, since a code is said only to who asks for it.

    A repeat takes nothing back: by then another pass may stand.
    """
    by.must(Permission.CLOSE_EXIT)
    order = billing.get_exit_order(session, wanted.exit_id, by)
    standing = billing.live_pass_of(session, order.id)
    if standing is not None and session.get(billing.GatePass, wanted.id) is None:
        void = billing.VoidGatePass(derived_id(wanted.id, "void"), standing.id, "issued again")
        billing.void_gate_pass(session, void, by=by, at=at)
    return billing.issue_gate_pass(session, wanted, by=by, at=at)


def shown_closed(_session: Session, closed: settlement.Closed) -> dict[str, Any]:
    """Return what a close answers: the settlement, the gate pass, and its code the once that it is said."""
    names = money.SETTLEMENT().fields
    told = {name: getattr(closed.settlement, name) for name in names}
    return told | {"gate_pass": closed.gate_pass, "code": closed.code}


EXITS.command("/exit-orders", billing.open_exit_order, money.OPEN_EXIT, money.EXIT, billing.OpenExit)
EXITS.command(f"{ONE}/quote", billing.quote_exit, money.QUOTE_EXIT, money.EXIT_QUOTE, billing.QuoteExit)
EXITS.command(f"{ONE}/void", billing.void_exit, money.VOID_EXIT, money.EXIT, billing.VoidExit, status=200)
EXITS.command(f"{ONE}/clear", billing.clear_exit, money.ClearBody, money.EXIT, run=_clear, status=200,
               also=(settlement.clear_sale, BasisNotOffered))  # fmt: skip
EXITS.command(f"{ONE}/pick", billing.record_pick, money.PICK, money.EXIT, billing.RecordPick, status=200)
EXITS.command(f"{ONE}/weighings", billing.attach_weighing, money.ATTACH, money.EXIT, billing.AttachWeighing, status=200)
EXITS.command(f"{ONE}/credit", billing.request_credit, money.REQUEST_CREDIT, money.CREDIT, billing.RequestCredit)
EXITS.command(
    "/credit-requests/<uuid:request_id>/approve", billing.approve_credit, money.APPROVE_CREDIT, money.CREDIT,
    billing.ApproveCredit, status=200,
)  # fmt: skip
EXITS.command(
    f"{ONE}/approve-release", settlement.approve_release, money.APPROVE_RELEASE, money.RELEASE_APPROVAL,
    settlement.ApproveRelease,
)  # fmt: skip
EXITS.command(
    f"{ONE}/transfer", settlement.transfer_title, money.TRANSFER_TITLE, money.SETTLEMENT, settlement.TransferTitle
)
EXITS.command(f"{ONE}/pay", settlement.pay_release, money.PAY_RELEASE, money.RELEASE_PAYMENT, settlement.PayRelease)
EXITS.command(
    f"{ONE}/close", settlement.close_exit, money.CLOSE_EXIT, money.CLOSED, settlement.CloseExit, secret=True,
    show=shown_closed,
)  # fmt: skip
PASSES.command(
    f"{ONE}/gate-passes", billing.issue_gate_pass, money.ISSUE_PASS, money.ISSUED_PASS, billing.IssueGatePass,
    run=_pass_again, secret=True,
)  # fmt: skip


@PASSES.page("/gate-passes", money.GATE_PASS, needs=Permission.PASS_GATE)
def list_gate_passes(session: Session, query: dict[str, Any]) -> Page[billing.GatePass]:
    """List gate passes, newest first, without their codes."""
    return billing.list_gate_passes(session, **query)


PASSES.command(
    "/gate-passes/pass", pickup.pass_gate, money.PASS_GATE, money.GATE_PASS, pickup.PassGate, status=200,
    also=(billing.pass_gate,),
)  # fmt: skip
PASSES.command(
    "/gate-passes/<uuid:pass_id>/void", billing.void_gate_pass, money.VOID_PASS, money.GATE_PASS,
    billing.VoidGatePass, status=200,
)  # fmt: skip
RESOURCES = (EXITS, PASSES)
