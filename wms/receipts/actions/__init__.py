"""Changes of the room, one file per use case."""

from wms.receipts.actions.control import mark_pledged, mark_released, reduce_receipt
from wms.receipts.actions.intake import complete_intake
from wms.receipts.actions.split import split_lot, split_receipt

__all__ = ["complete_intake", "mark_pledged", "mark_released", "reduce_receipt", "split_lot", "split_receipt"]
