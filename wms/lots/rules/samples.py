"""Samples: loose fruit taken out of a lot for a buyer, a laboratory or an authority. Pure; whole grams."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from wms.lots.rules.holds import HeldUnits, free_of_all


class SampleFor(StrEnum):
    """Who the fruit is for."""

    LABORATORY = "laboratory"
    BUYER = "buyer"
    AUTHORITY = "authority"
    STORE = "store"  # the store's own inspector cuts it


class SampleVerdict(StrEnum):
    """What came back."""

    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TakeSample:
    """Loose fruit of a lot, as one `sample` weighing weighed it, goes to somebody: who, why, under which number.

    `sscc` names the crate it came out of where each is weighed by itself. `pieces` counts the apples, if somebody did.
    """

    id: UUID
    lot_id: UUID
    weighing_id: UUID
    taken_for: SampleFor
    receiver: str
    reason: str
    reference: str = ""
    pieces: int | None = None
    sscc: str = ""


@dataclass(frozen=True, slots=True)
class RecordSampleResult:
    """What became of a sample: the report's number and day, whether it passed, and the inspection it led to."""

    id: UUID
    sample_id: UUID
    verdict: SampleVerdict
    report: str
    reported_on: date
    findings: str = ""
    inspection_id: UUID | None = None


def within_limit(grams: int, taken_before: int, limit_grams: int, held: HeldUnits) -> bool:
    """Tell whether so much may be taken: from a lot nothing holds any amount, else all samples within the limit.

    A hold stands on crates and a sample thins them all alike, so that a lender's or a buyer's crates never lose more
    than the limit, whoever asks.
    """
    return free_of_all(held) == held.on_hand or taken_before + grams <= limit_grams
