"""What a part of a lot costs when it leaves on a day. Pure and exact.

Rates are whole micro-yuan per kilogram, so grams × rate is whole nano-yuan: nothing is rounded before the fen, and a
fen is rounded once, cumulatively over the lot: this part = round(exact total of all that has left) − billed so far.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from wms.billing.rules.schedule import Span, Stay, entry_rate, exit_rate, rent_spans, spans
from wms.billing.rules.states import ChargeKind
from wms.billing.rules.tariffs import RATE_PLACES, Cap, Minimum, Per, Tariff, WorkRate, rate_micro
from wms.kernel.numbers import half_up

NANOYUAN_PER_FEN = 10_000_000
NANOYUAN_PER_MICRO = 1_000  # a rate per unit or job is in micro-yuan; one per kg times grams is nano-yuan already


@dataclass(frozen=True, slots=True)
class Billed:
    """What was billed of a lot so far: exact nano-yuan and the fen they were rounded to, top-ups left out."""

    units: int = 0
    grams: int = 0
    storage_nanoyuan: int = 0
    storage_fen: int = 0
    handling_nanoyuan: int = 0
    handling_fen: int = 0
    minimum_fen: int = 0
    counted_fen: int = 0  # what lots sorted into this one paid for storage: counts towards its minimum


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work done on a lot, or a charge carried into it, not billed yet; owed with the lot's next exit."""

    work: str
    version_id: UUID
    done_on: date
    units: int
    grams: int
    rate: Decimal
    nanoyuan: int
    kind: ChargeKind = ChargeKind.HANDLING


@dataclass(frozen=True, slots=True)
class Part:
    """What leaves: whole units, the entry grams they carry, and what was billed for these very units before."""

    units: int
    grams: int
    last: bool = False  # nothing of the lot stays: the minimum is topped up
    storage_before_nanoyuan: int = 0
    handling_before_nanoyuan: int = 0


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One step of the explanation: these days at this rate on these grams, exact."""

    kind: ChargeKind
    line: str
    version_id: UUID
    from_on: date
    to_on: date  # first day not counted
    days: int
    rate: Decimal
    grams: int
    nanoyuan: int


@dataclass(frozen=True, slots=True)
class Charges:
    """Charges of a part on a day, in fen, with the exact amounts and the lines that explain them."""

    on: date
    units: int
    grams: int
    storage_fen: int
    handling_fen: int
    storage_nanoyuan: int
    handling_nanoyuan: int
    minimum_fen: int  # what of storage_fen is the top-up to the lot's minimum
    lines: tuple[ChargeLine, ...]

    @property
    def total_fen(self) -> int:
        """Storage and handling together."""
        return self.storage_fen + self.handling_fen


def charges(
    stay: Stay, part: Part, billed: Billed, on: date, *, handling_out: bool = True, works: Sequence[Work] = ()
) -> Charges:
    """Return what `part` costs if it leaves on `on`, after `billed`: sum, tier, cap, minimum in that order.

    Crate rent and `works` done on the lot since its last bill are billed beside handling, outside cap and minimum;
    storage carried into the lot from sorted ones was capped there, and counts towards the minimum.
    """
    last_tariff = stay.tariff_on(stay.last_counted(on))
    storage = _capped([_storage_line(span, part.grams) for span in spans(stay, on)], last_tariff, part.grams, on)
    storage += [_work_line(work) for work in works if work.kind is ChargeKind.STORAGE]
    handling = _handling(stay, part.grams, on, handling_out=handling_out)
    handling += [_rent_line(span, part) for span in rent_spans(stay, on)] if part.units else []
    storage_exact = sum(line.nanoyuan for line in storage) - part.storage_before_nanoyuan
    handling += [_work_line(work) for work in works if work.kind is ChargeKind.HANDLING]
    handling_exact = sum(line.nanoyuan for line in handling) - part.handling_before_nanoyuan
    handling_fen = _fen(billed.handling_nanoyuan + handling_exact) - billed.handling_fen
    storage_fen = _fen(billed.storage_nanoyuan + storage_exact) - billed.storage_fen
    added_fen = top_up_fen(_minimum(last_tariff), billed, storage_fen) if part.last else 0
    if added_fen:
        storage.append(_step("minimum", last_tariff, on, (0, 0), added_fen * NANOYUAN_PER_FEN))
    return Charges(
        on=on,
        units=part.units,
        grams=part.grams,
        storage_fen=storage_fen + added_fen,
        handling_fen=handling_fen,
        storage_nanoyuan=storage_exact,
        handling_nanoyuan=handling_exact,
        minimum_fen=added_fen,
        lines=tuple(storage + handling),
    )


def tax_of(gross_fen: int, tax_permille: int) -> int:
    """Return the tax inside a gross amount: gross − round(gross / (1 + rate)), in fen."""
    net = half_up(Fraction(gross_fen * 1000, 1000 + tax_permille))
    return gross_fen - net


def _fen(nanoyuan: int) -> int:
    return half_up(Fraction(nanoyuan, NANOYUAN_PER_FEN))


def _yuan(micro: int) -> Decimal:
    return Decimal(micro).scaleb(-RATE_PLACES)


def _storage_line(span: Span, grams: int) -> ChargeLine:
    return ChargeLine(
        kind=ChargeKind.STORAGE,
        line=span.line,
        version_id=span.version_id,
        from_on=span.from_on,
        to_on=span.to_on,
        days=(span.to_on - span.from_on).days,
        rate=_yuan(span.rate_micro),
        grams=grams,
        nanoyuan=grams * span.total_micro,
    )


def _rent_line(span: Span, part: Part) -> ChargeLine:
    return ChargeLine(
        kind=ChargeKind.HANDLING,
        line=span.line,
        version_id=span.version_id,
        from_on=span.from_on,
        to_on=span.to_on,
        days=(span.to_on - span.from_on).days,
        rate=_yuan(span.rate_micro),
        grams=part.grams,
        nanoyuan=part.units * span.total_micro * NANOYUAN_PER_MICRO,
    )


def _work_line(work: Work) -> ChargeLine:
    return ChargeLine(
        work.kind, work.work, work.version_id, work.done_on, work.done_on, 0, work.rate, work.grams,
        work.nanoyuan,
    )  # fmt: skip


def work_nanoyuan(rate: WorkRate, units: int, grams: int) -> int:
    """Return what a piece of work costs, exact in nano-yuan: by the kilogram, the unit or the job."""
    micro = rate_micro(rate.rate)
    match rate.per:
        case Per.KG:
            return micro * grams
        case Per.UNIT:
            return micro * units * NANOYUAN_PER_MICRO
        case Per.JOB:
            return micro * NANOYUAN_PER_MICRO


def _capped(lines: list[ChargeLine], tariff: Tariff, grams: int, on: date) -> list[ChargeLine]:
    caps = [rate_micro(line.rate) for line in tariff.lines if isinstance(line, Cap)]
    total = sum(line.nanoyuan for line in lines)
    if caps and total > min(caps) * grams:
        lines.append(_step("cap", tariff, on, (min(caps), grams), min(caps) * grams - total))
    return lines


def _minimum(tariff: Tariff) -> int:
    return max((line.minimum_fen for line in tariff.lines if isinstance(line, Minimum)), default=0)


def top_up_fen(least: int, billed: Billed, storage_fen: int) -> int:
    """What the lot's total still lacks to its minimum; negative takes back a top-up that later days used up."""
    lacking = max(0, least - billed.counted_fen - billed.storage_fen - storage_fen) - billed.minimum_fen
    return max(lacking, -storage_fen)  # an invoice never pays money back


def _handling(stay: Stay, grams: int, on: date, *, handling_out: bool) -> list[ChargeLine]:
    steps = [("handling_in", stay.tariff_on(stay.entry_on), stay.entry_on, entry_rate(stay))]
    if handling_out:
        steps.append(("handling_out", stay.tariff_on(on), on, exit_rate(stay, on)))
    return [
        _step(name, tariff, day, (rate, grams), grams * rate, ChargeKind.HANDLING)
        for name, tariff, day, rate in steps
        if rate
    ]


def _step(
    name: str, tariff: Tariff, on: date, rate_and_grams: tuple[int, int], nanoyuan: int,
    kind: ChargeKind = ChargeKind.STORAGE,
) -> ChargeLine:  # fmt: skip
    rate, grams = rate_and_grams
    return ChargeLine(kind, name, tariff.version_id, on, on, 0, _yuan(rate), grams, nanoyuan)
