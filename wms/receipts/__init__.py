"""The receipts room: the intake's last step, and the paper that stands for goods in store.

Owns the tables `warehouse_receipts`, `receipt_states`, `receipt_events`, `receipt_pledges`, `receipt_numbers` and
`shrink_liabilities`. Invariants: numbers have no gaps; a lot has at most one open receipt, and that receipt stands for
exactly what is on hand; a receipt is pledged at most once at a time; the receipts of a split sum to the old one;
nobody decides what the store owes for a loss they recorded. It knows lots, tariffs and prices, and deliberately does
not know deals, or how a loan is run: it only knows in whose hand a receipt is.
"""

from wms.receipts.actions import (
    approve_count,
    complete_intake,
    decide_liability,
    mark_pledged,
    mark_released,
    reduce_receipt,
    reducing,
    regrade,
    split_lot,
    split_receipt,
    transfer_receipt,
)
from wms.receipts.errors import (
    AverageDiffers,
    IntakeInvalid,
    LiabilityDecided,
    LiabilityHasNoPrice,
    LiabilityNeedsReason,
    LiabilityNotFound,
    LiabilityOwnWork,
    LotHasNoReceipt,
    ReceiptAlreadyPledged,
    ReceiptExpired,
    ReceiptNotFound,
    ReceiptNotOpen,
    ReceiptStillPledged,
    ReceiptUnitsShort,
)
from wms.receipts.queries import (
    check,
    events_of,
    find_receipt_of_lot,
    get_receipt,
    get_visible_liability,
    get_visible_receipt,
    list_liabilities,
    list_receipts,
    lock_state,
    open_pledge,
    public_receipt,
    receipt_of_lot,
    state_of,
)
from wms.receipts.rules import (
    CompleteIntake,
    DecideLiability,
    IntakeDone,
    IntakeLine,
    LiabilityState,
    MarkPledged,
    PublicReceipt,
    ReceiptEventKind,
    ReceiptState,
    SplitReceipt,
)
from wms.receipts.tables import Receipt, ReceiptEvent, ReceiptPledge, ReceiptStatus, ShrinkLiability

__all__ = [
    "AverageDiffers", "CompleteIntake", "DecideLiability", "IntakeDone", "IntakeInvalid", "IntakeLine",
    "LiabilityDecided", "LiabilityHasNoPrice", "LiabilityNeedsReason", "LiabilityNotFound", "LiabilityOwnWork",
    "LiabilityState", "LotHasNoReceipt", "MarkPledged", "PublicReceipt", "Receipt", "ReceiptAlreadyPledged",
    "ReceiptEvent", "ReceiptEventKind", "ReceiptExpired", "ReceiptNotFound", "ReceiptNotOpen", "ReceiptPledge",
    "ReceiptState", "ReceiptStatus", "ReceiptStillPledged", "ReceiptUnitsShort", "ShrinkLiability", "SplitReceipt",
    "approve_count", "check", "complete_intake", "decide_liability", "events_of", "find_receipt_of_lot", "get_receipt",
    "get_visible_liability", "get_visible_receipt", "list_liabilities", "list_receipts", "lock_state", "mark_pledged",
    "mark_released", "open_pledge", "public_receipt", "receipt_of_lot", "reduce_receipt", "reducing", "regrade",
    "split_lot", "split_receipt", "state_of", "transfer_receipt",
]  # fmt: skip
