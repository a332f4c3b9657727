"""Income beside cost: tonne-days from the stock ledger, charges billed and run up, cost figures of each day."""

from datetime import date, timedelta
from uuid import uuid4

from tests.billing.make import ENTRY, OUT, House, later
from wms import billing, facility, insight
from wms.facility import CostKind, CostPer
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.database import Database

TONNE = 1_000_000
UNTIL = OUT.on + timedelta(days=1)
DAYS = (OUT.on - ENTRY.on).days


def cost(database: Database, made: House, **figure: object) -> None:
    values = {"id": uuid4(), "site_id": made.store.site.id, "effective_from": ENTRY.on, "source": "2025", **figure}
    database.write(
        lambda s: facility.set_site_cost(s, facility.SetSiteCostRequest(**values), by=SYSTEM, at=ENTRY)  # type: ignore[arg-type]
    )


def accrue(database: Database, at: Moment) -> None:
    for batch in database.read(lambda s: billing.owners_to_accrue(s, at.on, most_lots=9)):
        database.write(lambda s, batch=batch: billing.accrue_day(s, batch, by=SYSTEM, at=at))  # type: ignore[misc]


def served(database: Database, from_on: date = ENTRY.on, until_on: date = UNTIL) -> insight.Serving:
    (row,) = database.read(lambda s: insight.serving(s, from_on, until_on))
    return row


def test_a_store_earns_what_it_bills_and_what_runs_up_beside_what_its_tonnes_cost(database: Database) -> None:
    made = database.write(House)
    cost(database, made, kind=CostKind.ENERGY, per=CostPer.TONNE_DAY, cost_micro=350_000)
    cost(database, made, kind=CostKind.LABOUR, per=CostPer.TONNE_IN, cost_micro=30_000_000)
    database.write(lambda s: made.closed(s, 250))
    row = served(database)
    kept = 20 * TONNE * DAYS + 15 * TONNE  # a quarter left on the last day, which does not count for it
    assert (row.gram_days, row.in_grams) == (kept, 20 * TONNE)
    assert row.costs_fen == {CostKind.ENERGY: kept * 35 // TONNE, CostKind.LABOUR: 20 * 3_000}
    billed = database.read(lambda s: billing.open_of_party(s, made.store.bina.id))
    assert billed == 0
    assert row.accrued_fen is None
    assert row.earned_fen == row.billed_fen > 0
    accrue(database, OUT)
    both = served(database)
    run_up = database.read(lambda s: billing.accrued_unbilled(s, made.lot.id, OUT.on)).total_fen
    assert both.accrued_fen == run_up
    assert both.earned_fen == row.billed_fen + run_up
    assert both.earned_tonne_fen is not None
    assert both.earned_tonne_fen == round(both.earned_fen * 30 * TONNE / kept)


def test_what_ran_up_before_the_days_is_not_earned_in_them(database: Database) -> None:
    made = database.write(House)
    accrue(database, later(ENTRY, days=30))
    accrue(database, later(ENTRY, days=60))
    first = database.read(lambda s: billing.accrued_unbilled(s, made.lot.id, ENTRY.on + timedelta(days=30))).total_fen
    whole = database.read(lambda s: billing.accrued_unbilled(s, made.lot.id, ENTRY.on + timedelta(days=60))).total_fen
    row = served(database, ENTRY.on + timedelta(days=31), ENTRY.on + timedelta(days=61))
    assert row.accrued_fen == whole - first
    assert row.gram_days == 20 * TONNE * 30
    assert row.in_grams == 0


def test_no_days_keep_nothing_and_cost_nothing(database: Database) -> None:
    database.write(House)
    row = served(database, ENTRY.on, ENTRY.on)
    assert (row.gram_days, row.cost_fen, row.cost_tonne_fen, row.earned_tonne_fen) == (0, 0, None, None)
