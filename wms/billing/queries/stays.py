"""Which tariff many lots follow: versions and contracts are read once, each kind of stay is worked out once."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from wms.billing.queries.tariffs import approved_versions, get_tariff
from wms.billing.rules.accrual import RateCard, card_of
from wms.billing.rules.schedule import Offered, Period, Stay, periods_of
from wms.parties.tables import Contract


class Stays:
    """The rate cards of a day for the lots of some owners, from the first id to the last."""

    def __init__(self, session: Session, owners: tuple[UUID, UUID], on: date) -> None:
        self._session, self._on = session, on
        self._versions = approved_versions(session)
        self._owners_with_own = self._with_own_versions(owners)
        self._cards: dict[tuple[Any, ...], RateCard] = {}

    def card(self, row: Row[Any]) -> RateCard:
        """Return the card of a lot that came in as it is: its owner, variety, site, entry day and promised tariff.

        Raises TariffMissing.
        """
        if row.locked:
            key: tuple[Any, ...] = (row.version_id, row.entry_on, row.charged_from_on)
        else:
            owner = row.owner_id if row.owner_id in self._owners_with_own else None
            key = (owner, row.variety, row.site_id, row.entry_on, row.charged_from_on)
        found = self._cards.get(key)
        if found is None:
            found = self._cards[key] = card_of(self._stay(row), self._on)
        return found

    def _stay(self, row: Row[Any]) -> Stay:
        if row.locked:
            periods: tuple[Period, ...] = (Period(row.entry_on, get_tariff(self._session, row.version_id)),)
        else:
            periods = periods_of(self._offered(row), row.entry_on, max(self._on, row.entry_on))
        return Stay(row.entry_on, periods, row.charged_from_on)

    def _offered(self, row: Row[Any]) -> list[Offered]:
        contracts = {
            contract.id
            for contract in self._owners_with_own.get(row.owner_id, ())
            if contract.from_on <= row.entry_on and (contract.until_on is None or contract.until_on > row.entry_on)
        }
        return [
            offered
            for version, offered in self._versions
            if version.site_id in (None, row.site_id)
            and version.party_id in (None, row.owner_id)
            and version.variety in (None, row.variety)
            and (version.contract_id is None or version.contract_id in contracts)
        ]

    def _with_own_versions(self, owners: tuple[UUID, UUID]) -> dict[UUID, list[Contract]]:
        """Owners some version is for alone, with their contracts: only they need stays of their own."""
        named = {version.party_id for version, _ in self._versions if version.party_id is not None}
        bound = [version.contract_id for version, _ in self._versions if version.contract_id is not None]
        query = select(Contract).where(
            Contract.party_id.between(*owners), or_(Contract.id.in_(bound), Contract.party_id.in_(named))
        )
        found: dict[UUID, list[Contract]] = defaultdict(list)
        for contract in self._session.scalars(query):
            found[contract.party_id].append(contract)
        return {**{owner: [] for owner in named}, **found}
