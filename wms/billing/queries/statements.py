"""What stands between the store and one party: every journal on its accounts in a period, and the ageing of debts."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import parties
from wms.billing.errors import PeriodInvalid
from wms.billing.queries.receivables import open_invoices
from wms.billing.rules.receivables import BUCKETS, bucket_of, days_overdue, due_on
from wms.billing.tables import CreditNote, Invoice, Payment
from wms.kernel.actor import Actor, Permission
from wms.ledger.tables import Journal, Posting

LONGEST_DAYS = 3 * 366
MACHINE_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")  # names nothing that people know
# Which of a party's accounts count to which part of its statement; the code of the party follows.
PARTS: Mapping[str, str] = {
    "A:Fee:Storage": "charges",
    "A:Fee:Handling": "charges",
    "A:EnforcementCost": "charges",
    "A:Loan:Principal": "advance",
    "A:Loan:InterestReceivable": "advance",
    "L:GrowerPayable": "payable",
    "L:BuyerWallet": "wallet",
    "L:BuyerEscrow": "escrow",
}


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One journal as a party sees it, in fen: what it owes more by, less by, and owes afterwards, all parts together.

    `document` is the number of the invoice or note, or the bank's of a payment; else the key of the journal,
    and nothing where only a machine could read that.
    """

    journal_id: UUID
    on: date
    kind: str
    document: str
    memo: str
    debit_fen: int
    credit_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class StatementOfAccount:
    """A party's account with the store over a period, both days included. Fen; what the party owes is positive.

    `opening` and `closing` say what it stands at in each part: charges, advance, payable, wallet, escrow.
    """

    party_id: UUID
    from_on: date
    to_on: date
    opening: Mapping[str, int]
    lines: tuple[StatementLine, ...]
    closing: Mapping[str, int]

    @property
    def opening_fen(self) -> int:
        """What the party owed, less what it was owed, before the period."""
        return sum(self.opening.values())

    @property
    def closing_fen(self) -> int:
        """What the party owes, less what it is owed, at its end."""
        return sum(self.closing.values())


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """What a party owes on open invoices, in fen, by days past due: up to 30, 60, 90, and beyond."""

    party_id: UUID
    buckets: tuple[int, ...]
    oldest_due_on: date
    invoices: int

    @property
    def total_fen(self) -> int:
        """All of it."""
        return sum(self.buckets)


def statement_of_account(
    session: Session, party_id: UUID, from_on: date, to_on: date, *, by: Actor
) -> StatementOfAccount:
    """Return the account of a party over a period: one's own, or anybody's by who sees the books.

    Every journal that counts in the period and touches the party's accounts is one line, oldest first; opening, lines
    and closing add up part by part. Money in fen. Locks nothing. Raises PartyNotFound, PeriodInvalid.
    """
    if not by.may(Permission.SEE_BOOKS) and by.party_id != party_id:
        raise parties.PartyNotFound(party_id=party_id)
    party = parties.get_party(session, party_id)
    if not 0 <= (to_on - from_on).days <= LONGEST_DAYS:
        raise PeriodInvalid(from_on=from_on, to_on=to_on)
    accounts = {f"{prefix}:{party.code}": part for prefix, part in PARTS.items()}
    opening = _before(session, accounts, from_on)
    closing = dict(opening)
    moved = _moved(session, accounts, from_on, to_on)
    documents = _documents(session, party_id, [journal.id for journal, _ in moved])
    left, lines = sum(opening.values()), []
    for journal, legs in moved:
        for account, fen in legs:
            closing[accounts[account]] += fen
        debit, credit = sum(max(fen, 0) for _, fen in legs), sum(max(-fen, 0) for _, fen in legs)
        left += debit - credit
        document = documents.get(journal.id, "" if MACHINE_KEY.search(journal.key) else journal.key)
        lines.append(
            StatementLine(journal.id, journal.effective_on, journal.kind, document, journal.memo, debit, credit, left)
        )
    return StatementOfAccount(party_id, from_on, to_on, opening, tuple(lines), closing)


def ageing(session: Session, on: date) -> list[AgeingRow]:
    """Return what each party owes on open invoices by days past due on a day, the largest debt first. Fen."""
    found: dict[UUID, list[int]] = defaultdict(lambda: [0] * BUCKETS)
    oldest: dict[UUID, date] = {}
    count: dict[UUID, int] = defaultdict(int)
    for item in open_invoices(session):
        owed = item.invoice.party_id
        found[owed][bucket_of(days_overdue(item.invoice.invoiced_on, on))] += item.open.total_fen
        oldest[owed] = min(oldest.get(owed, date.max), due_on(item.invoice.invoiced_on))
        count[owed] += 1
    rows = [AgeingRow(owed, tuple(fen), oldest[owed], count[owed]) for owed, fen in found.items()]
    return sorted(rows, key=lambda row: (-row.total_fen, row.party_id))


def _before(session: Session, accounts: Mapping[str, str], day: date) -> dict[str, int]:
    query = (
        select(Posting.account, func.sum(Posting.fen))
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Posting.account.in_(list(accounts)), Journal.effective_on < day)
        .group_by(Posting.account)
    )
    found = dict.fromkeys(accounts.values(), 0)
    for account, fen in session.execute(query):
        found[accounts[account]] += int(fen)
    return found


def _moved(
    session: Session, accounts: Mapping[str, str], from_on: date, to_on: date
) -> list[tuple[Journal, list[tuple[str, int]]]]:
    query = (
        select(Journal, Posting.account, Posting.fen)
        .join(Posting, Posting.journal_id == Journal.id)
        .where(Posting.account.in_(list(accounts)), Journal.effective_on.between(from_on, to_on))
        .order_by(Journal.effective_on, Journal.recorded_at, Journal.book, Journal.seq, Posting.n)
    )
    found: dict[UUID, tuple[Journal, list[tuple[str, int]]]] = {}
    for journal, account, fen in session.execute(query):
        found.setdefault(journal.id, (journal, []))[1].append((account, int(fen)))
    return list(found.values())


def _documents(session: Session, party_id: UUID, journals: list[UUID]) -> dict[UUID, str]:
    """Return what people call the papers behind journals: numbers of invoices and notes, the banks' of payments."""
    found: dict[UUID, str] = {}
    wanted = set(journals)
    bills = session.scalars(select(Invoice).where(Invoice.party_id == party_id)).all()
    notes = select(CreditNote).where(CreditNote.invoice_id.in_([bill.id for bill in bills]))
    for paper in (*bills, *session.scalars(notes)):
        if paper.journal_id in wanted:
            found[paper.journal_id] = paper.name
    for paid in session.scalars(select(Payment).where(Payment.party_id == party_id)):
        if paid.journal_id in wanted and not paid.payment_reference.startswith("cash:"):
            found[paid.journal_id] = paid.payment_reference
    return found
