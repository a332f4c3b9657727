"""What the books show of charges: settled, open, and money set aside for them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from wms import ledger
from wms.billing.rules.requests import Fees
from wms.billing.rules.states import CreditState
from wms.billing.tables import CreditLimit, CreditRequest, Invoice, InvoiceSettlement
from wms.kernel.clock import Moment
from wms.ledger.tables import Hold, HoldEvent, Journal, Posting

FEE_STORAGE, FEE_HANDLING = "A:Fee:Storage", "A:Fee:Handling"
BUYER_MONEY = ("L:BuyerWallet:", "L:BuyerEscrow:")


def open_charges_of_exit(session: Session, exit_id: UUID) -> Fees:
    """Return what is billed for an exit and not settled."""
    query = select(
        func.coalesce(func.sum(Invoice.storage_fen), 0), func.coalesce(func.sum(Invoice.handling_fen), 0)
    ).where(Invoice.exit_id == exit_id)
    billed = session.execute(query).one()
    query = (
        select(
            func.coalesce(func.sum(InvoiceSettlement.storage_fen), 0),
            func.coalesce(func.sum(InvoiceSettlement.handling_fen), 0),
        )
        .join(Invoice, Invoice.id == InvoiceSettlement.invoice_id)
        .where(Invoice.exit_id == exit_id, InvoiceSettlement.journal_id.not_in(reversed_journals()))
    )
    settled = session.execute(query).one()
    return Fees(int(billed[0]) - int(settled[0]), int(billed[1]) - int(settled[1]))


def billed_of_exit(session: Session, exit_id: UUID) -> int:
    """Return what is billed for an exit, settled or not, in fen."""
    billed = select(func.coalesce(func.sum(Invoice.total_fen), 0)).where(Invoice.exit_id == exit_id)
    return int(session.scalar(billed) or 0)


def open_of_party(session: Session, party_id: UUID) -> int:
    """Return what is billed to a party and not settled, in fen."""
    billed = select(func.coalesce(func.sum(Invoice.total_fen), 0)).where(Invoice.party_id == party_id)
    settled = _settled().join(Invoice, Invoice.id == InvoiceSettlement.invoice_id).where(Invoice.party_id == party_id)
    return int(session.scalar(billed) or 0) - int(session.scalar(settled) or 0)


def settled_of_invoice(session: Session, invoice_id: UUID) -> tuple[int, int]:
    """Return how much storage and handling of an invoice is settled, in fen; reversed journals settle nothing."""
    query = select(
        func.coalesce(func.sum(InvoiceSettlement.storage_fen), 0),
        func.coalesce(func.sum(InvoiceSettlement.handling_fen), 0),
    ).where(InvoiceSettlement.invoice_id == invoice_id, InvoiceSettlement.journal_id.not_in(reversed_journals()))
    storage, handling = session.execute(query).one()
    return int(storage), int(handling)


def fee_credits_left(session: Session, journal_id: UUID, party_code: str) -> tuple[int, int]:
    """Return what a journal credits to a party's storage and handling fees, less what it settled already, in fen.

    Negative where more was settled than credited, which only `check` should ever see.
    """
    query = select(Posting.account, func.sum(Posting.fen)).where(Posting.journal_id == journal_id)
    credited = {account: -int(fen) for account, fen in session.execute(query.group_by(Posting.account))}
    used = session.execute(
        select(
            func.coalesce(func.sum(InvoiceSettlement.storage_fen), 0),
            func.coalesce(func.sum(InvoiceSettlement.handling_fen), 0),
        ).where(InvoiceSettlement.journal_id == journal_id)
    ).one()
    storage = credited.get(f"{FEE_STORAGE}:{party_code}", 0) - int(used[0])
    handling = credited.get(f"{FEE_HANDLING}:{party_code}", 0) - int(used[1])
    return storage, handling


def buyer_money(session: Session, hold_ids: Iterable[UUID], escrow: str | None, at: Moment) -> int:
    """Return what the ledger shows as buyers' money in fen: open, unexpired holds, and what an escrow account has."""
    held = sum(_held(session, hold_id, at) for hold_id in set(hold_ids))
    there = ledger.available(session, escrow) if escrow is not None and escrow.startswith(BUYER_MONEY) else 0
    return held + max(0, there)


def _held(session: Session, hold_id: UUID, at: Moment) -> int:
    hold = session.get(Hold, hold_id)
    if hold is None or hold.expires_at <= at.at or not hold.account.startswith(BUYER_MONEY):
        return 0
    ended = session.scalar(select(HoldEvent.hold_id).where(HoldEvent.hold_id == hold_id))
    return 0 if ended is not None else hold.fen


def credit_limit_on(session: Session, party_id: UUID, on: date) -> int:
    """Return how much a party may owe in charges on a day, in fen; nothing unless somebody said so."""
    query = (
        select(CreditLimit.limit_fen)
        .where(CreditLimit.party_id == party_id, CreditLimit.effective_from <= on)
        .order_by(CreditLimit.effective_from.desc(), CreditLimit.set_at.desc(), CreditLimit.id.desc())
        .limit(1)
    )
    return session.scalar(query) or 0


def credit_promised(session: Session, party_id: UUID, at: Moment) -> int:
    """Return the approved, unused, unexpired credit of a party in fen."""
    query = select(func.coalesce(func.sum(CreditRequest.credit_fen), 0)).where(
        CreditRequest.party_id == party_id,
        CreditRequest.state == CreditState.APPROVED.value,
        CreditRequest.expires_at > at.at,
    )
    return int(session.scalar(query) or 0)


def reversed_journals() -> Select[UUID | None]:
    """Return the query for the ids of journals that were reversed."""
    return select(Journal.reverses_id).where(Journal.reverses_id.is_not(None))


def _settled() -> Select[int]:
    total = func.sum(InvoiceSettlement.storage_fen + InvoiceSettlement.handling_fen)
    return select(func.coalesce(total, 0)).where(InvoiceSettlement.journal_id.not_in(reversed_journals()))
