"""The dock room: what stands around a truck before its goods are stock and after they are.

Owns the tables `arrival_bookings`, `refusals`, `treatments`, `residue_results`, `photos`, `photo_bodies`,
`crate_types`, `crate_balances`, `crate_moves`, `prints`, `print_counts`, `damages` and `insurance_claims`.
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
    cancel_print,
    confirm_arrival,
    file_claim,
    move_crates,
    open_booked,
    print_paper,
    record_claim_paid,
    record_claim_rejected,
    record_residue,
    record_treatment,
    refuse_goods,
    report_damage,
    retry_print,
    settle_claim,
    take_arrival_deposit,
    take_crate_deposit,
)
from wms.dock.errors import (
    BookingDayWrong,
    BookingInvalid,
    BookingNotFound,
    BookingNotOpen,
    ClaimFiledAlready,
    ClaimGoodsPledged,
    ClaimNotFound,
    ClaimSamePerson,
    ClaimStateWrong,
    CrateCodeTaken,
    CrateDepositNotDue,
    CrateRequestWrong,
    CrateTypeNotFound,
    DamageHasNoPhoto,
    DamageInvalid,
    DamageNotFound,
    NotEnoughCrates,
    NotInsured,
    PhotoNotFound,
    PhotoSubjectNotFound,
    PhotoUnreadable,
    PrintJobNotFound,
    PrintJobOver,
    RefusalInvalid,
    ReprintNeedsReason,
    TooManyPhotos,
    TreatmentInvalid,
    WindowFull,
)
from wms.dock.queries import (
    PRINT_TOPIC,
    check,
    claim_of,
    crate_deposits,
    crate_holdings,
    find_photo,
    first_photos,
    get_booking,
    get_crate_type,
    get_damage,
    get_photo,
    get_print_job,
    list_bookings,
    list_crate_moves,
    list_crate_types,
    list_damages,
    list_refusals,
    photo_body,
    photos_of,
    print_queue,
    prints_of,
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
from wms.dock.rules.damage import (
    ClaimPaid,
    ClaimRejected,
    ClaimState,
    DamageCause,
    FileClaim,
    ReportDamage,
    SettleClaim,
)
from wms.dock.rules.photos import AttachPhoto, PhotoOf
from wms.dock.rules.printing import PaperKind, PrintJob, PrintPaper
from wms.dock.rules.residues import RecordResidue, RecordTreatment, RefusalReason, RefuseGoods, Verdict
from wms.dock.tables import (
    ArrivalBooking,
    CrateMove,
    CrateType,
    Damage,
    InsuranceClaim,
    Photo,
    Print,
    Refusal,
    ResidueResult,
    Treatment,
)

__all__ = [
    "BOOKING_TOPIC", "PRINT_TOPIC", "AddCrateType", "ArrivalBooking", "AttachPhoto", "BookArrival", "BookingDayWrong",
    "BookingInvalid", "BookingNotFound", "BookingNotOpen", "BookingState", "CancelArrival", "ClaimFiledAlready",
    "ClaimGoodsPledged", "ClaimNotFound", "ClaimPaid", "ClaimRejected", "ClaimSamePerson", "ClaimState",
    "ClaimStateWrong", "ConfirmArrival", "CrateCodeTaken", "CrateDepositNotDue", "CrateHolding", "CrateMove",
    "CrateMoveKind", "CrateRequestWrong", "CrateType", "CrateTypeNotFound", "Damage", "DamageCause",
    "DamageHasNoPhoto", "DamageInvalid", "DamageNotFound", "FileClaim", "InsuranceClaim", "MoveCrates",
    "NotEnoughCrates", "NotInsured", "OpenBooked", "PaperKind", "Photo", "PhotoNotFound", "PhotoOf",
    "PhotoSubjectNotFound", "PhotoUnreadable", "Print", "PrintJob", "PrintJobNotFound", "PrintJobOver", "PrintPaper",
    "RecordResidue", "RecordTreatment", "Refusal", "RefusalInvalid", "RefusalReason", "RefuseGoods", "ReportDamage",
    "ReprintNeedsReason", "ResidueResult", "SettleClaim", "TakeArrivalDeposit", "TakeCrateDeposit", "TooManyPhotos",
    "Treatment", "TreatmentInvalid", "Verdict", "WindowFull", "add_crate_type", "attach_photo", "book_arrival",
    "cancel_arrival", "cancel_print", "check", "claim_of", "clock_text", "confirm_arrival", "crate_deposits",
    "crate_holdings", "file_claim", "find_photo", "first_photos", "get_booking", "get_crate_type", "get_damage",
    "get_photo", "get_print_job", "list_bookings", "list_crate_moves", "list_crate_types", "list_damages",
    "list_refusals", "move_crates", "open_booked", "photo_body", "photos_of", "print_paper", "print_queue",
    "prints_of", "record_claim_paid", "record_claim_rejected", "record_residue", "record_treatment", "refusals_of",
    "refuse_goods", "report_damage", "residue_verdict", "residues_of", "retry_print", "settle_claim",
    "take_arrival_deposit", "take_crate_deposit", "treatments_of",
]  # fmt: skip
