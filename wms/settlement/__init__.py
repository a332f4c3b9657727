"""The settlement room: where a sale, an exit or a transfer of title, its charges and an advance close together.

Owns settlements, release approvals, release payments, payouts and day closes. Invariants: every fen of a sale and
every gram of an exit has a place; goods, money, pledge, receipt, exit order and gate pass change together or not at
all; pledged goods leave only with the lender's consent of the day, given by another person. Deliberately does not know
how charges, interest or prices are computed: it asks the rooms that do.
"""

from wms.settlement.actions.closing import Closed, close_exit
from wms.settlement.actions.day import reconcile, record_day_close
from wms.settlement.actions.payouts import pay_out
from wms.settlement.actions.pooling import close_pool
from wms.settlement.actions.releasing import approve_release, clear_sale, pay_release
from wms.settlement.actions.title import transfer_title
from wms.settlement.errors import (
    BuyerMoneyMissing,
    DealOfOtherGoods,
    ExitOfAnotherKind,
    LoanNotCovered,
    NothingPledged,
    NothingToPayOut,
    NotWeighedOut,
    PayeeMissing,
    PaymentShort,
    PoolUnfit,
    ReleaseApprovedAlone,
    ReleaseNotApproved,
    SaleDoesNotCover,
    SettlementNotFound,
)
from wms.settlement.queries import (
    approval_of,
    check,
    day_close,
    estimate_sale,
    get_visible_settlement,
    last_day_close,
    list_settlements,
    payable,
    payments_of,
    payouts_of,
    reconciliations_of,
    release_quote,
    settlement_of_exit,
)
from wms.settlement.rules import (
    Applied,
    ApproveRelease,
    ClearSale,
    CloseExit,
    ClosePool,
    PayOut,
    PayRelease,
    ReleaseQuote,
    SaleEstimate,
    TransferTitle,
    commission,
    waterfall,
)
from wms.settlement.tables import DayClose, DayReconciliation, Payout, ReleaseApproval, ReleasePayment, Settlement

__all__ = [
    "Applied",
    "ApproveRelease",
    "BuyerMoneyMissing",
    "ClearSale",
    "CloseExit",
    "ClosePool",
    "Closed",
    "DayClose",
    "DayReconciliation",
    "DealOfOtherGoods",
    "ExitOfAnotherKind",
    "LoanNotCovered",
    "NotWeighedOut",
    "NothingPledged",
    "NothingToPayOut",
    "PayOut",
    "PayRelease",
    "PayeeMissing",
    "PaymentShort",
    "Payout",
    "PoolUnfit",
    "ReleaseApproval",
    "ReleaseApprovedAlone",
    "ReleaseNotApproved",
    "ReleasePayment",
    "ReleaseQuote",
    "SaleDoesNotCover",
    "SaleEstimate",
    "Settlement",
    "SettlementNotFound",
    "TransferTitle",
    "approval_of",
    "approve_release",
    "check",
    "clear_sale",
    "close_exit",
    "close_pool",
    "commission",
    "day_close",
    "estimate_sale",
    "get_visible_settlement",
    "last_day_close",
    "list_settlements",
    "pay_out",
    "pay_release",
    "payable",
    "payments_of",
    "payouts_of",
    "reconcile",
    "reconciliations_of",
    "record_day_close",
    "release_quote",
    "settlement_of_exit",
    "transfer_title",
    "waterfall",
]
