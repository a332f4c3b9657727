"""Changes of the room, one file per use case."""

from wms.receipts.actions.control import mark_pledged, mark_released, reduce_receipt, reducing
from wms.receipts.actions.intake import complete_intake
from wms.receipts.actions.regrade import regrade
from wms.receipts.actions.shrink import approve_count, decide_liability
from wms.receipts.actions.split import split_lot, split_receipt
from wms.receipts.actions.transfer import transfer_receipt

__all__ = [
    "approve_count",
    "complete_intake",
    "decide_liability",
    "mark_pledged",
    "mark_released",
    "reduce_receipt",
    "reducing",
    "regrade",
    "split_lot",
    "split_receipt",
    "transfer_receipt",
]
