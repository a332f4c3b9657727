"""What this room refuses, and why."""

from wms.dock.errors.bookings import BookingDayWrong, BookingInvalid, BookingNotFound, BookingNotOpen, WindowFull
from wms.dock.errors.crates import (
    CrateCodeTaken,
    CrateDepositNotDue,
    CrateRequestWrong,
    CrateTypeNotFound,
    NotEnoughCrates,
)
from wms.dock.errors.damage import (
    ClaimFiledAlready,
    ClaimGoodsPledged,
    ClaimNotFound,
    ClaimSamePerson,
    ClaimStateWrong,
    DamageHasNoPhoto,
    DamageInvalid,
    DamageNotFound,
    NotInsured,
)
from wms.dock.errors.intake import (
    PhotoNotFound,
    PhotoSubjectNotFound,
    PhotoUnreadable,
    RefusalInvalid,
    TooManyPhotos,
    TreatmentInvalid,
)
from wms.dock.errors.printing import PrintJobNotFound, PrintJobOver, ReprintNeedsReason

__all__ = [
    "BookingDayWrong", "BookingInvalid", "BookingNotFound", "BookingNotOpen", "ClaimFiledAlready", "ClaimGoodsPledged",
    "ClaimNotFound", "ClaimSamePerson", "ClaimStateWrong", "CrateCodeTaken", "CrateDepositNotDue", "CrateRequestWrong",
    "CrateTypeNotFound", "DamageHasNoPhoto", "DamageInvalid", "DamageNotFound", "NotEnoughCrates", "NotInsured",
    "PhotoNotFound", "PhotoSubjectNotFound", "PhotoUnreadable", "PrintJobNotFound", "PrintJobOver", "RefusalInvalid",
    "ReprintNeedsReason", "TooManyPhotos", "TreatmentInvalid", "WindowFull",
]  # fmt: skip
