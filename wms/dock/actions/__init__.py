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
from wms.dock.actions.intake import record_residue, record_treatment, refuse_goods
from wms.dock.actions.photos import attach_photo

__all__ = [
    "BOOKING_TOPIC", "add_crate_type", "attach_photo", "book_arrival", "cancel_arrival", "confirm_arrival",
    "move_crates", "open_booked", "record_residue", "record_treatment", "refuse_goods", "take_arrival_deposit",
    "take_crate_deposit",
]  # fmt: skip
