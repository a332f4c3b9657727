"""The room's tables."""

from wms.treasury.tables.money import (
    DrawerCount,
    PayoutReturn,
    TransferApproval,
    TransferFile,
    TransferRow,
    WalletRefund,
)
from wms.treasury.tables.statements import BankDaySign, BankEntry, BankEntryState, BankMatch, BankStatement

__all__ = [
    "BankDaySign",
    "BankEntry",
    "BankEntryState",
    "BankMatch",
    "BankStatement",
    "DrawerCount",
    "PayoutReturn",
    "TransferApproval",
    "TransferFile",
    "TransferRow",
    "WalletRefund",
]
