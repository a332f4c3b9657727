"""What stands around a truck at the dock, on paper: booked arrivals, refusals, sprays, results and photos."""

from marshmallow import fields

from wms import dock
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import Text
from wms.schemas.views import view

ARRIVAL = view(
    "Arrival", dock.ArrivalBooking,
    "id code site_id owner_id contract_id variety grade storage_type units grams due_on from_minute to_minute room_id "
    "plate driver note state deposit_fen delivery_id cancel_reason asked_at",
)  # fmt: skip
BOOK_ARRIVAL = body(dock.BookArrival, like=dock.ArrivalBooking)
CONFIRM_ARRIVAL = body(dock.ConfirmArrival, path=("booking_id",))
CANCEL_ARRIVAL = body(dock.CancelArrival, path=("booking_id",))
ARRIVAL_DEPOSIT = body(dock.TakeArrivalDeposit, path=("booking_id",))
OPEN_BOOKED = body(dock.OpenBooked, path=("booking_id",), like=dock.ArrivalBooking)
REFUSAL = view(
    "Refusal", dock.Refusal, "id delivery_id owner_id units grams reason note refused_on refused_at person_id"
)  # fmt: skip
TREATMENT = view("Treatment", dock.Treatment, "id lot_id substance sprayed_on interval_days source recorded_at")
RESIDUE = view(
    "Residue", dock.ResidueResult,
    "id lot_id substance laboratory certificate sampled_on found_micrograms_kg limit_micrograms_kg passed recorded_at",
)  # fmt: skip
PHOTO = view("Photo", dock.Photo, "id kind subject_id media_type size_bytes width height added_at")
REFUSE = body(dock.RefuseGoods, path=("delivery_id",), like=dock.Refusal)
TREAT = body(dock.RecordTreatment, path=("lot_id",), like=dock.Treatment)
RESIDUE_BODY = body(dock.RecordResidue, path=("lot_id",), like=dock.ResidueResult)


class PhotoBody(Strict):
    """A photo as base64: JPEG, PNG or WebP up to 8 MB."""

    id = fields.UUID()
    picture = Text(required=True, longest=11_000_000, shortest=4)


CRATE_TYPE = view("CrateType", dock.CrateType, "id code name owner_id tare_grams deposit_fen added_at")
CRATE_MOVE = view(
    "CrateMove", dock.CrateMove,
    "id type_id kind units from_id to_id delivery_id exit_id deposit_fen note moved_on moved_at",
)  # fmt: skip
CRATE_HOLDING = view("CrateHolding", dock.CrateHolding)
CRATE_TYPE_BODY = body(dock.AddCrateType, like=dock.CrateType)
MOVE_CRATES = body(dock.MoveCrates, like=dock.CrateMove)
CRATE_DEPOSIT = body(dock.TakeCrateDeposit)

DAMAGE = view("Damage", dock.Damage, "id lot_id owner_id room_id units grams cause note found_on found_at")
INSURANCE_CLAIM = view(
    "InsuranceClaim", dock.InsuranceClaim,
    "id damage_id policy_id owner_id asked_fen paid_fen paid_reference reject_reason state filed_on settled_at",
)  # fmt: skip
REPORT_DAMAGE = body(dock.ReportDamage, path=("lot_id",), like=dock.Damage)
FILE_CLAIM = body(dock.FileClaim, path=("damage_id",))
CLAIM_PAID = body(dock.ClaimPaid, path=("claim_id",))
CLAIM_REJECTED = body(dock.ClaimRejected, path=("claim_id",))
SETTLE_CLAIM = body(dock.SettleClaim, path=("claim_id",))
