"""The treasury room: what the bank says beside what the books say.

Owns bank statements with their entries, matches and signed days; wallet refunds, payouts that came back, counts of the
drawer, files of transfers. Invariants: a file and an entry of the bank count once; a statement's opening balance and
entries are its closing balance; no more of an entry is matched than it moved, and a journal stands against one entry;
a signed day's difference is explained item by item, to the fen; an entry of no party is booked only as the bank's own
charge or interest, a large one by two people; a payout comes back once, and stands in one file, which another person
than its maker approves. A party's money is received only by the acts of the rooms below. Deliberately does not know why
anybody owes anything: billing, trading and settlement do.
"""

from wms.treasury.actions.booking import book_entry
from wms.treasury.actions.drawer import bank_cash, count_drawer
from wms.treasury.actions.importing import import_statement
from wms.treasury.actions.matching import accept_entry, link_entry, undo_match
from wms.treasury.actions.paying import refund_wallet, return_payout
from wms.treasury.actions.signing import sign_off_day
from wms.treasury.actions.transfers import approve_transfers, prepare_transfers
from wms.treasury.errors import (
    AmountNotPositive,
    CountInvalid,
    DaySigned,
    DayUncovered,
    DrawerStep,
    EntryNotFound,
    EntryUnfit,
    JournalMatched,
    MatchNotFound,
    MatchUndone,
    NoPayee,
    PayoutNotFound,
    PayoutReturned,
    SecondPersonForItem,
    SecondPersonNeeded,
    StatementKnown,
    StatementUnfit,
    TransferFileNotFound,
    TransfersApprovedAlone,
    TransfersNotApproved,
    TransfersUnfit,
    WitnessMissing,
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
from wms.treasury.queries.money import (
    Waiting,
    approval_of,
    drawer_balance,
    drawer_counts,
    file_content,
    get_file,
    list_files,
    refunds_of,
    returned_payouts,
    rows_of,
    waiting_transfers,
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
from wms.treasury.rules.bank_items import BankItem, item_of, needs_second
from wms.treasury.rules.camt import read_camt053
from wms.treasury.rules.drawer import DENOMINATIONS
from wms.treasury.rules.matching import Proposal
from wms.treasury.rules.requests import (
    AcceptEntry,
    ApproveTransfers,
    BankCash,
    BookEntry,
    CountDrawer,
    ImportStatement,
    Into,
    LinkEntry,
    Part,
    PrepareTransfers,
    RefundWallet,
    ReturnPayout,
    SignOff,
    Source,
    UndoMatch,
)
from wms.treasury.rules.statements import HEADS, BadRow, Said, StatementFile, completed, read_rows
from wms.treasury.rules.transfers import FileKind
from wms.treasury.tables import (
    BankDaySign,
    BankEntry,
    BankEntryState,
    BankMatch,
    BankStatement,
    DrawerCount,
    PayoutReturn,
    TransferApproval,
    TransferFile,
    TransferRow,
    WalletRefund,
)

__all__ = [
    "DENOMINATIONS", "HEADS", "AcceptEntry", "AmountNotPositive", "ApproveTransfers", "BadRow", "BankCash",
    "BankDaySign", "BankEntry", "BankEntryState", "BankItem", "BankMatch", "BankStatement", "BookEntry",
    "CountDrawer", "CountInvalid", "DaySigned", "DayUncovered", "DrawerCount", "DrawerStep", "EntryNotFound",
    "EntryUnfit", "FileKind", "ImportStatement", "Into", "JournalMatched", "LinkEntry", "MatchNotFound",
    "MatchUndone", "NoPayee", "OpenEntry", "OpenPosting", "Part", "PayoutNotFound", "PayoutReturn", "PayoutReturned",
    "PrepareTransfers", "Proposal", "Reconciliation", "RefundWallet", "ReturnPayout", "Said", "SecondPersonForItem",
    "SecondPersonNeeded", "SignOff", "Source", "StatementFile", "StatementKnown", "StatementUnfit", "Suggestion",
    "TransferApproval", "TransferFile", "TransferFileNotFound", "TransferRow", "TransfersApprovedAlone",
    "TransfersNotApproved", "TransfersUnfit", "UndoMatch", "Waiting", "WalletRefund", "WitnessMissing",
    "WordsMissing", "accept_entry", "approval_of", "approve_transfers", "bank_cash", "book_entry", "check",
    "completed", "count_drawer", "drawer_balance", "drawer_counts", "file_content", "get_entry", "get_file",
    "get_match", "import_statement", "item_of", "left_of", "link_entry", "list_entries", "list_files",
    "list_statements", "matches_of", "needs_second", "prepare_transfers", "read_camt053", "read_rows",
    "reconciliation", "refund_wallet", "refunds_of", "return_payout", "returned_payouts", "rows_of", "sign_of",
    "sign_off_day", "signed_days", "suggestions", "undo_match", "waiting_transfers",
]  # fmt: skip
