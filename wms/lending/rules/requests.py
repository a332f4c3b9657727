"""What callers ask of the lending room. `id` is made by the client and names the request for ever. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from wms.lending.rules.exposure import Exposure, Level, Terms


class LoanState(StrEnum):
    """Where a loan stands."""

    ASKED = "asked"
    CHECKED = "checked"  # one person has approved
    APPROVED = "approved"  # two have
    ACTIVE = "active"  # paid out
    CLOSED = "closed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ProposeProduct:
    """A new version of a lending product."""

    id: UUID
    code: str
    effective_from: date
    lender_id: UUID
    terms: Terms


@dataclass(frozen=True, slots=True)
class ApproveProduct:
    """A second person puts a proposed product in force."""

    id: UUID
    product_id: UUID


@dataclass(frozen=True, slots=True)
class AskAdvance:
    """The owner of a lot asks for money on all of it that is on hand; whole yuan, in fen."""

    id: UUID
    lot_id: UUID
    asked_fen: int


@dataclass(frozen=True, slots=True)
class DecideAdvance:
    """Approve an advance (twice, by two people) or refuse it with a reason."""

    id: UUID
    loan_id: UUID
    refuse_because: str = ""


@dataclass(frozen=True, slots=True)
class Disburse:
    """Pay an approved advance out: the pledge's registration and the register search of the same day."""

    id: UUID
    loan_id: UUID
    registration_no: str
    searched_on: date


@dataclass(frozen=True, slots=True)
class Repay:
    """The owner pays without taking goods: interest first, then principal; `value_on` is the bank's day."""

    id: UUID
    loan_id: UUID
    paid_fen: int
    value_on: date


@dataclass(frozen=True, slots=True)
class Position:
    """A loan against its goods on a day: exposure with interest to that day, value in fen, loan-to-value, level."""

    on: date
    exposure: Exposure
    value_fen: int
    ltv_bp: int | None
    level: Level
    entry_grams: int
    units: int


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a loan in fen, with the journal that booked it and the day it counts for."""

    kind: str
    on: date
    journal_id: UUID
    principal_fen: int = 0
    interest_fen: int = 0
