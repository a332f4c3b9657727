"""A buyer's money in a deal: ledger accounts, holds and postings, each written down beside the deal."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from wms import ledger, parties
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.trading.actions.steps import counted
from wms.trading.queries.listings import policy_at
from wms.trading.tables import Deal, DealMoney

CASH = "A:Cash:Settlement"
FORFEIT = "R:Forfeit"


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a movement of money is found again: ledger hold, journal, and (request id, bank's reference)."""

    hold_id: UUID | None = None
    journal_id: UUID | None = None
    bank: tuple[UUID, str] | None = None


NO_TRACE = Trace()


def wallet(session: Session, party_id: UUID) -> str:
    """Return the account of a buyer's free and held money."""
    return f"L:BuyerWallet:{_code(session, party_id)}"


def escrow(session: Session, party_id: UUID) -> str:
    """Return the account of a buyer's money that waits for settlement."""
    return f"L:BuyerEscrow:{_code(session, party_id)}"


def payable(session: Session, party_id: UUID) -> str:
    """Return the account of what an owner is to be paid."""
    return f"L:GrowerPayable:{_code(session, party_id)}"


def penalty_accounts(session: Session, deal: Deal) -> tuple[str, str]:
    """Return the claim on a defaulting seller and the debt to his buyer that is paid from it."""
    return f"A:Penalty:{_code(session, deal.seller_id)}", f"L:PenaltyPayable:{_code(session, deal.buyer_id)}"


def hold(session: Session, deal: Deal, kind: str, fen: int, *, by: Actor, at: Moment) -> UUID:
    """Hold money on the buyer's wallet for a deal and return the ledger hold's id. Raises BalanceShort."""
    n = _next(session, deal)
    request = ledger.HoldRequest(
        id=derived_id(deal.id, "hold", n),
        account=wallet(session, deal.buyer_id),
        fen=fen,
        expires_at=at.at + timedelta(days=policy_at(session, at.at).hold_days),
        reason=f"{deal.number} {kind}",
    )
    held = ledger.hold(session, request, by=by, at=at)
    note(session, deal, f"{kind}_held", fen, trace=Trace(held.id), at=at)
    return held.id


def set_free(session: Session, deal: Deal, kind: str, *, by: Actor, at: Moment) -> None:
    """Void the standing hold of a kind ("deposit" or "balance") of a deal, if there is one."""
    held_id, fen = standing(deal, kind)
    if held_id is None:
        return
    ledger.void_hold(session, held_id, by=by, at=at)
    note(session, deal, "set_free", fen, trace=Trace(held_id), at=at)
    stand(deal, kind, None, 0)


def standing(deal: Deal, kind: str) -> tuple[UUID | None, int]:
    """Return the standing hold of a kind and its amount in fen."""
    return getattr(deal, f"{kind}_hold_id"), getattr(deal, f"{kind}_held_fen")


def stand(deal: Deal, kind: str, hold_id: UUID | None, fen: int) -> None:
    """Set the standing hold of a kind."""
    setattr(deal, f"{kind}_hold_id", hold_id)
    setattr(deal, f"{kind}_held_fen", fen)


def entry(session: Session, deal: Deal, what: str, memo: str, legs: tuple[ledger.Leg, ...], at: Moment) -> ledger.Entry:
    """Return the next entry of a deal, keyed by its number and count."""
    n = _next(session, deal)
    return ledger.Entry(
        id=derived_id(deal.id, "journal", n),
        key=f"{deal.number}-{what}-{n}",
        kind=f"deal_{what}",
        memo=memo,
        effective_on=at.on,
        legs=legs,
    )


def note(
    session: Session,
    deal: Deal,
    kind: str,
    fen: int,
    *,
    trace: Trace = NO_TRACE,
    at: Moment,
) -> None:
    """Write down one movement or reservation of money in a deal."""
    count = counted(session, deal)
    row_id, reference = trace.bank or (derived_id(deal.id, "money", count.movements + 1), "")
    row = DealMoney(
        id=row_id,
        deal_id=deal.id,
        kind=kind,
        fen=fen,
        ledger_hold_id=trace.hold_id,
        journal_id=trace.journal_id,
        bank_reference=reference,
        happened_at=at.at,
        happened_on=at.on,
    )
    append(session, row)
    count.movements += 1


def refund(session: Session, deal: Deal, *, by: Actor, at: Moment) -> None:
    """Move what is left of a deal in escrow back into the buyer's wallet. Posts escrow → wallet."""
    fen = deal.escrow_fen
    if not fen:
        return
    legs = (ledger.Leg(escrow(session, deal.buyer_id), fen), ledger.Leg(wallet(session, deal.buyer_id), -fen))
    journal = ledger.post(session, entry(session, deal, "refund", "escrow back to wallet", legs, at), by=by, at=at)
    note(session, deal, "refund", fen, trace=Trace(journal_id=journal.id), at=at)
    deal.escrow_fen = 0


def _next(session: Session, deal: Deal) -> int:
    return counted(session, deal).movements + 1


def _code(session: Session, party_id: UUID) -> str:
    return parties.get_party(session, party_id).code
