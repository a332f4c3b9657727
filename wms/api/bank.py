"""Bank statements beside the books: taken in, matched, reconciled, signed off."""

import base64
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import documents, treasury
from wms.api.resource import Resource, query_of
from wms.api.witness import second_person
from wms.delivery.identity import now
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import banking, paged
from wms.schemas.bodies import Strict
from wms.schemas.fields import Day

BANK = Resource("bank", "What the bank says beside what the books say.")
BOOKS = Permission.SEE_BOOKS
ENTRY = "/bank-entries/<uuid:entry_id>"
ENTRIES_QUERY = query_of("BankEntriesQuery", unmatched=fields.Boolean())


class DayQuery(Strict):
    """As of the end of which day; today unless said."""

    on = Day()


@BANK.page("/bank-statements", banking.BANK_STATEMENT, needs=BOOKS)
def list_bank_statements(session: Session, query: dict[str, Any]) -> Page[treasury.BankStatement]:
    """List the statements, the last taken in first."""
    return treasury.list_statements(session, **query)


@BANK.page("/bank-entries", banking.BANK_ENTRY, query=ENTRIES_QUERY, needs=BOOKS)
def list_bank_entries(session: Session, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """List the bank's entries, the newest day first; only what is not matched if asked."""
    found = treasury.list_entries(session, **query)
    return Page([_entry(session, row) for row in found.items], found.next_cursor)


@BANK.get(f"{ENTRY}/suggestions", paged(banking.SUGGESTION), needs=BOOKS, raises=(treasury.EntryNotFound,))
def suggestions_for_entry(session: Session, entry_id: UUID) -> Page[dict[str, Any]]:
    """List what an entry may be, best first: a journal in the books, else a party's money for its invoices."""
    rows = []
    for each in treasury.suggestions(session, treasury.get_entry(session, entry_id), now()):
        proposal = each.proposal
        parts = [] if proposal is None else [{"invoice_id": one, "fen": fen} for one, fen in proposal.parts]
        rows.append(
            {"journal_id": each.journal.id if each.journal else None, "parts": parts,
             "party_id": proposal.party_id if proposal else None, "because": list(proposal.because) if proposal else []}
        )  # fmt: skip
    return Page(rows, None)


@BANK.get(f"{ENTRY}/matches", paged(banking.BANK_MATCH), needs=BOOKS, raises=(treasury.EntryNotFound,))
def matches_of_entry(session: Session, entry_id: UUID) -> Page[treasury.BankMatch]:
    """List an entry's matches, taken back ones too."""
    return Page(treasury.matches_of(session, treasury.get_entry(session, entry_id).id), None)


@BANK.get("/bank-reconciliation", banking.RECONCILIATION, query=DayQuery, needs=BOOKS)
def show_reconciliation(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Compare books and bank as of the end of a day, and name every item open on either side."""
    found = treasury.reconciliation(session, query.get("on") or now().on)
    entries = [{"id": item.entry.id, "on": item.entry.booked_on, "fen": item.open_fen} for item in found.entries]
    postings = [
        {"id": item.journal.id, "on": item.journal.effective_on, "fen": item.open_fen} for item in found.postings
    ]
    names = ("on", "book_fen", "bank_fen", "brought_fen", "open_bank_fen", "open_book_fen", "covered")
    return {name: getattr(found, name) for name in names} | {"entries": entries, "postings": postings}


def _entry(session: Session, row: treasury.BankEntry) -> dict[str, Any]:
    names = ("id", "statement_id", "account_number", "booked_on", "fen", "other_name", "other_account", "words",
             "bank_reference")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"left_fen": treasury.left_of(session, row.id)}


def _import(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> dict[str, Any]:
    """Read the file; a dry run, or one with bad lines, names them and stores nothing but that it was looked at."""
    by.must(Permission.TAKE_PAYMENT)
    try:
        content = base64.b64decode(body["content"], validate=True)
    except ValueError as error:
        raise documents.SheetUnreadable(why="base64") from error
    source, digest, found = documents.read_statement(content, body["heads"])
    found = treasury.completed(found, body["account_number"], body["opening_fen"], body["closing_fen"])
    bad = [{"line": row.line, "why": row.why, "value": row.value} for row in found.bad]
    told = {"bad": bad, "entries": len(found.entries), "opening_fen": found.opening_fen,
            "closing_fen": found.closing_fen, "statement": None}  # fmt: skip
    if bad or body["dry_run"]:
        idempotency.claim(session, body["id"], "api.look_at_statement", body | {"content": digest}, by=by, at=at)
        return told
    if found.opening_fen is None or found.closing_fen is None:
        raise treasury.StatementUnfit(why="opening_fen, closing_fen")
    wanted = treasury.ImportStatement(
        body["id"], source, body["file_name"], digest, found.account_number or "", found.opening_fen,
        found.closing_fen, found.entries,
    )  # fmt: skip
    return told | {"statement": treasury.import_statement(session, wanted, by=by, at=at)}


def _book(session: Session, wanted: treasury.BookEntry, *, by: Actor, at: Moment) -> treasury.BankMatch:
    return treasury.book_entry(session, wanted, by=by, at=at, approver=second_person(session, at))


def _undo(session: Session, wanted: treasury.UndoMatch, *, by: Actor, at: Moment) -> treasury.BankMatch:
    return treasury.undo_match(session, wanted, by=by, at=at, approver=second_person(session, at))


BANK.command(
    "/bank-statements", treasury.import_statement, banking.ImportBody, banking.IMPORTED, run=_import,
    also=(documents.SheetUnreadable,),
)  # fmt: skip
BANK.command(f"{ENTRY}/accept", treasury.accept_entry, banking.ACCEPT, banking.BANK_MATCH, treasury.AcceptEntry)
BANK.command(f"{ENTRY}/book", treasury.book_entry, banking.BOOK, banking.BANK_MATCH, treasury.BookEntry, run=_book)
BANK.command(f"{ENTRY}/link", treasury.link_entry, banking.LINK, banking.BANK_MATCH, treasury.LinkEntry)
BANK.command(
    "/bank-matches/<uuid:match_id>/undo", treasury.undo_match, banking.UNDO, banking.BANK_MATCH, treasury.UndoMatch,
    run=_undo, status=200,
)  # fmt: skip
BANK.command("/bank-day-signs", treasury.sign_off_day, banking.SIGN, banking.BANK_DAY_SIGN, treasury.SignOff)
RESOURCES = (BANK,)
