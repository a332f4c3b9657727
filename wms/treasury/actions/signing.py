"""A day signed off: books and bank compared, and what explains their difference kept with the signature."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import ledger
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.treasury.errors import DaySigned, DayUncovered, WordsMissing
from wms.treasury.queries.entries import CASH
from wms.treasury.queries.reconciling import Reconciliation, reconciliation, sign_of
from wms.treasury.rules.requests import SignOff
from wms.treasury.tables import BankDaySign


def sign_off_day(session: Session, request: SignOff, *, by: Actor, at: Moment) -> BankDaySign:
    """Sign off that books and bank were compared for a day; open items need a note and are kept with it.

    The statements of every account reach the day without a hole, or the bank's balance told is the one they lead to.
    Posts nothing. Locks the account of the books. A repeat returns the first signature.
    Raises Forbidden, DayUncovered, DaySigned, WordsMissing, RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    if not idempotency.claim(session, request.id, "treasury.sign_off_day", asdict(request), by=by, at=at):
        return session.get_one(BankDaySign, request.id)
    ledger.lock_accounts(session, [CASH], at=at)
    if sign_of(session, request.on) is not None:
        raise DaySigned(on=request.on)
    found = reconciliation(session, request.on)
    reached = found.covered if request.bank_fen is None else request.bank_fen == found.bank_fen
    if not reached or request.on > at.on:
        raise DayUncovered(on=request.on)
    if (found.entries or found.postings) and not request.note.strip():
        raise WordsMissing
    row = BankDaySign(
        id=request.id, signed_for=request.on, book_fen=found.book_fen, bank_fen=found.bank_fen,
        brought_fen=found.brought_fen, open_bank_fen=found.open_bank_fen, open_book_fen=found.open_book_fen,
        open_items=_items(found), note=request.note.strip()[:400], signed_at=at.at, signed_by_person_id=by.eyes,
    )  # fmt: skip
    append(session, row)
    audit.record(
        session, "treasury.sign_off_day", ("bank_day", row.id), by=by, at=at, on=request.on, bank_fen=row.bank_fen,
        book_fen=row.book_fen, open=len(row.open_items),
    )  # fmt: skip
    return row


def _items(found: Reconciliation) -> list[list[object]]:
    bank = [["bank", str(item.entry.id), item.entry.booked_on.isoformat(), item.open_fen] for item in found.entries]
    books = [
        ["books", str(item.journal.id), item.journal.effective_on.isoformat(), item.open_fen] for item in found.postings
    ]
    return [*bank, *books]
