"""What the room can be asked, and the values it answers with."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wms.billing.rules.charges import Charges
from wms.billing.rules.states import ClearBasis, ExitKind, PaymentMethod
from wms.billing.rules.tariffs import TariffLine


@dataclass(frozen=True, slots=True)
class TariffScope:
    """Whom a tariff is for; None means everybody. The narrowest scope wins: contract, owner, variety, site."""

    site_id: UUID | None = None
    party_id: UUID | None = None
    contract_id: UUID | None = None
    variety: str | None = None


@dataclass(frozen=True, slots=True)
class ProposeTariff:
    """A tariff version proposed to be in force from a day on, until `ends_on` (first day not) if given."""

    id: UUID
    name: str
    effective_from: date
    lines: tuple[TariffLine, ...]
    scope: TariffScope = TariffScope()
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class ApproveTariff:
    """The second pair of eyes on a proposed version."""

    id: UUID
    version_id: UUID


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A stay that is only asked about: so much, in on a day and out on another, for whom; of one version if named."""

    units: int
    grams: int
    entry_on: date
    out_on: date
    party_id: UUID | None = None
    variety: str | None = None
    site_id: UUID | None = None
    version_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LockTariff:
    """Write down at intake which tariff a lot follows; its owner's contract says whether it stays the same.

    `charged_from_on` is the first charged day of a lot bought in store.
    """

    id: UUID
    lot_id: UUID
    charged_from_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordWork:
    """Work done on units of a lot: `work` is a word of the tariff's price list."""

    id: UUID
    lot_id: UUID
    work: str
    units: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """So much of a payment is for this invoice, in fen."""

    invoice_id: UUID
    fen: int


@dataclass(frozen=True, slots=True)
class ReceivePayment:
    """Money of a party for its invoices, in fen: as `allocations` say, the rest to the oldest, the surplus owed back.

    `key` and `memo` name the journal.
    """

    id: UUID
    party_id: UUID
    paid_fen: int
    method: PaymentMethod
    reference: str
    allocations: tuple[Allocation, ...] = ()
    key: str | None = None
    memo: str | None = None


@dataclass(frozen=True, slots=True)
class OpenExit:
    """An exit wanted: whole units of one lot, for a sale (`deal_id`), for the owner's own use, or to get another owner.

    A transfer of title names its `buyer_id`; nobody collects and no truck comes.
    """

    id: UUID
    lot_id: UUID
    units: int
    kind: ExitKind
    collector_name: str
    plate: str
    deal_id: UUID | None = None
    buyer_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CloseTransfer:
    """Close an order whose goods got another owner, with the entry grams they carried."""

    id: UUID
    exit_id: UUID
    entry_grams: int


@dataclass(frozen=True, slots=True)
class QuoteExit:
    """Ask for the charges of an exit order, good until midnight."""

    id: UUID
    exit_id: UUID


@dataclass(frozen=True, slots=True)
class RequestCredit:
    """Ask to let an exit go before its charges are paid."""

    id: UUID
    exit_id: UUID
    credit_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class ApproveCredit:
    """The second pair of eyes on a credit request."""

    id: UUID
    request_id: UUID


@dataclass(frozen=True, slots=True)
class SetCreditLimit:
    """How much a party may owe in charges at most, from a day on."""

    id: UUID
    party_id: UUID
    limit_fen: int
    effective_from: date


@dataclass(frozen=True, slots=True)
class ClearExit:
    """Ask that an exit be cleared on a basis the books already show.

    To be netted from a sale: the ledger holds of the buyer's money, and the escrow account with what is there already.
    """

    id: UUID
    exit_id: UUID
    basis: ClearBasis
    hold_ids: tuple[UUID, ...] = ()
    escrow: str | None = None


@dataclass(frozen=True, slots=True)
class RecordPick:
    """The units of a cleared exit stand at the dock."""

    id: UUID
    exit_id: UUID


@dataclass(frozen=True, slots=True)
class AttachWeighing:
    """Tie an outgoing weighing (lots.weigh, purpose out, same exit) to its exit order."""

    id: UUID
    exit_id: UUID
    weighing_id: UUID


@dataclass(frozen=True, slots=True)
class InvoiceExit:
    """Bill the charges of an exit up to the business day `on` (the day itself not counted).

    `key` and `memo` name the journal; by default the invoice number and the units that leave.
    """

    id: UUID
    exit_id: UUID
    on: date
    key: str | None = None
    memo: str | None = None


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """Money that came in for a party: evidence beside the journal that booked it."""

    id: UUID
    party_id: UUID
    payment_fen: int
    method: PaymentMethod
    reference: str
    journal_id: UUID


@dataclass(frozen=True, slots=True)
class SettleInvoice:
    """Mark an invoice settled by a journal that credits the owner's fee accounts."""

    id: UUID
    invoice_id: UUID
    journal_id: UUID


@dataclass(frozen=True, slots=True)
class IssueCreditNote:
    """Take part of an invoice back, in fen, tax included; `key` and `memo` name the journal."""

    id: UUID
    invoice_id: UUID
    storage_fen: int
    handling_fen: int
    reason: str
    key: str | None = None
    memo: str | None = None


@dataclass(frozen=True, slots=True)
class CloseExit:
    """The goods of a weighed exit were taken out of stock: `entry_grams` left, `out_grams` were weighed."""

    id: UUID
    exit_id: UUID
    entry_grams: int
    out_grams: int


@dataclass(frozen=True, slots=True)
class VoidExit:
    """Give an exit up before anything was billed."""

    id: UUID
    exit_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class IssueGatePass:
    """Ask for the pass of a closed exit."""

    id: UUID
    exit_id: UUID


@dataclass(frozen=True, slots=True)
class VoidGatePass:
    """Take a gate pass back, so that another can be issued."""

    id: UUID
    pass_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class PassGate:
    """A truck at the gate: the code shown, its plate, and the weight of its load (gross less truck)."""

    id: UUID
    code: str
    plate: str
    gate_grams: int


@dataclass(frozen=True, slots=True)
class Fees:
    """Storage and handling in fen."""

    storage_fen: int
    handling_fen: int

    @property
    def total_fen(self) -> int:
        """Both together."""
        return self.storage_fen + self.handling_fen


@dataclass(frozen=True, slots=True)
class LotCharges:
    """Charges so far of one lot, for its owner's page: what accrued, for how much that is still here."""

    lot_id: UUID
    party_id: UUID
    on: date
    units: int
    grams: int
    charges: Charges
