"""The advance: what may be asked and why, what will be owed, and where it stands with its three levels."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, lending, lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.web import goods
from wms.web.gates_view import GateLine, gate_lines
from wms.web.pages import attempt, done, fen_of, fresh_id, said, uuid_of
from wms.web.portal.workplace import blueprint, page, status_of
from wms.web.shell import say as _

PLANNED_DAYS, MOST_DAYS = 60, 365


@dataclass(frozen=True, slots=True)
class Ask:
    """What an owner sees before he asks, in fen: the ceiling, what carry leaves, what would be owed then."""

    lot: lots.Lot
    terms: lending.Terms
    gates: list[GateLine]
    price: Decimal | None
    ceiling_fen: int | None
    reserved_fen: int | None
    planned_on: date
    interest_fen: int
    charges_fen: int
    principal_fen: int
    break_even: Decimal | None

    @property
    def owed_fen(self) -> int:
        """Everything that stands against the goods on the planned day."""
        return self.principal_fen + self.interest_fen + self.charges_fen

    @property
    def may_ask(self) -> bool:
        """Whether every gate is open."""
        return self.ceiling_fen is not None and all(gate.passed for gate in self.gates)

    @property
    def fall_permille(self) -> int | None:
        """How far the price may fall before the goods no longer cover what is owed."""
        if self.break_even is None or not self.price:
            return None
        return int((1 - Fraction(self.break_even) / Fraction(self.price)) * 1000)


@dataclass(frozen=True, slots=True)
class LoanView:
    """An advance as its owner sees it."""

    loan: lending.Loan
    terms: lending.Terms
    lot: lots.Lot
    position: lending.Position | None
    events: list[lending.LoanEvent]


def ask_view(session: Session, lot_id: UUID, by: Actor, at: Moment, planned: date, principal_fen: int | None) -> Ask:
    """Return what may be asked on a lot for an exit planned on a day. Raises LotNotFound, ProductNotFound."""
    lot = lots.get_visible_lot(session, lot_id, by)
    terms = lending.terms_of(lending.product_on(session, at.on))
    evidence = lending.evidence_of(session, lot.id, at, terms)
    price = lending.price_to_lend_on(evidence, terms)
    ceiling = lending.headline_advance(lot.grams_on_hand, price, terms.advance_permille) if price else None
    value = lending.valued_fen(lot.grams_on_hand, price, terms.loss_allowance_permille) if price else 0
    carry = billing.accrued_unbilled(session, lot.id, planned).total_fen
    reserved = lending.carry_reserved_advance(value, carry, terms, at.on, planned) if price else None
    principal = principal_fen if principal_fen is not None else ceiling or 0
    interest = lending.interest_to([lending.Step(at.on, principal)], planned, terms.rate_ppm, terms.basis)
    owed = principal + interest + carry
    even = lending.break_even_price(owed, lot.grams_on_hand) if lot.grams_on_hand else None
    return Ask(
        lot, terms, gate_lines(evidence, terms), price, ceiling, reserved, planned, interest, carry, principal, even
    )


def loan_view(session: Session, loan_id: UUID, by: Actor, at: Moment) -> LoanView:
    """Return an advance of the actor's company. Raises LoanNotFound."""
    loan = lending.get_visible_loan(session, loan_id, by=by)
    lot = lots.get_lot(session, lending.lot_of(session, loan.id))
    stands = lending.position(session, loan.id, at.on) if loan.state == lending.LoanState.ACTIVE else None
    return LoanView(loan, lending.terms_of_loan(session, loan), lot, stands, lending.events_of(session, loan.id))


@blueprint.get("/advances")
def advances() -> Any:
    """Show my advances, the newest first."""

    def rows(session: Session) -> list[LoanView]:
        found = lending.list_loans(session, by=actor(), limit=50).items
        return [loan_view(session, loan.id, actor(), now()) for loan in found if loan.borrower_id == actor().party_id]

    return page("advances", rows=read(rows), goods=goods)


@blueprint.get("/advances/<uuid:loan_id>")
def advance(loan_id: UUID) -> Any:
    """Show one advance: what is owed, the three levels, what happened."""
    v = read(lambda session: loan_view(session, loan_id, actor(), now()))
    return page("advance", v=v, goods=goods)


@blueprint.get("/lots/<uuid:lot_id>/advance")
def advance_ask(lot_id: UUID) -> Any:
    """Show what may be advanced on a lot."""
    return _ask_page(lot_id)


@blueprint.post("/lots/<uuid:lot_id>/advance")
def advance_send(lot_id: UUID) -> Any:
    """Ask for an advance."""
    if request.form.get("do") == "compute":
        return _ask_page(lot_id)

    def ask() -> lending.Loan:
        wanted = lending.AskAdvance(uuid_of("id"), lot_id, fen_of("amount"))
        return write(lambda session: lending.ask_advance(session, wanted, by=actor(), at=now()))

    loan, error = attempt(ask)
    if error is not None:
        return _ask_page(lot_id, status_of(error), error=said(error))
    assert loan is not None
    return done(_("Asked. Two people of the store judge it now."), url_for("portal.advance", loan_id=loan.id))


def _ask_page(lot_id: UUID, status: int = 200, **values: Any) -> Any:
    planned = _planned()
    amount = attempt(lambda: fen_of("amount"))[0] if request.form.get("amount") else None
    principal = amount if amount is not None and amount >= 0 else None
    v = read(lambda session: ask_view(session, lot_id, actor(), now(), planned, principal))
    return page("advance_ask", status, v=v, goods=goods, fresh=fresh_id(), **values)


def _planned() -> date:
    """The planned day of exit: what was asked, kept within a year ahead."""
    today = now().on
    try:
        wanted = date.fromisoformat(request.values.get("planned", ""))
    except ValueError:
        wanted = today + timedelta(days=PLANNED_DAYS)
    return min(max(wanted, today), today + timedelta(days=MOST_DAYS))
