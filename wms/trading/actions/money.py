"""The buyer's money before the goods leave: wallet, deposit, balance, bank payments."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import billing, ledger, parties
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.trading.actions import accounts
from wms.trading.actions.dealing import lock_visible_deal
from wms.trading.actions.steps import lock_deal, step
from wms.trading.errors import BankReferenceUsed, DealNotFound, DealOver, FenInvalid
from wms.trading.rules.deal_states import HOLDING, Event, State, next_state
from wms.trading.rules.requests import BankPayment, HoldMoney, TopUp
from wms.trading.tables import Deal, WalletTopUp

BANK = billing.PaymentMethod.BANK


def top_up_wallet(session: Session, request: TopUp, *, by: Actor, at: Moment) -> WalletTopUp:
    """Write down money that came into a buyer's wallet; `request.id` becomes the row's id.

    Posts Dr cash, Cr the buyer's wallet. Locks the buyer and the accounts. A repeat returns the first row.
    Raises Forbidden, PartyNotFound, FenInvalid, BankReferenceUsed, PaymentTwice, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "trading.top_up_wallet", asdict(request), by=by, at=at):
        return session.get_one(WalletTopUp, request.id)
    if request.fen <= 0:
        raise FenInvalid
    buyer = parties.lock_party(session, request.buyer_id)
    require_new(session, request.bank_reference)
    entry = ledger.Entry(
        id=derived_id(request.id, "journal"),
        key=f"top-up-{request.id}",
        kind="wallet_top_up",
        memo="buyer wallet top-up",
        effective_on=at.on,
        legs=(ledger.Leg(accounts.CASH, request.fen), ledger.Leg(accounts.wallet(session, buyer.id), -request.fen)),
    )
    journal = ledger.post(session, entry, by=by, at=at)
    take(session, request.bank_reference, journal)
    row = WalletTopUp(
        id=request.id,
        buyer_id=buyer.id,
        fen=request.fen,
        bank_reference=request.bank_reference,
        journal_id=journal.id,
        received_at=at.at,
        received_on=at.on,
    )
    append(session, row)
    audit.record(session, "trading.top_up_wallet", ("party", buyer.id), by=by, at=at, fen=request.fen)
    return row


def hold_deposit(session: Session, request: HoldMoney, *, by: Actor, at: Moment) -> Deal:
    """Hold a deal's deposit on the buyer's wallet, less what came by bank: held counts as received by contract.

    By the buyer or by who takes payments. Locks lot, listing, deal and the wallet. A repeat changes nothing.
    Raises Forbidden, DealNotFound, EventRefused, BalanceShort, RequestIdReused.
    """
    _must_pay(by)
    deal = _lock_payer(session, request, by)
    if not idempotency.claim(session, request.id, "trading.hold_deposit", asdict(request), by=by, at=at):
        return deal
    next_state(State(deal.state), Event.RECEIVE_DEPOSIT)
    missing = deal.deposit_fen - deal.escrow_fen
    if missing > 0:
        accounts.stand(deal, "deposit", accounts.hold(session, deal, "deposit", missing, by=by, at=at), missing)
    advance(session, deal, by=by, at=at)
    return deal


def hold_balance(session: Session, request: HoldMoney, *, by: Actor, at: Moment) -> Deal:
    """Hold the balance on the buyer's wallet, less what came by bank; the deal becomes releasable.

    The balance is the value of the book weight less the loss standard, less the deposit; it is posted on the weight
    that leaves. By the buyer or by who takes payments. Locks lot, listing, deal and the wallet. A repeat changes
    nothing. Raises Forbidden, DealNotFound, EventRefused, BalanceShort, RequestIdReused.
    """
    _must_pay(by)
    deal = _lock_payer(session, request, by)
    if not idempotency.claim(session, request.id, "trading.hold_balance", asdict(request), by=by, at=at):
        return deal
    next_state(State(deal.state), Event.RECEIVE_BALANCE)
    missing = deal.deposit_fen + deal.balance_fen - deal.escrow_fen - deal.deposit_held_fen
    if missing > 0:
        accounts.stand(deal, "balance", accounts.hold(session, deal, "balance", missing, by=by, at=at), missing)
    advance(session, deal, by=by, at=at)
    return deal


def receive_bank_payment(session: Session, request: BankPayment, *, by: Actor, at: Moment) -> Deal:
    """Write down money that came into escrow for a deal; moves the deal on once it covers deposit or balance.

    Posts Dr cash, Cr the buyer's escrow. Locks lot, listing, deal, the buyer and the accounts. A repeat changes
    nothing. Raises Forbidden, DealNotFound, DealOver, FenInvalid, BankReferenceUsed, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    deal = lock_deal(session, request.deal_id)
    if not idempotency.claim(session, request.id, "trading.receive_bank_payment", asdict(request), by=by, at=at):
        return deal
    if request.fen <= 0:
        raise FenInvalid
    if State(deal.state) not in HOLDING:
        raise DealOver(state=deal.state)
    parties.lock_party(session, deal.buyer_id)
    require_new(session, request.bank_reference)
    legs = (
        ledger.Leg(accounts.CASH, request.fen),
        ledger.Leg(accounts.escrow(session, deal.buyer_id), -request.fen),
    )
    memo = "buyer pays in full" if request.fen >= deal.deposit_fen + deal.balance_fen else "buyer pays a part"
    journal = ledger.post(session, accounts.entry(session, deal, "pay", memo, legs, at), by=by, at=at)
    take(session, request.bank_reference, journal)
    trace = accounts.Trace(journal_id=journal.id, bank=(request.id, request.bank_reference))
    accounts.note(session, deal, "bank_in", request.fen, trace=trace, at=at)
    deal.escrow_fen += request.fen
    session.flush()
    advance(session, deal, by=by, at=at)
    return deal


def advance(session: Session, deal: Deal, *, by: Actor, at: Moment) -> None:
    """Move a locked deal on as far as its money reaches: deposit received, balance asked, balance received."""
    covered = deal.escrow_fen + deal.deposit_held_fen + deal.balance_held_fen
    if deal.state == State.DEPOSIT_DUE.value and covered >= deal.deposit_fen:
        step(session, deal, Event.RECEIVE_DEPOSIT, by=by, at=at, covered_fen=covered)
        step(session, deal, Event.ASK_BALANCE, by=by, at=at, balance_fen=deal.balance_fen)
    if deal.state == State.BALANCE_DUE.value and covered >= deal.deposit_fen + deal.balance_fen:
        step(session, deal, Event.RECEIVE_BALANCE, by=by, at=at, covered_fen=covered)
    session.flush()


def require_new(session: Session, reference: str) -> None:
    """Refuse a bank transfer that was written down before, for a wallet, a deal or an invoice: it is money once."""
    if reference and billing.is_reference_taken(session, BANK, reference):
        raise BankReferenceUsed(reference=reference)


def take(session: Session, reference: str, journal: ledger.Journal) -> None:
    """Take a bank transfer's number for the journal that booked it; waits for whoever is taking it at this moment."""
    billing.take_reference(session, BANK, reference, journal.id)


def _must_pay(by: Actor) -> None:
    by.must(Permission.TAKE_PAYMENT if by.party_id is None else Permission.ASK_QUOTE)


def _lock_payer(session: Session, request: HoldMoney, by: Actor) -> Deal:
    deal = lock_visible_deal(session, request.deal_id, by)
    if by.party_id is not None and by.party_id != deal.buyer_id:
        raise DealNotFound
    return deal
