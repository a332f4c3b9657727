"""The ladder of reminders, and the steps before goods nobody collects may be disposed of. Pure.

The steps follow the Civil Code of the PRC: 916 (reminder to collect, then deposit), 450 (retain what matches the debt),
453 (a period to perform, at least 60 days unless agreed otherwise or the goods are perishable), 455 (surplus to owner).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from string import Formatter
from uuid import UUID

BLANKS = frozenset({"number", "yuan", "days", "party", "store"})
LEVELS = range(1, 10)
LEAST_PERIOD_DAYS = 3
MOST_PERIOD_DAYS = 366


class Channel(StrEnum):
    """How a notice reaches its party."""

    SMS = "sms"
    LETTER = "letter"


class ProofKind(StrEnum):
    """What shows that a notice was got, or was not."""

    SMS_RECEIPT = "sms_receipt"
    COURIER_SIGNED = "courier_signed"
    REGISTERED_LETTER = "registered_letter"
    ANSWERED = "answered"
    PUBLISHED = "published"
    RETURNED = "returned"


class Step(StrEnum):
    """The steps of uncollected goods, in their order."""

    REMINDER = "reminder"
    FORMAL_NOTICE = "formal_notice"
    ENFORCEMENT_NOTICE = "enforcement_notice"


class Way(StrEnum):
    """What is done with goods in the end: sold by reference to the market, or deposited with a notary."""

    SALE = "sale"
    DEPOSIT = "deposit"


class DisputedLine(StrEnum):
    """What of an invoice is disputed: one of its lines, or all of it."""

    WHOLE = "whole"
    STORAGE = "storage"
    HANDLING = "handling"


class Ground(StrEnum):
    """What is said to be wrong."""

    WEIGHT = "weight"
    DAYS = "days"
    RATE = "rate"
    WORK = "work"  # billed, but not done or not ordered
    TWICE = "twice"  # billed or paid before
    OTHER = "other"


class RaisedBy(StrEnum):
    """Who said so: a person of the party's own, or the store's desk for it."""

    PARTY = "party"
    DESK = "desk"


class DisputeState(StrEnum):
    """How far a dispute has come."""

    OPEN = "open"
    UPHELD = "upheld"
    REFUSED = "refused"


class CaseState(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    DISPOSAL = "disposal"
    CLOSED = "closed"


STEPS = tuple(Step)


@dataclass(frozen=True, slots=True)
class SetLevel:
    """A level of the ladder from a day on: `after_days` after the invoice fell due; None takes the level out.

    The words may use {number} {yuan} {days} {party} {store}.
    """

    id: UUID
    level: int
    effective_from: date
    after_days: int | None
    channel: Channel
    words_zh: str
    words_en: str


@dataclass(frozen=True, slots=True)
class RecordProof:
    """A notice was got, or came back: `reference` is the courier's number, the paper, who answered."""

    id: UUID
    notice_id: UUID
    kind: ProofKind
    reference: str
    proved_on: date


@dataclass(frozen=True, slots=True)
class DisputeInvoice:
    """The party says a line of an invoice is wrong, or all of it; its ladder stands still until that is settled."""

    id: UUID
    invoice_id: UUID
    reason: str
    line: DisputedLine = DisputedLine.WHOLE
    ground: Ground = Ground.OTHER


@dataclass(frozen=True, slots=True)
class EndDispute:
    """A dispute is settled and nothing taken back: `outcome` says why; the ladder goes on."""

    id: UUID
    invoice_id: UUID
    outcome: str


@dataclass(frozen=True, slots=True)
class UpholdDispute:
    """The party is right: so much is taken back, in fen, by a credit note; the ladder goes on with what is left."""

    id: UUID
    invoice_id: UUID
    outcome: str
    storage_fen: int
    handling_fen: int


@dataclass(frozen=True, slots=True)
class SetTerms:
    """From a day on, how long each step of uncollected goods runs, and what allows so (contract, statute)."""

    id: UUID
    effective_from: date
    reminder_days: int
    formal_notice_days: int
    enforcement_notice_days: int
    source: str

    def days_of(self) -> Mapping[Step, int]:
        """Return the days by step."""
        return {
            Step.REMINDER: self.reminder_days,
            Step.FORMAL_NOTICE: self.formal_notice_days,
            Step.ENFORCEMENT_NOTICE: self.enforcement_notice_days,
        }


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Goods of a lot are past their term of storage and nobody collects them."""

    id: UUID
    lot_id: UUID


@dataclass(frozen=True, slots=True)
class TakeStep:
    """Serve a step's notice on the owner."""

    id: UUID
    case_id: UUID
    step: Step


@dataclass(frozen=True, slots=True)
class AskDisposal:
    """Ask to dispose of so many units of a case's goods, as many as match the debt."""

    id: UUID
    case_id: UUID
    way: Way
    units: int
    reason: str


@dataclass(frozen=True, slots=True)
class ApproveDisposal:
    """The second pair of eyes on a disposal."""

    id: UUID
    case_id: UUID


@dataclass(frozen=True, slots=True)
class CloseCase:
    """The goods were collected or are gone."""

    id: UUID
    case_id: UUID
    outcome: str


@dataclass(frozen=True, slots=True)
class Level:
    """A level in force."""

    id: UUID
    level: int
    after_days: int
    channel: Channel
    words_zh: str
    words_en: str


def next_level(ladder: Sequence[Level], sent: frozenset[int], age_days: int) -> Level | None:
    """Return the lowest level not sent yet, if its day has come; a level is never skipped."""
    waiting = [level for level in sorted(ladder, key=lambda one: one.level) if level.level not in sent]
    done = max(sent, default=0)
    following = next((level for level in waiting if level.level > done), None)
    return following if following is not None and following.after_days <= age_days else None


def words_fit(words: str) -> bool:
    """Tell whether a wording is there and has no blank but those that are filled."""
    try:
        names = {name for _, name, _, _ in Formatter().parse(words) if name is not None}
    except ValueError:
        return False
    return bool(words.strip()) and names <= BLANKS


def climbs(ladder: Mapping[int, int]) -> bool:
    """Tell whether every level of (level → days) comes after the one below it."""
    days = [ladder[level] for level in sorted(ladder)]
    return all(day >= 1 for day in days) and all(low < high for low, high in pairwise(days))


def period_end(proved_on: date, period_days: int) -> date:
    """Return the last day of a period: the day of the proof is not counted."""
    return proved_on + timedelta(days=period_days)
