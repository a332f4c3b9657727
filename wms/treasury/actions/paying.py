"""Money paid back to a buyer, and money the bank gave back."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import ledger, parties, settlement
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.treasury.errors import AmountNotPositive, NoPayee, PayoutNotFound, PayoutReturned, WordsMissing
from wms.treasury.queries.entries import CASH
from wms.treasury.rules.requests import RefundWallet, ReturnPayout
from wms.treasury.tables import PayoutReturn, WalletRefund


def refund_wallet(session: Session, request: RefundWallet, *, by: Actor, at: Moment) -> WalletRefund:
    """Pay money of a buyer's wallet back, to its bank account in force; what is held stays.

    Fen. Posts Dr L:BuyerWallet, Cr A:Cash:Settlement. Locks the party and the accounts. A repeat returns the first
    refund. Raises Forbidden, PartyNotFound, AmountNotPositive, WordsMissing, NoPayee, BalanceShort, RequestIdReused.
    """
    by.must(Permission.PAY_OUT)
    if not idempotency.claim(session, request.id, "treasury.refund_wallet", asdict(request), by=by, at=at):
        return session.get_one(WalletRefund, request.id)
    if request.fen <= 0:
        raise AmountNotPositive(fen=request.fen)
    if not request.reference.strip():
        raise WordsMissing
    party = parties.lock_party(session, request.party_id)
    payee = parties.payee_of(session, party.id, at.at)
    if payee is None:
        raise NoPayee
    legs = (ledger.Leg(f"L:BuyerWallet:{party.code}", request.fen), ledger.Leg(CASH, -request.fen))
    entry = ledger.Entry(
        derived_id(request.id, "journal"), f"wallet-refund:{request.id}", "wallet_refund", "wallet paid back", at.on,
        legs,
    )  # fmt: skip
    journal = ledger.post(session, entry, by=by, at=at)
    row = WalletRefund(
        id=request.id, party_id=party.id, refund_fen=request.fen, bank_reference=request.reference.strip(),
        account_name=payee.account_name, bank=payee.bank, account_number=payee.account_number, journal_id=journal.id,
        refunded_on=at.on, refunded_at=at.at, account_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    audit.record(session, "treasury.refund_wallet", ("party", party.id), by=by, at=at, refund_fen=request.fen)
    return row


def return_payout(session: Session, request: ReturnPayout, *, by: Actor, at: Moment) -> PayoutReturn:
    """Write down that the bank gave a payout back: the party is owed it again. Each payout comes back once.

    Posts Dr A:Cash:Settlement, Cr L:GrowerPayable, of the whole payout. Locks the party and the accounts. A repeat
    returns the first row. Raises Forbidden, PayoutNotFound, PayoutReturned, WordsMissing, RequestIdReused.
    """
    by.must(Permission.PAY_OUT)
    if not idempotency.claim(session, request.id, "treasury.return_payout", asdict(request), by=by, at=at):
        return session.get_one(PayoutReturn, request.id)
    payout = session.get(settlement.Payout, request.payout_id)
    if payout is None:
        raise PayoutNotFound(payout_id=request.payout_id)
    if not request.reason.strip() or not request.reference.strip():
        raise WordsMissing
    party = parties.lock_party(session, payout.party_id)
    if session.scalar(select(PayoutReturn.id).where(PayoutReturn.payout_id == payout.id)) is not None:
        raise PayoutReturned
    legs = (ledger.Leg(CASH, payout.paid_fen), ledger.Leg(f"L:GrowerPayable:{party.code}", -payout.paid_fen))
    entry = ledger.Entry(
        derived_id(request.id, "journal"), f"payout-returned:{payout.id}", "payout_returned",
        "given back by the bank", at.on, legs,
    )  # fmt: skip
    journal = ledger.post(session, entry, by=by, at=at)
    row = PayoutReturn(
        id=request.id, payout_id=payout.id, bank_reference=request.reference.strip(), reason=request.reason.strip(),
        journal_id=journal.id, returned_on=at.on, returned_at=at.at, account_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    audit.record(session, "treasury.return_payout", ("party", party.id), by=by, at=at, paid_fen=payout.paid_fen)
    return row
