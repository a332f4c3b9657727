"""Reads of the lending room: products, loans, the evidence of the gates, and where a loan stands on a day."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from wms import billing, facility, ledger, lots, parties, prices, telemetry
from wms.kernel.actor import Actor, Permission
from wms.kernel.asking import read_and_since, read_once, read_under
from wms.kernel.clock import Moment
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page
from wms.kernel.writing import lock
from wms.lending.errors import LoanNotFound, ProductNotFound
from wms.lending.rules.exposure import Exposure, Terms, level_of, ltv_bp, valued_fen
from wms.lending.rules.gates import Evidence, Priced, price_to_lend_on
from wms.lending.rules.interest import Basis, Step, interest_to
from wms.lending.rules.requests import LoanState, Position
from wms.lending.tables import GateCheck, Loan, LoanEvent, LoanMark, Pledge, Product, Valuation


def product_on(session: Session, on: date) -> Product:
    """Return the approved product in force on a day: the latest effective, then the latest version.

    Raises ProductNotFound.
    """
    query = (
        select(Product)
        .where(Product.approved_at.is_not(None), Product.effective_from <= on)
        .order_by(Product.effective_from.desc(), Product.version.desc())
        .limit(1)
    )
    product = session.scalar(query)
    if product is None:
        raise ProductNotFound(day=on.isoformat())
    return product


def list_products(session: Session) -> list[Product]:
    """Return all versions of all lending products, newest first, approved or not."""
    return list(session.scalars(select(Product).order_by(Product.effective_from.desc(), Product.version.desc())))


def terms_of(product: Product) -> Terms:
    """Return a product's numbers as rules take them."""
    return Terms(
        rate_ppm=product.rate_ppm, basis=Basis(product.basis), advance_permille=product.advance_permille,
        warning_permille=product.warning_permille, call_permille=product.call_permille,
        liquidate_permille=product.liquidate_permille, loss_allowance_permille=product.loss_allowance_permille,
        cure_days=product.cure_days, carry_reserved=product.carry_reserved, inspection_days=product.inspection_days,
        price_age_days=product.price_age_days, sells_days=product.sells_days,
    )  # fmt: skip


def terms_of_loan(session: Session, loan: Loan) -> Terms:
    """Return the terms a loan was made under."""
    made_under = loan.product_id  # an approved product's numbers stay
    return read_once(session, ("terms", made_under), (), lambda: terms_of(session.get_one(Product, made_under)))


def get_loan(session: Session, loan_id: UUID) -> Loan:
    """Return a loan. Raises LoanNotFound."""
    loan = session.get(Loan, loan_id)
    if loan is None:
        raise LoanNotFound(loan_id=loan_id)
    return loan


def get_visible_loan(session: Session, loan_id: UUID, *, by: Actor) -> Loan:
    """Return a loan its borrower or the store's staff may see. Raises LoanNotFound."""
    loan = get_loan(session, loan_id)
    if not by.sees(loan.borrower_id):
        raise LoanNotFound(loan_id=loan_id)
    return loan


def lock_loan(session: Session, loan_id: UUID) -> Loan:
    """Return a loan, locked until the transaction ends. Raises LoanNotFound."""
    loan = lock(session, Loan, loan_id)
    if loan is None:
        raise LoanNotFound(loan_id=loan_id)
    return loan


def list_loans(
    session: Session, *, by: Actor, state: LoanState | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Loan]:
    """Return a page of loans, newest first: one's own, or all for those who see all."""
    query = select(Loan)
    if Permission.SEE_ALL not in by.permissions:
        query = query.where(Loan.borrower_id == by.party_id)
    if state is not None:
        query = query.where(Loan.state == state)
    return page(session, query, [Loan.asked_at, Loan.id], cursor=cursor, limit=limit, descending=True)


def pledges_of(session: Session, loan_id: UUID) -> list[Pledge]:
    """Return the pledges of a loan, released ones too."""

    def read() -> Sequence[Pledge]:
        return session.scalars(_pledges_of(), {"loan": loan_id}).all()

    return list(read_under(session, (Loan, loan_id), "pledges", [Pledge], read))


@cache
def _pledges_of() -> Select[Pledge]:
    return select(Pledge).where(Pledge.loan_id == bindparam("loan")).order_by(Pledge.id)


def pledge_of_lot(session: Session, lot_id: UUID) -> Pledge | None:
    """Return the active pledge of a lot, or None."""
    return session.scalar(_pledge_of_lot(), {"lot": lot_id})


@cache
def _pledge_of_lot() -> Select[Pledge]:
    return select(Pledge).where(Pledge.lot_id == bindparam("lot"), Pledge.active)


def events_of(session: Session, loan_id: UUID) -> list[LoanEvent]:
    """Return what happened to a loan, in order."""

    def read() -> Sequence[LoanEvent]:
        return session.scalars(_events_of(), {"loan": loan_id}).all()

    return list(read_under(session, (Loan, loan_id), "events", [LoanEvent], read))


@cache
def _events_of() -> Select[LoanEvent]:
    return select(LoanEvent).where(LoanEvent.loan_id == bindparam("loan")).order_by(LoanEvent.n)


def interest_of(session: Session, loan_id: UUID, kind: str) -> int:
    """Return the interest in all events of a kind of a loan, in fen."""
    return sum(interest_fen for found, _, _, interest_fen in _sums(session, loan_id) if found == kind)


def _sums(session: Session, loan_id: UUID) -> list[tuple[str, date, int, int]]:
    """Return the principal and the interest of a loan's events, in fen, by kind and by the day they count from."""

    def read() -> list[tuple[str, date, int, int]]:
        found = session.execute(_sums_of(), {"loan": loan_id})
        return [(kind, on, int(principal_fen), int(interest_fen)) for kind, on, principal_fen, interest_fen in found]

    found, (added,) = read_and_since(session, (Loan, loan_id), "sums of events", [LoanEvent], read)
    mine = (event for event in added if event.loan_id == loan_id)
    return found + [(event.kind, event.effective_on, event.principal_fen, event.interest_fen) for event in mine]


@cache
def _sums_of() -> Select[*tuple[Any, ...]]:
    sums = (func.sum(LoanEvent.principal_fen), func.sum(LoanEvent.interest_fen))
    query = select(LoanEvent.kind, LoanEvent.effective_on, *sums).where(LoanEvent.loan_id == bindparam("loan"))
    return query.group_by(LoanEvent.kind, LoanEvent.effective_on)


def gates_of(session: Session, loan_id: UUID) -> list[GateCheck]:
    """Return the gates as they were judged at each step of a loan."""
    query = select(GateCheck).where(GateCheck.loan_id == loan_id)
    return list(session.scalars(query.order_by(GateCheck.checked_at, GateCheck.id)))


def interest_due(session: Session, loan: Loan, end: date) -> int:
    """Return the interest a loan has earned up to, not including, `end`, less what was paid, in fen."""
    return interest_earned(session, loan, end) + interest_of(session, loan.id, "paid")


def interest_earned(session: Session, loan: Loan, end: date) -> int:
    """Return all interest a loan has earned up to, not including, `end`, in fen, rounded half up once."""
    terms = terms_of_loan(session, loan)
    steps = [Step(on, principal_fen) for _, on, principal_fen, _ in _sums(session, loan.id)]
    return interest_to(steps, end, terms.rate_ppm, terms.basis)


def evidence_of(
    session: Session, lot_id: UUID, at: Moment, terms: Terms, *, pledged_to: UUID | None = None
) -> Evidence:
    """Gather the facts on which the gates of an advance on a lot are judged.

    The room's air is judged at the instant `at.at`, everything else on the business day `at.on`.
    A pledge to the loan `pledged_to` does not count as pledged already.
    """
    (facts,) = lots.facts(session, [lot_id])
    priced = priced_on(session, facts, at.on)
    rooms = telemetry.rooms_record(session, facts.room_ids, at.at)
    policies = [facility.policy_in_force(session, room_id, at.on) for room_id in facts.room_ids]
    insured = [policy.until_on for policy in policies if policy is not None]
    pledge = pledge_of_lot(session, lot_id)
    return Evidence(
        on=at.on,
        in_store=facts.in_store,
        weighed_by_instrument=facts.weighed_by_instrument,
        inspected_on=facts.inspected_on,
        quarantined=facts.quarantined,
        count_variance=facts.count_open,
        pledged_already=pledge is not None and pledge.loan_id != pledged_to,
        insured_until=min(insured) if insured and len(insured) == len(policies) else None,
        room_kept=rooms.kept,
        room_detail=rooms.detail,
        critical_alarms=rooms.critical_alarms,
        board_price=priced.board_price,
        board_level=priced.board_level,
        board_age_days=priced.board_age_days,
        independent_price=priced.independent_price,
        independent_age_days=priced.independent_age_days,
        dealings=prices.dealings(session, cell_of(facts), at.on, days=terms.sells_days),
    )


def cell_of(goods: lots.LotFacts | lots.Lot) -> prices.Cell:
    """Return the price cell that a lot's goods belong to."""
    return prices.Cell.of(goods)


def priced_on(session: Session, goods: lots.LotFacts | lots.Lot, on: date) -> Priced:
    """Return the board's reference and the independent price of a lot's goods on a day."""
    cell = cell_of(goods)
    board = prices.reference(session, cell, on, with_revision=False)
    independent = prices.independent(session, cell, on)
    return Priced(
        board_price=board.price if board else None,
        board_level=board.level if board else None,
        board_age_days=board.age_business_days if board else None,
        independent_price=independent.price if independent else None,
        independent_age_days=independent.age_business_days if independent else None,
    )


def position(session: Session, loan_id: UUID, on: date) -> Position:
    """Return where a loan stands on a day against the goods still pledged, interest over [start, on).

    Without a price fresh enough the value counts as nothing, so no test passes (fail closed).
    """
    loan = get_loan(session, loan_id)
    terms = terms_of_loan(session, loan)
    value = storage = handling = grams = units = 0
    for pledge in pledges_of(session, loan_id):
        if not pledge.active:
            continue
        lot = lots.get_lot(session, pledge.lot_id)
        lien = billing.accrued_unbilled(session, pledge.lot_id, on)
        value += value_of(session, lot, lot.grams_on_hand, on, terms)
        storage, handling = storage + lien.storage_fen, handling + lien.handling_fen
        grams, units = grams + lot.grams_on_hand, units + lot.units_on_hand
    exposure = Exposure(loan.principal_fen, interest_due(session, loan, on), storage, handling)
    ratio, level = ltv_bp(exposure.total_fen, value), level_of(exposure.total_fen, value, terms)
    return Position(on, exposure, value, ratio, level, grams, units)


def value_of(session: Session, goods: lots.LotFacts | lots.Lot, grams: int, on: date, terms: Terms) -> int:
    """Return what `grams` (entry basis) of a pledged lot are worth on a day in fen; nothing without a fresh price."""
    price = price_to_lend_on(priced_on(session, goods, on), terms)
    return 0 if price is None else valued_fen(grams, price, terms.loss_allowance_permille)


def owed_in_all(session: Session) -> tuple[int, int]:
    """Return the principal and the posted interest that all loans owe, in fen."""
    sums = select(func.coalesce(func.sum(Loan.principal_fen), 0), func.coalesce(func.sum(Loan.interest_fen), 0))
    principal, interest = session.execute(sums).one()
    return int(principal), int(interest)


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong with the loans: evidence rows, sums of events, sub-ledger against the books, pledges."""
    for table in (LoanEvent, LoanMark, Valuation, GateCheck):
        yield from check_rows(session, table)
    sums = select(
        LoanEvent.loan_id, func.sum(LoanEvent.principal_fen), func.sum(LoanEvent.interest_fen), func.count()
    ).group_by(LoanEvent.loan_id)
    truth = {loan_id: (int(p), int(i), int(n)) for loan_id, p, i, n in session.execute(sums)}
    owed: dict[str, int] = {}
    for loan in session.scalars(select(Loan)):
        said = (loan.principal_fen, loan.interest_fen, loan.events)
        if said != truth.get(loan.id, (0, 0, 0)):
            yield Finding("loans", str(loan.id), f"says {said}, its events say {truth.get(loan.id)}")
        code = parties.get_party(session, loan.borrower_id).code
        owed[f"A:Loan:Principal:{code}"] = owed.get(f"A:Loan:Principal:{code}", 0) + loan.principal_fen
        name = f"A:Loan:InterestReceivable:{code}"
        owed[name] = owed.get(name, 0) + loan.interest_fen
    booked = ledger.balances(session, "A:Loan:Principal:") | ledger.balances(session, "A:Loan:InterestReceivable:")
    for code in sorted({*owed, *booked}):
        if owed.get(code, 0) != booked.get(code, 0):
            yield Finding("ledger_balances", code, f"books say {booked.get(code, 0)}, loans say {owed.get(code, 0)}")
