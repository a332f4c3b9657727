"""Tables of the room, one file per aggregate."""

from wms.lots.tables.counts import CountEntry, CountFinding, CountLine, StockCount
from wms.lots.tables.deliveries import DayNumber, Delivery, GateToken, LotPolicyRow
from wms.lots.tables.holds import HoldEvent, LotHold
from wms.lots.tables.lots import Inspection, Lot, Unit
from wms.lots.tables.quality import (
    InspectionDraw,
    InspectionValue,
    InstrumentMapping,
    InstrumentReading,
    QualityLimit,
    QualityParameter,
    SamplingPlan,
)
from wms.lots.tables.regrades import RegradePart, RegradeRow, RegradeWeighing
from wms.lots.tables.reservations import RoomReservation
from wms.lots.tables.returns import LotReturn, QuarantineRelease
from wms.lots.tables.samples import LotSample, SampleResult
from wms.lots.tables.shrink import LossCurve, Shrink
from wms.lots.tables.stock import PutAwayRule, SlotFill, StagedUnits, StockBalance, StockMove
from wms.lots.tables.traits import VarietyTraits
from wms.lots.tables.weights import Weighing, WeightRecord, WeightTime

__all__ = [
    "CountEntry", "CountFinding", "CountLine", "DayNumber", "Delivery", "GateToken", "HoldEvent", "Inspection",
    "InspectionDraw", "InspectionValue", "InstrumentMapping", "InstrumentReading", "LossCurve", "Lot", "LotHold",
    "LotPolicyRow", "LotReturn", "LotSample", "PutAwayRule", "QualityLimit", "QualityParameter",
    "QuarantineRelease", "RegradePart", "RegradeRow", "RegradeWeighing", "RoomReservation", "SampleResult",
    "SamplingPlan", "Shrink", "SlotFill", "StagedUnits", "StockBalance", "StockCount", "StockMove", "Unit",
    "VarietyTraits", "Weighing", "WeightRecord", "WeightTime",
]  # fmt: skip
