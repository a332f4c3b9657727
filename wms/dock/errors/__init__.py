"""What this room refuses, and why."""

from wms.dock.errors.bookings import BookingDayWrong, BookingInvalid, BookingNotFound, BookingNotOpen, WindowFull
from wms.dock.errors.crates import (
    CrateCodeTaken,
    CrateDepositNotDue,
    CrateRequestWrong,
    CrateTypeNotFound,
    NotEnoughCrates,
)
from wms.dock.errors.intake import (
    PhotoNotFound,
    PhotoSubjectNotFound,
    PhotoUnreadable,
    RefusalInvalid,
    TooManyPhotos,
    TreatmentInvalid,
)

__all__ = [
    "BookingDayWrong", "BookingInvalid", "BookingNotFound", "BookingNotOpen", "CrateCodeTaken", "CrateDepositNotDue",
    "CrateRequestWrong", "CrateTypeNotFound", "NotEnoughCrates", "PhotoNotFound", "PhotoSubjectNotFound",
    "PhotoUnreadable", "RefusalInvalid", "TooManyPhotos", "TreatmentInvalid", "WindowFull",
]  # fmt: skip
