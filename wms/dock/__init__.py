"""The dock room: what stands around a truck before its goods are stock and after they are.

Owns the tables `arrival_bookings`, `refusals`, `treatments`, `residue_results`, `photos`, `photo_bodies`,
`crate_types`, `crate_balances` and `crate_moves`.
Invariants: no window takes more trucks than the dock; space kept for a booking is a reservation of `lots` and nobody
else's goods lie there; a deposit left for an arrival stands in the ledger until the truck comes or stays away; goods
harvested too soon after a spray, or with too much of it left, stay in quarantine until a laboratory frees them; a
photo is its digest and carries no notes; nobody gives crates they do not have, and for each one out with somebody
else than its owner its deposit stands in the ledger. It uses stock, receipts and the ledger through their doors, and
deliberately does not know deals or loans: what it must stop, it holds.
"""

from wms.dock.actions import (
    BOOKING_TOPIC,
    add_crate_type,
    attach_photo,
    book_arrival,
    cancel_arrival,
    confirm_arrival,
    move_crates,
    open_booked,
    record_residue,
    record_treatment,
    refuse_goods,
    take_arrival_deposit,
    take_crate_deposit,
)
from wms.dock.errors import (
    BookingDayWrong,
    BookingInvalid,
    BookingNotFound,
    BookingNotOpen,
    CrateCodeTaken,
    CrateDepositNotDue,
    CrateRequestWrong,
    CrateTypeNotFound,
    NotEnoughCrates,
    PhotoNotFound,
    PhotoSubjectNotFound,
    PhotoUnreadable,
    RefusalInvalid,
    TooManyPhotos,
    TreatmentInvalid,
    WindowFull,
)
from wms.dock.queries import (
    check,
    crate_deposits,
    crate_holdings,
    find_photo,
    first_photos,
    get_booking,
    get_crate_type,
    get_photo,
    list_bookings,
    list_crate_moves,
    list_crate_types,
    list_refusals,
    photo_body,
    photos_of,
    refusals_of,
    residue_verdict,
    residues_of,
    treatments_of,
)
from wms.dock.rules.bookings import (
    BookArrival,
    BookingState,
    CancelArrival,
    ConfirmArrival,
    OpenBooked,
    TakeArrivalDeposit,
    clock_text,
)
from wms.dock.rules.crates import AddCrateType, CrateHolding, CrateMoveKind, MoveCrates, TakeCrateDeposit
from wms.dock.rules.photos import AttachPhoto, PhotoOf
from wms.dock.rules.residues import RecordResidue, RecordTreatment, RefusalReason, RefuseGoods, Verdict
from wms.dock.tables import ArrivalBooking, CrateMove, CrateType, Photo, Refusal, ResidueResult, Treatment

__all__ = [
    "BOOKING_TOPIC", "AddCrateType", "ArrivalBooking", "AttachPhoto", "BookArrival", "BookingDayWrong",
    "BookingInvalid", "BookingNotFound", "BookingNotOpen", "BookingState", "CancelArrival", "ConfirmArrival",
    "CrateCodeTaken", "CrateDepositNotDue", "CrateHolding", "CrateMove", "CrateMoveKind", "CrateRequestWrong",
    "CrateType", "CrateTypeNotFound", "MoveCrates", "NotEnoughCrates", "OpenBooked", "Photo", "PhotoNotFound",
    "PhotoOf", "PhotoSubjectNotFound", "PhotoUnreadable", "RecordResidue", "RecordTreatment", "Refusal",
    "RefusalInvalid", "RefusalReason", "RefuseGoods", "ResidueResult", "TakeArrivalDeposit", "TakeCrateDeposit",
    "TooManyPhotos", "Treatment", "TreatmentInvalid", "Verdict", "WindowFull", "add_crate_type", "attach_photo",
    "book_arrival", "cancel_arrival", "check", "clock_text", "confirm_arrival", "crate_deposits", "crate_holdings",
    "find_photo", "first_photos", "get_booking", "get_crate_type", "get_photo", "list_bookings", "list_crate_moves",
    "list_crate_types", "list_refusals", "move_crates", "open_booked", "photo_body", "photos_of", "record_residue",
    "record_treatment", "refusals_of", "refuse_goods", "residue_verdict", "residues_of", "take_arrival_deposit",
    "take_crate_deposit", "treatments_of",
]  # fmt: skip
