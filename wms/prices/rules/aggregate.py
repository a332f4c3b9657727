"""From trades to one price. Pure and deterministic: high-precision decimals in one order, no float.

Outliers lie further from the median than max(3 × 1.4826 × MAD, 10 % of the median). A trade weighs tonnes ×
2^(−age / 5 days). A buyer–seller pair weighs at most 40 % of the total *after* capping: pairs are capped, the largest
first, until none is above its share of what then is the total.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from uuid import UUID

from wms.kernel.numbers import FOUR_PLACES
from wms.prices.rules.requests import Excluded

WINDOW_DAYS = 30
HALF_LIFE_DAYS = 5
MAD_TO_SIGMA = Decimal("1.4826")  # a normal distribution's MAD is σ / 1.4826
SIGMAS = 3
LEAST_LIMIT = Decimal("0.10")  # of the median: quotes for one cell spread about ±6 % by themselves
PAIR_SHARE = Decimal("0.4")
LEAST_TRADES, LEAST_SELLERS, LEAST_BUYERS, LEAST_PAIRS = 3, 2, 2, 3
PRECISION = 50
GRAMS_PER_TONNE = 1_000_000
OUTLIER = "outlier"


@dataclass(frozen=True, slots=True)
class Traded:
    """One trade as the arithmetic sees it; `excluded` says why it does not count."""

    id: UUID
    price: Decimal
    grams: int
    on: date
    buyer: UUID
    seller: UUID
    excluded: str | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What the trades say: the price at four places and unrounded, and what stands behind it."""

    price: Decimal
    exact: Decimal
    trades: int
    sellers: int
    buyers: int
    pairs: int
    grams: int
    effective_age_days: Decimal
    largest_pair_share: Decimal
    low: Decimal
    high: Decimal
    newest_on: date

    @property
    def enough(self) -> bool:
        """Tell whether this makes a level 1 price."""
        return (
            self.trades >= LEAST_TRADES
            and self.sellers >= LEAST_SELLERS
            and self.buyers >= LEAST_BUYERS
            and self.pairs >= LEAST_PAIRS
        )


def aggregate(trades: Iterable[Traded], on: date) -> tuple[Aggregate | None, tuple[Excluded, ...]]:
    """Return what the trades up to 30 days old say on `on`, or None if none counts, and the list of those left out."""
    first = on - timedelta(days=WINDOW_DAYS)
    window = sorted((trade for trade in trades if first <= trade.on <= on), key=lambda trade: trade.id)
    with localcontext(prec=PRECISION):
        counted = _without_outliers([trade for trade in window if trade.excluded is None])
        kept = {trade.id for trade in counted}
        left_out = tuple(_left_out(trade) for trade in window if trade.id not in kept)
        return (_weighed(counted, on) if counted else None), left_out


def median(values: Sequence[Decimal]) -> Decimal:
    """Return the middle of the values, or the middle between the two middle ones."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _left_out(trade: Traded) -> Excluded:
    return Excluded(trade.id, trade.price, trade.grams, trade.on, trade.excluded or OUTLIER)


def _without_outliers(trades: list[Traded]) -> list[Traded]:
    if not trades:
        return trades
    middle = median([trade.price for trade in trades])
    spread = median([abs(trade.price - middle) for trade in trades])
    limit = max(SIGMAS * MAD_TO_SIGMA * spread, LEAST_LIMIT * middle)
    return [trade for trade in trades if abs(trade.price - middle) <= limit]


def _weighed(trades: list[Traded], on: date) -> Aggregate:
    by_age = {age: Decimal(2) ** (Decimal(-age) / HALF_LIFE_DAYS) for age in {(on - trade.on).days for trade in trades}}
    weights = [Decimal(trade.grams) / GRAMS_PER_TONNE * by_age[(on - trade.on).days] for trade in trades]
    pairs: dict[tuple[UUID, UUID], Decimal] = {}
    for trade, weight in zip(trades, weights, strict=True):
        pair = (trade.buyer, trade.seller)
        pairs[pair] = pairs.get(pair, Decimal(0)) + weight
    factors, total = _capped(pairs)
    weights = [weight * factors[trade.buyer, trade.seller] for trade, weight in zip(trades, weights, strict=True)]
    both = list(zip(trades, weights, strict=True))
    exact = sum((trade.price * weight for trade, weight in both), Decimal(0)) / total
    age = sum(((on - trade.on).days * weight for trade, weight in both), Decimal(0)) / total
    return Aggregate(
        price=exact.quantize(FOUR_PLACES, rounding=ROUND_HALF_UP),
        exact=exact,
        trades=len(trades),
        sellers=len({trade.seller for trade in trades}),
        buyers=len({trade.buyer for trade in trades}),
        pairs=len(pairs),
        grams=sum(trade.grams for trade in trades),
        effective_age_days=age.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
        largest_pair_share=max(pairs[pair] * factors[pair] for pair in pairs) / total,
        low=min(trade.price for trade in trades),
        high=max(trade.price for trade in trades),
        newest_on=max(trade.on for trade in trades),
    )


def _capped(pairs: dict[tuple[UUID, UUID], Decimal]) -> tuple[dict[tuple[UUID, UUID], Decimal], Decimal]:
    """Return the factor of each pair and the total after capping; with fewer than three pairs nothing is capped.

    With c pairs at 40 % of the total T, the others' weight is T × (1 − 0.4 c). A third pair can never be above its
    share once two are capped, so T stays positive.
    """
    total = sum(pairs.values(), Decimal(0))
    order = sorted(pairs, key=lambda pair: (-pairs[pair], pair))
    if len(order) < LEAST_PAIRS:
        return dict.fromkeys(pairs, Decimal(1)), total
    capped: list[tuple[UUID, UUID]] = []
    rest = total
    while pairs[order[len(capped)]] > PAIR_SHARE * total:
        rest -= pairs[order[len(capped)]]
        capped.append(order[len(capped)])
        total = rest / (1 - PAIR_SHARE * len(capped))
    factors = dict.fromkeys(pairs, Decimal(1))
    return factors | {pair: PAIR_SHARE * total / pairs[pair] for pair in capped}, total
