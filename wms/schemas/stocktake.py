"""Counts, losses and liabilities, on paper."""

from marshmallow import fields, validate

from wms import lots, receipts
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import Many, Text, Whole
from wms.schemas.views import view

COUNT = view(
    "StockCount", lots.StockCount,
    "id code site_id room_id lot_id note state round_no opened_on opened_at ended_at void_reason",
)  # fmt: skip
COUNT_ROW = view("CountRow", lots.CountRow)
COUNT_FINDING = view("CountFinding", lots.CountFinding, "id line_id round_no reason note found_at")
LOSS_CURVE = view("LossCurve", lots.LossCurve, "id variety storage_type effective_on points source set_at")
SHRINK = view(
    "Shrink", lots.Shrink,
    "id lot_id source source_id happened_on stored_days units entry_grams out_grams loss_grams allowed_grams "
    "excess_grams curve_id",
)  # fmt: skip
LIABILITY = view(
    "ShrinkLiability", receipts.ShrinkLiability,
    "id shrink_id lot_id owner_id excess_grams price value_fen state opened_on decided_at reason journal_id",
)  # fmt: skip

OPEN_COUNT = body(lots.OpenCount, like=lots.StockCount)
ENTER_COUNT = body(lots.EnterCount, path=("count_id",), like=lots.CountEntry)
EXPLAIN_COUNT = body(lots.ExplainCount, path=("count_id",), like=lots.CountFinding)
REVIEW_COUNT = body(lots.JudgeCount, path=("count_id",), named="LotsReviewCountBody", note=Text(longest=200))
APPROVE_COUNT = body(lots.JudgeCount, path=("count_id",), named="LotsApproveCountBody", note=Text(longest=200))
SET_LOSS_CURVE = body(
    lots.SetLossCurve, like=lots.LossCurve,
    points=Many(Many(Whole(most=1000), validate=validate.Length(equal=2)), required=True),
)  # fmt: skip
DECIDE_LIABILITY = body(receipts.DecideLiability, path=("liability_id",), like=receipts.ShrinkLiability)


class VoidCountBody(Strict):
    """Why a count is given up."""

    id = fields.UUID()
    reason = Text(required=True, longest=200, shortest=1)
