"""Reads of the room, one file per question asked."""

from wms.dock.queries.bookings import get_booking, list_bookings, lock_booking, windows_of_day
from wms.dock.queries.checks import check
from wms.dock.queries.crates import (
    crate_deposits,
    crate_holdings,
    get_crate_type,
    list_crate_moves,
    list_crate_types,
)
from wms.dock.queries.intake import (
    find_photo,
    first_photos,
    get_photo,
    list_refusals,
    photo_body,
    photos_of,
    refusals_of,
    residue_verdict,
    residues_of,
    treatments_of,
)

__all__ = [
    "check", "crate_deposits", "crate_holdings", "find_photo", "first_photos", "get_booking", "get_crate_type",
    "get_photo", "list_bookings", "list_crate_moves", "list_crate_types", "list_refusals", "lock_booking",
    "photo_body", "photos_of", "refusals_of", "residue_verdict", "residues_of", "treatments_of", "windows_of_day",
]  # fmt: skip
