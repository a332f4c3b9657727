"""The treasury room: what the bank says beside what the books say.

Owns bank statements with their entries, matches and signed days. Invariants: a file and an entry of the bank count
once; a statement's opening balance and entries are its closing balance; no more of an entry is matched than it moved,
and a journal stands against one entry; a signed day's difference is explained item by item, to the fen. Money is
received only by the acts of the rooms below. Deliberately does not know why anybody owes anything: billing, trading
and settlement do.
"""

from wms.treasury.actions.importing import import_statement
from wms.treasury.actions.matching import accept_entry, link_entry, undo_match
from wms.treasury.actions.signing import sign_off_day
from wms.treasury.errors import (
    DaySigned,
    DayUncovered,
    EntryNotFound,
    EntryUnfit,
    JournalMatched,
    MatchNotFound,
    MatchUndone,
    SecondPersonNeeded,
    StatementKnown,
    StatementUnfit,
    WordsMissing,
)
from wms.treasury.queries.entries import (
    Suggestion,
    get_entry,
    get_match,
    left_of,
    list_entries,
    list_statements,
    matches_of,
    suggestions,
)
from wms.treasury.queries.reconciling import (
    OpenEntry,
    OpenPosting,
    Reconciliation,
    check,
    reconciliation,
    sign_of,
    signed_days,
)
from wms.treasury.rules.camt import read_camt053
from wms.treasury.rules.matching import Proposal
from wms.treasury.rules.requests import AcceptEntry, ImportStatement, Into, LinkEntry, Part, SignOff, Source, UndoMatch
from wms.treasury.rules.statements import HEADS, BadRow, Said, StatementFile, completed, read_rows
from wms.treasury.tables import BankDaySign, BankEntry, BankEntryState, BankMatch, BankStatement

__all__ = [
    "HEADS", "AcceptEntry", "BadRow", "BankDaySign", "BankEntry", "BankEntryState", "BankMatch", "BankStatement",
    "DaySigned", "DayUncovered", "EntryNotFound", "EntryUnfit", "ImportStatement", "Into", "JournalMatched",
    "LinkEntry", "MatchNotFound", "MatchUndone", "OpenEntry", "OpenPosting", "Part", "Proposal", "Reconciliation",
    "Said", "SecondPersonNeeded", "SignOff", "Source", "StatementFile", "StatementKnown", "StatementUnfit",
    "Suggestion", "UndoMatch", "WordsMissing", "accept_entry", "check", "completed", "get_entry", "get_match",
    "import_statement", "left_of", "link_entry", "list_entries", "list_statements", "matches_of", "read_camt053",
    "read_rows", "reconciliation", "sign_of", "sign_off_day", "signed_days", "suggestions", "undo_match",
]  # fmt: skip
