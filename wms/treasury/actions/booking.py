"""The bank's own charges and interest, booked from its entry: the one money that needs no party."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import ledger
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.treasury.actions.matching import lock_entry, matched
from wms.treasury.errors import EntryUnfit, SecondPersonForItem, WordsMissing
from wms.treasury.queries.entries import CASH, get_entry
from wms.treasury.rules.bank_items import ALONE_FEN, account_of, needs_second
from wms.treasury.rules.requests import BookEntry
from wms.treasury.tables import BankDaySign, BankEntry, BankMatch


def book_entry(
    session: Session, request: BookEntry, *, by: Actor, at: Moment, approver: Actor | None = None
) -> BankMatch:
    """Book an entry, or part of it, as the bank's charge or interest, and match it with what was posted.

    Fen; never more than is left of the entry, whose sign says the side. Posts Dr E:BankCharges or E:BankInterest, Cr
    A:Cash:Settlement for money out; Dr A:Cash:Settlement, Cr R:BankInterest or E:BankCharges for money in: on the
    bank's day, or today if that day was signed off. Above 500 yuan `approver` is another person with CORRECT_BOOKS.
    Locks the entry and the accounts. A repeat returns the first match.
    Raises Forbidden, EntryNotFound, EntryUnfit, WordsMissing, SecondPersonForItem, BooksArchived, RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    if not idempotency.claim(session, request.id, "treasury.book_entry", asdict(request), by=by, at=at):
        return session.get_one(BankMatch, request.id)
    entry = get_entry(session, request.entry_id)
    state = lock_entry(session, entry.id)
    left = state.entry_fen - state.matched_fen
    if not 0 < request.fen <= left:
        raise EntryUnfit(left_fen=left, asked_fen=request.fen)
    words = request.words.strip() or entry.words.strip()
    if not words:
        raise WordsMissing
    second = _second(request.fen, by, approver)
    fen = request.fen if entry.fen > 0 else -request.fen
    legs = (ledger.Leg(CASH, fen), ledger.Leg(account_of(request.item, fen), -fen))
    journal_id = derived_id(request.id, "journal")
    journal = ledger.post(
        session,
        ledger.Entry(
            journal_id, f"bank-{request.item.value}:{request.id}", f"bank_{request.item.value}", words[:200],
            _day_of(session, entry, at), legs,
        ),
        by=by, at=at, approver=second,
    )  # fmt: skip
    match = matched(session, request.id, state, (journal.id, request.fen, True), by=by, at=at)
    audit.record(
        session, "treasury.book_entry", ("bank_entry", entry.id), by=by, at=at, item=request.item.value,
        booked_fen=fen, words=words[:200], approver=second.eyes if second else None,
    )  # fmt: skip
    return match


def _second(fen: int, by: Actor, approver: Actor | None) -> Actor | None:
    if not needs_second(fen):
        return None
    if approver is None or approver.eyes == by.eyes:
        raise SecondPersonForItem(most_fen=ALONE_FEN)
    approver.must(Permission.CORRECT_BOOKS)
    return approver


def _day_of(session: Session, entry: BankEntry, at: Moment) -> date:
    """The bank's own day, as long as nobody signed off a day that would change by it."""
    signed = session.scalar(select(func.max(BankDaySign.signed_for)))
    is_closed = signed is not None and signed >= entry.booked_on
    return at.on if is_closed or entry.booked_on > at.on else entry.booked_on
