"""Quality as data: limits by standard and day, verdicts kept, deadlines from trends, plans, files of instruments."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused

ENTRY = make.NOW.on
GB = "GB/T 10651-2008"


@pytest.fixture
def lot(database: Database, store: make.Store) -> lots.Lot:
    return database.write(lambda session: make.lot(session, store))


def limit(code: str = "firmness", **changes: Any) -> lots.SetLimit:
    return replace(lots.SetLimit(uuid4(), code, ENTRY, GB, least=6_000), **changes)


def set_limit(database: Database, request: lots.SetLimit, by: Actor = make.ESHA) -> lots.QualityLimit:
    return database.write(lambda s: lots.set_limit(s, request, by=by, at=make.NOW))


def inspect(database: Database, lot: lots.Lot, days: int, *found: lots.Measured, **changes: Any) -> lots.Inspection:
    wanted = lots.Inspect(uuid4(), lot.id, ENTRY + timedelta(days=days), 30, values=found, **changes)
    return database.write(lambda s: lots.inspect(s, wanted, by=make.ASHA, at=make.later(days=100)))


def values(database: Database, seen: lots.Inspection) -> dict[str, lots.InspectionValue]:
    rows = database.read(lambda s: lots.values_of(s, [seen.id]))[seen.id]
    return {row.code: row for row in rows}


def test_the_most_precise_limit_of_the_day_judges(database: Database, lot: lots.Lot) -> None:
    for request in (
        limit(least=5_000), limit(least=5_500, grade="一二级"), limit(least=6_000, variety="富士"),
        limit(least=7_000, variety="富士", grade="一二级", effective_on=ENTRY + timedelta(days=20)),
        limit(least=9_000, variety="嘎啦"),
    ):  # fmt: skip
        set_limit(database, request)
    before = values(database, inspect(database, lot, 19, lots.Measured("firmness", 6_500)))["firmness"]
    after = values(database, inspect(database, lot, 20, lots.Measured("firmness", 6_500)))["firmness"]
    assert (before.verdict, before.least, before.standard) == ("within", 6_000, GB)
    assert (after.verdict, after.least) == ("below", 7_000)
    set_limit(database, limit(least=None, variety="富士", grade="一二级", effective_on=ENTRY + timedelta(days=21)))
    assert values(database, inspect(database, lot, 21, lots.Measured("firmness", 1)))["firmness"].verdict == "no_limit"
    database.read(make.sound)


def test_columns_and_values_say_one_thing(database: Database, lot: lots.Lot) -> None:
    seen = inspect(database, lot, 1, lots.Measured("brix", 135, 10, 120, 150), firmness_gf_cm2=7_000)
    assert (seen.brix_permille, seen.firmness_gf_cm2) == (135, 7_000)
    assert {code: (row.value, row.lowest, row.highest) for code, row in values(database, seen).items()} == {
        "brix": (135, 120, 150), "firmness": (7_000, 7_000, 7_000),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("found", "error"),
    [
        ((lots.Measured("mood", 1),), lots.ParameterUnknown),
        ((lots.Measured("brix", 1_001),), lots.RequestWrong),
        ((lots.Measured("size", 80, 2, 81, 90),), lots.RequestWrong),
        ((lots.Measured("size", 80, 0),), lots.RequestWrong),
        ((lots.Measured("size", 80), lots.Measured("size", 81)), lots.RequestWrong),
    ],
)
def test_what_cannot_have_been_found_is_refused(
    database: Database, lot: lots.Lot, found: tuple[lots.Measured, ...], error: type[WmsError]
) -> None:
    with make.refused(database, error):
        inspect(database, lot, 1, *found)


def test_the_deadline_is_the_day_a_decaying_parameter_leaves_its_limits(database: Database, lot: lots.Lot) -> None:
    set_limit(database, limit(change_per_month=-300))
    set_limit(database, limit("size", least=80))
    first = inspect(database, lot, 10, lots.Measured("firmness", 6_500), lots.Measured("size", 70))
    assert first.deadline_on == ENTRY + timedelta(days=10 + 50), "by the usual change; a grade drives no deadline"
    second = inspect(database, lot, 20, lots.Measured("firmness", 6_300))
    assert second.deadline_on == ENTRY + timedelta(days=20 + 15), "by what was measured: 20 a day, 300 to go"
    later = ENTRY + timedelta(days=30)
    found = database.read(lambda s: lots.outlooks(s, lots.get_lot(s, lot.id), later))
    (one,) = [each for each in found if each.code == "firmness"]
    assert (one.days_left, one.change_per_month, one.standard) == (15, -600, GB)
    assert database.read(lambda s: lots.get_lot(s, lot.id)).deadline_on == second.deadline_on


def test_a_draw_is_judged_by_the_plan_of_the_day(database: Database, lot: lots.Lot) -> None:
    plan = lots.SetSamplingPlan(
        uuid4(), ENTRY, (lots.PlanStep(9, 3, 30), lots.PlanStep(None, 31, 60)), "GB/T 8855-2008"
    )
    database.write(lambda s: lots.set_sampling_plan(s, plan, by=make.ESHA, at=make.NOW))
    asked = database.read(lambda s: lots.asked_draw(s, lots.get_lot(s, lot.id), ENTRY))
    assert asked == lots.PlanStep(None, 31, 60)
    seen = [inspect(database, lot, 1, pieces=60), inspect(database, lot, 2, lots.Measured("brix", 130, 60))]
    draws = database.read(lambda s: lots.draws_of(s, [one.id for one in seen]))
    assert [(draws[one.id].pieces, draws[one.id].asked_crates, draws[one.id].enough) for one in seen] == [
        (60, 31, False), (60, 31, False),
    ]  # fmt: skip
    again = replace(plan, id=uuid4(), steps=(lots.PlanStep(None, 30, 60),), variety="富士")
    database.write(lambda s: lots.set_sampling_plan(s, again, by=make.ESHA, at=make.NOW))
    third = inspect(database, lot, 3, pieces=60)
    assert database.read(lambda s: lots.draws_of(s, [third.id]))[third.id].enough
    with make.refused(database, lots.QualityWrong):
        wrong = replace(plan, id=uuid4(), steps=())
        database.write(lambda s: lots.set_sampling_plan(s, wrong, by=make.ESHA, at=make.NOW))


def test_settings_are_versions_by_the_manager(database: Database) -> None:
    named = lots.SetParameter(uuid4(), "watercore", "水心", "Water core", "%", 1, decays=True)
    for _ in range(2):
        database.write(lambda s: lots.set_parameter(s, named, by=make.ESHA, at=make.NOW))
    known = database.read(lots.parameters)
    assert (known["watercore"].zh, known["firmness"].decimals) == ("水心", 3)
    set_limit(database, limit("watercore", least=None, most=100))
    first = limit()
    assert set_limit(database, first).id == set_limit(database, first).id
    with make.refused(database, RequestIdReused):
        set_limit(database, replace(first, least=1))
    for wrong in (
        limit(effective_on=ENTRY - timedelta(days=1)),
        limit(standard=" "),
        limit(most=5_999),
        limit(least=-1),
    ):
        with make.refused(database, lots.QualityWrong):
            set_limit(database, wrong)
    with make.refused(database, lots.ParameterUnknown):
        set_limit(database, limit("mood"))
    with make.refused(database, lots.QualityWrong):
        bad = replace(named, id=uuid4(), decimals=2)
        database.write(lambda s: lots.set_parameter(s, bad, by=make.ESHA, at=make.NOW))
    with make.refused(database, Forbidden):
        set_limit(database, limit(), by=make.ASHA)
    assert len(database.read(lots.list_limits)) == 2
    database.read(make.sound)


def row(lot: lots.Lot, line: int, fruit: str, on: date = ENTRY, **found: int) -> lots.ReadingRow:
    figures = tuple(lots.FruitValue(code, value) for code, value in found.items())
    return lots.ReadingRow(line, lot.code, on, fruit, figures)


def take(database: Database, store: make.Store, *rows: lots.ReadingRow, by: Actor = make.ASHA) -> lots.ReadingChanges:
    request = lots.ImportReadings(uuid4(), store.site.id, rows, 2)
    return database.write(lambda s: lots.import_readings(s, request, by=by, at=make.later(days=2)))


def test_a_file_becomes_inspections_once_whoever_sends_it(database: Database, store: make.Store, lot: lots.Lot) -> None:
    day = [row(lot, 2, "1", firmness=6_000, brix=130), row(lot, 3, "2", firmness=6_101)]
    done = take(database, store, *day, row(lot, 4, "1", ENTRY + timedelta(days=1), brix=120))
    assert [(one.on, one.pieces) for one in done.new] == [(ENTRY, 2), (ENTRY + timedelta(days=1), 1)]
    seen = {one.inspected_on: one for one in database.read(lambda s: lots.inspections_of(s, lot.id))}
    firmness = values(database, seen[ENTRY])["firmness"]
    assert (firmness.value, firmness.pieces, firmness.lowest, firmness.highest) == (6_051, 2, 6_000, 6_101)
    before = make.picture(database)["inspections"]
    again = take(database, store, *day, by=make.ESHA)
    assert (again.new, again.known) == ((), 3)
    assert make.picture(database)["inspections"] == before
    more = take(database, store, *day, row(lot, 4, "3", firmness=7_000))
    assert [[(value.code, value.value) for value in one.values] for one in more.new] == [[("firmness", 7_000)]]
    database.read(make.sound)


def test_one_bad_row_stops_the_file_and_the_dry_run_names_them_all(
    database: Database, store: make.Store, lot: lots.Lot
) -> None:
    take(database, store, row(lot, 2, "1", firmness=6_000))
    rows = (
        replace(row(lot, 2, "9", brix=1), lot="L9"), row(lot, 3, "9", ENTRY - timedelta(days=1), brix=1),
        row(lot, 4, "9", ENTRY + timedelta(days=3), brix=1), row(lot, 5, "9"), row(lot, 6, "1", firmness=6_001),
        row(lot, 7, "8", brix=1), row(lot, 8, "8", brix=1), row(lot, 9, "10", mood=1), row(lot, 10, "11", brix=2),
    )  # fmt: skip
    request = lots.ImportReadings(uuid4(), store.site.id, rows)
    dry = database.read(lambda s: lots.reading_changes(s, request, by=make.ASHA, at=make.later(days=2)))
    assert [(bad.line, bad.why) for bad in dry.bad] == [
        (2, "no_lot"), (3, "day_wrong"), (4, "day_wrong"), (5, "no_value"), (6, "differs"), (8, "twice"),
        (9, "no_value"),
    ]  # fmt: skip
    with make.refused(database, lots.ReadingsWrong):
        take(database, store, *rows)
    with make.refused(database, Forbidden):
        take(database, store, rows[-1], by=make.NOBODY)


def test_a_mapping_is_kept_by_name_and_checked(database: Database) -> None:
    wanted = lots.SaveMapping(uuid4(), "FTA", "Lot", (lots.MappedColumn("N", "firmness"),), "Date")
    database.write(lambda s: lots.save_mapping(s, wanted, by=make.ESHA, at=make.NOW))
    assert database.read(lambda s: lots.get_mapping(s, "FTA")).columns == wanted.columns
    for wrong in (replace(wanted, columns=()), replace(wanted, lot="N"), replace(wanted, lot="")):
        request = replace(wrong, id=uuid4())
        with make.refused(database, lots.QualityWrong):
            database.write(partial(lots.save_mapping, request=request, by=make.ESHA, at=make.NOW))
    with make.refused(database, lots.MappingNotFound):
        database.read(lambda s: lots.get_mapping(s, "other"))
