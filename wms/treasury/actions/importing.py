"""Statements taken in: each file once, each entry once, and never one that does not add up."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import ledger
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.treasury.errors import StatementKnown, StatementUnfit
from wms.treasury.queries.entries import CASH
from wms.treasury.rules.requests import ImportStatement
from wms.treasury.rules.statements import Said, identities
from wms.treasury.tables import BankEntry, BankEntryState, BankStatement


def import_statement(session: Session, request: ImportStatement, *, by: Actor, at: Moment) -> BankStatement:
    """Store a bank's statement with the entries nobody stored before. Posts nothing; money in fen.

    Locks the account of the books, so that two files with the same entries follow each other. A repeat returns the
    first statement. Raises Forbidden, StatementUnfit, StatementKnown, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "treasury.import_statement", asdict(request), by=by, at=at):
        return session.get_one(BankStatement, request.id)
    moved = sum(entry.fen for entry in request.entries)
    account = request.account_number.strip()
    if not account or not request.entries or request.opening_fen + moved != request.closing_fen:
        raise StatementUnfit(why="opening + entries = closing")
    ledger.lock_accounts(session, [CASH], at=at)
    first = session.scalar(select(BankStatement).where(BankStatement.file_digest == request.file_digest))
    if first is not None:
        raise StatementKnown(name=first.file_name, on=first.imported_at.date())
    marks = identities(account, request.entries)
    known = _known(session, marks)
    days = [entry.booked_on for entry in request.entries]
    row = BankStatement(
        id=request.id, account_number=account, source=request.source.value, file_name=request.file_name[:120],
        file_digest=request.file_digest, opening_fen=request.opening_fen, moved_fen=moved,
        closing_fen=request.closing_fen, first_on=min(days), last_on=max(days), entries=len(days), known=len(known),
        imported_at=at.at, account_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    for n, (entry, identity) in enumerate(zip(request.entries, marks, strict=True), 1):
        if identity not in known:
            _store(session, row, n, entry, identity)
    session.flush()
    audit.record(
        session, "treasury.import_statement", ("bank_statement", row.id), by=by, at=at, entries=row.entries,
        known=row.known, closing_fen=row.closing_fen,
    )  # fmt: skip
    return row


def _known(session: Session, marks: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(marks), 500):
        query = select(BankEntry.identity).where(BankEntry.identity.in_(marks[start : start + 500]))
        found.update(session.scalars(query))
    return found


def _store(session: Session, statement: BankStatement, n: int, entry: Said, identity: str) -> None:
    row = BankEntry(
        id=derived_id(statement.id, n), statement_id=statement.id, n=n, account_number=statement.account_number,
        booked_on=entry.booked_on, fen=entry.fen, other_name=entry.other_name, other_account=entry.other_account,
        words=entry.text, bank_reference=entry.reference, identity=identity,
    )  # fmt: skip
    append(session, row)
    session.add(BankEntryState(entry_id=row.id, entry_fen=abs(entry.fen), matched_fen=0))
