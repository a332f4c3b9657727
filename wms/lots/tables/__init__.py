"""Tables of the room, one file per aggregate."""

from wms.lots.tables.deliveries import DayNumber, Delivery, GateToken, LotPolicyRow
from wms.lots.tables.holds import HoldEvent, LotHold
from wms.lots.tables.lots import Inspection, Lot, Unit
from wms.lots.tables.stock import PutAwayRule, SlotFill, StockBalance, StockMove
from wms.lots.tables.weights import Weighing, WeightRecord

__all__ = [
    "DayNumber",
    "Delivery",
    "GateToken",
    "HoldEvent",
    "Inspection",
    "Lot",
    "LotHold",
    "LotPolicyRow",
    "PutAwayRule",
    "SlotFill",
    "StockBalance",
    "StockMove",
    "Unit",
    "Weighing",
    "WeightRecord",
]
