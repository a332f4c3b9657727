"""Books against bank on a day: both balances, and item by item why they differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import ledger
from wms.kernel.evidence import Finding, check_rows
from wms.ledger.tables import Journal, Posting
from wms.treasury.queries.entries import CASH
from wms.treasury.queries.money import check_money
from wms.treasury.tables import BankDaySign, BankEntry, BankEntryState, BankMatch, BankStatement


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """An entry of the bank the books do not know on the day, or only in part; `open_fen` has its sign."""

    entry: BankEntry
    open_fen: int


@dataclass(frozen=True, slots=True)
class OpenPosting:
    """A journal's money at the bank that no entry of the bank stands against on the day; `open_fen` has its sign."""

    journal: Journal
    open_fen: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Bank less books on a day, in fen: what was brought forward, and the open items of both sides, to the fen.

    `covered` says whether every account's statements reach the day without a hole.
    """

    on: date
    book_fen: int
    bank_fen: int
    brought_fen: int
    entries: tuple[OpenEntry, ...]
    postings: tuple[OpenPosting, ...]
    covered: bool

    @property
    def open_bank_fen(self) -> int:
        """What the bank says and the books do not."""
        return sum(item.open_fen for item in self.entries)

    @property
    def open_book_fen(self) -> int:
        """What the books say and the bank does not."""
        return sum(item.open_fen for item in self.postings)


def reconciliation(session: Session, on: date) -> Reconciliation:
    """Compare the books' account at the bank with the statements, as of the end of a day. Fen; locks nothing.

    A match counts from the later of its two days: what the bank booked before the books did is open until they did.
    """
    first_on = session.scalar(select(func.min(BankStatement.first_on)))
    if first_on is None:
        book = ledger.balance(session, CASH, effective_on=on)
        return Reconciliation(on, book, 0, -book, (), (), False)
    opening = _openings(session)
    moved = select(func.coalesce(func.sum(BankEntry.fen), 0)).where(BankEntry.booked_on <= on)
    bank = sum(opening.values()) + int(session.scalar(moved) or 0)
    book_before = ledger.balance(session, CASH, effective_on=first_on - timedelta(days=1))
    return Reconciliation(
        on=on,
        book_fen=ledger.balance(session, CASH, effective_on=on) if on >= first_on else book_before,
        bank_fen=bank,
        brought_fen=sum(opening.values()) - book_before,
        entries=tuple(_open_entries(session, on)),
        postings=tuple(_open_postings(session, first_on, on)),
        covered=_covered(session, opening, on),
    )


def signed_days(session: Session, limit: int = 30) -> list[BankDaySign]:
    """Return the days that were signed off, the latest first."""
    return list(session.scalars(select(BankDaySign).order_by(BankDaySign.signed_for.desc()).limit(limit)))


def sign_of(session: Session, on: date) -> BankDaySign | None:
    """Return who signed a day off, or None."""
    return session.scalar(select(BankDaySign).where(BankDaySign.signed_for == on))


def _openings(session: Session) -> Mapping[str, int]:
    """Return the balance of each account before its first statement."""
    found: dict[str, int] = {}
    order = (BankStatement.first_on, BankStatement.imported_at, BankStatement.id)
    for row in session.scalars(select(BankStatement).order_by(*order)):
        found.setdefault(row.account_number, row.opening_fen)
    return found


def _covered(session: Session, opening: Mapping[str, int], on: date) -> bool:
    """Tell whether each account's statements reach a day, and its entries lead from the first opening balance to the
    last closing one: a hole between two statements would leave a difference."""
    order = (BankStatement.last_on.desc(), BankStatement.imported_at.desc(), BankStatement.id.desc())
    for account, fen in opening.items():
        query = select(BankStatement).where(BankStatement.account_number == account).order_by(*order).limit(1)
        last = session.scalars(query).one()
        moved = select(func.coalesce(func.sum(BankEntry.fen), 0)).where(
            BankEntry.account_number == account, BankEntry.booked_on <= last.last_on
        )
        if last.last_on < on or fen + int(session.scalar(moved) or 0) != last.closing_fen:
            return False
    return True


def _open_entries(session: Session, on: date) -> Iterator[OpenEntry]:
    counted = (
        select(BankMatch.entry_id, func.sum(BankMatch.fen).label("fen"))
        .join(Journal, Journal.id == BankMatch.journal_id)
        .where(BankMatch.undone_at.is_(None), Journal.effective_on <= on)
        .group_by(BankMatch.entry_id)
        .subquery()
    )
    query = (
        select(BankEntry, func.coalesce(counted.c.fen, 0))
        .outerjoin(counted, counted.c.entry_id == BankEntry.id)
        .where(BankEntry.booked_on <= on)
        .order_by(BankEntry.booked_on, BankEntry.n, BankEntry.id)
    )
    for entry, fen in session.execute(query):
        left = abs(entry.fen) - int(fen)
        if left:
            yield OpenEntry(entry, left if entry.fen > 0 else -left)


def _open_postings(session: Session, first_on: date, on: date) -> Iterator[OpenPosting]:
    known = (
        select(BankMatch.journal_id)
        .join(BankEntry, BankEntry.id == BankMatch.entry_id)
        .where(BankMatch.undone_at.is_(None), BankEntry.booked_on <= on)
    )
    query = (
        select(Journal, func.sum(Posting.fen))
        .join(Posting, Posting.journal_id == Journal.id)
        .where(Posting.account == CASH, Journal.effective_on.between(first_on, on), Journal.id.not_in(known))
        .group_by(Journal.id)
        .order_by(Journal.effective_on, Journal.seq)
    )
    found = [OpenPosting(journal, int(fen)) for journal, fen in session.execute(query)]
    both = _taken_back({item.journal.id: item.journal.reverses_id for item in found})
    yield from (item for item in found if item.journal.id not in both)


def _taken_back(journals: Mapping[UUID, UUID | None]) -> set[UUID]:
    """Return journals that stand there with their own reversal: together they moved nothing."""
    pairs = [(own, first) for own, first in journals.items() if first in journals]
    return {each for pair in pairs for each in pair if each is not None}


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong with statements and matches: rows against digests, states against matches."""
    for table in (BankStatement, BankEntry, BankDaySign):
        yield from check_rows(session, table)
    live = select(BankMatch.entry_id, func.sum(BankMatch.fen)).where(BankMatch.undone_at.is_(None))
    matched = {entry_id: int(fen) for entry_id, fen in session.execute(live.group_by(BankMatch.entry_id))}
    for state in session.scalars(select(BankEntryState)):
        entry = session.get(BankEntry, state.entry_id)
        if entry is None or state.entry_fen != abs(entry.fen) or state.matched_fen != matched.get(state.entry_id, 0):
            yield Finding("bank_entry_states", str(state.entry_id), "does not agree with its entry and matches")
    query = select(BankMatch).where(BankMatch.undone_at.is_(None))
    for match in session.scalars(query):
        legs = [leg.fen for leg in ledger.postings_of(session, match.journal_id) if leg.account == CASH]
        if abs(sum(legs)) != match.fen:
            yield Finding("bank_matches", str(match.id), "its journal moved another amount at the bank")
    yield from check_money(session)
