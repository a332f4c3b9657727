"""One bank transfer of a buyer for several deals at once."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import ledger, parties
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.trading.actions import accounts
from wms.trading.actions.money import advance, require_new, take
from wms.trading.actions.steps import lock_deal
from wms.trading.errors import BuyersDiffer, DealOver, FenInvalid
from wms.trading.rules.deal_states import HOLDING, State
from wms.trading.rules.requests import PooledPayment
from wms.trading.tables import Deal


def receive_pooled_payment(session: Session, request: PooledPayment, *, by: Actor, at: Moment) -> list[Deal]:
    """Write down one transfer into escrow for several deals of one buyer; each moves on as far as its part reaches.

    Posts Dr cash, Cr the buyer's escrow, once. Locks lots, listings and deals in the order given, the buyer and the
    accounts. A repeat changes nothing.
    Raises Forbidden, DealNotFound, BuyersDiffer, DealOver, FenInvalid, BankReferenceUsed, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    parts = {part.deal_id: part.fen for part in request.parts}
    deals = [lock_deal(session, deal_id) for deal_id in sorted(parts)]
    if not idempotency.claim(session, request.id, "trading.receive_pooled_payment", asdict(request), by=by, at=at):
        return deals
    if not deals or len(parts) != len(request.parts) or min(parts.values()) <= 0:
        raise FenInvalid
    if len({deal.buyer_id for deal in deals}) != 1:
        raise BuyersDiffer
    for deal in deals:
        if State(deal.state) not in HOLDING:
            raise DealOver(state=deal.state)
    buyer = parties.lock_party(session, deals[0].buyer_id)
    require_new(session, request.bank_reference)
    fen = sum(parts.values())
    entry = ledger.Entry(
        id=derived_id(request.id, "journal"),
        key=f"pooled-{request.id}",
        kind="deal_pay",
        memo=f"one buyer, {len(deals)} deals",
        effective_on=at.on,
        legs=(ledger.Leg(accounts.CASH, fen), ledger.Leg(accounts.escrow(session, buyer.id), -fen)),
    )
    journal = ledger.post(session, entry, by=by, at=at)
    take(session, request.bank_reference, journal)
    for deal in deals:
        bank = (derived_id(request.id, deal.id), request.bank_reference)
        trace = accounts.Trace(journal_id=journal.id, bank=bank)
        accounts.note(session, deal, "bank_in", parts[deal.id], trace=trace, at=at)
        deal.escrow_fen += parts[deal.id]
        session.flush()
        advance(session, deal, by=by, at=at)
    return deals
