"""Charges told day by day: what each day in store added, so that an owner can follow a sum to its days. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from wms.billing.rules.charges import NANOYUAN_PER_FEN, Billed, Charges, Part, charges
from wms.billing.rules.schedule import Stay
from wms.billing.rules.states import ChargeKind
from wms.kernel.numbers import half_up

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayCharge:
    """One day in store: what it added for time, exact in nano-yuan, by which line, and the fen charged so far."""

    on: date
    nth: int  # 1 on the entry day
    line: str
    rate: Decimal
    nanoyuan: int
    so_far_fen: int


def day_by_day(stay: Stay, part: Part, out_on: date) -> list[DayCharge]:
    """Return what each day of a stay that ends on `out_on` adds for time: storage and crate rent, after the cap.

    Handling and the minimum are not of a day. The days sum to what `charges` says for time, to the nano-yuan.
    """
    whole = Part(part.units, part.grams)
    days: list[DayCharge] = []
    before = 0
    on = stay.first_on
    while on < max(out_on, stay.first_on):
        found = charges(stay, whole, Billed(), on + DAY, handling_out=False)
        total = time_nanoyuan(found)
        line, rate = _line_of(found, on)
        so_far = half_up(Fraction(total, NANOYUAN_PER_FEN))
        days.append(DayCharge(on, (on - stay.entry_on).days + 1, line, rate, total - before, so_far))
        before, on = total, on + DAY
    return days


def time_nanoyuan(found: Charges) -> int:
    """Return what of some charges grows with the days, exact: storage and crate rent."""
    return found.storage_nanoyuan + sum(line.nanoyuan for line in found.lines if line.line == "crate_rent")


def _line_of(found: Charges, on: date) -> tuple[str, Decimal]:
    """The storage line a day falls in; the cap where it took the day's charge back, nothing on a day without one."""
    if any(line.line == "cap" for line in found.lines):
        return "cap", Decimal(0)
    storage = [line for line in found.lines if line.kind is ChargeKind.STORAGE and line.from_on <= on < line.to_on]
    return (storage[-1].line, storage[-1].rate) if storage else ("", Decimal(0))
