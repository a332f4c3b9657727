"""Changes to the books. Callers hold the permission; the ledger itself knows accounts and reasons only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import Session

from wms.kernel.actor import Actor
from wms.kernel.asking import is_known, read_and_since
from wms.kernel.canonical import digest
from wms.kernel.clock import Moment
from wms.kernel.errors import Spoken
from wms.kernel.evidence import append
from wms.kernel.writing import insert, insert_unless_there, lock, lock_each, soon
from wms.ledger.errors import (
    AlreadyReversed,
    BalanceShort,
    BooksArchived,
    EntryIdReused,
    HoldExpired,
    HoldNotFound,
    HoldResolved,
    HoldTooSmall,
    NotReversedByHand,
)
from wms.ledger.queries import get_journal, postings_of
from wms.ledger.rules import (
    GENESIS,
    Entry,
    HoldRequest,
    Leg,
    Limit,
    Outcome,
    chained,
    limit_of,
    memento,
    taken_back_by,
)
from wms.ledger.tables import Account, Archive, Balance, Head, Hold, HoldEvent, Journal, Posting


@dataclass(frozen=True, slots=True)
class Expected:
    """What a transaction will post: accounts, and entries by id and key."""

    accounts: frozenset[str] = frozenset()
    entries: frozenset[tuple[UUID, str]] = frozenset()


EXPECTED, NOTHING = "expected in the books", Expected()


def post(session: Session, entry: Entry, *, by: Actor, at: Moment, approver: Actor | None = None) -> Journal:
    """Post one balanced entry, recorded at `at`, and return its journal.

    Opens accounts on first use. Locks the balances in order of code, then the head of the book. A repeat of the same
    id with the same content returns the first journal.
    Raises EntryIdReused, BalanceShort, AlreadyReversed, BooksArchived.
    """
    content = digest(entry)
    rows = lock_accounts(session, [leg.account for leg in entry.legs], at=at)
    head = _lock_head(session, entry.book)
    first = _require_free(session, entry, content)
    if first is not None:
        return first
    for leg in entry.legs:
        _move(rows[leg.account], leg.fen)
    return _append_journal(session, entry, head, content, by=by, at=at, approver=approver)


def expect(session: Session, accounts: Iterable[str], entries: Iterable[tuple[UUID, str]]) -> None:
    """Tell the books what a transaction will post: the accounts, and the entries with their ids and keys.

    The next posting locks those of the accounts that are open with its own, in the order of their codes and before the
    head, and looks for journals that any of the entries would meet; their own postings then ask for neither. Locks and
    posts nothing itself.
    """
    session.info[EXPECTED] = Expected(frozenset(accounts), frozenset(entries))


def expected(session: Session) -> Expected:
    """Return what a transaction told the books to expect."""
    found: Expected = session.info.get(EXPECTED, NOTHING)
    return found


def reverse(
    session: Session, journal_id: UUID, *, entry_id: UUID, key: str, by: Actor, at: Moment, approver: Actor
) -> Journal:
    """Post the exact negation of a journal, effective on the same day, recorded now: for the act that takes it back.

    Four eyes: `approver` is another person than `by`. Posts the negated legs; locks their accounts. A repeat with the
    same entry id returns the first reversal. Raises JournalNotFound, AlreadyReversed, BalanceShort.
    """
    first = get_journal(session, journal_id)
    legs = tuple(Leg(posting.account, -posting.fen) for posting in postings_of(session, journal_id))
    memo = f"reversal of {first.key}"
    entry = Entry(entry_id, key, "reversal", memo, first.effective_on, legs, reverses=journal_id, book=first.book)
    return post(session, entry, by=by, at=at, approver=approver)


def reverse_by_hand(
    session: Session, journal_id: UUID, *, entry_id: UUID, key: str, by: Actor, at: Moment, approver: Actor
) -> Journal:
    """Reverse a journal that nothing but the books knows, as `reverse` does.

    Raises JournalNotFound, NotReversedByHand, AlreadyReversed, BalanceShort.
    """
    first = get_journal(session, journal_id)
    elsewhere = taken_back_by(first.kind)
    if elsewhere is not None:
        raise NotReversedByHand(key=first.key, way=Spoken(*elsewhere))
    return reverse(session, journal_id, entry_id=entry_id, key=key, by=by, at=at, approver=approver)


def hold(session: Session, request: HoldRequest, *, by: Actor, at: Moment) -> Hold:
    """Reserve money on an account until it is posted, voided or expires.

    Locks the account's balance. A repeat of the same id returns the first hold.
    Raises BalanceShort if less is available, EntryIdReused for another content.
    """
    assert request.fen > 0
    first = session.get(Hold, request.id)
    if first is not None:
        if (first.account, first.fen) != (request.account, request.fen):
            raise EntryIdReused(key=request.reason)
        return first
    row = lock_accounts(session, [request.account], at=at)[request.account]
    _reserve(row, request.fen)
    placed = Hold(
        id=request.id, account=request.account, fen=request.fen, reason=request.reason, placed_at=at.at,
        expires_at=request.expires_at, actor_id=by.account_id,
    )  # fmt: skip
    append(session, placed)
    return placed


def post_hold(session: Session, hold_id: UUID, entry: Entry, *, by: Actor, at: Moment) -> Journal:
    """Turn a hold into the posting of `entry`, which takes at most the held amount; the rest is set free.

    The entry's leg on the held account is what is taken. A hold past its time cannot be posted even if no job has
    expired it yet. Locks the accounts of the entry. A repeat of the same entry returns the first journal.
    Raises HoldNotFound, HoldResolved, HoldExpired, HoldTooSmall, BalanceShort, EntryIdReused.
    """
    held = _get_hold(session, hold_id)
    done = session.get(Journal, entry.id)
    if done is not None:
        return post(session, entry, by=by, at=at)
    rows = lock_accounts(session, [leg.account for leg in entry.legs], at=at)
    _require_open(session, held)
    if at.at >= held.expires_at:
        raise HoldExpired(hold_id=hold_id, expires_at=held.expires_at.isoformat())
    taken = next(abs(leg.fen) for leg in entry.legs if leg.account == held.account)
    if taken > held.fen:
        raise HoldTooSmall(hold_id=hold_id, held_fen=held.fen, asked_fen=taken)
    rows[held.account].held_fen -= held.fen
    journal = post(session, entry, by=by, at=at)
    _end(session, held, Outcome.POSTED, by=by, at=at, journal=journal, posted_fen=taken)
    return journal


def void_hold(session: Session, hold_id: UUID, *, by: Actor, at: Moment) -> None:
    """Set a hold free without a posting; voiding twice changes nothing. Raises HoldNotFound, HoldResolved."""
    held = _get_hold(session, hold_id)
    row = lock_accounts(session, [held.account], at=at)[held.account]
    ended = session.get(HoldEvent, hold_id)
    if ended is not None and ended.outcome == Outcome.VOIDED:
        return
    _require_open(session, held)
    row.held_fen -= held.fen
    _end(session, held, Outcome.VOIDED, by=by, at=at)


def expire_holds(session: Session, *, by: Actor, at: Moment) -> int:
    """Set free every hold whose time is over; returns how many. Safe to repeat."""
    over = select(Hold).where(Hold.expires_at <= at.at, Hold.id.not_in(select(HoldEvent.hold_id))).order_by(Hold.id)
    count = 0
    for held in session.scalars(over).all():
        row = lock_accounts(session, [held.account], at=at)[held.account]
        if session.get(HoldEvent, held.id) is None:
            row.held_fen -= held.fen
            _end(session, held, Outcome.EXPIRED, by=by, at=at)
            count += 1
    return count


def lock_accounts(session: Session, codes: list[str], *, at: Moment) -> dict[str, Balance]:
    """Open what is new and lock the balances of `codes` in their order until the transaction ends.

    What was told to `expect` is locked with the first.
    """
    wanted, ahead = sorted(set(codes)), expected(session)
    rows = lock_each(session, Balance, {*wanted, *ahead.accounts})
    if ahead.accounts:
        session.info[EXPECTED] = Expected(entries=ahead.entries)
    new = [code for code in wanted if code not in rows]
    if new:
        opened = [{"code": code, "kind": code[0], "opened_on": at.on} for code in new]
        insert_unless_there(session, Account, opened)
        empty = {"posted_fen": 0, "held_fen": 0}
        balances = [{"code": code, "limit_side": limit_of(code).value} | empty for code in new]
        insert_unless_there(session, Balance, balances)
    return rows | lock_each(session, Balance, new)


def _lock_head(session: Session, book: str) -> Head:
    head = lock(session, Head, book)
    if head is None:
        insert_unless_there(session, Head, {"book": book, "last_seq": 0, "last_hash": GENESIS})
        head = lock(session, Head, book)
    assert head is not None
    return head


def _require_free(session: Session, entry: Entry, content: str) -> Journal | None:
    """Return what was posted under the entry's id with the same content, None where the entry is new.

    Ids, keys and reversals are unique; under the head's lock no other transaction can add one.
    """
    until_on, journals = _standing(session, entry)
    first = next((journal for journal in journals if journal.id == entry.id), None)
    if first is not None and first.input_digest == content:
        return first
    if first is not None or any(journal.key == entry.key and journal.book == entry.book for journal in journals):
        raise EntryIdReused(key=entry.key)
    if entry.reverses and journals:
        raise AlreadyReversed(key=get_journal(session, entry.reverses).key)
    if until_on is not None and entry.effective_on <= until_on:
        raise BooksArchived(until_on=until_on, effective_on=entry.effective_on)
    return None


def _standing(session: Session, entry: Entry) -> tuple[date | None, list[Journal]]:
    """Return the last day that is history, and each journal an entry would meet; expected entries are looked for once.

    What the transaction itself added counts.
    """
    mine, ahead, guard = (entry.id, entry.key), expected(session).entries, (Head, entry.book)
    what = ("standing", ahead)
    if entry.reverses or not ahead or (mine not in ahead and is_known(session, guard, what)):
        return _look(session, entry, {mine})
    found, (archives, journals) = read_and_since(
        session, guard, what, (Archive, Journal), lambda: _look(session, entry, ahead | {mine})
    )
    until_on = max((day for day in (found[0], *(row.until_on for row in archives)) if day is not None), default=None)
    met = (
        row for row in (*found[1], *journals) if row.id == entry.id or (row.book, row.key) == (entry.book, entry.key)
    )
    return until_on, list(met)


def _look(session: Session, entry: Entry, entries: Collection[tuple[UUID, str]]) -> tuple[date | None, list[Journal]]:
    wanted = {
        "ids": [entry_id for entry_id, _ in entries], "book": entry.book, "keys": [key for _, key in entries],
        "reverses": entry.reverses,
    }  # fmt: skip
    found = session.execute(_met(entry.reverses is not None), wanted).all()
    return found[0][0], [journal for _, journal in found if journal is not None]


@cache
def _met(reverses: bool) -> Select[*tuple[Any, ...]]:
    """Return the query for the last day that is history, beside each journal that entries would meet."""
    history = select(func.max(Archive.until_on).label("until_on")).subquery()
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    keys: BindParameter[Any] = bindparam("keys", expanding=True)
    same = Journal.id.in_(ids) | ((Journal.book == bindparam("book")) & Journal.key.in_(keys))
    same = same | (Journal.reverses_id == bindparam("reverses")) if reverses else same
    return select(history.c.until_on, Journal).outerjoin_from(history, Journal, same)


def archive_until(session: Session, archive_id: UUID, until_on: date, *, by: Actor, at: Moment) -> None:
    """Make the books up to a day history. A repeat, or an earlier day, changes nothing.

    Locks the heads of all books: who is posting goes by what was history when it began.
    """
    lock_each(session, Head, session.scalars(select(Head.book)).all())
    if session.get(Archive, archive_id) is None:
        append(session, Archive(id=archive_id, until_on=until_on, archived_at=at.at, actor_id=by.account_id))


def _move(row: Balance, fen: int) -> None:
    after = row.posted_fen + fen
    if row.limit_side == Limit.CREDIT and fen > 0 and after + row.held_fen > 0:
        raise BalanceShort(account=row.code, available_fen=-row.posted_fen - row.held_fen, asked_fen=fen)
    if row.limit_side == Limit.DEBIT and fen < 0 and after - row.held_fen < 0:
        raise BalanceShort(account=row.code, available_fen=row.posted_fen - row.held_fen, asked_fen=-fen)
    row.posted_fen = after


def _reserve(row: Balance, fen: int) -> None:
    side = -1 if row.limit_side == Limit.CREDIT else 1
    free = side * row.posted_fen - row.held_fen
    if row.limit_side == Limit.NONE or free < fen:
        raise BalanceShort(account=row.code, available_fen=free, asked_fen=fen)
    row.held_fen += fen


def _append_journal(
    session: Session, entry: Entry, head: Head, content: str, *, by: Actor, at: Moment, approver: Actor | None
) -> Journal:
    reversed_key = get_journal(session, entry.reverses).key if entry.reverses else None
    text = memento(
        entry, head.last_seq + 1, at.on, reversed_key,
        id=str(entry.id), book=entry.book, kind=entry.kind, at=at.ms, input=content, actor=str(by.account_id),
        actor_person=_text(by.person_id), approver=_text(approver.account_id if approver else None),
        approver_person=_text(approver.person_id if approver else None), reverses_id=_text(entry.reverses),
    )  # fmt: skip
    journal = Journal(
        id=entry.id, book=entry.book, seq=head.last_seq + 1, key=entry.key, kind=entry.kind, memo=entry.memo,
        effective_on=entry.effective_on, recorded_on=at.on, recorded_at=at.at, actor_id=by.account_id,
        actor_person_id=by.person_id, approver_id=approver and approver.account_id,
        approver_person_id=approver and approver.person_id, reverses_id=entry.reverses, input_digest=content,
        memento=text, previous_hash=head.last_hash, hash=chained(head.last_hash, text),
    )  # fmt: skip
    insert(session, journal)
    for n, leg in enumerate(entry.legs):
        insert(session, Posting(journal_id=entry.id, n=n, account=leg.account, fen=leg.fen))
    head.last_seq, head.last_hash = journal.seq, journal.hash
    soon(session)
    return journal


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _get_hold(session: Session, hold_id: UUID) -> Hold:
    held = session.get(Hold, hold_id)
    if held is None:
        raise HoldNotFound(hold_id=hold_id)
    return held


def _require_open(session: Session, held: Hold) -> None:
    ended = session.get(HoldEvent, held.id, populate_existing=True)
    if ended is not None:
        raise HoldResolved(hold_id=held.id, outcome=ended.outcome)


def _end(
    session: Session, held: Hold, outcome: Outcome, *, by: Actor, at: Moment, journal: Journal | None = None,
    posted_fen: int = 0,
) -> None:  # fmt: skip
    event = HoldEvent(
        hold_id=held.id, outcome=outcome.value, posted_fen=posted_fen, journal_id=journal and journal.id,
        ended_at=at.at, actor_id=by.account_id,
    )  # fmt: skip
    append(session, event)
