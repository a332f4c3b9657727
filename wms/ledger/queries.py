"""Reads of the books: balances now and as of two dates, journals, and the proof that nothing was changed."""

import json
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import ScalarResult, func, select
from sqlalchemy.orm import Session

from wms.kernel.asking import find
from wms.kernel.clock import to_ms
from wms.kernel.evidence import Finding, check_rows, unreadable_rows
from wms.kernel.paging import Page, page
from wms.kernel.writing import fresh
from wms.ledger.errors import JournalNotFound
from wms.ledger.rules import GENESIS, MAIN_BOOK, chained
from wms.ledger.tables import Account, Archive, Balance, Head, Hold, HoldEvent, Journal, Posting

CHUNK = 1000
Legs = list[tuple[str, int]]


def balance(session: Session, code: str, *, effective_on: date | None = None, recorded_on: date | None = None) -> int:
    """Return an account's balance in fen, debit positive; 0 for an account never used.

    With dates: only journals effective on or before `effective_on` and known on or before `recorded_on`.
    """
    if effective_on is None and recorded_on is None:
        return session.scalar(select(Balance.posted_fen).where(Balance.code == code)) or 0
    query = select(func.coalesce(func.sum(Posting.fen), 0)).join(Journal, Journal.id == Posting.journal_id)
    query = query.where(Posting.account == code)
    if effective_on is not None:
        query = query.where(Journal.effective_on <= effective_on)
    if recorded_on is not None:
        query = query.where(Journal.recorded_on <= recorded_on)
    return int(session.scalar(query) or 0)


def available(session: Session, code: str) -> int:
    """Return what may still leave a credit account in fen (a positive number), open holds deducted."""
    row = session.execute(select(Balance.posted_fen, Balance.held_fen).where(Balance.code == code)).first()
    return 0 if row is None else -int(row.posted_fen) - int(row.held_fen)


def balances(session: Session, prefix: str = "") -> dict[str, int]:
    """Return every account's balance in fen by code, for codes that start with `prefix`."""
    query = select(Balance.code, Balance.posted_fen).where(Balance.code.startswith(prefix, autoescape=True))
    return {code: fen for code, fen in session.execute(query.order_by(Balance.code))}


def total(session: Session, prefix: str) -> int:
    """Return what all accounts whose codes start with `prefix` hold together, in fen, debit positive."""
    query = select(func.coalesce(func.sum(Balance.posted_fen), 0))
    return int(session.scalar(query.where(Balance.code.startswith(prefix, autoescape=True))) or 0)


def trial_balance(session: Session) -> tuple[int, int]:
    """Return how many accounts there are and what they sum to in fen, which is nothing in sound books."""
    row = session.execute(select(func.count(), func.coalesce(func.sum(Balance.posted_fen), 0)).select_from(Balance))
    accounts, fen = row.one()
    return int(accounts), int(fen)


def get_journal(session: Session, journal_id: UUID) -> Journal:
    """Return a journal. Raises JournalNotFound."""
    journal = find(session, Journal, journal_id)
    if journal is None:
        raise JournalNotFound(journal_id=journal_id)
    return journal


def postings_of(session: Session, journal_id: UUID) -> list[Posting]:
    """Return the legs of a journal in their order."""
    return list(session.scalars(select(Posting).where(Posting.journal_id == journal_id).order_by(Posting.n)))


def legs_posted_now(session: Session, journal_id: UUID) -> dict[str, int]:
    """Return what this transaction has posted under a journal, in fen by account; nothing of an earlier one's."""
    return {posting.account: posting.fen for posting in fresh(session, Posting) if posting.journal_id == journal_id}


def list_accounts(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[Account]:
    """Return a page of accounts by code."""
    return page(session, select(Account), [Account.code], cursor=cursor, limit=limit)


def list_journals(
    session: Session, *, account: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Journal]:
    """Return a page of journals, newest first, of all accounts or of one."""
    query = select(Journal)
    if account is not None:
        query = query.where(Journal.id.in_(select(Posting.journal_id).where(Posting.account == account)))
    return page(session, query, [Journal.recorded_at, Journal.id], cursor=cursor, limit=limit, descending=True)


def head(session: Session, book: str = MAIN_BOOK) -> tuple[int, str]:
    """Return the sequence and hash of the last journal of a book."""
    row = session.get(Head, book)
    return (0, GENESIS) if row is None else (row.last_seq, row.last_hash)


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong with the books: chain, mementos, legs, sums, cached balances, holds."""
    damaged = list(_damaged(session))
    yield from damaged
    books = session.scalars(select(Journal.book).distinct().order_by(Journal.book))
    for book in books if not damaged else ():
        yield from _check_chain(session, book)
    yield from _check_balances(session)
    yield from check_rows(session, Hold)
    yield from check_rows(session, HoldEvent)
    yield from check_rows(session, Archive)


def _damaged(session: Session) -> Iterator[Finding]:
    """Name journals and postings that cannot even be decoded; without them no chain can be followed."""
    try:
        for table in (Journal, Posting):
            for _ in session.scalars(select(table).execution_options(yield_per=1000)):
                pass
    except (ValueError, ArithmeticError, TypeError, LookupError):
        for table in (Journal, Posting):
            yield from unreadable_rows(session, table)


def _check_chain(session: Session, book: str) -> Iterator[Finding]:
    previous, seq = GENESIS, 0
    journals = session.scalars(select(Journal).where(Journal.book == book).order_by(Journal.seq))
    for journal, postings in _with_postings(session, journals):
        seq += 1
        name = f"{journal.id} ({journal.key})"
        if journal.seq != seq or journal.previous_hash != previous:
            yield Finding("ledger_journals", name, f"chain broken at seq {journal.seq}")
        if chained(journal.previous_hash, journal.memento) != journal.hash:
            yield Finding("ledger_journals", name, "hash does not match the memento")
        previous, seq = journal.hash, journal.seq
        yield from _check_journal(journal, postings, name)
    head = session.get(Head, book)
    if head is None or (head.last_seq, head.last_hash) != (seq, previous):
        yield Finding("ledger_heads", book, "head is not the end of the chain")


def _with_postings(session: Session, journals: ScalarResult[Journal]) -> Iterator[tuple[Journal, Legs]]:
    """Yield journals with their legs: one statement for the legs of many journals, not one for each."""
    for some in journals.yield_per(CHUNK).partitions():
        found: dict[UUID, Legs] = {journal.id: [] for journal in some}
        legs = select(Posting.journal_id, Posting.account, Posting.fen).where(Posting.journal_id.in_(list(found)))
        for journal_id, account, fen in session.execute(legs.order_by(Posting.journal_id, Posting.n)):
            found[journal_id].append((account, fen))
        for journal in some:
            yield journal, found[journal.id]


def _check_journal(journal: Journal, postings: Legs, name: str) -> Iterator[Finding]:
    try:
        content = json.loads(journal.memento)
        legs = [(str(code), int(fen)) for code, fen in content["legs"]]
    except (ValueError, KeyError, TypeError) as error:
        yield Finding("ledger_journals", name, f"memento unreadable: {error}")
        return
    said = {
        "effective": journal.effective_on.isoformat(), "key": journal.key, "memo": journal.memo,
        "recorded": journal.recorded_on.isoformat(), "seq": journal.seq, "id": str(journal.id),
        "book": journal.book, "kind": journal.kind, "actor": str(journal.actor_id),
    }  # fmt: skip
    optional = {
        "approver": journal.approver_id, "actor_person": journal.actor_person_id,
        "approver_person": journal.approver_person_id, "reverses_id": journal.reverses_id,
    }  # fmt: skip
    said |= {field: str(value) for field, value in optional.items() if value is not None}
    said |= {"at": to_ms(journal.recorded_at), "input": journal.input_digest}
    for field, value in said.items():
        if content.get(field) != value:
            yield Finding("ledger_journals", name, f"{field} differs from the memento")
    for field, value in optional.items():
        if value is None and content.get(field) is not None:
            yield Finding("ledger_journals", name, f"{field} differs from the memento")
    if postings != legs:
        yield Finding("ledger_postings", name, f"legs differ from the memento: {postings} for {legs}")
    if sum(fen for _, fen in postings) != 0:
        yield Finding("ledger_postings", name, "does not balance")


def _check_balances(session: Session) -> Iterator[Finding]:
    sums = select(Posting.account, func.sum(Posting.fen)).group_by(Posting.account)
    posted = {code: int(fen) for code, fen in session.execute(sums)}
    open_holds = (
        select(Hold.account, func.sum(Hold.fen)).where(Hold.id.not_in(select(HoldEvent.hold_id))).group_by(Hold.account)
    )
    held = {code: int(fen) for code, fen in session.execute(open_holds)}
    cached = {row.code: (row.posted_fen, row.held_fen) for row in session.scalars(select(Balance))}
    for code in sorted({*posted, *held, *cached}):
        truth = (posted.get(code, 0), held.get(code, 0))
        if cached.get(code) != truth:
            yield Finding("ledger_balances", code, f"cached {cached.get(code)} but postings and holds say {truth}")
