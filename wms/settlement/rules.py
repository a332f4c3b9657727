"""The waterfall of sale proceeds, and what callers ask of the room. Pure; whole fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from wms.kernel.numbers import half_up

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Applied:
    """What each claim received, and what is left for the owner."""

    paid: Mapping[str, int]
    residual_fen: int


@dataclass(frozen=True, slots=True)
class CloseExit:
    """Close a weighed exit: the one transaction of charges, money, stock, pledge and gate pass."""

    id: UUID
    exit_id: UUID


@dataclass(frozen=True, slots=True)
class ClosePool:
    """Close weighed sales of one buyer at one price together, as one load: each owner's share by weight.

    `sorting_fen` is the fee for sorting the load together, shared equally by the owners, tax included.
    """

    id: UUID
    exit_ids: tuple[UUID, ...]
    sorting_fen: int = 0


@dataclass(frozen=True, slots=True)
class ClearSale:
    """Let a sale's exit be picked, because the buyer's money covers it."""

    id: UUID
    exit_id: UUID


@dataclass(frozen=True, slots=True)
class ApproveRelease:
    """The lender's consent to pledged goods leaving with an exit, good for the day."""

    id: UUID
    exit_id: UUID


@dataclass(frozen=True, slots=True)
class PayRelease:
    """Money an owner paid so that his own goods may leave, in fen."""

    id: UUID
    exit_id: UUID
    paid_fen: int
    method: str
    reference: str


@dataclass(frozen=True, slots=True)
class TransferTitle:
    """Give the goods of a cleared transfer order to their buyer, where they lie."""

    id: UUID
    exit_id: UUID


@dataclass(frozen=True, slots=True)
class PayOut:
    """Money paid from what is owed to a party, in fen."""

    id: UUID
    party_id: UUID
    paid_fen: int
    reference: str


@dataclass(frozen=True, slots=True)
class ReleaseQuote:
    """What an owner must pay for goods to leave without a sale: fees, then interest, then principal, in fen.

    `ltv_*_bp` are loan-to-value before, after paying the fees only, and after paying everything.
    """

    storage_fen: int
    handling_fen: int
    interest_fen: int
    principal_fen: int
    ltv_before_bp: int | None
    ltv_fees_only_bp: int | None
    ltv_after_bp: int | None

    @property
    def fees_fen(self) -> int:
        """Storage and handling."""
        return self.storage_fen + self.handling_fen

    @property
    def extra_fen(self) -> int:
        """What the loan needs beyond the fees."""
        return self.interest_fen + self.principal_fen

    @property
    def total_fen(self) -> int:
        """All that must be paid."""
        return self.fees_fen + self.extra_fen


@dataclass(frozen=True, slots=True)
class SaleEstimate:
    """What a sale would leave its owner if the goods left on a day: book weight in grams, money in fen.

    `claims` are storage, handling, interest, principal and commission in the order of the owner's contract, each with
    what it would receive; `short_fen` is what the price would not cover before the commission.
    """

    grams: int
    gross_fen: int
    claims: tuple[tuple[str, int], ...]
    residual_fen: int
    short_fen: int


def waterfall(payment_fen: int, claims: Mapping[str, int], order: Sequence[str]) -> Applied:
    """Pay claims in order, each with min(what is left, the claim); what remains is the owner's.

    Every claim must stand in the order: a claim forgotten would be money given away.
    """
    assert payment_fen >= 0
    assert all(fen >= 0 for fen in claims.values())
    assert set(claims) <= set(order), "every claim has its place in the waterfall"
    left, paid = payment_fen, {}
    for name in order:
        if name in claims:
            paid[name] = min(left, claims[name])
            left -= paid[name]
    return Applied(paid, left)


def commission(gross_fen: int, commission_bp: int) -> int:
    """Return the platform's commission in fen, half up."""
    return half_up(Fraction(gross_fen * commission_bp, BASIS_POINTS))


def interest_first(payment_fen: int, interest_fen: int) -> tuple[int, int]:
    """Split money for a loan into interest and principal: interest first."""
    interest = min(payment_fen, interest_fen)
    return interest, payment_fen - interest
