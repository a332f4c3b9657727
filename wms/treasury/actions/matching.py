"""What a bank's entry is: a party's money, received by the act that counts it, or what the books say already."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import billing, ledger, trading
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.treasury.errors import EntryUnfit, JournalMatched, MatchUndone, SecondPersonNeeded, WordsMissing
from wms.treasury.queries.entries import cash_leg, get_entry, get_match, matches_of
from wms.treasury.rules.requests import AcceptEntry, Into, LinkEntry, UndoMatch
from wms.treasury.tables import BankEntry, BankEntryState, BankMatch


def accept_entry(session: Session, request: AcceptEntry, *, by: Actor, at: Moment) -> BankMatch:
    """Take an entry, or part of it, as a party's money: `billing.receive_payment`, or a top-up of its wallet.

    Fen; never more than is left of the entry, which is the bank's word and nobody else's. Posts what that act posts.
    Locks the entry, the party and the accounts. Repeated for the rest, one entry is split over several parties. A
    repeat of the same request returns the first match.
    Raises Forbidden, EntryNotFound, EntryUnfit, PartyNotFound, AllocationInvalid, InvoiceNotFound, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "treasury.accept_entry", asdict(request), by=by, at=at):
        return session.get_one(BankMatch, request.id)
    entry = get_entry(session, request.entry_id)
    state = lock_entry(session, entry.id)
    left = state.entry_fen - state.matched_fen
    if entry.fen < 0 or not 0 < request.fen <= left:
        raise EntryUnfit(left_fen=left if entry.fen > 0 else 0, asked_fen=request.fen)
    journal_id = _received(session, request, _number(session, entry), by=by, at=at)
    return matched(session, request.id, state, (journal_id, request.fen, True), by=by, at=at)


def link_entry(session: Session, request: LinkEntry, *, by: Actor, at: Moment) -> BankMatch:
    """Say that an entry, or part of it, is what a journal in the books says already. Posts nothing.

    The journal's whole money at the bank stands against the entry, on the same side. Locks the entry. A repeat returns
    the first match. Raises Forbidden, EntryNotFound, JournalNotFound, JournalMatched, EntryUnfit, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "treasury.link_entry", asdict(request), by=by, at=at):
        return session.get_one(BankMatch, request.id)
    entry = get_entry(session, request.entry_id)
    state = lock_entry(session, entry.id)
    journal = ledger.get_journal(session, request.journal_id)
    live = select(BankMatch.id).where(BankMatch.journal_id == journal.id, BankMatch.undone_at.is_(None))
    fen = cash_leg(session, journal.id)
    if not fen or session.scalar(live) is not None:
        raise JournalMatched(key=journal.key)
    left = state.entry_fen - state.matched_fen
    if (fen > 0) != (entry.fen > 0) or abs(fen) > left:
        raise EntryUnfit(left_fen=left if entry.fen > 0 else -left, asked_fen=fen)
    return matched(session, request.id, state, (journal.id, abs(fen), False), by=by, at=at)


def undo_match(
    session: Session, request: UndoMatch, *, by: Actor, at: Moment, approver: Actor | None = None
) -> BankMatch:
    """Take a match back: the entry is open again. What the match posted is reversed, by two people.

    `approver` is another person than `by`, both with CORRECT_BOOKS; a match that posted nothing needs none. Locks the
    entry and the accounts. A repeat returns the match.
    Raises Forbidden, MatchNotFound, WordsMissing, MatchUndone, SecondPersonNeeded, BalanceShort, AlreadyReversed,
    RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    match = get_match(session, request.match_id)
    if not idempotency.claim(session, request.id, "treasury.undo_match", asdict(request), by=by, at=at):
        return match
    if not request.reason.strip():
        raise WordsMissing
    state = lock_entry(session, match.entry_id)
    session.refresh(match)
    if match.undone_at is not None:
        raise MatchUndone
    if match.posted:
        match.reversal_id = _reversed(session, request, match, by=by, at=at, approver=approver)
    match.undone_at, match.undone_because, match.undone_by = at.at, request.reason.strip()[:200], by.account_id
    state.matched_fen -= match.fen
    session.flush()
    audit.record(
        session, "treasury.undo_match", ("bank_entry", match.entry_id), by=by, at=at, match_id=match.id,
        reason=match.undone_because, approver=approver.eyes if approver and match.posted else None,
    )  # fmt: skip
    return match


def _reversed(
    session: Session, request: UndoMatch, match: BankMatch, *, by: Actor, at: Moment, approver: Actor | None
) -> UUID:
    by.must(Permission.CORRECT_BOOKS)
    if approver is None or approver.eyes == by.eyes:
        raise SecondPersonNeeded
    approver.must(Permission.CORRECT_BOOKS)
    entry_id = derived_id(request.id, "reversal")
    key = f"bank-undo:{match.id}"
    return ledger.reverse(
        session, match.journal_id, entry_id=entry_id, key=key, by=by, at=at, approver=approver
    ).id  # fmt: skip


def _received(session: Session, request: AcceptEntry, number: str, *, by: Actor, at: Moment) -> UUID:
    """Run the act that receives the money, under the bank's own number, and return its journal."""
    act_id = derived_id(request.id, "received")
    if request.into is Into.WALLET:
        top_up = trading.TopUp(act_id, request.party_id, request.fen, number)
        return trading.top_up_wallet(session, top_up, by=by, at=at).journal_id
    parts = tuple(billing.Allocation(part.invoice_id, part.fen) for part in request.parts)
    received = billing.ReceivePayment(act_id, request.party_id, request.fen, billing.PaymentMethod.BANK, number, parts)
    return billing.receive_payment(session, received, by=by, at=at).journal_id


def _number(session: Session, entry: BankEntry) -> str:
    """Return the number a payment of this entry is known by: the bank's, or one made of what tells the entry apart.

    A second part of one entry, or the same after an undo, has a number of its own: each is money once.
    """
    own = entry.bank_reference or f"{entry.account_number[-4:]}-{entry.booked_on:%Y%m%d}-{entry.identity[:8]}"
    before = len(matches_of(session, entry.id))
    return own if not before else f"{own}/{before + 1}"


def matched(
    session: Session, match_id: UUID, state: BankEntryState, what: tuple[UUID, int, bool], *, by: Actor, at: Moment
) -> BankMatch:
    """Write a match down: `what` is its journal, how much in fen, and whether the match posted it."""
    journal_id, fen, posted = what
    row = BankMatch(
        id=match_id, entry_id=state.entry_id, journal_id=journal_id, fen=fen, posted=posted, matched_at=at.at,
        account_id=by.account_id,
    )  # fmt: skip
    session.add(row)
    state.matched_fen += fen
    session.flush()
    audit.record(
        session, "treasury.match_entry", ("bank_entry", state.entry_id), by=by, at=at, journal_id=journal_id, fen=fen,
        posted=posted,
    )  # fmt: skip
    return row


def lock_entry(session: Session, entry_id: UUID) -> BankEntryState:
    """Return how much of an entry is matched, locked until the transaction ends."""
    query = select(BankEntryState).where(BankEntryState.entry_id == entry_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
