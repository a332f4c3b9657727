"""What the books show of charges: settled, open, and money set aside for them."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from wms import ledger
from wms.billing.queries.billed_now import all_invoices_of, open_of_new
from wms.billing.rules.requests import Fees
from wms.billing.rules.states import CreditState, ExitState
from wms.billing.tables import CreditLimit, CreditNote, CreditRequest, ExitOrder, Invoice, InvoiceSettlement
from wms.kernel.clock import Moment
from wms.kernel.writing import fresh
from wms.ledger.tables import Hold, HoldEvent, Journal, Posting

_Amount = ColumnElement[int] | InstrumentedAttribute[int]
FEE_STORAGE, FEE_HANDLING = "A:Fee:Storage", "A:Fee:Handling"
BUYER_MONEY = ("L:BuyerWallet:", "L:BuyerEscrow:")
ON_THE_WAY = (ExitState.CLEARED, ExitState.PICKING, ExitState.WEIGHED)


def open_charges_of_exit(session: Session, exit_id: UUID) -> Fees:
    """Return what is billed for an exit and neither settled nor taken back."""
    mine = all_invoices_of(session, exit_id)
    if mine is None:
        return _fees(session, _open_by("exit_id"), exit_id)
    fees = [open_of_invoice(session, invoice.id) for invoice in mine]
    return Fees(sum(part.storage_fen for part in fees), sum(part.handling_fen for part in fees))


def open_of_party(session: Session, party_id: UUID) -> int:
    """Return what is billed to a party and neither settled nor taken back, in fen."""
    return _fees(session, _open_by("party_id"), party_id).total_fen


def open_in_all(session: Session) -> int:
    """Return what is billed to everybody and neither settled nor taken back, in fen."""
    return _fees(session, _open_by("")).total_fen


def open_of_invoice(session: Session, invoice_id: UUID) -> Fees:
    """Return what of an invoice is neither settled nor taken back."""
    new = open_of_new(session, invoice_id)
    return _fees(session, _open_by("id"), invoice_id) if new is None else new


def billed_of_exit(session: Session, exit_id: UUID) -> int:
    """Return what is billed for an exit, settled or not, in fen."""
    billed = select(func.coalesce(func.sum(Invoice.total_fen), 0)).where(Invoice.exit_id == exit_id)
    return int(session.scalar(billed) or 0)


def settled_of_invoice(session: Session, invoice_id: UUID) -> Fees:
    """Return how much of an invoice is settled; reversed journals settle nothing."""
    return _fees(session, _beside(_settled(Invoice.id == invoice_id)))


def taken_back_of_invoice(session: Session, invoice_id: UUID) -> Fees:
    """Return how much of an invoice credit notes took back, paid or not."""
    query = _sums(CreditNote.storage_fen, CreditNote.handling_fen, CreditNote.invoice_id == invoice_id)
    return _fees(session, _beside(query))


def fee_credits_left(session: Session, journal_id: UUID, party_code: str) -> tuple[int, int]:
    """Return what a journal credits to a party's storage and handling fees, less what it settled already, in fen.

    Negative where more was settled than credited, which only `check` should ever see.
    """
    accounts = [f"{fee}:{party_code}" for fee in (FEE_STORAGE, FEE_HANDLING)]
    posted = ledger.legs_posted_now(session, journal_id)
    if posted:  # nobody else can have counted a journal that is not committed yet
        counted = [row for row in fresh(session, InvoiceSettlement) if row.journal_id == journal_id]
        storage_fen, handling_fen = (-posted.get(account, 0) for account in accounts)
        return (
            storage_fen - sum(row.storage_fen for row in counted),
            handling_fen - sum(row.handling_fen for row in counted),
        )
    credits = select(*[
        func.coalesce(-func.sum(case((Posting.account == account, Posting.fen), else_=0)), 0) for account in accounts
    ]).where(Posting.journal_id == journal_id)  # fmt: skip
    used = _sums(
        InvoiceSettlement.storage_fen, InvoiceSettlement.handling_fen, InvoiceSettlement.journal_id == journal_id
    )
    left = _fees(session, _beside(credits, used))
    return left.storage_fen, left.handling_fen


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
    """Return a party's approved, unexpired credit in fen, and what exits leave on that is not billed yet."""
    leaving = select(ExitOrder.credit_id).where(
        ExitOrder.party_id == party_id,
        ExitOrder.credit_id.is_not(None),
        ExitOrder.state.in_([state.value for state in ON_THE_WAY]),
        ExitOrder.invoiced_on.is_(None),
    )
    good = and_(CreditRequest.state == CreditState.APPROVED.value, CreditRequest.expires_at > at.at)
    query = select(func.coalesce(func.sum(CreditRequest.credit_fen), 0)).where(
        CreditRequest.party_id == party_id, or_(good, CreditRequest.id.in_(leaving))
    )
    return int(session.scalar(query) or 0)


def reversed_journals() -> Select[UUID | None]:
    """Return the query for the ids of journals that were reversed."""
    return select(Journal.reverses_id).where(Journal.reverses_id.is_not(None))


@cache
def _open_by(column: str) -> Select[Any]:
    """Return the query for what is open of the invoices that have `wanted` in a column; of all without a column."""
    which = getattr(Invoice, column) == bindparam("wanted") if column else true()
    unpaid = (
        CreditNote.storage_fen - CreditNote.storage_paid_fen,
        CreditNote.handling_fen - CreditNote.handling_paid_fen,
    )
    taken_back = _sums(*unpaid, CreditNote.invoice_id.in_(select(Invoice.id).where(which)))
    return _beside(_sums(Invoice.storage_fen, Invoice.handling_fen, which), _settled(which), taken_back)


def _settled(which: ColumnElement[bool]) -> Select[int, int]:
    return _sums(
        InvoiceSettlement.storage_fen,
        InvoiceSettlement.handling_fen,
        InvoiceSettlement.invoice_id.in_(select(Invoice.id).where(which)),
        InvoiceSettlement.journal_id.not_in(reversed_journals()),
    )


def _sums(storage: _Amount, handling: _Amount, *which: ColumnElement[bool]) -> Select[int, int]:
    sums = (
        func.coalesce(func.sum(storage), 0).label("storage"),
        func.coalesce(func.sum(handling), 0).label("handling"),
    )
    return select(*sums).where(*which)


def _beside(*queries: Select[int, int]) -> Select[Any]:
    """Return one statement for several pairs of sums."""
    sums = [query.subquery() for query in queries]
    beside: FromClause = sums[0]
    for other in sums[1:]:
        beside = beside.join(other, true())
    return select(*[column for one in sums for column in one.c]).select_from(beside)


def _fees(session: Session, query: Select[Any], wanted: UUID | None = None) -> Fees:
    """Return the first pair of sums, storage and handling, less the pairs after it."""
    row = session.execute(query, {} if wanted is None else {"wanted": wanted}).one()
    return Fees(int(row[0]) - sum(map(int, row[2::2])), int(row[1]) - sum(map(int, row[3::2])))
