"""Slots from a spreadsheet: every bad row named, all of it or nothing, and a second time nothing more."""

from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest

from tests.lots import make
from wms import facility
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

HEAD = ["库房", "排", "列", "层", "承重公斤", "件数"]


def sheet(*rows: str) -> facility.SlotSheet:
    return facility.read_slot_sheet([HEAD, *(row.split() for row in rows)])


def test_headings_in_either_language_and_any_order() -> None:
    english = facility.read_slot_sheet(
        [["Level", "bay", "ROW", "room", "capacity_units", "capacity_kg", "in_use"],
         ["4", "11", "2", "a3", "20", "1,000.5", "no"], ["", "", ""]]
    )  # fmt: skip
    assert english == facility.SlotSheet((facility.SlotRow(2, "A3", 2, 11, 4, 1_000_500, 20, False),), ())
    assert english.rows[0].code == facility.slot_code("A3", 2, 11, 4)


def test_every_bad_row_is_named() -> None:
    found = sheet(
        "A1 1 1 1 1000 20", "a-3 1 1 1 1000 20", "A1 0 1 100 x 1.5", "A1 1 1 1 900 20", "A1 1.0 2 1 0.0005 20"
    )
    assert [row.line for row in found.rows] == [2]
    assert [(row.line, row.why) for row in found.bad] == [
        (3, "room"), (4, "row"), (4, "level"), (4, "capacity_units"), (4, "capacity_kg"), (5, "twice"),
        (6, "capacity_kg"),
    ]  # fmt: skip


@pytest.mark.parametrize("cells", [[], [["库房", "排"]], [["x"]]])
def test_without_its_headings_nothing_is_read(cells: list[list[str]]) -> None:
    found = facility.read_slot_sheet(cells)
    assert (found.rows, bool(found.bad)) == ((), True)


def test_it_is_taken_in_as_its_dry_run_says(database: Database, store: make.Store) -> None:
    known = store.slots[0]
    kept = f"A1 1 1 1 {known.capacity_grams // 1000} {known.capacity_units}"
    rows = sheet(kept, "A1 1 2 1 500 9", "A1 7 1 1 800 15", "C1 1 9 1 800 15").rows
    dry = database.read(lambda s: facility.slot_changes(s, store.site.id, rows))
    assert [len(part) for part in (dry.new, dry.changed, dry.same, dry.bad)] == [2, 1, 1, 0]
    request = facility.ImportSlots(uuid4(), store.site.id, rows)
    done = database.write(lambda s: facility.import_slots(s, request, by=make.ESHA, at=make.NOW))
    assert done == dry
    slot = database.read(lambda s: facility.slot_by_code(s, facility.slot_code("A1", 1, 2, 1)))
    assert (slot.id, slot.capacity_grams, slot.capacity_units) == (store.slots[1].id, 500_000, 9)
    before = make.picture(database)
    again = database.write(lambda s: facility.import_slots(s, request, by=make.ESHA, at=make.later()))
    assert (len(again.same), make.picture(database)) == (4, before)
    with make.refused(database, RequestIdReused):
        other = replace(request, rows=rows[:1])
        database.write(lambda s: facility.import_slots(s, other, by=make.ESHA, at=make.NOW))


def test_one_unknown_room_stops_all_of_it(database: Database, store: make.Store) -> None:
    rows = sheet("A1 7 1 1 800 15", "Z9 1 1 1 800 15").rows
    dry = database.read(lambda s: facility.slot_changes(s, store.site.id, rows))
    assert [(row.line, row.why, row.value) for row in dry.bad] == [(3, "no_room", "Z9")]
    request = facility.ImportSlots(uuid4(), store.site.id, rows)
    act = partial(facility.import_slots, at=make.NOW)
    with make.refused(database, facility.SlotSheetWrong):
        database.write(lambda s: act(s, request, by=make.ESHA))
    with make.refused(database, facility.SlotSheetWrong):
        database.write(lambda s: act(s, replace(request, rows=()), by=make.ESHA))
    with make.refused(database, Forbidden):
        database.write(lambda s: act(s, request, by=make.ASHA))
    with make.refused(database, facility.SiteNotFound):
        database.write(lambda s: act(s, replace(request, site_id=uuid4()), by=make.ESHA))


@pytest.fixture
def store(database: Database) -> make.Store:
    return database.write(make.Store)
