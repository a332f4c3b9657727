"""Deliveries, weighings, lots and what happens to them, and receipts, on paper."""

from marshmallow import fields

from wms import lots, receipts
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import Text, Whole
from wms.schemas.views import shape, view

DELIVERY = view(
    "Delivery", lots.Delivery,
    "id code site_id owner_id plate driver note token_number state arrived_on arrived_at gross_grams tare_grams "
    "platform_grams platform_units completed_at void_reason",
)  # fmt: skip
GATE_TOKEN = view("GateToken", lots.GateToken, "id site_id number issued_on issued_at plate state delivery_id")
WEIGHING = view(
    "Weighing", lots.Weighing,
    "id purpose delivery_id exit_id lot_id weight_grams units unit_tare_grams net_grams gateway epoch sequence "
    "instrument_id raw_hex taken_at offline manual reason weigher_person_id witness_person_id recorded_at corrects_id",
)  # fmt: skip
LOT = view(
    "Lot", lots.Lot,
    "id code site_id delivery_id owner_id parent_id variety grade size_mm size_rule colour_pattern bagging "
    "orchard_block harvest_on picking_number owner_class storage_type origin marks entry_on entered_at entry_units "
    "entry_grams weighed_by_instrument deadline_on inspected_on units_on_hand grams_on_hand units_out "
    "grams_out grams_loss units_passed grams_passed units_placed units_staged put_away_at sale_units "
    "exit_units pledge_units quarantine_units lien_units count_units",
)  # fmt: skip
MOVE = view(
    "StockMove", lots.StockMove,
    "id lot_id kind units grams placed_units slot_from_id slot_to_id other_lot_id exit_id forced moved_on moved_at",
)  # fmt: skip
INSPECTION = view(
    "Inspection", lots.Inspection,
    "id lot_id inspected_on recorded_at sample_units grades firmness_gf_cm2 brix_permille decay_permille "
    "colour_permille note photos deadline_on",
)  # fmt: skip
LOT_HOLD = view(
    "LotHold", lots.LotHold,
    "id lot_id reason subject_id units units_left stage due_on release_floor enforced placed_at",
)  # fmt: skip
LABEL = view("Label", lots.Label)
SCAN = view("Scan", lots.Scan)
PROPOSAL = view("SlotProposal", lots.SlotProposal)
PLACE = view("Place", lots.SlotProposal, "slot_id slot_code room_id", units=fields.Integer())
PLACES = shape("Places", items=fields.List(fields.Nested(PLACE)))
RECEIPT = view(
    "Receipt", receipts.Receipt,
    "id site_id series number code check_code lot_id delivery_id replaces_id keeper_name keeper_registration "
    "depositor_id depositor_name deliver_to negotiable issued_on issued_at issued_place variety grade size "
    "colour_pattern bagging marks units entry_grams weighed_by_instrument loss_standard_permille storage_place "
    "stored_from_on valid_until_on tariff_version_id charges_text insurance market_price market_value_fen "
    "advances_fen lien_text",
)  # fmt: skip
RECEIPT_EVENT = view("ReceiptEvent", receipts.ReceiptEvent, "id receipt_id kind units subject_id details happened_at")
SAMPLE = view(
    "LotSample", lots.LotSample,
    "id lot_id owner_id weighing_id unit_id grams pieces taken_for receiver reason reference taken_on taken_at",
)  # fmt: skip
SAMPLE_RESULT = view(
    "SampleResult", lots.SampleResult, "sample_id verdict report findings inspection_id reported_on recorded_at"
)
SAMPLED = shape("SampleRow", sample=SAMPLE, result=fields.Nested(SAMPLE_RESULT, allow_none=True))
PUBLIC_RECEIPT = view("PublicReceipt", receipts.PublicReceipt)
INTAKE = view("Intake", receipts.IntakeDone)

PART_SORTED = view("SortedPart", lots.RegradePartGrams)
REGRADED = view("Regraded", lots.Regraded, "id lot_ids", parts=fields.List(fields.Nested(PART_SORTED)))
KIN = view("Kin", lots.Kin)
QUARANTINE_RELEASE = view(
    "QuarantineRelease", lots.QuarantineRelease, "id hold_id lot_id units reason state asked_at decided_at note"
)
KINDRED = shape("Kindred", parents=fields.List(fields.Nested(KIN)), children=fields.List(fields.Nested(KIN)))

OPEN_DELIVERY = body(lots.OpenDelivery, like=lots.Delivery)
GATE_TOKEN_BODY = body(lots.GateTokenRequest, like=lots.GateToken)
WEIGH = body(lots.WeighRequest, like=lots.Weighing)
COMPLETE_INTAKE = body(receipts.CompleteIntake, path=("delivery_id",))
PUT_AWAY = body(lots.PutAway, path=("lot_id",))
MOVE_UNITS = body(lots.MoveUnits, path=("lot_id",))
SPLIT_LOT = body(lots.SplitLot, path=("lot_id",))
SPLIT_RECEIPT = body(receipts.SplitReceipt, path=("receipt_id",))
ASK_RELEASE = body(lots.AskRelease, path=("hold_id",), like=lots.QuarantineRelease)
DECIDE_RELEASE = body(lots.DecideRelease, path=("release_id",), like=lots.QuarantineRelease)
REGRADE = body(lots.Regrade, like=lots.RegradeRow)
INSPECT = body(lots.Inspect, path=("lot_id",), like=lots.Inspection)
TAKE_SAMPLE = body(lots.TakeSample, path=("lot_id",), like=lots.LotSample)
SAMPLE_RESULT_BODY = body(lots.RecordSampleResult, path=("sample_id",), like=lots.SampleResult)
PLACE_HOLD = body(lots.PlaceHold, path=("lot_id",), like=lots.LotHold)
LABEL_UNITS = body(lots.LabelUnits, path=("lot_id",))


class ReasonBody(Strict):
    """Why."""

    id = fields.UUID()
    reason = Text(required=True, longest=200, shortest=1)


class LiftBody(Strict):
    """How many units of a hold to let go of; all that is left without `units`."""

    id = fields.UUID()
    units = Whole(least=1, allow_none=True)
