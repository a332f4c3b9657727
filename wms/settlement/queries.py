"""Reads of settlements, of what an owner must pay to take goods, and of what can be paid out."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from wms import billing, ledger, lending, lots, parties, receipts
from wms.billing.tables import ExitOrder, LotTariff
from wms.kernel.actor import Actor, Permission
from wms.kernel.asking import answer
from wms.kernel.columns import Base
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.numbers import half_up, value_fen
from wms.kernel.paging import Page, page
from wms.kernel.writing import keep
from wms.lending.tables import Loan, Pledge, Product
from wms.lots.tables import Lot
from wms.parties.tables import Contract, Party
from wms.receipts.tables import Receipt, ReceiptStatus
from wms.settlement.errors import SettlementNotFound
from wms.settlement.rules import ReleaseQuote, SaleEstimate, commission, interest_first, waterfall
from wms.settlement.tables import DayClose, DayReconciliation, Payout, ReleaseApproval, ReleasePayment, Settlement
from wms.trading.tables import Deal, Listing


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a close was found to need: rows to lock, in their order, the loan and the consent of the day."""

    to_lock: tuple[tuple[type[Base], UUID], ...]
    loan_id: UUID | None
    approval: ReleaseApproval | None


def get_visible_settlement(session: Session, settlement_id: UUID, *, by: Actor) -> Settlement:
    """Return a settlement its owner or the store's staff may see. Raises SettlementNotFound."""
    row = session.get(Settlement, settlement_id)
    if row is None or not by.sees(row.owner_id):
        raise SettlementNotFound(settlement_id=settlement_id)
    return row


def settlement_of_exit(session: Session, exit_id: UUID) -> Settlement:
    """Return the settlement of an exit. Raises SettlementNotFound."""
    row = session.scalar(select(Settlement).where(Settlement.exit_id == exit_id))
    if row is None:
        raise SettlementNotFound(settlement_id=exit_id)
    return row


def list_settlements(session: Session, *, by: Actor, cursor: str | None = None, limit: int = 50) -> Page[Settlement]:
    """Return a page of settlements, newest first: one's own, or all for those who see all."""
    query = select(Settlement)
    if Permission.SEE_ALL not in by.permissions:
        query = query.where(Settlement.owner_id == by.party_id)
    keys = [Settlement.settled_at, Settlement.id]
    return page(session, query, keys, cursor=cursor, limit=limit, descending=True)


def look_ahead(session: Session, exit_id: UUID, on: date) -> Ahead:
    """Read at once, unlocked, what a close on a day goes by or locks.

    Exit, lot, deal, parties, the owner's contracts, receipt, tariff, lending product, and the lender's consent: once
    given it stands. A lot that was never split is to be locked with the rest; of others the kin are locked before.
    """
    found = session.execute(_ahead(), {"exit": exit_id, "on": on}).all()
    if not found:
        return Ahead((), None, None)
    (order, lot, deal, _, _, receipt, *_, approval, loan_id, _) = found[0]
    keep(session, *found[0][:-2])
    contracts = {row[-1].id: row[-1] for row in found if row[-1] is not None}
    latest = sorted(contracts.values(), key=lambda contract: contract.from_on, reverse=True)
    answer(session, parties.contracts_asked(order.party_id), [(contract,) for contract in latest])
    alone = lot.parent_id is None and not lot.units_passed
    rows = (
        (Lot, lot.id if alone else None), (ExitOrder, order.id), (Listing, deal and deal.listing_id),
        (Deal, deal and deal.id), (Loan, loan_id), (ReceiptStatus, receipt and receipt.id),
    )  # fmt: skip
    return Ahead(tuple((table, key) for table, key in rows if key is not None), loan_id, approval)


@cache
def _ahead() -> Select[*tuple[Any, ...]]:
    owner, buyer = aliased(Party), aliased(Party)
    return (
        select(ExitOrder, Lot, Deal, owner, buyer, Receipt, LotTariff, Product, ReleaseApproval, Loan.id, Contract)
        .join(Lot, Lot.id == ExitOrder.lot_id)
        .join(owner, owner.id == ExitOrder.party_id)
        .outerjoin(Deal, Deal.id == ExitOrder.deal_id)
        .outerjoin(buyer, buyer.id == Deal.buyer_id)
        .outerjoin(Contract, Contract.party_id == ExitOrder.party_id)
        .outerjoin(
            ReceiptStatus, and_(ReceiptStatus.lot_id == Lot.id, ReceiptStatus.state == receipts.ReceiptState.OPEN.value)
        )
        .outerjoin(Receipt, Receipt.id == ReceiptStatus.receipt_id)
        .outerjoin(LotTariff, LotTariff.lot_id == Lot.id)
        .outerjoin(Pledge, and_(Pledge.lot_id == Lot.id, Pledge.active))
        .outerjoin(Loan, Loan.id == Pledge.loan_id)
        .outerjoin(Product, Product.id == Loan.product_id)
        .outerjoin(ReleaseApproval, and_(*_of_day()))
        .where(ExitOrder.id == bindparam("exit"))
    )


def approval_of(session: Session, exit_id: UUID, on: date) -> ReleaseApproval | None:
    """Return the lender's consent to an exit that is good on a day, or None."""
    return session.scalar(_approval(), {"exit": exit_id, "on": on})


@cache
def _approval() -> Select[ReleaseApproval]:
    return select(ReleaseApproval).where(*_of_day())


def _of_day() -> tuple[ColumnElement[bool], ...]:
    return ReleaseApproval.exit_id == bindparam("exit"), ReleaseApproval.approved_on == bindparam("on")


def approvals_of(session: Session, exit_id: UUID) -> list[ReleaseApproval]:
    """Return every consent that was given to an exit, oldest first."""
    query = select(ReleaseApproval).where(ReleaseApproval.exit_id == exit_id)
    return list(session.scalars(query.order_by(ReleaseApproval.approved_on)))


def payments_of(session: Session, exit_id: UUID) -> list[ReleasePayment]:
    """Return what an owner paid for an exit of his own goods."""
    return list(session.scalars(select(ReleasePayment).where(ReleasePayment.exit_id == exit_id)))


def payable(session: Session, party_id: UUID) -> int:
    """Return what is owed to a party and can be paid out, in fen."""
    return ledger.available(session, f"L:GrowerPayable:{parties.get_party(session, party_id).code}")


def payouts_of(session: Session, party_id: UUID) -> list[Payout]:
    """Return what was paid out to a party, newest first."""
    query = select(Payout).where(Payout.party_id == party_id).order_by(Payout.paid_at.desc(), Payout.id)
    return list(session.scalars(query))


def day_close(session: Session, on: date) -> DayClose | None:
    """Return the close of a business day, or None while it is open."""
    return session.get(DayClose, on)


def reconciliations_of(session: Session, on: date) -> list[DayReconciliation]:
    """Return what was reconciled at the close of a day."""
    query = select(DayReconciliation).where(DayReconciliation.closed_on == on)
    return list(session.scalars(query.order_by(DayReconciliation.name)))


def last_day_close(session: Session) -> DayClose | None:
    """Return the close of the latest business day that was closed, or None."""
    return session.scalar(select(DayClose).order_by(DayClose.closed_on.desc()).limit(1))


def needed_after(session: Session, loan: lending.Loan, on: date) -> int:
    """Return what a loan still needs in fen, up, to stand at the ceiling against the goods now in store.

    Never more than it owes: charges of goods that stay are paid when these leave.
    """
    position = lending.position(session, loan.id, on)
    ceiling = lending.terms_of_loan(session, loan).advance_permille
    needed = lending.cash_to_reach(position.exposure.total_fen, position.value_fen, ceiling)
    return min(needed, position.exposure.principal_fen + position.exposure.interest_fen)


def release_quote(session: Session, exit_order: billing.ExitOrder, on: date) -> ReleaseQuote:
    """Return what the owner must pay on a day for an exit without a sale: fees first, then what keeps the loan whole.

    What stays is valued as if the goods were gone: the exact test of the close, before it.
    """
    due = billing.charges_of(session, exit_order.lot_id, units=exit_order.units, on=on, exit_id=exit_order.id)
    billed = billing.open_charges_of_exit(session, exit_order.id)
    storage, handling = due.storage_fen + billed.storage_fen, due.handling_fen + billed.handling_fen
    pledge = lending.pledge_of_lot(session, exit_order.lot_id)
    if pledge is None:
        return ReleaseQuote(storage, handling, 0, 0, None, None, None)
    loan = lending.get_loan(session, pledge.loan_id)
    terms = lending.terms_of_loan(session, loan)
    before = lending.position(session, loan.id, on)
    (facts,) = lots.facts(session, [exit_order.lot_id])
    leaving = lots.grams_of(lots.get_lot(session, exit_order.lot_id), exit_order.units)
    value = lending.value_of(session, facts, facts.grams_on_hand - leaving, on, terms)
    lien = before.exposure.storage_fen + before.exposure.handling_fen - due.storage_fen - due.handling_fen
    owed = before.exposure.principal_fen + before.exposure.interest_fen
    exposure = owed + lien
    extra = min(lending.cash_to_reach(exposure, value, terms.advance_permille), owed)
    interest, principal = interest_first(extra, before.exposure.interest_fen)
    return ReleaseQuote(
        storage, handling, interest, principal, before.ltv_bp, lending.ltv_bp(exposure, value),
        lending.ltv_bp(exposure - extra, value),
    )  # fmt: skip


def estimate_sale(session: Session, lot_id: UUID, units: int, price: Decimal, on: date) -> SaleEstimate:
    """Return what a sale of `units` at a price in 元/kg would leave the owner if they left on a day, on book weight.

    The same claims and the same order as the close of a sale, before it. Locks nothing. Raises LotNotFound,
    TariffMissing.
    """
    lot = lots.get_lot(session, lot_id)
    grams = lots.grams_of(lot, units)
    gross = half_up(value_fen(grams, price))
    due = billing.charges_of(session, lot_id, units=units, on=on)
    terms = parties.contract_on(session, lot.owner_id, on)
    claims = {"storage": due.storage_fen, "handling": due.handling_fen}
    pledge = lending.pledge_of_lot(session, lot_id)
    if pledge is not None:
        claims |= _loan_claims(session, pledge, units, due, on)
    applied = waterfall(gross, claims | {"commission": commission(gross, terms.commission_bp)}, terms.waterfall)
    short = sum(fen - applied.paid[name] for name, fen in claims.items())
    return SaleEstimate(grams, gross, tuple(applied.paid.items()), applied.residual_fen, short)


def _loan_claims(
    session: Session, pledge: lending.Pledge, units: int, due: billing.Charges, on: date
) -> dict[str, int]:
    """The interest owed, and the principal that a part must repay, valued as if the goods were gone."""
    loan = lending.get_loan(session, pledge.loan_id)
    terms = lending.terms_of_loan(session, loan)
    before = lending.position(session, loan.id, on).exposure
    (facts,) = lots.facts(session, [pledge.lot_id])
    principal = lending.principal_to_repay(
        loan.principal_fen,
        units_out=units,
        units_pledged=pledge.units - pledge.released_units,
        lien_after_fen=before.storage_fen + before.handling_fen - due.storage_fen - due.handling_fen,
        value_after=lending.value_of(session, facts, facts.grams_on_hand - due.grams, on, terms),
        permille=terms.advance_permille,
    )
    return {"interest": before.interest_fen, "principal": principal}


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong with the settlements: rows against digests, and journals against rows."""
    for table in (ReleaseApproval, Settlement, ReleasePayment, Payout, DayClose, DayReconciliation):
        yield from check_rows(session, table)
    sales = select(Settlement).where(or_(Settlement.kind == "sale", Settlement.journal_id.is_not(None)))
    gross: dict[UUID | None, int] = defaultdict(int)
    first: dict[UUID | None, UUID] = {}
    for row in session.scalars(sales.order_by(Settlement.settled_at, Settlement.id)):
        gross[row.journal_id] += row.gross_fen
        first.setdefault(row.journal_id, row.id)
    for journal_id, fen in gross.items():
        legs = {} if journal_id is None else {p.account: p.fen for p in ledger.postings_of(session, journal_id)}
        if sum(leg for account, leg in legs.items() if account.startswith("L:BuyerEscrow:")) != fen:
            yield Finding("settlements", str(first[journal_id]), "its journal does not take the gross from escrow")
