"""What a day's close counts for goods that stay, many lots at once, beside the same lot by lot."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.billing.make import CLERK, ENTRY, MANAGER, NOBODY, OLD_LINES, OUT, House, invoice, later, tariff
from tests.billing.test_charge_properties import patient, stays, with_bounds
from tests.lots import make as stock
from wms import billing, lots, parties
from wms.billing.rules.accrual import accrued, card_of
from wms.billing.rules.charges import Billed, Part, Work, charges
from wms.billing.rules.schedule import Stay
from wms.billing.rules.tariffs import Cap, Minimum
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

MOST = 2  # lots of a batch: several batches even here


@patient
@given(stays(), st.integers(0, 300), st.integers(1, 30), st.integers(0, 9), st.integers(1, 9_000_000), st.booleans())
def test_a_card_says_what_the_walk_through_the_days_says(
    where: Stay, days: int, units: int, gone: int, grams: int, bounded: bool
) -> None:
    where = with_bounds(where, Cap(Decimal("0.31")), Minimum(44_444)) if bounded else where
    on = where.entry_on + timedelta(days=days)
    first = charges(where, Part(gone, gone * 1_000), Billed(), on) if gone else None
    billed = Billed(
        gone, gone * 1_000, first.storage_nanoyuan, first.storage_fen, first.handling_nanoyuan, first.handling_fen
    ) if first else Billed()  # fmt: skip
    work = Work("sorting", where.periods[0].tariff.version_id, on, units, grams, Decimal(1), 123_456_789)
    whole = charges(where, Part(units, grams, last=True), billed, on, works=[work])
    found = accrued(card_of(where, on), units, grams, billed, work.nanoyuan)
    assert (found.storage_fen, found.handling_fen) == (whole.storage_fen, whole.handling_fen)


def busy(session: Session) -> House:
    """Two owners, and lots of every kind: left in part, billed and still here, worked on, split, promised."""
    made = House(session)
    works = billing.Works((billing.WorkRate("sorting", billing.Per.KG, Decimal("0.0833")),))
    tariff(session, lines=(*OLD_LINES, works, Minimum(900_000)), effective_from=OUT.on, at=OUT)
    own = billing.TariffScope(party_id=made.store.chand.id)
    tariff(session, lines=(billing.KgDay(Decimal("0.0031")),), scope=own, effective_from=ENTRY.on, at=ENTRY)
    made.closed(session, 333)
    second = stock.lot(session, made.store, units=70, grams=1_400_003, at=ENTRY)
    invoice(session, made.quoted(session, 20, lot_id=second.id))
    worked = stock.lot(session, made.store, units=31, grams=600_001, at=later(ENTRY, days=9))
    billing.record_work(session, billing.RecordWork(uuid4(), worked.id, "sorting", 7), by=CLERK, at=OUT)
    stock.lot(session, made.store, units=12, grams=240_001, owner=made.store.chand.id, at=ENTRY)
    promised = stock.lot(session, made.store, units=9, grams=180_007, at=ENTRY)
    sign = parties.SignContractRequest(
        uuid4(), made.store.bina.id, "C-1", ENTRY.on, terms=parties.ContractTerms(tariff_locked=True)
    )
    parties.sign_contract(session, sign, by=SYSTEM, at=ENTRY)
    billing.lock_tariff(session, billing.LockTariff(uuid4(), promised.id), by=MANAGER.trusted_with(*CLERK.permissions),
                        at=ENTRY)  # fmt: skip
    lots.split(session, lots.SplitLot(uuid4(), promised.id, uuid4(), 4), by=stock.ASHA, at=OUT)
    return made


def close(database: Database, most: int = MOST) -> int:
    batches = database.read(lambda s: billing.owners_to_accrue(s, OUT.on, most_lots=most))
    return sum(
        database.write(lambda s, batch=batch: billing.accrue_day(s, batch, by=SYSTEM, at=OUT))  # type: ignore[misc]
        for batch in batches
    )


def kept(database: Database) -> list[billing.DayAccrual]:
    return database.read(lambda s: list(s.scalars(select(billing.DayAccrual).order_by(billing.DayAccrual.party_id))))


def test_many_lots_at_once_run_up_what_they_run_up_one_by_one(database: Database) -> None:
    made = database.write(busy)
    lots_here = close(database)
    rows = {row.party_id: row for row in kept(database)}
    assert set(rows) == {made.store.bina.id, made.store.chand.id}
    assert lots_here == sum(row.lots for row in rows.values()) == 6
    for party_id, row in rows.items():
        one_by_one = Counter[str]()
        with database.snapshot() as session:
            alone = billing.accrued_of_owner(session, party_id, OUT.on)
        for found in alone:
            one_by_one["storage"] += found.charges.storage_fen
            one_by_one["handling"] += found.charges.handling_fen
        assert (row.storage_fen, row.handling_fen) == (one_by_one["storage"], one_by_one["handling"])
        assert row.storage_fen > 0
    assert database.read(lambda s: list(billing.check(s))) == []


def test_a_day_is_counted_once_whoever_comes_later(database: Database) -> None:
    made = database.write(busy)
    batches = database.read(lambda s: billing.owners_to_accrue(s, OUT.on, most_lots=MOST))
    database.write(lambda s: billing.accrue_day(s, batches[0], by=SYSTEM, at=OUT))
    close(database)
    first = [(row.party_id, row.row_digest) for row in kept(database)]
    database.write(lambda s: stock.lot(s, made.store, units=3, grams=60_000, at=later(OUT, days=2)))
    assert close(database) == 0
    assert [(row.party_id, row.row_digest) for row in kept(database)] == first


def test_who_may_not_close_a_day_counts_nothing(database: Database) -> None:
    database.write(busy)
    batches = database.read(lambda s: billing.owners_to_accrue(s, OUT.on, most_lots=MOST))
    with pytest.raises(Forbidden), database.transaction() as session:
        billing.accrue_day(session, batches[0], by=NOBODY, at=OUT)
    assert kept(database) == []


def test_goods_without_a_tariff_are_counted_and_named(database: Database) -> None:
    with database.transaction() as session:
        store = stock.Store(session)
        stock.lot(session, store, units=5, grams=100_000, at=ENTRY)
    close(database)
    (row,) = kept(database)
    assert (row.lots, row.unpriced_lots, row.storage_fen, row.grams) == (1, 1, 0, 100_000)
