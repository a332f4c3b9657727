"""Which invoices a bank's entry may pay, ranked by what speaks for it. Pure; whole fen."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

MOST_COMBINED = 5
MOST_TRIED = 14


@dataclass(frozen=True, slots=True)
class Owed:
    """An open invoice: its printed number and what is open on it."""

    invoice_id: UUID
    name: str
    open_fen: int


@dataclass(frozen=True, slots=True)
class Debtor:
    """A party with its open invoices, oldest first, and the bank account in force for it, if one is known."""

    party_id: UUID
    name: str
    account_number: str
    owed: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Invoices of one party an entry may pay, and how much of it goes to each.

    `because` holds what speaks for it, strongest first: number (of an invoice in the text), amount (exact, of one
    invoice), sum (exact, of several), account (of the payer), payer (by name).
    """

    party_id: UUID
    parts: tuple[tuple[UUID, int], ...]
    because: tuple[str, ...]


WEIGHT = {"number": 16, "amount": 8, "sum": 4, "account": 3, "payer": 2}


def proposals(left_fen: int, text: str, payer: tuple[str, str], debtors: Sequence[Debtor]) -> list[Proposal]:
    """Return what an entry may pay, best first: `left_fen` of it, its text, the payer's name and account.

    Among equals the debtor and the invoice named first, so give the oldest first. A proposal stands on a number in the
    text, an exact amount or a known payer; nothing is proposed on less.
    """
    said = _plain(text)
    best: dict[tuple[UUID, tuple[tuple[UUID, int], ...]], Proposal] = {}
    for debtor in debtors:
        for one in _of_debtor(left_fen, said, payer, debtor):
            key = (one.party_id, one.parts)
            best[key] = max(best.get(key, one), one, key=_weight)
    return sorted(best.values(), key=_weight, reverse=True)  # equals stay as they come: the oldest debt first


def _weight(one: Proposal) -> int:
    return sum(WEIGHT[reason] for reason in one.because)


def _of_debtor(left_fen: int, said: str, payer: tuple[str, str], debtor: Debtor) -> list[Proposal]:
    known = tuple(
        reason
        for reason, same in (
            ("account", bool(payer[1]) and payer[1] == debtor.account_number),
            ("payer", bool(payer[0]) and _plain(payer[0]) == _plain(debtor.name)),
        )
        if same
    )
    named = [owed for owed in debtor.owed if _plain(owed.name) in said]
    choices: list[tuple[tuple[str, ...], Sequence[Owed]]] = []
    if named:
        choices.append((("number", *_exact(left_fen, named)), named))
    choices += [(("amount",), [owed]) for owed in debtor.owed if owed.open_fen == left_fen and owed not in named]
    several = _sum_of(left_fen, debtor.owed)
    if several and not named:
        choices.append((("sum",), several))
    if known and not choices and debtor.owed:
        choices.append(((), debtor.owed))
    return [
        Proposal(debtor.party_id, _counted(left_fen, owed), reasons + known)
        for reasons, owed in choices
        if reasons or known
    ]


def _exact(left_fen: int, owed: Sequence[Owed]) -> tuple[str, ...]:
    if sum(one.open_fen for one in owed) != left_fen:
        return ()
    return ("amount",) if len(owed) == 1 else ("sum",)


def _sum_of(left_fen: int, owed: Sequence[Owed]) -> Sequence[Owed]:
    """Return the invoices, two to five of the oldest, that make up the amount exactly; fewer and older first."""
    for size in range(2, MOST_COMBINED + 1):
        for some in combinations(owed[:MOST_TRIED], size):
            if sum(one.open_fen for one in some) == left_fen:
                return some
    return ()


def _counted(left_fen: int, owed: Sequence[Owed]) -> tuple[tuple[UUID, int], ...]:
    parts = []
    for one in owed:
        part = min(left_fen, one.open_fen)
        if part > 0:
            parts.append((one.invoice_id, part))
            left_fen -= part
    return tuple(parts)


def _plain(words: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", words).upper() if sign.isalnum())
