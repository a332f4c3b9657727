"""The ledger room: the books of every legal entity, in fen, double entry, immutable.

Owns accounts, journals, postings, holds and their balances. Invariants: every journal sums to zero; nothing posted is
changed, corrections are reversals (at most one each); a balance is the sum of its postings and stays on its side, open
holds included; each book's hash chain covers every journal. Deliberately does not know lots, deals or loans: higher
rooms bring account codes and reasons.
"""

from wms.ledger.actions import (
    archive_until,
    expect,
    expire_holds,
    hold,
    lock_accounts,
    post,
    post_hold,
    reverse,
    reverse_by_hand,
    void_hold,
)
from wms.ledger.errors import (
    AlreadyReversed,
    BalanceShort,
    BooksArchived,
    EntryIdReused,
    HoldExpired,
    HoldNotFound,
    HoldResolved,
    HoldTooSmall,
    JournalNotFound,
    NotReversedByHand,
)
from wms.ledger.queries import (
    available,
    balance,
    balances,
    check,
    get_journal,
    head,
    legs_posted_now,
    list_accounts,
    list_journals,
    postings_of,
    total,
    trial_balance,
)
from wms.ledger.rules import Entry, HoldRequest, Leg, chained, memento, taken_back_by
from wms.ledger.tables import Account, Hold, Journal, Posting

__all__ = [
    "Account",
    "AlreadyReversed",
    "BalanceShort",
    "BooksArchived",
    "Entry",
    "EntryIdReused",
    "Hold",
    "HoldExpired",
    "HoldNotFound",
    "HoldRequest",
    "HoldResolved",
    "HoldTooSmall",
    "Journal",
    "JournalNotFound",
    "Leg",
    "NotReversedByHand",
    "Posting",
    "archive_until",
    "available",
    "balance",
    "balances",
    "chained",
    "check",
    "expect",
    "expire_holds",
    "get_journal",
    "head",
    "hold",
    "legs_posted_now",
    "list_accounts",
    "list_journals",
    "lock_accounts",
    "memento",
    "post",
    "post_hold",
    "postings_of",
    "reverse",
    "reverse_by_hand",
    "taken_back_by",
    "total",
    "trial_balance",
    "void_hold",
]
