"""Gate passes: made by the server for a closed exit, shown once, good for one truck and one drive out."""

import secrets
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from wms.billing.actions.steps import audited, lock_order
from wms.billing.errors import (
    ExitIsTransfer,
    ExitStep,
    GatePassExpired,
    GatePassIssued,
    GatePassNotFound,
    GatePassUsed,
    GateWeightDiffers,
    PlateDiffers,
    TruckNotClosed,
)
from wms.billing.queries.exits import live_pass_of, lock_gate_pass
from wms.billing.queries.loadings import truck_of_exit
from wms.billing.queries.papers import code_digest
from wms.billing.rules.gate import CODE_ALPHABET, CODE_LENGTH, normal_plate, within
from wms.billing.rules.requests import IssueGatePass, PassGate, VoidGatePass
from wms.billing.rules.states import GATE_PASS_LASTS, GATE_TOLERANCE_PERMILLE, ExitKind, ExitState, PassState
from wms.billing.tables import ExitOrder, GatePass
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment


@dataclass(frozen=True, slots=True)
class IssuedPass:
    """A gate pass and its one-time code; the code is known only to who asked first, a repeat gets None."""

    gate_pass: GatePass
    code: str | None


def issue_gate_pass(session: Session, request: IssueGatePass, *, by: Actor, at: Moment) -> IssuedPass:
    """Issue the pass of a closed exit with its plate, collector and weight; the database refuses any other exit.

    Locks lot and order. A repeat returns the first pass without its code.
    Raises Forbidden, ExitNotFound, ExitIsTransfer, ExitStep, GatePassIssued, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    if not idempotency.claim(session, request.id, "billing.issue_gate_pass", request, by=by, at=at):
        return IssuedPass(session.get_one(GatePass, request.id), None)
    order = lock_order(session, request.exit_id, by)
    if order.kind == ExitKind.TRANSFER:
        raise ExitIsTransfer
    if order.state != ExitState.CLOSED or order.out_grams is None:
        raise ExitStep(state=order.state, event="gate_pass")
    if live_pass_of(session, order.id) is not None:
        raise GatePassIssued
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    row = GatePass(
        id=request.id,
        exit_id=order.id,
        exit_state=order.state,
        code_digest=code_digest(code),
        plate=order.plate,
        collector_name=order.collector_name,
        out_grams=order.out_grams,
        tolerance_permille=GATE_TOLERANCE_PERMILLE,
        state=PassState.ISSUED.value,
        issued_at=at.at,
        expires_at=at.at + GATE_PASS_LASTS,
    )
    session.add(row)
    audited(session, "issue_gate_pass", order, by=by, at=at, plate=row.plate)
    return IssuedPass(row, code)


def pass_gate(session: Session, request: PassGate, *, by: Actor, at: Moment) -> GatePass:
    """Let a truck out on its code, once: the plate is the pass's and the load within ±0.3 % ⚙ of what was weighed out.

    A truck that gathered several exits is weighed with all of them, and each of them is closed. Locks the pass. A
    repeat returns the pass.
    Raises Forbidden, GatePassNotFound, GatePassUsed, GatePassExpired, PlateDiffers, TruckNotClosed, GateWeightDiffers,
    RequestIdReused.
    """
    by.must(Permission.PASS_GATE)
    digest = code_digest(request.code)
    content = asdict(request) | {"code": digest}
    first = idempotency.claim(session, request.id, "billing.pass_gate", content, by=by, at=at)
    row = lock_gate_pass(session, digest)
    if not first:
        return row
    if row.state != PassState.ISSUED:
        raise GatePassUsed(state=row.state)
    if row.expires_at <= at.at:
        raise GatePassExpired
    if normal_plate(request.plate) != row.plate:
        raise PlateDiffers(plate=row.plate)
    out_grams = _truck_grams(session, row)
    if not within(request.gate_grams, out_grams, row.tolerance_permille):
        raise GateWeightDiffers(gate_grams=request.gate_grams, out_grams=out_grams)
    row.state, row.passed_at, row.gate_grams = PassState.PASSED.value, at.at, request.gate_grams
    _noted(session, "pass_gate", row, by=by, at=at, gate_grams=request.gate_grams)
    return row


def void_gate_pass(session: Session, request: VoidGatePass, *, by: Actor, at: Moment) -> GatePass:
    """Take an unused pass back, so that another can be issued for the exit. Locks the pass. A repeat returns it.

    Raises Forbidden, GatePassNotFound, GatePassUsed, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    first = idempotency.claim(session, request.id, "billing.void_gate_pass", request, by=by, at=at)
    row = session.get(GatePass, request.pass_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise GatePassNotFound
    if not first:
        return row
    if row.state != PassState.ISSUED:
        raise GatePassUsed(state=row.state)
    row.state = PassState.VOID.value
    _noted(session, "void_gate_pass", row, by=by, at=at, reason=request.reason)
    return row


def _truck_grams(session: Session, row: GatePass) -> int:
    """Return what was weighed out of everything on the truck. Raises TruckNotClosed."""
    truck = truck_of_exit(session, row.exit_id)
    if any(order.state != ExitState.CLOSED for order in truck):
        raise TruckNotClosed(plate=row.plate)
    others = sum(order.out_grams or 0 for order in truck if order.id != row.exit_id)
    return row.out_grams + others


def _noted(session: Session, action: str, row: GatePass, *, by: Actor, at: Moment, **details: object) -> None:
    audited(session, action, session.get_one(ExitOrder, row.exit_id), by=by, at=at, pass_id=row.id, **details)
