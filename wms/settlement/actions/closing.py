"""The one transaction in which goods, money, charges, stock, pledge and gate pass move together."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, ledger, lending, lots, parties, prices, receipts, trading
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.asking import Question, look
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.writing import lock_together
from wms.settlement.errors import (
    DealOfOtherGoods,
    LoanNotCovered,
    NotWeighedOut,
    ReleaseApprovedAlone,
    ReleaseNotApproved,
    SaleDoesNotCover,
)
from wms.settlement.queries import Ahead, approval_of, look_ahead, needed_after, payments_of, settlement_of_exit
from wms.settlement.rules import Applied, CloseExit, commission, waterfall
from wms.settlement.tables import Settlement

TAXED_HERE = ("commission", "sorting")  # fees that no invoice billed with their tax before


@dataclass(frozen=True, slots=True)
class Closing:
    """Everything a close works on, locked: the exit, its lot, its deal, its loan with the pledge, and who agreed."""

    exit: billing.ExitOrder
    owner: parties.Party
    deal: trading.Deal | None
    loan: lending.Loan | None
    pledge: lending.Pledge | None
    approver: UUID | None


@dataclass(frozen=True, slots=True)
class Closed:
    """What a close made: the settlement, the gate pass, and the pass's code, which is said this once."""

    settlement: Settlement
    gate_pass: billing.GatePass
    code: str | None


@dataclass(frozen=True, slots=True)
class Paid:
    """Where the money of a close went, in fen."""

    gross_fen: int
    applied: Applied
    claims: dict[str, int]
    journal_id: UUID | None


def close_exit(session: Session, request: CloseExit, *, by: Actor, at: Moment) -> Closed:
    """Close a weighed exit in one transaction and return the settlement with the gate pass.

    Bills the charges to `at.on`, accrues interest, takes the goods out of stock, applies the sale's proceeds down the
    contract's waterfall (or checks what the owner paid), reduces pledge and receipt, closes the exit and issues the
    gate pass. Money in fen, weight in grams. Locks the exit, the lot, the deal, the loan, then ledger accounts.
    The pass's code is kept nowhere: it is in this answer alone. A repeat returns the first settlement without it.
    Raises Forbidden, ExitNotFound, NotWeighedOut, DealOfOtherGoods, ReleaseNotApproved, ReleaseApprovedAlone,
    SaleDoesNotCover, LoanNotCovered, BuyerMoneyShort, LotOnHold, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    if not idempotency.claim(session, request.id, "settlement.close_exit", request, by=by, at=at):
        first = settlement_of_exit(session, request.exit_id)
        return Closed(first, gate_pass(session, request.id, request.exit_id, by=by, at=at).gate_pass, None)
    closing = lock_closing(session, request.exit_id, by=by, at=at)
    parts = _parts(request, closing.exit)
    look(session, [idempotency.any_of(parts), *asked_of(session, closing, at)])
    idempotency.foresee(session, parts)
    if closing.deal is not None:
        ledger.expect(session, _accounts(session, closing, at), [_entry_of(request)])
    invoice = billing.invoice_exit(
        session, billing.InvoiceExit(derived_id(request.id, "invoice"), closing.exit.id, at.on), by=by, at=at
    )
    if closing.loan is not None:
        lending.accrue_to(session, closing.loan.id, at.on, by=by, at=at)
    taken = take_out(session, closing, by=by, at=at)
    if closing.deal is not None:
        paid = _settle_sale(session, request, closing, by=by, at=at)
    else:
        paid = _settle_own(session, closing, at=at)
    free_pledge(session, closing, by=by, at=at)
    issued = close_papers(session, request.id, closing, taken, by=by, at=at)
    row = record(session, request.id, closing, taken, paid, by=by, at=at)
    audit.record(
        session, "settlement.close_exit", ("exit", closing.exit.id), by=by, at=at, settlement_id=row.id,
        invoice_id=invoice.id if invoice else None, gross_fen=row.gross_fen, residual_fen=row.residual_fen,
    )  # fmt: skip
    return Closed(row, issued.gate_pass, issued.code)


def _parts(request: CloseExit, order: billing.ExitOrder) -> list[UUID]:
    """Return the requests a close consists of; all who make one of them lock the lot and the exit before."""
    invoice_id, journal_id = derived_id(request.id, "invoice"), derived_id(request.id, "settle")
    return [
        invoice_id, lots.taking_out(order.id, order.lot_id), derived_id(journal_id, invoice_id),
        trading.trade_id(order.id), receipts.reducing(order.id, order.lot_id), derived_id(request.id, "close"),
        derived_id(request.id, "gate-pass"),
    ]  # fmt: skip


def lock_closing(session: Session, exit_id: UUID, *, by: Actor, at: Moment) -> Closing:
    """Lock lot, exit, deal and loan in that order, and refuse what cannot close."""
    ahead = look_ahead(session, exit_id, at.on)
    lot_id = billing.get_exit_order(session, exit_id, by).lot_id
    lock_ahead(session, ahead, lot_id)
    exit_order = billing.lock_exit_order(session, exit_id)
    if exit_order.state != billing.ExitState.WEIGHED or exit_order.out_grams is None:
        raise NotWeighedOut(state=exit_order.state)
    deal = trading.lock_deal(session, exit_order.deal_id) if exit_order.deal_id else None
    if deal is not None and deal.lot_id != exit_order.lot_id:
        raise DealOfOtherGoods
    pledge = _pledge(session, ahead, exit_order.lot_id)
    loan = lending.lock_loan(session, pledge.loan_id) if pledge else None
    approver = None
    if loan is not None:
        approval = ahead.approval or approval_of(session, exit_id, at.on)
        if approval is None or approval.loan_id != loan.id:
            raise ReleaseNotApproved
        approver = approval.approved_by_person_id
        if approver == by.eyes:
            raise ReleaseApprovedAlone
    owner = parties.get_party(session, exit_order.party_id)
    return Closing(exit_order, owner, deal, loan, pledge, approver)


def lock_ahead(session: Session, ahead: Ahead, lot_id: UUID) -> None:
    """Lock a lot, its kin and what a close needs with it; a lot without kin in one statement with the rest."""
    if not any(table is lots.Lot for table, _ in ahead.to_lock):
        lots.lock_with_kin(session, [lot_id])
    lock_together(session, *ahead.to_lock)
    lots.lock_with_kin(session, [lot_id])  # held by now, unless it was split meanwhile


def _pledge(session: Session, ahead: Ahead, lot_id: UUID) -> lending.Pledge | None:
    """Return the active pledge of a locked lot: one of its loan's, which are all read under the loan's lock."""
    if ahead.loan_id is not None:
        for pledge in lending.pledges_of(session, lending.lock_loan(session, ahead.loan_id).id):
            if pledge.active and pledge.lot_id == lot_id:
                return pledge
    return lending.pledge_of_lot(session, lot_id)


def asked_of(session: Session, closing: Closing, at: Moment) -> list[Question]:
    """Return what a close asks and mostly gets no answer to, to look at all of it at once."""
    lot, deal = lots.get_lot(session, closing.exit.lot_id), closing.deal
    asked = [*billing.asked_of_exit(closing.exit), *lots.asked_of_leaving(closing.exit.id, lot)]
    if closing.loan is not None:
        asked += prices.asked_of_cell(lending.cell_of(lot), at.on)
    if deal is not None:
        asked += [trading.counts_asked(deal), parties.ties_asked(deal.seller_id, deal.buyer_id, at.on)]
    return asked


def take_out(session: Session, closing: Closing, *, by: Actor, at: Moment) -> lots.Taken:
    """Take the goods of an exit out of stock, through its own hold and the pledge's. Raises LotOnHold."""
    through = [closing.exit.hold_id]
    if closing.pledge is not None:
        through.append(closing.pledge.hold_id)
    assert closing.exit.out_grams is not None, "a weighed exit has its weight"
    out = lots.TakeOut(
        lot_id=closing.exit.lot_id, units=closing.exit.units, out_grams=closing.exit.out_grams,
        exit_id=closing.exit.id, through_holds=tuple(through),
    )  # fmt: skip
    return lots.take_out(session, out, by=by, at=at)


def _settle_sale(session: Session, request: CloseExit, closing: Closing, *, by: Actor, at: Moment) -> Paid:
    """Take exactly the load's price from escrow and pay it down the waterfall of the owner's contract."""
    exit_order, deal = closing.exit, closing.deal
    assert deal is not None
    assert exit_order.out_grams is not None
    load = trading.Load(exit_order.id, deal.id, exit_order.units, exit_order.out_grams)
    gross = trading.amount_due(session, deal, exit_order.out_grams)
    trading.post_buyer_money(session, load, gross, by=by, at=at)
    terms = parties.contract_on(session, closing.owner.id, at.on)
    claims = claims_of(session, closing, at=at) | {"commission": commission(gross, terms.commission_bp)}
    applied = waterfall(gross, claims, terms.waterfall)
    short = sum(claims[name] - applied.paid[name] for name in claims if name != "commission")
    if short:
        raise SaleDoesNotCover(short_fen=short)
    buyer = parties.get_party(session, deal.buyer_id)
    legs = (ledger.Leg(f"L:BuyerEscrow:{buyer.code}", gross), *owner_legs(closing.owner.code, terms, applied))
    entry_id, key = _entry_of(request)
    entry = ledger.Entry(entry_id, key, "settlement", "settlement waterfall", at.on, legs)
    journal = ledger.post(session, entry, by=by, at=at)
    paid = Paid(gross, applied, claims, journal.id)
    count_proceeds(session, closing, load, paid, by=by, at=at)
    return paid


def count_proceeds(
    session: Session, closing: Closing, load: trading.Load, paid: Paid, *, by: Actor, at: Moment
) -> None:
    """Count a posted settlement towards invoices and loan, and write the load and its trade down."""
    assert paid.journal_id is not None
    billing.settle_open_invoices(session, closing.exit.id, journal_id=paid.journal_id, by=by, at=at)
    if closing.loan is not None:
        got = paid.applied.paid
        change = lending.Change("paid", at.on, paid.journal_id, got["principal"], got["interest"])
        lending.record_payment(session, closing.loan.id, change, by=by, at=at)
    left = trading.record_load(session, load, paid.gross_fen, by=by, at=at)
    prices.record_trade(session, trading.trade_of(session, left), by=by.trusted_with(Permission.RECORD_PRICE), at=at)


def claims_of(session: Session, closing: Closing, *, at: Moment) -> dict[str, int]:
    """What stands against the proceeds: open charges, interest owed, and the principal this part must repay."""
    fees = billing.open_charges_of_exit(session, closing.exit.id)
    claims = {"storage": fees.storage_fen, "handling": fees.handling_fen}
    if closing.loan is not None and closing.pledge is not None:
        after = lending.position(session, closing.loan.id, at.on)
        terms = lending.terms_of_loan(session, closing.loan)
        claims["interest"] = closing.loan.interest_fen
        claims["principal"] = lending.principal_to_repay(
            closing.loan.principal_fen,
            units_out=closing.exit.units,
            units_pledged=closing.pledge.units - closing.pledge.released_units,
            lien_after_fen=after.exposure.storage_fen + after.exposure.handling_fen,
            value_after=after.value_fen,
            permille=terms.advance_permille,
        )
    return claims


def _entry_of(request: CloseExit) -> tuple[UUID, str]:
    return derived_id(request.id, "settle"), f"settle:{request.exit_id}"


def _accounts(session: Session, closing: Closing, at: Moment) -> list[str]:
    """Return what the posting of a sale will mostly touch, for the books to lock with the invoice's accounts."""
    assert closing.deal is not None
    terms = parties.contract_on(session, closing.owner.id, at.on)
    names = ["storage", "handling"]
    names += ["interest", "principal"] if closing.loan is not None else []
    names += ["commission"] if terms.commission_bp else []
    accounts = accounts_of(closing.owner.code)
    buyer = parties.get_party(session, closing.deal.buyer_id)
    return [f"L:BuyerEscrow:{buyer.code}", accounts["residual"], *(accounts[name] for name in names)]


def accounts_of(owner: str) -> dict[str, str]:
    """Return the account of each claim against the proceeds of an owner's goods, and of what is left."""
    return {
        "costs": f"A:EnforcementCost:{owner}", "storage": f"A:Fee:Storage:{owner}",
        "handling": f"A:Fee:Handling:{owner}", "interest": f"A:Loan:InterestReceivable:{owner}",
        "principal": f"A:Loan:Principal:{owner}", "commission": "R:Commission", "sorting": "R:Sorting",
        "residual": f"L:GrowerPayable:{owner}",
    }  # fmt: skip


def owner_legs(owner: str, terms: parties.ContractTerms, applied: Applied) -> list[ledger.Leg]:
    """Return what an owner's claims and the owner receive; the commission with the tax of his contract in it."""
    accounts = accounts_of(owner)
    legs = [ledger.Leg(accounts["residual"], -applied.residual_fen)]
    for name, fen in applied.paid.items():
        tax = billing.tax_of(fen, terms.tax_permille) if name in TAXED_HERE else 0
        legs += [ledger.Leg(accounts[name], tax - fen), ledger.Leg("L:OutputVAT", -tax)]
    return legs


def _settle_own(session: Session, closing: Closing, *, at: Moment) -> Paid:
    """Check that what the owner paid covers charges and loan as they stand today, the goods being gone."""
    charges = billing.open_charges_of_exit(session, closing.exit.id).total_fen
    open_fen = 0 if closing.exit.cleared_basis == billing.ClearBasis.CREDIT else charges
    needed = open_fen
    if closing.loan is not None:
        needed += needed_after(session, closing.loan, at.on)
    if needed:
        raise LoanNotCovered(needed_fen=needed)
    payments: Sequence[object] = payments_of(session, closing.exit.id)
    paid = {
        name: sum(getattr(row, f"{name}_fen") for row in payments)
        for name in ("storage", "handling", "interest", "principal")
    }
    return Paid(0, Applied(paid, 0), paid, None)


def free_pledge(session: Session, closing: Closing, *, by: Actor, at: Moment) -> None:
    """Release what left from its pledge, and close a loan that is repaid."""
    if closing.pledge is not None and closing.loan is not None:
        lending.release(session, closing.pledge, closing.exit.units, by=by, at=at)
        lending.close_if_repaid(session, closing.loan.id, by=by, at=at)


def close_papers(
    session: Session, request_id: UUID, closing: Closing, taken: lots.Taken, *, by: Actor, at: Moment
) -> billing.IssuedPass:
    """Reduce the receipt, close the exit order and issue the gate pass, whose code is said this once."""
    receipts.reduce_receipt(session, closing.exit.lot_id, closing.exit.units, closing.exit.id, by=by, at=at)
    close = billing.CloseExit(derived_id(request_id, "close"), closing.exit.id, taken.entry_grams, taken.out_grams)
    billing.close_exit_order(session, close, by=by, at=at)
    return gate_pass(session, request_id, closing.exit.id, by=by, at=at)


def gate_pass(session: Session, request_id: UUID, exit_id: UUID, *, by: Actor, at: Moment) -> billing.IssuedPass:
    """Issue the pass of a closed exit; a repeat returns it without its code."""
    ask = billing.IssueGatePass(derived_id(request_id, "gate-pass"), exit_id)
    return billing.issue_gate_pass(session, ask, by=by, at=at)


def record(
    session: Session, row_id: UUID, closing: Closing, taken: lots.Taken, paid: Paid, *, by: Actor, at: Moment
) -> Settlement:
    """Write down where every fen and every gram of a closed exit went; sorting counts as handling."""
    got = paid.applied.paid
    row = Settlement(
        id=row_id, exit_id=closing.exit.id, kind=closing.exit.kind, lot_id=closing.exit.lot_id,
        owner_id=closing.owner.id, buyer_id=closing.deal.buyer_id if closing.deal else closing.exit.buyer_id,
        deal_id=closing.exit.deal_id, loan_id=closing.loan.id if closing.loan else None, units=closing.exit.units,
        entry_grams=taken.entry_grams, out_grams=taken.out_grams, loss_grams=taken.loss_grams,
        gross_fen=paid.gross_fen, storage_fen=got.get("storage", 0),
        handling_fen=got.get("handling", 0) + got.get("sorting", 0),
        interest_fen=got.get("interest", 0), principal_fen=got.get("principal", 0),
        commission_fen=got.get("commission", 0), residual_fen=paid.applied.residual_fen,
        waterfall=[[name, paid.claims[name], fen] for name, fen in got.items()], journal_id=paid.journal_id,
        settled_on=at.on, settled_at=at.at, closed_by_person_id=by.eyes, approved_by_person_id=closing.approver,
    )  # fmt: skip
    append(session, row)
    return row
