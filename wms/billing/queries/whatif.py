"""What goods would cost: a stay that never was, and what a proposed tariff changes for lots that are here."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import lots
from wms.billing.errors import QuoteUnfit
from wms.billing.queries.charges import billed_of, kin_of
from wms.billing.queries.tariffs import get_tariff, get_tariff_version, offered_to, stay_of, tariff_of_lot
from wms.billing.rules.charges import Billed, Charges, Part, charges
from wms.billing.rules.daily import DayCharge, day_by_day
from wms.billing.rules.requests import WhatIf
from wms.billing.rules.schedule import Period, Stay, periods_of
from wms.billing.tables import TariffVersion
from wms.kernel.clock import Moment
from wms.lots.tables import Lot

SHOWN = 20
LOOKED_AT = 2_000
LONGEST = timedelta(days=1100)


@dataclass(frozen=True, slots=True)
class TariffEffect:
    """What one lot that is here would cost on a day: as things stand, and with the proposed version approved."""

    lot: Lot
    on: date
    before: Charges
    after: Charges
    locked: bool  # keeps the tariff it came in under, whatever is approved

    @property
    def change_fen(self) -> int:
        """What the version adds, in fen."""
        return self.after.total_fen - self.before.total_fen


def what_if(session: Session, wanted: WhatIf) -> tuple[Charges, list[DayCharge]]:
    """Return what a stay would cost with the tariffs approved by now, and the same day by day.

    Asks nothing of the store but its tariffs. Raises QuoteUnfit, TariffMissing.
    """
    span = wanted.out_on - wanted.entry_on
    if wanted.units < 1 or wanted.grams < 1 or not timedelta(0) <= span <= LONGEST:
        raise QuoteUnfit
    if wanted.version_id is not None:
        tariff = get_tariff(session, wanted.version_id)
        stay = Stay(wanted.entry_on, (Period(wanted.entry_on, tariff),))
    else:
        offered = offered_to(session, wanted.party_id, wanted.variety, wanted.site_id, wanted.entry_on)
        stay = Stay(wanted.entry_on, periods_of(offered, wanted.entry_on, wanted.out_on))
    part = Part(wanted.units, wanted.grams, last=True)
    return charges(stay, part, Billed(), wanted.out_on), day_by_day(stay, part, wanted.out_on)


def days_of(session: Session, lot_id: UUID, on: date, *, units: int | None = None) -> list[DayCharge]:
    """Return the charges for time of what is still here of a lot (or of `units`), day by day up to a day.

    Raises LotNotFound, TariffMissing.
    """
    lot = lots.get_lot(session, lot_id)
    wanted = lot.units_on_hand if units is None else min(units, lot.units_on_hand)
    if wanted < 1:
        return []
    part = Part(wanted, lots.grams_of(lot, wanted))
    return day_by_day(stay_of(session, lot, on), part, on)


def preview_tariff(session: Session, version_id: UUID, *, at: Moment, on: date | None = None) -> list[TariffEffect]:
    """Return what approving a version now would change for twenty lots that are here, if they left on a day.

    The day is 90 days after the version begins unless one is named. The lots are those it is for, spread evenly from
    the oldest entry to the newest. Raises TariffNotFound.
    """
    version = get_tariff_version(session, version_id)
    day = on or max(at.on, version.effective_from) + timedelta(days=90)
    query = select(Lot).where(Lot.units_on_hand > 0).order_by(Lot.entry_on, Lot.id).limit(LOOKED_AT)
    fits = [lot for lot in session.scalars(query) if _fits(version, lot)]
    return [_effect(session, version, lot, max(day, lot.entry_on), at) for lot in _spread(fits)]


def _spread(found: list[Lot]) -> list[Lot]:
    if len(found) <= SHOWN:
        return found
    return [found[place * (len(found) - 1) // (SHOWN - 1)] for place in range(SHOWN)]


def _fits(version: TariffVersion, lot: Lot) -> bool:
    scope = ((version.site_id, lot.site_id), (version.party_id, lot.owner_id), (version.variety, lot.variety))
    return all(wanted is None or wanted == has for wanted, has in scope)


def _effect(session: Session, version: TariffVersion, lot: Lot, on: date, at: Moment) -> TariffEffect:
    promised = tariff_of_lot(session, lot)
    before, after = stay_of(session, lot, on), stay_of(session, lot, on, proposed=(version, at.at))
    kin = kin_of(session, lot)
    part = Part(lot.units_on_hand, lots.grams_of(lot, lot.units_on_hand), last=not kin.here)
    billed = kin.counted(billed_of(session, lot.id))
    locked = promised is not None and promised.locked
    return TariffEffect(lot, on, charges(before, part, billed, on), charges(after, part, billed, on), locked)
