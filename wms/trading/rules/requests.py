"""What can be asked of the board: one frozen request for each action, with an id made by its client. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from wms.trading.rules.conditions import Conditions, Scope
from wms.trading.rules.ranking import Policy
from wms.trading.rules.terms import Goods, Payment, Side, Spec, Terms


@dataclass(frozen=True, slots=True)
class Consent:
    """Words given on the phone to staff who tapped for somebody: who called, from which number."""

    caller: str
    phone: str


@dataclass(frozen=True, slots=True)
class ListLot:
    """Put a lot on the board by hand. `base` None: price on request."""

    id: UUID
    lot_id: UUID
    base: Decimal | None = None
    units: int | None = None  # all of the lot
    min_take_units: int = 1
    divisible: bool = True


@dataclass(frozen=True, slots=True)
class OfferOutside:
    """Put goods on the board that are not in store; a booked arrival with its deposit paid ranks above the rest."""

    id: UUID
    seller_id: UUID
    goods: Goods
    units: int
    grams_per_unit: int
    base: Decimal | None = None
    arrival_due_on: date | None = None
    arrival_deposit_paid: bool = False
    deadline_on: date | None = None
    min_take_units: int = 1
    divisible: bool = True


@dataclass(frozen=True, slots=True)
class SaveConditions:
    """Save a listing's conditions for everybody, a segment or a company. `conditions` None ends the scope."""

    id: UUID
    listing_id: UUID
    conditions: Conditions | None
    scope: Scope = Scope.PUBLIC
    segment: str | None = None
    company_id: UUID | None = None


class ListingChange(StrEnum):
    """What an owner may do with a listing."""

    PAUSE = "pause"
    OPEN = "open"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class ChangeListing:
    """Pause, open or withdraw a listing."""

    id: UUID
    listing_id: UUID
    change: ListingChange


@dataclass(frozen=True, slots=True)
class ChangeUnits:
    """Offer more or fewer units; more gives a new priority time."""

    id: UUID
    listing_id: UUID
    units: int


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """Make a new version of the board's rules, in force at once. The version in `policy` is ignored."""

    id: UUID
    policy: Policy


@dataclass(frozen=True, slots=True)
class AskQuote:
    """Ask a listing's owner for a quote. `limit_price` stays the buyer's own."""

    id: UUID
    listing_id: UUID
    units: int
    payment: Payment
    pickup_on: date
    service: str | None = None
    limit_price: Decimal | None = None
    note: str = ""
    match_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class GiveQuote:
    """Answer an inquiry with an offer, or counter the newest one.

    `price` None: what the listing's conditions say for these terms (sellers only). `parent_id` is the offer countered,
    None for the first. `valid_minutes` None: until the owner's silence would end it.
    """

    id: UUID
    rfq_id: UUID
    parent_id: UUID | None = None
    price: Decimal | None = None
    units: int | None = None
    valid_minutes: int | None = None
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class AcceptQuote:
    """Accept the newest offer of an inquiry; `round_number` is the version the accepter saw. Makes a deal."""

    id: UUID
    quote_id: UUID
    round_number: int
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class PassQuote:
    """Refuse the newest offer and end the inquiry (不卖 / 不买)."""

    id: UUID
    rfq_id: UUID
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class ProposeDeal:
    """Take a listing at the buyer's own price for his terms (摘牌); the owner must still confirm."""

    id: UUID
    listing_id: UUID
    units: int
    payment: Payment
    pickup_on: date
    service: str | None = None
    match_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConfirmDeal:
    """Confirm a proposed deal for one's side."""

    id: UUID
    deal_id: UUID
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class HoldMoney:
    """Hold a deal's deposit or balance on the buyer's wallet."""

    id: UUID
    deal_id: UUID


@dataclass(frozen=True, slots=True)
class BankPayment:
    """Money of a buyer that came into escrow for one deal."""

    id: UUID
    deal_id: UUID
    fen: int
    bank_reference: str


@dataclass(frozen=True, slots=True)
class DealPart:
    """So much of a transfer is for this deal, in fen."""

    deal_id: UUID
    fen: int


@dataclass(frozen=True, slots=True)
class PooledPayment:
    """One bank transfer of a buyer into escrow for several deals."""

    id: UUID
    parts: tuple[DealPart, ...]
    bank_reference: str


@dataclass(frozen=True, slots=True)
class TopUp:
    """Money of a buyer that came into his wallet."""

    id: UUID
    buyer_id: UUID
    fen: int
    bank_reference: str


@dataclass(frozen=True, slots=True)
class CancelDeal:
    """Agree to cancel a deal for one's side; it is cancelled once both have."""

    id: UUID
    deal_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class DeclareDefault:
    """Declare that one side does not keep a deal."""

    id: UUID
    deal_id: UUID
    side: Side
    reason: str


@dataclass(frozen=True, slots=True)
class DisputeDeal:
    """Say that the goods are not as agreed."""

    id: UUID
    deal_id: UUID
    reason: str


class Resolution(StrEnum):
    """How a dispute ends."""

    ADJUST = "adjust"
    REPLACE = "replace"
    TAKE_BACK = "take_back"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class ResolveDispute:
    """End a dispute."""

    id: UUID
    deal_id: UUID
    resolution: Resolution
    note: str


@dataclass(frozen=True, slots=True)
class Load:
    """Goods of a deal that leave in one exit: settlement's words. `id` is the exit's."""

    id: UUID
    deal_id: UUID
    units: int
    out_grams: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a buyer wants matched: a spec, terms, and his limits. `limit_price` stays his own."""

    id: UUID
    spec: Spec
    terms: Terms
    limit_price: Decimal | None = None
    most_lots: int = 10
