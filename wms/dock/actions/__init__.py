"""Changes of the room, one file per use case."""

from wms.dock.actions.bookings import (
    BOOKING_TOPIC,
    book_arrival,
    cancel_arrival,
    confirm_arrival,
    open_booked,
    take_arrival_deposit,
)
from wms.dock.actions.crates import add_crate_type, move_crates, take_crate_deposit
from wms.dock.actions.damage import (
    file_claim,
    record_claim_paid,
    record_claim_rejected,
    report_damage,
    settle_claim,
)
from wms.dock.actions.intake import record_residue, record_treatment, refuse_goods
from wms.dock.actions.photos import attach_photo
from wms.dock.actions.printing import cancel_print, print_paper, retry_print

__all__ = [
    "BOOKING_TOPIC", "add_crate_type", "attach_photo", "book_arrival", "cancel_arrival", "cancel_print",
    "confirm_arrival", "file_claim", "move_crates", "open_booked", "print_paper", "record_claim_paid",
    "record_claim_rejected", "record_residue", "record_treatment", "refuse_goods", "report_damage", "retry_print",
    "settle_claim", "take_arrival_deposit", "take_crate_deposit",
]  # fmt: skip
