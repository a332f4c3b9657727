from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

R = lots.HoldReason


@pytest.fixture
def lot(database: Database, store: make.Store) -> lots.Lot:
    return database.write(lambda session: make.lot(session, store, slot=store.slots[0]))


def wanted(lot: lots.Lot, units: int, reason: lots.HoldReason, **changes: Any) -> lots.PlaceHold:
    return lots.PlaceHold(uuid4(), lot.id, units, reason, subject_id=uuid4(), **changes)


def place(database: Database, request: lots.PlaceHold, by: Actor = make.ESHA) -> lots.LotHold:
    return database.write(lambda session: lots.place_hold(session, request, by=by, at=make.NOW))


def lift(database: Database, hold_id: UUID, units: int | None = None, by: Actor = make.ESHA) -> lots.LotHold:
    return database.write(lambda session: lots.lift_hold(session, hold_id, units=units, by=by, at=make.NOW))


def free(database: Database, lot: lots.Lot, reason: lots.HoldReason) -> int:
    return database.read(lambda session: lots.free_units(session, lots.get_lot(session, lot.id), reason))


@pytest.mark.parametrize("reason", list(R))
def test_every_reason_holds_what_is_there_and_no_more(
    database: Database, lot: lots.Lot, reason: lots.HoldReason
) -> None:
    held = place(database, wanted(lot, 10, reason))
    assert (held.units, held.units_left, free(database, lot, reason)) == (10, 10, 0)
    if reason is R.QUARANTINE:
        assert free(database, lot, R.SALE) == 0
    else:
        with make.refused(database, lots.NotEnoughUnits):
            place(database, wanted(lot, 1, reason))
    database.write(lambda s: make.lift(s, lots.holds_of(s, lot.id)[0]))
    assert free(database, lot, reason) == 10
    database.read(make.sound)


@pytest.mark.parametrize(
    ("held", "asked", "most"),
    [
        (R.SALE, R.SALE, 4),
        (R.SALE, R.EXIT, 4),
        (R.EXIT, R.SALE, 4),
        (R.SALE, R.PLEDGE, 4),
        (R.EXIT, R.PLEDGE, 4),
        (R.PLEDGE, R.PLEDGE, 4),
        (R.PLEDGE, R.SALE, 10),
        (R.PLEDGE, R.EXIT, 10),
        (R.LIEN, R.SALE, 10),
    ],
)
def test_what_is_held_for_one_thing_is_free_for_another_or_not(
    database: Database, lot: lots.Lot, held: lots.HoldReason, asked: lots.HoldReason, most: int
) -> None:
    place(database, wanted(lot, 6, held))
    assert free(database, lot, asked) == most
    with make.refused(database, lots.NotEnoughUnits):
        place(database, wanted(lot, most + 1, asked))
    place(database, wanted(lot, most, asked))
    database.read(make.sound)


@pytest.mark.parametrize("reason", [R.SALE, R.EXIT, R.PLEDGE])
def test_quarantine_stops_everything(database: Database, lot: lots.Lot, reason: lots.HoldReason) -> None:
    place(database, wanted(lot, 1, R.QUARANTINE))
    with make.refused(database, lots.LotQuarantined):
        place(database, wanted(lot, 1, reason))
    assert database.read(lambda s: lots.facts(s, [lot.id]))[0].quarantined


def test_a_pledge_says_its_terms_to_the_board(database: Database, lot: lots.Lot) -> None:
    first = place(database, wanted(lot, 4, R.PLEDGE, due_on=date(2027, 3, 1), release_floor=Decimal("6.5000")))
    second = place(database, wanted(lot, 3, R.PLEDGE, due_on=date(2027, 2, 1), release_floor=Decimal("5.1000")))
    assert first.stage == "pledged"
    stage = lots.HoldStage(uuid4(), second.id, "margin_call", date(2027, 2, 1), Decimal("7.0000"))
    for _ in range(2):
        database.write(lambda s: lots.update_hold_stage(s, stage, by=make.ESHA, at=make.NOW))
    (found,) = database.read(lambda s: lots.facts(s, [lot.id]))
    assert (found.pledge, found.units_pledged, found.enforced) == (lots.PledgeStage.MARGIN_CALL, 7, False)
    assert (found.pledge_due_on, found.release_floor) == (date(2027, 2, 1), Decimal("7.0000"))
    enforce = lots.HoldStage(uuid4(), first.id, "enforced", None, None, enforced=True)
    database.write(lambda s: lots.update_hold_stage(s, enforce, by=make.ESHA, at=make.NOW))
    (found,) = database.read(lambda s: lots.facts(s, [lot.id]))
    assert (found.pledge, found.enforced) == (lots.PledgeStage.ENFORCED, True)
    lift(database, first.id)
    lift(database, second.id)
    assert database.read(lambda s: lots.facts(s, [lot.id]))[0].pledge is lots.PledgeStage.NONE
    with make.refused(database, lots.HoldNotOpen):
        later = replace(stage, id=uuid4())
        database.write(lambda s: lots.update_hold_stage(s, later, by=make.ESHA, at=make.NOW))
    database.read(make.sound)


def test_a_pledge_has_only_stages_the_board_knows(database: Database, lot: lots.Lot) -> None:
    for stage in ("none", "late"):
        with make.refused(database, lots.RequestWrong):
            place(database, wanted(lot, 1, R.PLEDGE, stage=stage))
    held = place(database, wanted(lot, 1, R.PLEDGE))
    with make.refused(database, lots.RequestWrong):
        late = lots.HoldStage(uuid4(), held.id, "late")
        database.write(lambda s: lots.update_hold_stage(s, late, by=make.ESHA, at=make.NOW))


def test_lifting_goes_down_to_nothing_once(database: Database, lot: lots.Lot) -> None:
    held = place(database, wanted(lot, 5, R.SALE))
    assert lift(database, held.id, 2).units_left == 3
    for units in (0, -1, 4):
        with make.refused(database, lots.HoldNotOpen):
            lift(database, held.id, units)
    assert lift(database, held.id).units_left == 0
    before = make.picture(database)
    assert lift(database, held.id).units_left == 0
    assert make.picture(database) == before
    with make.refused(database, lots.HoldNotOpen):
        lift(database, held.id, 1)
    with make.refused(database, lots.HoldNotFound):
        lift(database, uuid4())


def test_a_repeat_returns_the_first(database: Database, lot: lots.Lot) -> None:
    request = wanted(lot, 5, R.SALE)
    place(database, request)
    before = make.picture(database)
    assert place(database, request).id == request.id
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        place(database, replace(request, units=4))


@pytest.mark.parametrize("units", [0, -1])
def test_it_holds_something(database: Database, lot: lots.Lot, units: int) -> None:
    with make.refused(database, lots.NotEnoughUnits):
        place(database, wanted(lot, units, R.SALE))


@pytest.mark.parametrize("reason", list(R))
def test_it_needs_a_permission_for_the_reason(database: Database, lot: lots.Lot, reason: lots.HoldReason) -> None:
    with make.refused(database, Forbidden):
        place(database, wanted(lot, 1, reason), by=make.NOBODY)
    held = place(database, wanted(lot, 1, reason))
    with make.refused(database, Forbidden):
        lift(database, held.id, by=make.NOBODY)
    with make.refused(database, Forbidden):
        stage = lots.HoldStage(uuid4(), held.id, "pledged")
        database.write(lambda s: lots.update_hold_stage(s, stage, by=make.NOBODY, at=make.NOW))


def test_one_owner_does_not_touch_anothers_goods(database: Database, store: make.Store, lot: lots.Lot) -> None:
    stranger = store.stranger(make.P.HOLD_STOCK, make.P.APPROVE_RELEASE)
    with make.refused(database, lots.LotNotFound):
        place(database, wanted(lot, 1, R.EXIT), by=stranger)
    held = place(database, wanted(lot, 1, R.EXIT))
    with make.refused(database, lots.HoldNotFound):
        lift(database, held.id, by=stranger)
    with make.refused(database, lots.LotNotFound):
        place(database, replace(wanted(lot, 1, R.EXIT), lot_id=uuid4()))


def test_a_buyer_holds_what_he_buys_and_a_lender_what_he_lends_on(
    database: Database, store: make.Store, lot: lots.Lot
) -> None:
    buyer = store.stranger(make.P.ASK_QUOTE)
    lender = make.actor("lender", make.P.APPROVE_ADVANCE)
    assert place(database, wanted(lot, 2, R.SALE), by=buyer).units_left == 2
    assert place(database, wanted(lot, 2, R.PLEDGE), by=lender).units_left == 2
    with make.refused(database, Forbidden):
        place(database, wanted(lot, 2, R.PLEDGE), by=buyer)


@pytest.mark.parametrize("counters", [
    "sale_units = 6, exit_units = 5", "pledge_units = 11", "quarantine_units = 11", "lien_units = 11",
    "count_units = 11", "sale_units = -1", "units_on_hand = 9", "grams_on_hand = grams_on_hand - 1",
    "units_placed = 11", "grams_loss = 1",
])  # fmt: skip
def test_the_database_itself_refuses(database: Database, lot: lots.Lot, counters: str) -> None:
    with pytest.raises(IntegrityError):
        database.write(lambda s: s.execute(text(f"UPDATE lots SET {counters}")))
