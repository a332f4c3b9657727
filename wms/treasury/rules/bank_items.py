"""What is neither a party's money nor in the books yet: the bank's own charges and interest. Pure; whole fen."""

import unicodedata
from enum import StrEnum

CHARGES_PAID, INTEREST_PAID, INTEREST_EARNED = "E:BankCharges", "E:BankInterest", "R:BankInterest"
# Booked by one person up to here; above it another confirms, so that no customer's money becomes "interest" unseen.
ALONE_FEN = 50_000
CHARGE_WORDS = ("手续费", "工本费", "管理费", "服务费", "年费", "汇划费", "账户费", "回单费", "charge", "fee")
INTEREST_WORDS = ("利息", "结息", "付息", "interest")


class BankItem(StrEnum):
    """What the bank took or gave on its own account."""

    CHARGE = "charge"
    INTEREST = "interest"


def account_of(item: BankItem, fen: int) -> str:
    """Return the account against an entry of `fen`, money in positive: a charge that comes back lessens charges."""
    if item is BankItem.CHARGE:
        return CHARGES_PAID
    return INTEREST_EARNED if fen > 0 else INTEREST_PAID


def item_of(words: str, other_name: str) -> BankItem | None:
    """Return what an entry's text calls itself, if it has no other side but the bank; a guess for the form only."""
    said = unicodedata.normalize("NFKC", words).lower()
    if other_name and "银行" not in other_name and "bank" not in other_name.lower():
        return None
    if any(word in said for word in INTEREST_WORDS):
        return BankItem.INTEREST
    return BankItem.CHARGE if any(word in said for word in CHARGE_WORDS) else None


def needs_second(fen: int) -> bool:
    """Tell whether another person must confirm an amount without its sign."""
    return fen > ALONE_FEN
