"""Why money moved, and what a statement of account is made of, in the words every workplace uses."""

from wms.web.i18n import note
from wms.web.shell import say

REASON = {
    "advance": note("Advance paid out"),
    "interest": note("Interest accrued"),
    "repayment": note("Repayment of an advance"),
    "exit_invoice": note("Charges billed at the exit"),
    "credit_note": note("Credit note"),
    "settlement": note("Sale settled"),
    "release": note("Paid by the owner to take goods"),
    "payment": note("Invoices paid"),
    "payout": note("Paid out to the owner"),
    "payout_returned": note("Payout given back by the bank"),
    "wallet_refund": note("Wallet paid back"),
    "drawer_difference": note("Drawer over or short"),
    "bank_charge": note("Charge of the bank"),
    "bank_interest": note("Interest of the bank"),
    "cash_to_bank": note("Cash paid in at the bank"),
    "wallet_top_up": note("Wallet topped up"),
    "deal_pay": note("Came by bank for a deal"),
    "deal_post": note("Moved to escrow"),
    "deal_refund": note("Returned to the buyer"),
    "deal_forfeit": note("Deposit forfeited"),
    "deal_penalty": note("Penalty of the seller"),
    "arrival_deposit": note("Deposit for an arrival"),
    "arrival_deposit_back": note("Arrival deposit given back"),
    "crate_deposit": note("Crate deposit due"),
    "crate_deposit_paid": note("Crate deposit paid"),
    "insurance_paid": note("Paid by the insurer"),
    "insurance_settled": note("Insurance money passed to the owner"),
    "shrink_liability": note("Loss in store made good"),
    "reversal": note("Reversal"),
    "manual": note("Entered by hand"),
}
TYPED = ("drawer_difference", "credit_note", "reversal", "manual")  # kinds whose memo a person wrote
PART = {
    "charges": note("Charges owed"),
    "advance": note("Advance owed"),
    "payable": note("Due to the owner"),
    "wallet": note("In the wallet"),
    "escrow": note("In escrow"),
}
MINE = PART | {"payable": note("Yours, not paid out yet")}  # as the party itself reads it
AGES = (note("up to 30 days"), note("31 to 60 days"), note("61 to 90 days"), note("over 90 days"))


def memo(kind: str, text: str) -> str:
    """Return a journal's memo as it is shown under its reason.

    What the house writes itself is an English sentence that repeats the reason: only its numbers and codes say
    something new. What a person typed stays.
    """
    if kind in TYPED or not text.isascii():
        return text
    return " ".join(part for part in text.split() if any(sign.isdigit() for sign in part))


def reason(kind: str) -> str:
    """Return why money moved, in the reader's language; a kind nobody named as it is."""
    return say(REASON[kind]) if kind in REASON else kind
