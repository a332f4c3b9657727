"""Visits that count, and the four rates: coverage, conversion, repurchase, penetration. Pure.

A rate without a denominator is None, never 0 and never 1.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from wms.kernel.clock import Moment
from wms.kernel.numbers import FOUR_PLACES, PRICE_SCALE, half_up

EARTH_M = 6_371_000
MICRO = 1_000_000
SAFE = Fraction(1, 3)
STRONG = Fraction(1, 2)
SUCCESSOR_DAYS = 7
KPI_DAYS = 90


class BuyingRole(StrEnum):
    """What somebody does in a purchase; one person may have several roles."""

    USER = "user"  # 使用者
    DECIDER = "decider"  # 决策者
    PAYER = "payer"  # 买单者
    INFLUENCER = "influencer"
    GATEKEEPER = "gatekeeper"


DECIDES = frozenset({BuyingRole.DECIDER, BuyingRole.PAYER})


class WalletMethod(StrEnum):
    """How a company's whole purchase is known."""

    INVOICE = "invoice"
    SCALE = "scale"
    DECLARED = "declared"
    ESTIMATE = "estimate"


class TaskKind(StrEnum):
    """What a job change leaves to do."""

    RETAIN = "retain"  # keep the old company: find the successor who decides
    LEAD = "lead"  # win the new one through the person


@dataclass(frozen=True, slots=True)
class VisitRules:
    """What makes a visit count."""

    accuracy_m: int = 100
    distance_m: int = 300
    minutes: int = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stood, in millionths of a degree, and how sure the telephone was."""

    latitude_e6: int
    longitude_e6: int
    accuracy_m: int = 0


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """A visit that took place; `arrived` and `left` carry the business day of the site."""

    id: UUID
    company_id: UUID
    arrived: Moment
    left: Moment
    met_person_ids: tuple[UUID, ...] = ()
    place: Place | None = None
    called_back: bool = False
    outcome: str = ""
    next_step: str = ""
    campaign_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SetPlace:
    """Where a company is."""

    id: UUID
    company_id: UUID
    place: Place


@dataclass(frozen=True, slots=True)
class GiveRole:
    """A person has a buying role in a company from a day on."""

    id: UUID
    company_id: UUID
    person_id: UUID
    role: BuyingRole
    from_on: date


@dataclass(frozen=True, slots=True)
class StartCampaign:
    """A campaign with its frozen list of companies. Windows in days."""

    id: UUID
    name: str
    city: str
    starts_on: date
    company_ids: tuple[UUID, ...]
    conversion_days: int = 60
    repurchase_days: int = 45


@dataclass(frozen=True, slots=True)
class RecordWallet:
    """What a company bought of a category from everybody in a period, in grams, and how that is known."""

    id: UUID
    company_id: UUID
    category: str
    from_on: date
    until_on: date
    bought_grams: int
    method: WalletMethod
    confidence_percent: int


@dataclass(frozen=True, slots=True)
class JobChange:
    """A person leaves one company for another."""

    id: UUID
    person_id: UUID
    to_company_id: UUID
    post: str
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class FinishTask:
    """A task of a job change is done, with what came of it."""

    id: UUID
    task_id: UUID
    outcome: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A count of a count, and the rate at four places or None."""

    counted: int
    of: int

    @property
    def rate(self) -> Decimal | None:
        """The rate, half up at four places; None without a denominator."""
        return rounded(Fraction(self.counted, self.of)) if self.of else None


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a company's purchases we deliver. `rate` None: unknown, or the wallet is `stale`."""

    delivered_grams: int
    bought_grams: int | None
    rate: Decimal | None
    stale: bool  # more delivered than bought: the wallet is old

    @property
    def safe(self) -> bool:
        """At least a third of the wallet."""
        return self.rate is not None and Fraction(self.delivered_grams, self.bought_grams or 1) >= SAFE

    @property
    def strong(self) -> bool:
        """More than half of the wallet."""
        return self.rate is not None and Fraction(self.delivered_grams, self.bought_grams or 1) > STRONG


@dataclass(frozen=True, slots=True)
class Penetration:
    """Shares by company, and the portfolio of those that are known."""

    shares: Mapping[UUID | str, Share]
    portfolio: Decimal | None
    safe: int
    known: int


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one target: the day it was covered first, and the days of its effective orders."""

    covered_on: date | None = None
    decider_met_on: date | None = None
    orders_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Rates:
    """Coverage, conversion and repurchase of a campaign as of a day. `immature` conversion looks at all covered."""

    on: date
    coverage: Rate
    decider_coverage: Rate
    conversion: Rate
    conversion_immature: Rate
    repurchase: Rate
    penetration: Penetration = field(default_factory=lambda: Penetration({}, None, 0, 0))


def counts(request: RecordVisit, distance_m: int | None, rules: VisitRules) -> bool:
    """Tell whether a visit counts: on the spot or called back, long enough, and somebody was met."""
    long_enough = request.left.at - request.arrived.at >= timedelta(minutes=rules.minutes)
    exact = request.place is not None and request.place.accuracy_m <= rules.accuracy_m
    on_spot = exact and distance_m is not None and distance_m <= rules.distance_m
    return long_enough and bool(request.met_person_ids) and (on_spot or request.called_back)


def distance_m(one: Place, other: Place) -> int:
    """Return the distance of two places near each other in metres (flat within a few kilometres)."""
    middle = math.radians((one.latitude_e6 + other.latitude_e6) / 2 / MICRO)
    north = math.radians((one.latitude_e6 - other.latitude_e6) / MICRO)
    east = math.radians((one.longitude_e6 - other.longitude_e6) / MICRO) * math.cos(middle)
    return round(EARTH_M * math.hypot(north, east))


def rates_of(histories: Sequence[History], on: date, *, conversion_days: int, repurchase_days: int) -> Rates:
    """Return the first three rates as of a day over one history for each target of the frozen list.

    Conversion counts targets covered long enough ago whose first order came in time; repurchase those whose second
    order came in time, over all whose time for it is over.
    """
    covered = [one for one in histories if one.covered_on is not None and one.covered_on <= on]
    decided = [one for one in histories if one.decider_met_on is not None and one.decider_met_on <= on]
    window = timedelta(days=conversion_days)
    matured = [one for one in covered if one.covered_on is not None and one.covered_on <= on - window]
    converted = [one for one in matured if _ordered_within(one, window)]
    by_now = [one for one in covered if _ordered_within(one, window, on)]
    first = [(orders[0], orders) for one in histories if (orders := sorted(one.orders_on)) and orders[0] <= on]
    due = [(start, orders) for start, orders in first if start <= on - timedelta(days=repurchase_days)]
    again = [
        start for start, orders in due if any(start < day <= start + timedelta(days=repurchase_days) for day in orders)
    ]
    return Rates(
        on=on,
        coverage=Rate(len(covered), len(histories)),
        decider_coverage=Rate(len(decided), len(histories)),
        conversion=Rate(len(converted), len(matured)),
        conversion_immature=Rate(len(by_now), len(covered)),
        repurchase=Rate(len(again), len(due)),
    )


def penetration_of(wallets: Mapping[UUID | str, tuple[int, int | None]]) -> Penetration:
    """Return shares of wallets (delivered, bought from everybody; both in grams, unknown is None).

    More delivered than bought flags the wallet and leaves it out of the portfolio.
    """
    shares = {key: share_of(delivered, bought) for key, (delivered, bought) in wallets.items()}
    known = [share for share in shares.values() if share.rate is not None]
    bought = sum(share.bought_grams or 0 for share in known)
    delivered = sum(share.delivered_grams for share in known)
    return Penetration(
        shares=shares,
        portfolio=rounded(Fraction(delivered, bought)) if bought else None,
        safe=sum(share.safe for share in known),
        known=len(known),
    )


def share_of(delivered: int, bought: int | None) -> Share:
    """Return a company's share of wallet."""
    if not bought:
        return Share(delivered, bought, None, stale=False)
    stale = delivered > bought
    return Share(delivered, bought, None if stale else rounded(Fraction(delivered, bought)), stale)


def rounded(value: Fraction) -> Decimal:
    """Return a rate half up at four places."""
    return (Decimal(half_up(value * PRICE_SCALE)) / PRICE_SCALE).quantize(FOUR_PLACES)


def missing_roles(held: Iterable[BuyingRole]) -> frozenset[BuyingRole]:
    """Return the deciding roles nobody is known for in a company whose user is known."""
    roles = set(held)
    return DECIDES - roles if BuyingRole.USER in roles else frozenset()


def _ordered_within(one: History, window: timedelta, on: date | None = None) -> bool:
    if one.covered_on is None or not one.orders_on:
        return False
    first = min(one.orders_on)
    return first <= one.covered_on + window and (on is None or first <= on)
