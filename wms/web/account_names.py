"""What the accounts of the books are called, for people who do not read codes."""

from wms.web.i18n import note
from wms.web.shell import say

NAMES = {
    "A:Cash:Settlement": note("Cash at the bank"),
    "A:Cash:Drawer": note("Cash in the drawer"),
    "A:Fee:Storage": note("Storage charges receivable"),
    "A:Fee:Handling": note("Handling charges receivable"),
    "A:Loan:Principal": note("Advances, principal"),
    "A:Loan:InterestReceivable": note("Advances, interest receivable"),
    "A:Penalty": note("Penalties receivable"),
    "A:EnforcementCost": note("Enforcement costs receivable"),
    "A:CrateDepositDue": note("Crate deposits receivable"),
    "L:GrowerPayable": note("Payable to owners"),
    "L:BuyerWallet": note("Buyers' wallets"),
    "L:BuyerEscrow": note("Buyers' money in escrow"),
    "L:ArrivalDeposit": note("Deposits for arrivals"),
    "L:CrateDeposit": note("Crate deposits held"),
    "L:InsuranceProceeds": note("Insurance money for owners"),
    "L:PenaltyPayable": note("Penalties payable"),
    "L:OutputVAT": note("Output VAT"),
    "R:Storage": note("Storage revenue"),
    "R:Handling": note("Handling revenue"),
    "R:Sorting": note("Revenue from work on goods"),
    "R:Interest": note("Interest revenue"),
    "R:Commission": note("Commission revenue"),
    "R:Forfeit": note("Forfeited deposits"),
    "R:CrateDeposit": note("Crate deposits kept"),
    "E:StorageLoss": note("Losses in store made good"),
    "E:CashOverShort": note("Drawer over and short"),
}


def account_name(code: str) -> str:
    """Return an account's name in the reader's language, with whose it is; an account nobody named by its code."""
    if code in NAMES:
        return say(NAMES[code])
    kind, _, whose = code.rpartition(":")
    return f"{say(NAMES[kind])} · {whose}" if kind in NAMES else code
