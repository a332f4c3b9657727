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
from wms.dock.queries.damage import claim_of, get_damage, list_damages
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
from wms.dock.queries.printing import PRINT_TOPIC, get_print_job, print_queue, prints_of

__all__ = [
    "PRINT_TOPIC", "check", "claim_of", "crate_deposits", "crate_holdings", "find_photo", "first_photos",
    "get_booking", "get_crate_type", "get_damage", "get_photo", "get_print_job", "list_bookings", "list_crate_moves",
    "list_crate_types", "list_damages", "list_refusals", "lock_booking", "photo_body", "photos_of", "print_queue",
    "prints_of", "refusals_of", "residue_verdict", "residues_of", "treatments_of", "windows_of_day",
]  # fmt: skip
