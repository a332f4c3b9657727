"""The room's tables."""

from wms.billing.tables.accruals import DayAccrual
from wms.billing.tables.carried import CarriedBill, CarriedCharge
from wms.billing.tables.exits import CreditLimit, CreditRequest, ExitOrder, ExitQuote
from wms.billing.tables.gate import GatePass
from wms.billing.tables.invoices import (
    CreditNote,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    InvoiceSettlement,
    Payment,
    ReceivedReference,
)
from wms.billing.tables.loadings import Loading, LoadingExit, LoadingLine, LoadingScan
from wms.billing.tables.tariffs import LotTariff, TariffApproval, TariffVersion
from wms.billing.tables.works import LotWork, WorkBill

__all__ = [
    "CarriedBill",
    "CarriedCharge",
    "CreditLimit",
    "CreditNote",
    "CreditRequest",
    "DayAccrual",
    "ExitOrder",
    "ExitQuote",
    "GatePass",
    "Invoice",
    "InvoiceLine",
    "InvoiceSeries",
    "InvoiceSettlement",
    "Loading",
    "LoadingExit",
    "LoadingLine",
    "LoadingScan",
    "LotTariff",
    "LotWork",
    "Payment",
    "ReceivedReference",
    "TariffApproval",
    "TariffVersion",
    "WorkBill",
]
