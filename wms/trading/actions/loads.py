"""Goods of a deal leave: the buyer's money becomes escrow on catch weight, and the deal moves through the gate.

Settlement calls these inside its one transaction: `lock_deal`, `amount_due`, `post_buyer_money`, its own posting out of
escrow, `record_load`.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from wms import ledger
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.trading.actions import accounts
from wms.trading.actions.steps import lock_deal, step
from wms.trading.errors import BuyerMoneyShort, EventRefused, MoreThanDeal
from wms.trading.queries.listings import policy_at
from wms.trading.rules.deal_states import LOADING, Event, State
from wms.trading.rules.money import deposit_share
from wms.trading.rules.requests import Load
from wms.trading.tables import Deal, DealLoad


@dataclass(frozen=True, slots=True)
class Use:
    """Post `fen` of a hold into escrow and end `ended_fen` of it; what is left stays held."""

    kind: str
    fen: int
    ended_fen: int
    memo: str


LEAVING = {State.RELEASABLE: 0, State.PICKING: 1, State.LOADED: 2, State.WEIGHED: 3}


def post_buyer_money(session: Session, load: Load, gross_fen: int, *, by: Actor, at: Moment) -> None:
    """Bring `gross_fen` of a load into escrow: what is there counts, then its part of the deposit, then the balance.

    The balance is posted on catch weight: less than was held sets the rest free, more is taken from what the wallet
    has available. Posts wallet → escrow, at most twice. Money of later loads stays held. Locks lot, listing, deal,
    accounts. Not repeatable by itself: call it once in the transaction that closes the exit.
    Raises Forbidden, DealNotFound, EventRefused, MoreThanDeal, BuyerMoneyShort.
    """
    by.must(Permission.CLOSE_EXIT)
    deal = _lock_leaving(session, load)
    last = deal.units_out + load.units == deal.units
    missing = gross_fen - deal.escrow_fen
    part = _deposit_part(deal, load, last)
    taken = min(max(missing, 0), part)
    deposit = Use("deposit", taken, part if last else taken, "post the hold: deposit becomes escrow")
    _use(session, deal, deposit, by=by, at=at)
    missing = max(gross_fen - deal.escrow_fen, 0)
    if missing > deal.balance_held_fen:
        _raise_balance(session, deal, missing, gross_fen, by=by, at=at)
    balance = Use("balance", missing, deal.balance_held_fen if last else missing, "balance on catch weight")
    _use(session, deal, balance, by=by, at=at)


def record_load(session: Session, load: Load, gross_fen: int, *, by: Actor, at: Moment) -> DealLoad:
    """Write down that goods of a deal left for `gross_fen`, which settlement took out of escrow.

    Walks the deal through the gate to settled, or back to releasable while units are left; after the last load what is
    still in escrow goes back to the wallet. The lot's sale hold was consumed by taking the goods out. Locks lot,
    listing, deal, accounts. Raises Forbidden, DealNotFound, EventRefused, MoreThanDeal, BuyerMoneyShort.
    """
    by.must(Permission.CLOSE_EXIT)
    deal = _lock_leaving(session, load)
    if deal.escrow_fen < gross_fen:
        raise BuyerMoneyShort(due_fen=gross_fen, covered_fen=deal.escrow_fen)
    row = DealLoad(
        id=load.id,
        deal_id=deal.id,
        units=load.units,
        out_grams=load.out_grams,
        gross_fen=gross_fen,
        left_at=at.at,
        left_on=at.on,
    )
    append(session, row)
    deal.units_out += load.units
    deal.grams_out += load.out_grams
    deal.billed_fen += gross_fen
    deal.escrow_fen -= gross_fen
    if gross_fen:
        accounts.note(session, deal, "used", gross_fen, at=at)
    for event in LOADING[LEAVING[State(deal.state)] :]:
        step(session, deal, event, by=by, at=at, exit_id=load.id)
    if deal.units_out < deal.units:
        step(session, deal, Event.NEXT_LOAD, by=by, at=at, units_left=deal.units - deal.units_out)
        return row
    accounts.refund(session, deal, by=by, at=at)
    step(session, deal, Event.SETTLE, by=by, at=at, gross_fen=deal.billed_fen)
    deal.due_at = at.at + timedelta(hours=policy_at(session, at.at).claim_hours)
    return row


def _lock_leaving(session: Session, load: Load) -> Deal:
    deal = lock_deal(session, load.deal_id)
    if State(deal.state) not in LEAVING:
        raise EventRefused(state=deal.state, event=Event.EXIT.value)
    left = deal.units - deal.units_out
    if not 1 <= load.units <= left:
        raise MoreThanDeal(left_units=left, asked_units=load.units)
    return deal


def _deposit_part(deal: Deal, load: Load, last: bool) -> int:
    """What the deposit on the wallet gives to this load; the last takes all that stands."""
    if last:
        return deal.deposit_held_fen
    share = deposit_share(deal.deposit_fen, units_before=deal.units_out, units=load.units, of=deal.units)
    return min(share, deal.deposit_held_fen)


def _use(session: Session, deal: Deal, use: Use, *, by: Actor, at: Moment) -> None:
    held_id, held = accounts.standing(deal, use.kind)
    if held_id is None or not use.ended_fen:
        return
    if not use.fen:
        accounts.set_free(session, deal, use.kind, by=by, at=at)
    else:
        legs = (
            ledger.Leg(accounts.wallet(session, deal.buyer_id), use.fen),
            ledger.Leg(accounts.escrow(session, deal.buyer_id), -use.fen),
        )
        entry = accounts.entry(session, deal, "post", use.memo, legs, at)
        journal = ledger.post_hold(session, held_id, entry, by=by, at=at)
        accounts.note(session, deal, "to_escrow", use.fen, trace=accounts.Trace(held_id, journal.id), at=at)
        deal.escrow_fen += use.fen
        accounts.stand(deal, use.kind, None, 0)
    rest = held - use.ended_fen
    if rest > 0:
        accounts.stand(deal, use.kind, accounts.hold(session, deal, use.kind, rest, by=by, at=at), rest)


def _raise_balance(session: Session, deal: Deal, fen: int, gross_fen: int, *, by: Actor, at: Moment) -> None:
    """Hold more for a balance that weighed out dearer than was held; without money the gate waits."""
    free = ledger.available(session, accounts.wallet(session, deal.buyer_id))
    if fen > deal.balance_held_fen + free:
        covered = deal.escrow_fen + deal.balance_held_fen + free
        raise BuyerMoneyShort(due_fen=gross_fen, covered_fen=covered)
    accounts.set_free(session, deal, "balance", by=by, at=at)
    accounts.stand(deal, "balance", accounts.hold(session, deal, "balance", fen, by=by, at=at), fen)
