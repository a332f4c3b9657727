"""What callers ask of the room. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from wms.treasury.rules.statements import Said


class Source(StrEnum):
    """What kind of file a statement came from."""

    CSV = "csv"
    CAMT = "camt053"


class Into(StrEnum):
    """Where a bank's entry goes: to the payer's invoices, or into a buyer's wallet."""

    INVOICES = "invoices"
    WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """A statement read from a file: its digest, the account, balances and entries, oldest first, in fen."""

    id: UUID
    source: Source
    file_name: str
    file_digest: str
    account_number: str
    opening_fen: int
    closing_fen: int
    entries: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What of an entry is meant for one invoice, in fen."""

    invoice_id: UUID
    fen: int


@dataclass(frozen=True, slots=True)
class AcceptEntry:
    """`fen` of an entry are this party's money, for its invoices (the parts named, then the oldest) or its wallet."""

    id: UUID
    entry_id: UUID
    party_id: UUID
    fen: int
    into: Into = Into.INVOICES
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkEntry:
    """An entry is what a journal in the books already says."""

    id: UUID
    entry_id: UUID
    journal_id: UUID


@dataclass(frozen=True, slots=True)
class UndoMatch:
    """Take a match back; what it posted is reversed by two people."""

    id: UUID
    match_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """The books and the bank were compared for a day; `note` says what stays open, if anything does."""

    id: UUID
    on: date
    note: str = ""
