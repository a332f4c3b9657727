"""What a stay would cost, day by day, and what a proposed tariff changes for lots that are here."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.billing.make import NEW_LINES, OLD_LINES, OTHER_MANAGER, OUT, House, propose
from tests.lots import make as stock
from wms import billing, parties
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database

DEARER = (billing.KgDay(Decimal("0.0030"), free_days=7), *OLD_LINES[1:])
DAY_IN, DAY_OUT = date(2026, 10, 20), date(2027, 2, 15)


def test_a_quote_is_what_a_bill_would_be(database: Database) -> None:
    with database.transaction() as session:
        made = House(session)
        found, days = billing.what_if(session, billing.WhatIf(1000, 20_000_000, DAY_IN, DAY_OUT))
        assert (found.storage_fen, found.handling_fen) == (462_000, 90_000)
        assert len(days) == 118
        assert sum(day.nanoyuan for day in days) == found.storage_nanoyuan
        assert days[-1].so_far_fen == 462_000
        assert [(day.nth, day.line, day.nanoyuan) for day in (days[6], days[7])] == [
            (7, "kg_day", 0), (8, "kg_day", 20_000_000 * 2_000),
        ]  # fmt: skip
        told = billing.days_of(session, made.lot.id, OUT.on)
        assert told[-1].so_far_fen == billing.accrued_unbilled(session, made.lot.id, OUT.on).storage_fen
        assert billing.days_of(session, made.lot.id, OUT.on, units=250)[-1].so_far_fen == 86_900


def test_a_stay_nobody_can_have_is_refused(database: Database) -> None:
    with database.transaction() as session:
        House(session)
        wrong: list[dict[str, Any]] = [
            {"units": 0}, {"grams": 0}, {"out_on": DAY_IN - timedelta(days=1)}, {"out_on": date(2030, 1, 1)},
        ]  # fmt: skip
        for change in wrong:
            values: dict[str, Any] = {"units": 1, "grams": 1, "entry_on": DAY_IN, "out_on": DAY_OUT} | change
            with pytest.raises(billing.QuoteUnfit):
                billing.what_if(session, billing.WhatIf(**values))


def test_approving_does_exactly_what_the_preview_said(database: Database) -> None:
    with database.transaction() as session:
        made = House(session)
        on = OUT.on + timedelta(days=120)
        version = propose(session, at=OUT, lines=DEARER, effective_from=OUT.on + timedelta(days=30))
        (seen,) = billing.preview_tariff(session, version.id, at=OUT)
        assert (seen.lot.id, seen.on, seen.locked) == (made.lot.id, on, False)
        assert seen.before == billing.accrued_unbilled(session, made.lot.id, on)
        assert seen.change_fen == 90 * 1600  # 90 days × 20 t × 0.0008
        billing.approve_tariff(session, billing.ApproveTariff(uuid4(), version.id), by=OTHER_MANAGER, at=OUT)
        assert seen.after == billing.accrued_unbilled(session, made.lot.id, on)


def test_only_lots_it_is_for_and_a_locked_one_unchanged(database: Database) -> None:
    with database.transaction() as session:
        made = House(session)
        for _ in range(23):
            stock.lot(session, made.store, units=1, grams=20_000, owner=made.store.chand.id, at=OUT)
        terms = parties.ContractTerms(tariff_locked=True)
        sign = parties.SignContractRequest(uuid4(), made.store.bina.id, "C-L", date(2026, 9, 1), terms=terms)
        parties.sign_contract(session, sign, by=SYSTEM, at=OUT)
        billing.lock_tariff(session, billing.LockTariff(uuid4(), made.lot.id), by=SYSTEM, at=OUT)
        own = propose(session, at=OUT, lines=DEARER, effective_from=OUT.on,
                      scope=billing.TariffScope(party_id=made.store.bina.id))  # fmt: skip
        (mine,) = billing.preview_tariff(session, own.id, at=OUT)
        assert (mine.locked, mine.change_fen) == (True, 0)
        everybody = propose(session, at=OUT, lines=NEW_LINES, effective_from=OUT.on)
        seen = billing.preview_tariff(session, everybody.id, at=OUT)
        assert len({item.lot.id for item in seen}) == 20
        assert seen[0].lot.id == made.lot.id
        with pytest.raises(billing.TariffNotFound):
            billing.preview_tariff(session, uuid4(), at=OUT)
