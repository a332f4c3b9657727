"""Which tariff goods follow on which day."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from wms import lots
from wms.billing.errors import TariffMissing, TariffNotFound
from wms.billing.rules import tariffs
from wms.billing.rules.schedule import Offered, Period, Stay, periods_of, tariff_among
from wms.billing.rules.tariffs import Tariff
from wms.billing.tables import LotTariff, TariffApproval, TariffVersion
from wms.kernel.asking import read_once
from wms.kernel.paging import Page, page
from wms.parties.tables import Contract


def tariff_on(
    session: Session, on: date, *, party_id: UUID | None = None, variety: str | None = None, site_id: UUID | None = None
) -> Tariff:
    """Return the approved tariff in force on a day for such goods. Raises TariffMissing."""
    found = tariff_among(offered_to(session, party_id, variety, site_id, on), on)
    if found is None:
        raise TariffMissing(on=on)
    return found


def get_tariff(session: Session, version_id: UUID) -> Tariff:
    """Return a version as the arithmetic takes it, approved or not. Raises TariffNotFound."""
    row = get_tariff_version(session, version_id)
    return Tariff(row.id, row.effective_from, tariffs.read(row.lines))


def get_tariff_version(session: Session, version_id: UUID) -> TariffVersion:
    """Return a version as it was proposed. Raises TariffNotFound."""
    row = session.get(TariffVersion, version_id)
    if row is None:
        raise TariffNotFound(version_id=version_id)
    return row


def list_tariffs(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[TariffVersion]:
    """Return a page of all versions, newest first."""
    keys = [TariffVersion.effective_from, TariffVersion.id]
    return page(session, select(TariffVersion), keys, cursor=cursor, limit=limit, descending=True)


def approval_of(session: Session, version_id: UUID) -> TariffApproval | None:
    """Return the approval of a version, or None while nobody approved it."""
    return session.get(TariffApproval, version_id)


def tariff_of_lot(session: Session, lot: lots.Lot) -> LotTariff | None:
    """Return what was promised at the intake of a lot, or of the lot it was split from; None if nothing was."""
    place: lots.Lot | None = lot
    while place is not None:
        found = session.get(LotTariff, place.id)
        if found is not None:
            return found
        place = lots.get_lot(session, place.parent_id) if place.parent_id is not None else None
    return None


def stay_of(
    session: Session, lot: lots.Lot, on: date, *, proposed: tuple[TariffVersion, datetime] | None = None
) -> Stay:
    """Return a lot's stay with the tariffs of every day up to and with `on`. Raises TariffMissing.

    With `proposed` as if that version were approved at that instant: who asks wants to know what it would change.
    """
    promised = tariff_of_lot(session, lot)
    from_on = promised.charged_from_on if promised is not None else None
    rented_on = _rented_from(session, lot)
    if promised is not None and promised.locked:
        only = Period(lot.entry_on, get_tariff(session, promised.version_id))
        return Stay(lot.entry_on, (only,), from_on, rented_on)
    first_on = from_on or lot.entry_on  # a buyer in store has his own contract of the day he bought
    offered = list(offered_to(session, lot.owner_id, lot.variety, lot.site_id, first_on))
    if proposed is not None and _is_for(session, proposed[0], lot):
        offered.append(_offered(*proposed))
    return Stay(lot.entry_on, periods_of(offered, first_on, max(on, first_on)), from_on, rented_on)


def _rented_from(session: Session, lot: lots.Lot) -> date | None:
    """Return the day a lot, or the lot it was split from, came out of a sorting into its crates."""
    place: lots.Lot | None = lot
    while place is not None and place.parent_id is not None:
        on = lots.sorted_on(session, place.id)
        if on is not None:
            return on
        place = lots.get_lot(session, place.parent_id)
    return None


def offered_to(
    session: Session, party_id: UUID | None, variety: str | None, site_id: UUID | None, contract_on: date
) -> Sequence[Offered]:
    """Return all approved versions that fit such goods, those of the owner's contract of that day among them."""
    goods = (party_id, variety, site_id, contract_on)
    tables = (TariffVersion, TariffApproval, Contract)
    return read_once(session, ("offered", *goods), tables, lambda: _offered_to(session, *goods))


def _offered_to(
    session: Session, party_id: UUID | None, variety: str | None, site_id: UUID | None, contract_on: date
) -> Sequence[Offered]:
    goods = {"party": party_id, "variety": variety, "site": site_id, "on": contract_on}
    return [_offered(row, approved_at) for row, approved_at in session.execute(_fitting(), goods)]


@cache
def _fitting() -> Select[TariffVersion, datetime]:
    contracts = _contracts_of(bindparam("party"), bindparam("on"))
    return (
        select(TariffVersion, TariffApproval.approved_at)
        .join(TariffApproval, TariffApproval.version_id == TariffVersion.id)
        .where(
            or_(TariffVersion.site_id.is_(None), TariffVersion.site_id == bindparam("site")),
            or_(TariffVersion.party_id.is_(None), TariffVersion.party_id == bindparam("party")),
            or_(TariffVersion.variety.is_(None), TariffVersion.variety == bindparam("variety")),
            or_(TariffVersion.contract_id.is_(None), TariffVersion.contract_id.in_(contracts)),
        )
        .order_by(TariffVersion.id)
    )


def approved_versions(session: Session) -> list[tuple[TariffVersion, Offered]]:
    """Return every approved version with what it offers, whomever it is for."""
    query = select(TariffVersion, TariffApproval.approved_at).join(
        TariffApproval, TariffApproval.version_id == TariffVersion.id
    )
    return [(row, _offered(row, approved_at)) for row, approved_at in session.execute(query.order_by(TariffVersion.id))]


def _contracts_of(party_id: UUID | BindParameter[Any], on: date | BindParameter[Any]) -> Select[UUID]:
    """Return the query for the contracts with a party that hold on a day; there are none with nobody."""
    open_then = or_(Contract.until_on.is_(None), Contract.until_on > on)
    return select(Contract.id).where(Contract.party_id == party_id, Contract.from_on <= on, open_then)


def _is_for(session: Session, version: TariffVersion, lot: lots.Lot) -> bool:
    scope = ((version.site_id, lot.site_id), (version.party_id, lot.owner_id), (version.variety, lot.variety))
    if any(wanted is not None and wanted != has for wanted, has in scope):
        return False
    contracts = session.scalars(_contracts_of(lot.owner_id, lot.entry_on)).all()
    return version.contract_id is None or version.contract_id in contracts


def any_approved(session: Session) -> bool:
    """Tell whether any tariff was ever approved."""
    return session.scalar(select(TariffApproval.version_id).limit(1)) is not None


def _offered(row: TariffVersion, approved_at: datetime) -> Offered:
    tariff = Tariff(row.id, row.effective_from, tariffs.read(row.lines))
    narrowness = (
        row.contract_id is not None,
        row.party_id is not None,
        row.variety is not None,
        row.site_id is not None,
    )
    return Offered(tariff, row.ends_on, narrowness, approved_at)
