"""Loadings on paper: the truck, its pick list, and how far each exit has come."""

from marshmallow import fields

from wms import billing
from wms.schemas.bodies import body
from wms.schemas.views import shape, view

LOADING = view(
    "Loading", billing.Loading,
    "id site_id plate collector_name bay pick_order state opened_at checked_at void_reason",
)  # fmt: skip
LINE = view(
    "LoadingLine", billing.LoadingLine,
    "id loading_id exit_id lot_id slot_id sequence units picked_units short_units short_reason short_note",
    units_left=fields.Integer(),
)  # fmt: skip
PROGRESS = view("LoadingProgress", billing.Progress, exit_id=fields.UUID())
DETAIL = shape(
    "LoadingDetail", loading=fields.Nested(LOADING), lines=fields.List(fields.Nested(LINE)),
    exits=fields.List(fields.Nested(PROGRESS)),
)  # fmt: skip
OPEN_LOADING = body(billing.OpenLoading, like=billing.Loading)
ADD_TO_LOADING = body(billing.AddToLoading, path=("loading_id",))
DROP_FROM_LOADING = body(billing.DropFromLoading, path=("loading_id", "exit_id"))
SCAN_UNITS = body(billing.ScanUnits, path=("loading_id",))
SHORT_PICK = body(billing.ShortPick, path=("loading_id", "line_id"))
CHECK_LOADING = body(billing.CheckLoading, path=("loading_id",))
VOID_LOADING = body(billing.VoidLoading, path=("loading_id",))
