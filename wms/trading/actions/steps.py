"""One step of a deal's table, written down; and who speaks for which side."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from wms import lots
from wms.kernel import audit
from wms.kernel.actor import Actor, Permission
from wms.kernel.asking import Question, ask, read_under
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.errors import Forbidden
from wms.kernel.evidence import append
from wms.kernel.ids import new_id
from wms.kernel.writing import lock
from wms.trading.errors import ConsentMissing, DealNotFound
from wms.trading.queries.listings import lock_listing
from wms.trading.rules.deal_states import Event, State, next_state
from wms.trading.rules.requests import Consent
from wms.trading.rules.terms import Side
from wms.trading.tables import Deal, DealEvent, DealMoney, Listing, Rfq

SPEAKS = {Side.BUYER: Permission.ASK_QUOTE, Side.SELLER: Permission.ANSWER_QUOTE}


@dataclass(slots=True)
class Counted:
    """How often a deal moved money and took a step; whoever adds one counts it here."""

    movements: int
    steps: int


def must_speak(by: Actor) -> None:
    """Raise Forbidden unless `by` may speak for some side: as a buyer, as an owner, or as the store for either."""
    if not {*SPEAKS.values(), Permission.RUN_BOARD} & by.permissions:
        raise Forbidden(permission=Permission.ASK_QUOTE.value)


def side_of(row: Deal | Rfq, by: Actor, silent: Side, consent: Consent | None) -> Side:
    """Return which side `by` speaks for. The store speaks for the `silent` side, with its consent on the phone.

    Raises Forbidden, ConsentMissing; for a stranger the caller has answered "not found" before.
    """
    mine = {row.buyer_id: Side.BUYER, row.seller_id: Side.SELLER}.get(by.party_id) if by.party_id else None
    if mine is not None:
        by.must(SPEAKS[mine])
        return mine
    by.must(Permission.RUN_BOARD)
    if consent is None or not consent.caller.strip() or not consent.phone.strip():
        raise ConsentMissing
    return silent


def lock_deal(session: Session, deal_id: UUID) -> Deal:
    """Return a deal, locked with its lot and its listing until the transaction ends, read afresh. Raises DealNotFound.

    Order: lot, listing, deal; ledger accounts come after.
    """
    found = session.get(Deal, deal_id)
    if found is None:
        raise DealNotFound
    if found.lot_id is not None:
        lots.lock_lots(session, [found.lot_id])
    lock_listing(session, found.listing_id)
    deal = lock(session, Deal, deal_id)
    assert deal is not None, "deals are never deleted"
    return deal


def counted(session: Session, deal: Deal) -> Counted:
    """Return how often a deal moved money and took a step; read once while it is locked, then counted on."""

    def read() -> Counted:
        (found,) = ask(session, counts_asked(deal))
        return Counted(*found)

    return read_under(session, (Deal, deal.id), "counted", (), read)


def counts_asked(deal: Deal) -> Question:
    """Return the question how often a deal moved money and took a step so far."""
    return Question("counts", (Deal, deal.id), (DealMoney, DealEvent), _counts(), {"deal": deal.id}, told=True)


@cache
def _counts() -> Select[int, int]:
    movements = select(func.count()).where(DealMoney.deal_id == bindparam("deal"))
    steps = select(func.coalesce(func.max(DealEvent.n), 0)).where(DealEvent.deal_id == bindparam("deal"))
    return select(movements.scalar_subquery(), steps.scalar_subquery())


def listing_of(session: Session, deal: Deal) -> Listing:
    """Return the listing of a locked deal."""
    return session.get_one(Listing, deal.listing_id)


def step(session: Session, deal: Deal, event: Event, *, by: Actor, at: Moment, **details: Any) -> None:
    """Take one step of a locked deal and write it down. Raises EventRefused."""
    before = State(deal.state)
    after = next_state(before, event)
    count = counted(session, deal)
    row = DealEvent(
        id=new_id(at),
        deal_id=deal.id,
        n=count.steps + 1,
        event=event.value,
        state_before=before.value,
        state_after=after.value,
        details=plain(details),
        account_id=by.account_id,
        person_id=by.person_id,
        happened_at=at.at,
        happened_on=at.on,
    )
    append(session, row)
    count.steps += 1
    deal.state = after.value
    deal.due_at = None
    audit.record(session, f"trading.{event.value}", ("deal", deal.id), by=by, at=at)
