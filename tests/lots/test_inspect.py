from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

ENTRY = make.NOW.on


@pytest.fixture
def lot(database: Database, store: make.Store) -> lots.Lot:
    return database.write(lambda session: make.lot(session, store))


def wanted(lot: lots.Lot, days: int = 10, **changes: Any) -> lots.Inspect:
    return replace(lots.Inspect(uuid4(), lot.id, ENTRY + timedelta(days=days), 30), **changes)


def inspect(database: Database, request: lots.Inspect, by: Actor = make.ASHA, days: int = 60) -> date:
    return database.write(lambda s: lots.inspect(s, request, by=by, at=make.later(days=days)).deadline_on)


def facts(database: Database, lot: lots.Lot) -> tuple[date | None, date]:
    (found,) = database.read(lambda s: lots.facts(s, [lot.id]))
    return found.inspected_on, found.deadline_on


def test_the_newest_inspection_sets_the_deadline(database: Database, lot: lots.Lot) -> None:
    inspect(database, wanted(lot, 30, firmness_gf_cm2=5400, brix_permille=140, photos=("p1",)))
    assert facts(database, lot) == (ENTRY + timedelta(days=30), ENTRY + timedelta(days=75))
    inspect(database, wanted(lot, 20, decay_permille=60))
    assert facts(database, lot) == (ENTRY + timedelta(days=30), ENTRY + timedelta(days=75))
    inspect(database, wanted(lot, 31, firmness_gf_cm2=7000))
    assert facts(database, lot) == (ENTRY + timedelta(days=31), ENTRY + timedelta(days=121))
    days = database.read(lambda s: [row.inspected_on.day for row in lots.inspections_of(s, lot.id)])
    assert len(days) == 3
    database.read(make.sound)


def test_storage_is_the_latest_day_of_all(database: Database, lot: lots.Lot) -> None:
    assert inspect(database, wanted(lot, 120, firmness_gf_cm2=9000), days=120) == ENTRY + timedelta(days=180)


def test_grade_lines_are_kept_as_seen(database: Database, lot: lots.Lot) -> None:
    lines = (lots.GradeLine("一二级", "80以上", 700), lots.GradeLine("三级", "75起步", 300))
    inspect(database, wanted(lot, grades=lines))
    (row,) = database.write(lambda s: lots.inspections_of(s, lot.id))
    assert row.grades[0] == {"grade": "一二级", "size": "80以上", "share_permille": 700}
    assert row.inspector_person_id == make.ASHA.person_id


@pytest.mark.parametrize(
    "changes",
    [
        {"sample_units": 0},
        {"decay_permille": 1001},
        {"brix_permille": -1},
        {"colour_permille": 1001},
        {"firmness_gf_cm2": -1},
        {"grades": (lots.GradeLine("一级", "80", 999),)},
    ],
)
def test_it_refuses_what_cannot_be(database: Database, lot: lots.Lot, changes: dict[str, Any]) -> None:
    with make.refused(database, lots.RequestWrong):
        inspect(database, wanted(lot, **changes))


@pytest.mark.parametrize(("days", "right"), [(-1, False), (0, True), (60, True), (61, False)])
def test_an_inspection_lies_between_entry_and_today(database: Database, lot: lots.Lot, days: int, right: bool) -> None:
    if right:
        inspect(database, wanted(lot, days))
        assert facts(database, lot)[0] == ENTRY + timedelta(days=days)
        return
    with make.refused(database, lots.InspectionDayWrong):
        inspect(database, wanted(lot, days))


def test_a_repeat_returns_the_first(database: Database, lot: lots.Lot) -> None:
    request = wanted(lot)
    first = inspect(database, request)
    before = make.picture(database)
    assert inspect(database, request) == first
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        inspect(database, replace(request, sample_units=31))


def test_it_needs_the_permission_and_sight(database: Database, store: make.Store, lot: lots.Lot) -> None:
    with make.refused(database, Forbidden):
        inspect(database, wanted(lot), by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        inspect(database, wanted(lot), by=store.stranger(make.P.INSPECT))
