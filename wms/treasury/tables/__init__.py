"""The room's tables."""

from wms.treasury.tables.statements import BankDaySign, BankEntry, BankEntryState, BankMatch, BankStatement

__all__ = ["BankDaySign", "BankEntry", "BankEntryState", "BankMatch", "BankStatement"]
