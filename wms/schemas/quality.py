"""Quality on paper: parameters, limits, plans, findings, and rows of instruments' files."""

from marshmallow import fields

from wms import lots
from wms.schemas.bodies import body
from wms.schemas.views import view

PARAMETER = view("QualityParameter", lots.Parameter)
PARAMETER_VERSION = view("QualityParameterVersion", lots.QualityParameter, "id code zh en unit decimals decays set_at")
LIMIT = view(
    "QualityLimit", lots.QualityLimit,
    "id code variety grade least most change_per_month standard effective_on set_at",
)  # fmt: skip
PLAN = view("SamplingPlan", lots.SamplingPlan, "id variety steps standard effective_on set_at")
FINDING = view(
    "InspectionValue", lots.InspectionValue,
    "id inspection_id code value pieces lowest highest limit_id least most standard verdict",
)  # fmt: skip
OUTLOOK = view("Outlook", lots.Outlook)
NEW_INSPECTION = view("NewInspection", lots.NewInspection, "lot_id lot_code on pieces values")
READING_CHANGES = view(
    "ReadingChanges", lots.ReadingChanges, "known bad", new=fields.List(fields.Nested(NEW_INSPECTION))
)  # fmt: skip
MAPPING = view("InstrumentMapping", lots.SaveMapping, "name lot columns day fruit")
SET_PARAMETER = body(lots.SetParameter, like=lots.QualityParameter)
SET_LIMIT = body(lots.SetLimit, like=lots.QualityLimit)
SET_PLAN = body(lots.SetSamplingPlan, like=lots.SamplingPlan)
SAVE_MAPPING = body(lots.SaveMapping, like=lots.InstrumentMapping)
IMPORT_READINGS = body(lots.ImportReadings, path=("site_id",))
CHECK_READINGS = body(lots.ImportReadings, path=("site_id",), named="LotsCheckReadingsBody")
