"""What a day's close counts for goods that stay: one card of exact rates for all lots of one entry day. Pure.

The charges of a lot are its grams and units times the rates of its stay, so that a million lots need a card for each
entry day and tariff, not a million walks through the days.
"""

from dataclasses import dataclass
from datetime import date

from wms.billing.rules.charges import NANOYUAN_PER_FEN, NANOYUAN_PER_MICRO, Billed, top_up_fen
from wms.billing.rules.schedule import Stay, entry_rate, exit_rate, rent_spans, spans
from wms.billing.rules.tariffs import Cap, Minimum, rate_micro


@dataclass(frozen=True, slots=True)
class RateCard:
    """What a stay costs if it ended on a day, exact in nano-yuan: by the gram, and by the unit for rented crates."""

    storage_per_gram: int
    handling_per_gram: int
    rent_per_unit: int
    minimum_fen: int


@dataclass(frozen=True, slots=True)
class Accrued:
    """Charges in fen that no invoice has billed yet."""

    storage_fen: int
    handling_fen: int


def card_of(stay: Stay, on: date) -> RateCard:
    """Return the rates of a stay that ends on a day, handling in and out and the cap included."""
    last = stay.tariff_on(stay.last_counted(on))
    storage = sum(span.total_micro for span in spans(stay, on))
    caps = [rate_micro(line.rate) for line in last.lines if isinstance(line, Cap)]
    return RateCard(
        storage_per_gram=min([storage, *caps]),
        handling_per_gram=entry_rate(stay) + exit_rate(stay, on),
        rent_per_unit=sum(span.total_micro for span in rent_spans(stay, on)) * NANOYUAN_PER_MICRO,
        minimum_fen=max((line.minimum_fen for line in last.lines if isinstance(line, Minimum)), default=0),
    )


def accrued(card: RateCard, units: int, grams: int, billed: Billed, works_nanoyuan: int = 0) -> Accrued:
    """Return what all that is left of a lot would be billed on the card's day, after `billed`; as `charges` says it."""
    storage_exact = billed.storage_nanoyuan + card.storage_per_gram * grams
    rent = card.rent_per_unit * units
    handling_exact = billed.handling_nanoyuan + card.handling_per_gram * grams + rent + works_nanoyuan
    storage_fen = _half_up(storage_exact) - billed.storage_fen
    storage_fen += top_up_fen(card.minimum_fen, billed, storage_fen)
    return Accrued(storage_fen, _half_up(handling_exact) - billed.handling_fen)


def _half_up(nanoyuan: int) -> int:
    return (2 * nanoyuan + NANOYUAN_PER_FEN) // (2 * NANOYUAN_PER_FEN)
