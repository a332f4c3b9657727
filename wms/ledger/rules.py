"""Entries, their one canonical text and its hash, and which accounts may not change side. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from wms.kernel.canonical import canonical

GENESIS = "0" * 64
MAIN_BOOK = "main"


class Limit(StrEnum):
    """Which side a balance must stay on, holds included."""

    NONE = "none"
    DEBIT = "debit"  # never below zero: what others owe us under a contract
    CREDIT = "credit"  # never above zero: what we owe others


class Outcome(StrEnum):
    """How a hold ended."""

    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


# What may be reversed by hand: entries nothing but the books knows. A top-up is its posting and its bank reference.
BY_HAND = frozenset({"manual", "wallet_top_up"})
# Every other entry is one side of something else that happened; reversed alone, the books would contradict it.
# Here stands, by the reason of the entry, what takes it back: in English and in Chinese.
TAKEN_BACK_BY = {
    "exit_invoice": ("write a credit note to the invoice", "请对该账单开具贷项通知单"),
    "credit_note": ("a credit note is final; bill anew what is owed", "贷项通知单不可撤销, 应收部分请重新开账单"),
    "settlement": (
        "credit wrong charges by a credit note, dispute the deal for the goods",
        "费用有误请开具贷项通知单, 货物有误请对该笔成交提出争议",
    ),
    "release": ("credit wrong charges by a credit note", "费用有误请开具贷项通知单"),
    "payment": (
        "receive what was wrong as another payment, or credit the invoice by a credit note",
        "差额请另行登记收款, 或对账单开具贷项通知单",
    ),
    "payout": ("pay the difference with the owner's next payout", "差额请在下次付款时多退少补"),
    "wallet_refund": ("top the wallet up again with what came back", "款项退回时请重新充值该钱包"),
    "payout_returned": ("pay it out again", "请重新付款"),
    "bank_charge": ("take the match with the bank's entry back", "请撤销与该银行流水的匹配"),
    "bank_interest": ("take the match with the bank's entry back", "请撤销与该银行流水的匹配"),
    "drawer_difference": ("count the drawer again", "请重新清点钱箱"),
    "advance": ("take a repayment on the advance", "请在该预付货款上登记还款"),
    "interest": ("a repayment with its true value day trues the interest up", "登记还款的实际起息日后, 利息自动补正"),
    "repayment": ("take what is still owed as another repayment on the advance", "不足部分请在该预付货款上再登记还款"),
    "deal": ("take the next step on the deal: cancel or dispute it", "请在该笔成交上取消或提出争议"),
    "arrival_deposit": ("cancel the booking: its deposit is owed back then", "请取消该到货预约, 定金即转为应付"),
    "crate_deposit": ("move the crates back: their deposit follows", "请将筐退回, 押金随之退还"),
    "reversal": ("a reversal is final; enter anew what should stand", "冲销不可再冲销, 应有的凭证请重新登记"),
}
ELSEWHERE = ("take it back where it was made", "请在其来源处撤销")

# Money that others left with us can never be overdrawn, and a principal can never be repaid twice.
LIMITS = {
    "L:BuyerWallet": Limit.CREDIT,
    "L:BuyerEscrow": Limit.CREDIT,
    "L:GrowerPayable": Limit.CREDIT,
    "L:ArrivalDeposit": Limit.CREDIT,
    "L:CrateDeposit": Limit.CREDIT,
    "L:InsuranceProceeds": Limit.CREDIT,
    "A:CrateDepositDue": Limit.DEBIT,
    "A:Loan:Principal": Limit.DEBIT,
}


@dataclass(frozen=True, slots=True)
class Leg:
    """One account's part of an entry in whole fen; debit is positive."""

    account: str
    fen: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced entry to post. `id` is made by the client, `key` is unique in its book and read by people.

    `effective_on` is the business day it counts for; the day it is recorded comes from the moment of posting.
    Zero legs are left out; legs of one account are joined.
    """

    id: UUID
    key: str
    kind: str
    memo: str
    effective_on: date
    legs: tuple[Leg, ...]
    reverses: UUID | None = None
    book: str = MAIN_BOOK

    def __post_init__(self) -> None:
        joined: dict[str, int] = {}
        for leg in self.legs:
            joined[leg.account] = joined.get(leg.account, 0) + leg.fen
        legs = tuple(Leg(account, fen) for account, fen in sorted(joined.items()) if fen)
        assert len(legs) >= 2, f"entry {self.key} needs at least two legs"
        assert sum(leg.fen for leg in legs) == 0, f"entry {self.key} does not balance"
        object.__setattr__(self, "legs", legs)


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """An amount to reserve on an account until it is posted, voided or expires."""

    id: UUID
    account: str
    fen: int
    expires_at: datetime
    reason: str


def limit_of(code: str) -> Limit:
    """Return which side the account `code` must stay on."""
    return next(
        (limit for prefix, limit in LIMITS.items() if code == prefix or code.startswith(prefix + ":")), Limit.NONE
    )


def taken_back_by(kind: str) -> tuple[str, str] | None:
    """Return what takes an entry of a reason back, in English and Chinese; None where a reversal by hand does.

    A reason nobody has named here is not reversed by hand either.
    """
    if kind in BY_HAND:
        return None
    return TAKEN_BACK_BY.get(kind) or TAKEN_BACK_BY.get(kind.partition("_")[0], ELSEWHERE)


def memento(entry: Entry, seq: int, recorded_on: date, reverses: str | None, **also: Any) -> str:
    """Return the canonical JSON that an entry's hash covers: legs sorted, signed fen, keys sorted, no spaces.

    `reverses` is the key of the reversed entry. Values in `also` that are not None (actor, approver, book, …) are
    covered too; without them this is the text of the golden vectors (R11 of the settlement rules).
    """
    content: Mapping[str, Any] = {
        "effective": entry.effective_on.isoformat(),
        "key": entry.key,
        "legs": [[leg.account, leg.fen] for leg in entry.legs],
        "memo": entry.memo,
        "recorded": recorded_on.isoformat(),
        "reverses": reverses,
        "seq": seq,
    }
    return canonical({**content, **{name: value for name, value in also.items() if value is not None}})


def chained(previous: str, text: str) -> str:
    """Return the hash of an entry: SHA-256 of the previous hash, a line feed and the entry's canonical text."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
