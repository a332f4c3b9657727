"""What callers ask of the room. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from wms.treasury.rules.bank_items import BankItem
from wms.treasury.rules.statements import Said
from wms.treasury.rules.transfers import FileKind


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
class BookEntry:
    """`fen` of an entry are the bank's own charge or interest; `words` say what for, else the bank's text does."""

    id: UUID
    entry_id: UUID
    item: BankItem
    fen: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class UndoMatch:
    """Take a match back; what it posted is reversed by two people."""

    id: UUID
    match_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """The books and the bank were compared for a day; `note` says what stays open, if anything does.

    `bank_fen` is the balance the bank shows at the end of the day, for a day no statement reaches: a quiet one.
    """

    id: UUID
    on: date
    note: str = ""
    bank_fen: int | None = None


@dataclass(frozen=True, slots=True)
class RefundWallet:
    """Money of a buyer's wallet, in fen, paid back to its bank account in force."""

    id: UUID
    party_id: UUID
    fen: int
    reference: str


@dataclass(frozen=True, slots=True)
class ReturnPayout:
    """The bank gave a payout back: it is owed to its party again."""

    id: UUID
    payout_id: UUID
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class CountDrawer:
    """What lies in the drawer by denomination in fen; `opens` begins a shift, else it ends one."""

    id: UUID
    opens: bool
    pieces: tuple[tuple[int, int], ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BankCash:
    """Cash carried from the drawer to the bank, in fen, with the number of the paying-in slip."""

    id: UUID
    fen: int
    reference: str


@dataclass(frozen=True, slots=True)
class PrepareTransfers:
    """Put payouts and wallet refunds that no file holds yet into one file for the bank."""

    id: UUID
    kind: FileKind
    own_name: str
    own_account: str
    source_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ApproveTransfers:
    """Another person looked at a file's transfers: it may be handed to the bank."""

    id: UUID
    file_id: UUID
