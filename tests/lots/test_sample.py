"""Samples: grams leave a lot without a unit, on their own kind of line, and what remains still sums to the whole."""

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

LIMIT = lots.LotPolicy().sample_grams


@pytest.fixture
def lot(database: Database, store: make.Store) -> lots.Lot:
    return database.write(lambda session: make.lot(session, store, units=7, grams=100_003))


def weighed(session: Session, lot_id: UUID, grams: int) -> UUID:
    key = make.record(session, grams, instrument=make.PLATFORM)
    request = lots.WeighRequest(uuid4(), lots.Purpose.SAMPLE, lot_id=lot_id, record=key)
    return lots.weigh(session, request, by=make.ASHA, at=make.NOW).id


def wanted(session: Session, lot_id: UUID, grams: int, **changes: Any) -> lots.TakeSample:
    request = lots.TakeSample(
        uuid4(), lot_id, weighed(session, lot_id, grams), lots.SampleFor.LABORATORY, "烟台检测中心", "农残", "A-17", 12
    )
    return replace(request, **changes)


def ask(database: Database, lot: lots.Lot, grams: int, **changes: Any) -> lots.TakeSample:
    return database.write(lambda s: wanted(s, lot.id, grams, **changes))


def take(database: Database, request: lots.TakeSample, by: Actor = make.ASHA, at: Moment = make.NOW) -> lots.LotSample:
    return database.write(lambda s: lots.take_sample(s, request, by=by, at=at))


def now_of(database: Database, lot: lots.Lot) -> tuple[int, int, int]:
    row = database.read(lambda s: lots.get_lot(s, lot.id))
    return row.units_on_hand, row.grams_on_hand, row.grams_out


def out(session: Session, lot_id: UUID, units: int) -> lots.Taken:
    return lots.take_out(session, lots.TakeOut(lot_id, units, 1_000, uuid4()), by=make.ASHA, at=make.NOW)


def test_grams_leave_and_every_later_part_sums_to_what_is_left(database: Database, lot: lots.Lot) -> None:
    database.write(lambda s: out(s, lot.id, 2))
    before = now_of(database, lot)[1]
    row = take(database, ask(database, lot, 2_345))
    assert (row.grams, row.pieces, row.receiver, row.taken_on) == (2_345, 12, "烟台检测中心", make.NOW.on)
    assert now_of(database, lot) == (5, before - 2_345, 1_000 + 2_345)
    assert database.read(lambda s: lots.grams_of(lots.get_lot(s, lot.id), 5)) == before - 2_345
    parts = [database.write(partial(out, lot_id=lot.id, units=units)).entry_grams for units in (1, 3, 1)]
    assert sum(parts) == before - 2_345
    assert now_of(database, lot)[:2] == (0, 0)
    kinds = [move.kind for move in database.read(lambda s: lots.moves_of(s, lot.id))]
    assert kinds.count("sample") == 1
    database.read(make.sound)


def test_where_each_crate_has_its_weight_the_one_opened_is_lighter(database: Database, store: make.Store) -> None:
    lot = database.write(lambda s: make.lot(s, store, units=3, grams=60_000, unit_grams=(10_000, 20_000, 30_000)))
    opened = database.read(lambda s: lots.labels_of(s, lot.id))[1].sscc
    request = ask(database, lot, 1_500)
    with make.refused(database, lots.SampleNeedsUnit):
        take(database, request)
    take(database, replace(request, sscc=opened))
    parts = [database.write(lambda s: out(s, lot.id, 1)).entry_grams for _ in range(3)]
    assert parts == [10_000, 18_500, 30_000]
    database.read(make.sound)


@pytest.mark.parametrize("reason", [lots.HoldReason.PLEDGE, lots.HoldReason.QUARANTINE])
@pytest.mark.parametrize(("last", "may"), [(LIMIT - 4_000, True), (LIMIT - 3_999, False)])
def test_of_held_goods_all_samples_together_stay_within_the_limit(
    database: Database, lot: lots.Lot, reason: lots.HoldReason, last: int, may: bool
) -> None:
    database.write(lambda s: make.hold(s, lot.id, 1, reason))
    take(database, ask(database, lot, 4_000))
    request = ask(database, lot, last)
    if may:
        assert take(database, request).grams == last
        return
    with make.refused(database, lots.SampleTooMuch):
        take(database, request)


def test_of_free_goods_more_may_be_taken_but_a_crate_keeps_something(database: Database, lot: lots.Lot) -> None:
    take(database, ask(database, lot, 50_000))
    request = ask(database, lot, now_of(database, lot)[1] - 6)
    with make.refused(database, lots.NotEnoughUnits):
        take(database, request)


def test_nothing_is_taken_of_goods_on_their_way_out(database: Database, lot: lots.Lot) -> None:
    database.write(lambda s: make.hold(s, lot.id, 1, lots.HoldReason.EXIT))
    request = ask(database, lot, 500)
    with make.refused(database, lots.LotOnHold):
        take(database, request)


@pytest.mark.parametrize("changes", [{"receiver": " "}, {"reason": ""}, {"pieces": 0}])
def test_it_says_who_and_why(database: Database, lot: lots.Lot, changes: dict[str, Any]) -> None:
    request = ask(database, lot, 500, **changes)
    with make.refused(database, lots.RequestWrong):
        take(database, request)


def test_a_weighing_counts_once_and_only_for_its_lot(database: Database, store: make.Store, lot: lots.Lot) -> None:
    request = ask(database, lot, 500)
    other = database.write(lambda s: make.lot(s, store))
    with make.refused(database, lots.SampleWeighingUnfit):
        take(database, replace(request, lot_id=other.id))
    take(database, request)
    with make.refused(database, lots.SampleWeighingUnfit):
        take(database, replace(request, id=uuid4()))


def test_a_repeat_takes_nothing_more(database: Database, lot: lots.Lot) -> None:
    request = ask(database, lot, 500)
    take(database, request)
    before = make.picture(database)
    assert take(database, request).id == request.id
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        take(database, replace(request, reference="A-18"))


def test_it_needs_the_right_and_sight(database: Database, store: make.Store, lot: lots.Lot) -> None:
    request = ask(database, lot, 500)
    with make.refused(database, Forbidden):
        take(database, request, by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        take(database, request, by=store.stranger(make.P.INSPECT))


def result(sample: lots.LotSample, **changes: Any) -> lots.RecordSampleResult:
    request = lots.RecordSampleResult(
        uuid4(), sample.id, lots.SampleVerdict.PASSED, "R-2026-88", make.later(days=3).on, "未检出"
    )
    return replace(request, **changes)


def record(database: Database, request: lots.RecordSampleResult, by: Actor = make.ASHA) -> lots.SampleResult:
    return database.write(lambda s: lots.record_sample_result(s, request, by=by, at=make.later(days=4)))


def test_a_result_is_recorded_once_and_names_the_inspection(database: Database, lot: lots.Lot) -> None:
    sample = take(database, ask(database, lot, 500))
    seen = database.write(
        lambda s: lots.inspect(s, lots.Inspect(uuid4(), lot.id, make.NOW.on, 1), by=make.ASHA, at=make.NOW)
    )
    request = result(sample, inspection_id=seen.id)
    assert record(database, request).inspection_id == seen.id
    assert record(database, request).report == "R-2026-88"
    with make.refused(database, lots.SampleAnswered):
        record(database, result(sample))
    (row,) = database.read(lambda s: lots.samples_of(s, lot.id))
    assert row.result is not None
    assert row.result.verdict == "passed"
    assert database.read(lambda s: lots.list_samples(s, make.ASHA, waiting=True)).items == []
    assert database.read(lambda s: lots.get_lot(s, lot.id)).quarantine_units == 0


def test_a_failed_sample_sets_the_whole_lot_in_quarantine(database: Database, lot: lots.Lot) -> None:
    sample = take(database, ask(database, lot, 500))
    record(database, result(sample, verdict=lots.SampleVerdict.FAILED))
    assert database.read(lambda s: lots.get_lot(s, lot.id)).quarantine_units == 7
    database.read(make.sound)


def test_a_result_fits_its_sample(database: Database, store: make.Store, lot: lots.Lot) -> None:
    sample = take(database, ask(database, lot, 500))
    for changes in ({"report": " "}, {"reported_on": make.later(days=-1).on}, {"reported_on": make.later(days=5).on},
                    {"inspection_id": uuid4()}):  # fmt: skip
        with make.refused(database, lots.RequestWrong):
            record(database, result(sample, **changes))
    with make.refused(database, lots.SampleNotFound):
        record(database, result(sample), by=store.stranger(make.P.INSPECT))
    with make.refused(database, Forbidden):
        record(database, result(sample), by=make.NOBODY)
