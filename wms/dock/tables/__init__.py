"""Tables of the room, one file per aggregate."""

from wms.dock.tables.bookings import ArrivalBooking
from wms.dock.tables.crates import CrateBalance, CrateMove, CrateType
from wms.dock.tables.intake import Photo, PhotoBody, Refusal, ResidueResult, Treatment

__all__ = [
    "ArrivalBooking", "CrateBalance", "CrateMove", "CrateType", "Photo", "PhotoBody", "Refusal", "ResidueResult",
    "Treatment",
]  # fmt: skip
