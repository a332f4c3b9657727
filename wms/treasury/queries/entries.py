"""Statements, their entries, what each was matched with, and what it may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import billing, parties
from wms.kernel.clock import Moment
from wms.kernel.paging import Page, page
from wms.ledger.tables import Journal, Posting
from wms.treasury.errors import EntryNotFound, MatchNotFound
from wms.treasury.rules.matching import Debtor, Owed, Proposal, proposals
from wms.treasury.tables import BankEntry, BankEntryState, BankMatch, BankStatement

CASH = "A:Cash:Settlement"
NEAR_DAYS = 45
MOST_PROPOSED = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What an entry may be: a journal that stands in the books already, else a party's money for its invoices."""

    journal: Journal | None
    proposal: Proposal | None


def get_entry(session: Session, entry_id: UUID) -> BankEntry:
    """Return an entry. Raises EntryNotFound."""
    row = session.get(BankEntry, entry_id)
    if row is None:
        raise EntryNotFound(entry_id=entry_id)
    return row


def get_match(session: Session, match_id: UUID) -> BankMatch:
    """Return a match. Raises MatchNotFound."""
    row = session.get(BankMatch, match_id)
    if row is None:
        raise MatchNotFound(match_id=match_id)
    return row


def list_statements(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[BankStatement]:
    """Return a page of the statements, the last taken in first."""
    keys = [BankStatement.imported_at, BankStatement.id]
    return page(session, select(BankStatement), keys, cursor=cursor, limit=limit, descending=True)


def list_entries(
    session: Session, *, unmatched: bool = False, cursor: str | None = None, limit: int = 50
) -> Page[BankEntry]:
    """Return a page of the entries, the newest day first; only those something is left of if wanted."""
    query = select(BankEntry)
    if unmatched:
        query = query.join(BankEntryState, BankEntryState.entry_id == BankEntry.id)
        query = query.where(BankEntryState.matched_fen < BankEntryState.entry_fen)
    keys = [BankEntry.booked_on, BankEntry.id]
    return page(session, query, keys, cursor=cursor, limit=limit, descending=True)


def left_of(session: Session, entry_id: UUID) -> int:
    """Return how much of an entry is not matched, in fen without its sign."""
    state = session.get_one(BankEntryState, entry_id)
    return state.entry_fen - state.matched_fen


def matches_of(session: Session, entry_id: UUID) -> list[BankMatch]:
    """Return an entry's matches, taken back ones too, oldest first."""
    query = select(BankMatch).where(BankMatch.entry_id == entry_id)
    return list(session.scalars(query.order_by(BankMatch.matched_at, BankMatch.id)))


def cash_leg(session: Session, journal_id: UUID) -> int:
    """Return what a journal moved at the bank, in fen, money in positive."""
    query = select(Posting.fen).where(Posting.journal_id == journal_id, Posting.account == CASH)
    return sum(session.scalars(query))


def suggestions(session: Session, entry: BankEntry, at: Moment) -> list[Suggestion]:
    """Return what an entry may be, best first: journals of just its amount, then invoices, ranked. Locks nothing.

    A journal stands before any invoice, since its money is counted already; the bank's number in its papers, then the
    nearer day, decide among several.
    """
    left = left_of(session, entry.id)
    if not left:
        return []
    found = [Suggestion(journal, None) for journal in _journals(session, entry, left)]
    if entry.fen > 0:
        payer = (entry.other_name, entry.other_account)
        ranked = proposals(left, f"{entry.words} {entry.bank_reference}", payer, _debtors(session, at))
        found += [Suggestion(None, proposal) for proposal in ranked]
    return found[:MOST_PROPOSED]


def _journals(session: Session, entry: BankEntry, left: int) -> Sequence[Journal]:
    near = timedelta(days=NEAR_DAYS)
    live = select(BankMatch.journal_id).where(BankMatch.undone_at.is_(None))
    reversed_ids = select(Journal.reverses_id).where(Journal.reverses_id.is_not(None))
    query = (
        select(Journal)
        .join(Posting, Posting.journal_id == Journal.id)
        .where(
            Posting.account == CASH, Posting.fen == (left if entry.fen > 0 else -left), Journal.reverses_id.is_(None),
            Journal.id.not_in(live), Journal.id.not_in(reversed_ids),
            Journal.effective_on.between(entry.booked_on - near, entry.booked_on + near),
        )
    )  # fmt: skip
    rows = session.scalars(query).all()
    named = _named_by(session, entry, [row.id for row in rows])
    return sorted(rows, key=lambda row: (row.id not in named, abs(row.effective_on - entry.booked_on), row.seq))


def _named_by(session: Session, entry: BankEntry, journals: list[UUID]) -> set[UUID]:
    """Return which journals took money under the entry's own number."""
    if not entry.bank_reference:
        return set()
    query = select(billing.Payment.journal_id).where(
        billing.Payment.journal_id.in_(journals), billing.Payment.payment_reference == entry.bank_reference
    )
    return set(session.scalars(query))


def _debtors(session: Session, at: Moment) -> list[Debtor]:
    owed: dict[UUID, list[Owed]] = {}
    for item in billing.open_invoices(session):
        owed.setdefault(item.invoice.party_id, []).append(Owed(item.invoice.id, item.invoice.name, item.open.total_fen))
    found = []
    for party_id, invoices in owed.items():
        payee = parties.payee_of(session, party_id, at.at)
        name = parties.get_party(session, party_id).name
        found.append(Debtor(party_id, name, payee.account_number if payee else "", tuple(invoices)))
    return found
