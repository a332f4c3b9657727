"""What keeping goods costs: dated figures of a site, the newest of a kind in force, and what days come to."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lots import make as stock
from wms import facility
from wms.facility import CostKind, CostPer, Figure, Kept
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused
from wms.kernel.numbers import half_up

FIRST = date(2026, 10, 20)
AT = stock.moment("2026-10-20")
TONNE = 1_000_000
MANAGER = stock.ESHA


def wanted(site: Any, /, **changes: Any) -> facility.SetSiteCostRequest:
    values = {"id": uuid4(), "site_id": site, "kind": CostKind.ENERGY, "per": CostPer.TONNE_DAY,
              "cost_micro": 350_000, "effective_from": FIRST, "source": "meter of 2025", **changes}  # fmt: skip
    return facility.SetSiteCostRequest(**values)


def test_a_figure_is_kept_once_and_the_next_takes_over(database: Database) -> None:
    store = database.write(stock.Store)
    first = wanted(store.site.id)
    for _ in range(2):
        database.write(lambda s: facility.set_site_cost(s, first, by=MANAGER, at=AT))
    database.write(lambda s: facility.set_site_cost(s, wanted(store.site.id, cost_micro=1), by=MANAGER, at=AT))
    rows = database.read(lambda s: facility.site_costs(s, store.site.id))
    assert sorted(row.cost_micro for row in rows) == [1, 350_000]
    with pytest.raises(RequestIdReused), database.transaction() as session:
        facility.set_site_cost(session, wanted(store.site.id, id=first.id, cost_micro=2), by=MANAGER, at=AT)
    assert database.read(lambda s: list(facility.check(s))) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"cost_micro": -1}, facility.FieldInvalid),
        ({"per": CostPer.SEASON}, facility.FieldInvalid),
        ({"per": CostPer.SEASON, "ends_on": FIRST}, facility.FieldInvalid),
        ({"ends_on": FIRST + timedelta(days=1)}, facility.FieldInvalid),
        ({"site_id": uuid4()}, facility.SiteNotFound),
    ],
)
def test_a_figure_that_says_nothing_is_refused(
    database: Database, changes: dict[str, Any], error: type[WmsError]
) -> None:
    store = database.write(stock.Store)
    with pytest.raises(error), database.transaction() as session:
        facility.set_site_cost(session, wanted(store.site.id, **changes), by=MANAGER, at=AT)
    assert database.read(lambda s: facility.site_costs(s, store.site.id)) == []


def test_only_who_proposes_tariffs_says_what_they_must_bear(database: Database) -> None:
    store = database.write(stock.Store)
    with pytest.raises(Forbidden), database.transaction() as session:
        facility.set_site_cost(session, wanted(store.site.id), by=stock.ASHA, at=AT)


def test_days_cost_what_the_figures_of_each_day_say() -> None:
    figures = [
        Figure(CostKind.ENERGY, CostPer.TONNE_DAY, 300_000, FIRST, None),
        Figure(CostKind.ENERGY, CostPer.TONNE_DAY, 500_000, FIRST + timedelta(days=2), None),
        Figure(CostKind.LABOUR, CostPer.TONNE_IN, 20_000_000, FIRST, None),
        Figure(CostKind.DEPRECIATION, CostPer.SEASON, 300_000_000, FIRST, FIRST + timedelta(days=3)),
    ]
    days = {FIRST + timedelta(days=n): Kept(10 * TONNE, 2 * TONNE if n == 1 else 0) for n in range(5)}
    assert facility.cost_fen(figures, days) == {
        CostKind.ENERGY: 10 * (30 + 30 + 50 + 50 + 50), CostKind.LABOUR: 2 * 2_000, CostKind.DEPRECIATION: 30_000,
    }  # fmt: skip
    assert facility.cost_fen(figures, {FIRST - timedelta(days=1): Kept(TONNE, TONNE)}) == {}


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 10**7)), min_size=1, max_size=5),
    st.lists(st.integers(0, 9 * TONNE), min_size=1, max_size=12),
)
def test_the_newest_figure_of_a_day_holds_however_they_came(turns: list[tuple[int, int]], grams: list[int]) -> None:
    figures = [Figure(CostKind.ENERGY, CostPer.TONNE_DAY, micro, FIRST + timedelta(days=n), None) for n, micro in turns]
    days = {FIRST + timedelta(days=n): Kept(kept, 0) for n, kept in enumerate(grams)}
    exact = Fraction(0)
    for n, kept in enumerate(grams):
        fit = [(turn, place) for place, (turn, _) in enumerate(turns) if turn <= n]
        if fit:
            exact += Fraction(turns[max(fit)[1]][1] * kept, TONNE)
    assert facility.cost_fen(figures, days).get(CostKind.ENERGY, 0) == half_up(exact / 10_000)
