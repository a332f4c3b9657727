"""Paying an owner what is his: a cashier's act, never part of a settlement."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import ledger, parties
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.settlement.errors import NothingToPayOut, PayeeMissing
from wms.settlement.queries import payable
from wms.settlement.rules import PayOut
from wms.settlement.tables import Payout

CASH = "A:Cash:Settlement"


def pay_out(session: Session, request: PayOut, *, by: Actor, at: Moment) -> Payout:
    """Pay a party from what is owed to it, to its bank account in force.

    Money in fen. Locks the accounts. Posts debit payable, credit cash. A repeat returns the first payout.
    Raises Forbidden, PartyNotFound, PayeeMissing, NothingToPayOut, RequestIdReused.
    """
    by.must(Permission.PAY_OUT)
    if not idempotency.claim(session, request.id, "settlement.pay_out", asdict(request), by=by, at=at):
        return session.get_one(Payout, request.id)
    party = parties.get_party(session, request.party_id)
    payee = parties.payee_of(session, party.id, at.at)
    if payee is None:
        raise PayeeMissing
    account = f"L:GrowerPayable:{party.code}"
    ledger.lock_accounts(session, [account, CASH], at=at)
    owed = payable(session, party.id)
    if not 0 < request.paid_fen <= owed:
        raise NothingToPayOut(payable_fen=owed, asked_fen=request.paid_fen)
    legs = (ledger.Leg(account, request.paid_fen), ledger.Leg(CASH, -request.paid_fen))
    entry = ledger.Entry(request.id, f"payout:{request.id}", "payout", "paid out to the owner", at.on, legs)
    journal = ledger.post(session, entry, by=by, at=at)
    row = Payout(
        id=request.id, party_id=party.id, paid_fen=request.paid_fen, reference=request.reference,
        account_name=payee.account_name, bank=payee.bank, account_number=payee.account_number,
        journal_id=journal.id, paid_on=at.on, paid_at=at.at, actor_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    audit.record(session, "settlement.pay_out", ("party", party.id), by=by, at=at, paid_fen=request.paid_fen)
    return row
