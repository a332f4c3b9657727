"""Tables of the room, one file per aggregate."""

from wms.dock.tables.bookings import ArrivalBooking
from wms.dock.tables.crates import CrateBalance, CrateMove, CrateType
from wms.dock.tables.damage import Damage, InsuranceClaim
from wms.dock.tables.intake import Photo, PhotoBody, Refusal, ResidueResult, Treatment
from wms.dock.tables.printing import Print, PrintCount

__all__ = [
    "ArrivalBooking", "CrateBalance", "CrateMove", "CrateType", "Damage", "InsuranceClaim", "Photo", "PhotoBody",
    "Print", "PrintCount", "Refusal", "ResidueResult", "Treatment",
]  # fmt: skip
