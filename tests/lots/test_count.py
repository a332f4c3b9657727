"""Counts: blind, counted again by other eyes, explained, reviewed, approved; the book follows only then."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

P = make.P
FIRST = make.actor("Asha counts", P.COUNT_STOCK, P.SEE_ALL)
SECOND = make.actor("Wei counts again", P.COUNT_STOCK, P.SEE_ALL)
REVIEWER = make.actor("Ravi reviews", P.COUNT_STOCK, P.SEE_ALL, P.APPROVE_COUNT)
APPROVER = make.actor("Esha approves", P.COUNT_STOCK, P.APPROVE_COUNT, P.SEE_ALL)
S = lots.CountState


class Floor:
    """A lot of ten in two slots, and a count of it under way."""

    def __init__(self, database: Database, store: make.Store) -> None:
        self.database, self.store = database, store
        self.lot = self.do(lambda s: make.lot(s, store, units=10, grams=20_000_003))
        self.a, self.b = store.slots[0].id, store.slots[1].id
        for slot_id, units in ((self.a, 6), (self.b, 4)):
            wanted = lots.PutAway(uuid4(), self.lot.id, slot_id, units)
            self.do(lambda s, wanted=wanted: lots.put_away(s, wanted, by=make.ASHA, at=make.NOW))

    def do(self, work: Any) -> Any:
        return self.database.write(work)

    def open(self, by: Actor = FIRST, **changes: Any) -> lots.StockCount:
        wanted = replace(lots.OpenCount(uuid4(), self.store.site.id, lot_id=self.lot.id), **changes)
        made: lots.StockCount = self.do(lambda s: lots.open_count(s, wanted, by=by, at=make.NOW))
        return made

    def enter(self, count: lots.StockCount, slot_id: UUID | None, units: int, by: Actor = FIRST, **changes: Any) -> str:
        wanted = replace(lots.EnterCount(uuid4(), count.id, self.lot.id, units, slot_id), **changes)
        return str(self.do(lambda s: lots.enter_count(s, wanted, by=by, at=make.later())).state)

    def twice(self, count: lots.StockCount, **found: int) -> None:
        for place, units in found.items():
            self.enter(count, getattr(self, place), units)
        differing = {
            row.line.slot_id
            for row in self.database.read(lambda s: lots.count_sheet(s, count.id))
            if not row.line.settled
        }
        for place, units in found.items():
            if getattr(self, place) in differing:
                self.enter(count, getattr(self, place), units, by=SECOND)

    def explain(self, count: lots.StockCount, by: Actor = SECOND) -> None:
        for row in self.database.read(lambda s: lots.count_sheet(s, count.id)):
            if not row.line.settled:
                said = lots.ExplainCount(uuid4(), count.id, row.line.id, lots.CountReason.MISSING, "寻遍未见")
                self.do(lambda s, said=said: lots.explain_count(s, said, by=by, at=make.later()))

    def judge(
        self, act: Any, count: lots.StockCount, by: Actor, *, accepted: bool = True, note: str = ""
    ) -> lots.JudgeCount:
        wanted = lots.JudgeCount(uuid4(), count.id, accepted, note)
        self.do(lambda s: act(s, wanted, by=by, at=make.later()))
        return wanted

    def now(self) -> lots.Lot:
        found: lots.Lot = self.database.read(lambda s: lots.get_lot(s, self.lot.id))
        return found

    def state(self, count: lots.StockCount) -> str:
        return str(self.database.read(lambda s: lots.get_count(s, count.id)).state)

    def to_approve(self, **found: int) -> lots.StockCount:
        count = self.open()
        self.twice(count, **found)
        self.explain(count)
        self.judge(lots.review_count, count, REVIEWER)
        return count


@pytest.fixture
def floor(database: Database, store: make.Store) -> Floor:
    return Floor(database, store)


def test_a_count_that_agrees_ends_by_itself(floor: Floor) -> None:
    count = floor.open()
    assert floor.enter(count, floor.a, 6) == S.COUNTING
    assert floor.enter(count, floor.b, 4) == S.AGREED
    assert floor.now().count_units == 0
    floor.database.read(make.sound)


def test_what_is_missing_is_lost_after_three_pairs_of_eyes(floor: Floor) -> None:
    count = floor.open()
    assert floor.enter(count, floor.a, 5) == S.COUNTING
    assert floor.now().count_units == 1
    assert floor.enter(count, floor.b, 4) == S.RECOUNTING
    assert floor.enter(count, floor.a, 5, by=SECOND) == S.INVESTIGATING
    floor.explain(count)
    assert floor.state(count) == S.REVIEWING
    floor.judge(lots.review_count, count, REVIEWER)
    assert floor.now().units_on_hand == 10
    floor.judge(lots.approve_count, count, APPROVER)
    row = floor.now()
    assert (row.units_on_hand, row.units_lost, row.grams_loss, row.units_placed) == (9, 1, 2_000_000, 9)
    assert (row.count_units, floor.state(count)) == (0, S.APPROVED)
    (lost,) = floor.database.read(lambda s: lots.shrink_of_lot(s, row.id))
    assert (lost.loss_grams, lost.allowed_grams, lost.excess_grams) == (2_000_000, 0, 2_000_000)
    floor.database.read(make.sound)


def test_a_slip_is_settled_by_counting_again(floor: Floor) -> None:
    count = floor.open()
    floor.enter(count, floor.a, 5)
    assert floor.enter(count, floor.a, 6) == S.COUNTING  # one's own slip, in the same round
    floor.enter(count, floor.b, 3)
    assert floor.enter(count, floor.b, 4, by=SECOND) == S.AGREED
    assert (floor.now().count_units, floor.now().units_on_hand) == (0, 10)


def test_what_lies_in_the_wrong_slot_is_moved_in_the_book(floor: Floor) -> None:
    count = floor.to_approve(a=4, b=6)
    floor.judge(lots.approve_count, count, APPROVER)
    places = floor.database.read(lambda s: {slot.id: units for slot, units in lots.places_of(s, floor.lot.id)})
    assert places == {floor.a: 4, floor.b: 6}
    assert (floor.now().units_on_hand, floor.now().units_lost) == (10, 0)
    assert floor.database.read(lambda s: lots.shrink_of_lot(s, floor.lot.id)) == []
    floor.database.read(make.sound)


def test_what_was_lost_is_found_again_and_nothing_more(floor: Floor) -> None:
    floor.judge(lots.approve_count, floor.to_approve(a=4, b=4), APPROVER)
    again = floor.to_approve(a=6, b=4)
    floor.judge(lots.approve_count, again, APPROVER)
    row = floor.now()
    assert (row.units_on_hand, row.units_lost, row.grams_on_hand, row.grams_loss) == (10, 0, 20_000_003, 0)
    floor.database.read(make.sound)
    more = floor.to_approve(a=7, b=4)
    with make.refused(floor.database, lots.CountSurplus):
        floor.judge(lots.approve_count, more, APPROVER)


def test_a_lot_nobody_expected_there_gets_a_line(floor: Floor) -> None:
    count = floor.open(lot_id=None, room_id=floor.store.room.id)
    assert floor.enter(count, floor.store.slots[2].id, 2) == S.COUNTING
    floor.enter(count, floor.a, 6)
    assert floor.enter(count, floor.b, 2) == S.RECOUNTING
    rows = floor.database.read(lambda s: lots.count_sheet(s, count.id))
    assert [(row.line.unexpected, row.line.found_units) for row in rows] == [(False, 6), (False, 2), (True, 2)]


def test_eyes_are_others_each_time(floor: Floor) -> None:
    count = floor.open()
    floor.enter(count, floor.a, 5)
    with make.refused(floor.database, lots.CountLineSettled):
        floor.enter(count, floor.a, 5, by=SECOND)  # the first round is the first counter's
    floor.enter(count, floor.b, 4)
    with make.refused(floor.database, lots.CountSamePerson):
        floor.enter(count, floor.a, 5, by=FIRST)
    with make.refused(floor.database, lots.CountLineSettled):
        floor.enter(count, floor.b, 4, by=SECOND)
    floor.enter(count, floor.a, 5, by=SECOND)
    floor.explain(count)
    for by in (FIRST, SECOND):
        with make.refused(floor.database, lots.CountSamePerson):
            floor.judge(lots.review_count, count, by)
    floor.judge(lots.review_count, count, REVIEWER)
    with make.refused(floor.database, lots.CountSamePerson):
        floor.judge(lots.approve_count, count, REVIEWER)
    with make.refused(floor.database, lots.CountSamePerson):
        floor.judge(lots.approve_count, count, replace(FIRST, permissions=APPROVER.permissions))


@pytest.mark.parametrize(("act", "by"), [(lots.review_count, REVIEWER), (lots.approve_count, APPROVER)])
def test_a_judge_sends_it_back_with_a_reason(floor: Floor, act: Any, by: Actor) -> None:
    count = floor.open()
    floor.enter(count, floor.a, 5)
    floor.enter(count, floor.b, 4)
    floor.enter(count, floor.a, 5, by=SECOND)
    floor.explain(count)
    if act is lots.approve_count:
        floor.judge(lots.review_count, count, REVIEWER)
    with make.refused(floor.database, lots.CountRequestWrong):
        floor.judge(act, count, by, accepted=False)
    floor.judge(act, count, by, accepted=False, note="再盘一次")
    assert floor.state(count) == S.RECOUNTING
    third = make.actor("Third", P.COUNT_STOCK, P.SEE_ALL)
    assert floor.enter(count, floor.a, 6, by=third) == S.AGREED
    assert floor.now().units_on_hand == 10


@pytest.mark.parametrize("reason", [lots.HoldReason.SALE, lots.HoldReason.PLEDGE, lots.HoldReason.QUARANTINE])
def test_held_goods_are_not_counted_away(floor: Floor, reason: lots.HoldReason) -> None:
    floor.do(lambda s: make.hold(s, floor.lot.id, 10, reason))
    count = floor.to_approve(a=5, b=4)
    with make.refused(floor.database, lots.LotOnHold):
        floor.judge(lots.approve_count, count, APPROVER)
    assert floor.now().units_on_hand == 10


def test_doubtful_goods_do_not_leave(floor: Floor) -> None:
    count = floor.open()
    floor.enter(count, floor.a, 4)
    with make.refused(floor.database, lots.LotOnHold):
        floor.do(lambda s: lots.take_out(s, lots.TakeOut(floor.lot.id, 9, 9, uuid4()), by=make.ASHA, at=make.NOW))


def test_steps_come_in_their_order(floor: Floor) -> None:
    count = floor.open()
    line = floor.database.read(lambda s: lots.count_sheet(s, count.id))[0].line
    said = lots.ExplainCount(uuid4(), count.id, line.id, lots.CountReason.MISSING, "?")
    with make.refused(floor.database, lots.CountStateWrong):
        floor.do(lambda s: lots.explain_count(s, said, by=SECOND, at=make.NOW))
    for act in (lots.review_count, lots.approve_count):
        with make.refused(floor.database, lots.CountStateWrong):
            floor.judge(act, count, APPROVER)
    floor.enter(count, floor.a, 6)
    floor.enter(count, floor.b, 4)
    with make.refused(floor.database, lots.CountStateWrong):
        floor.enter(count, floor.b, 4)
    with make.refused(floor.database, lots.CountStateWrong):
        floor.do(lambda s: lots.void_count(s, count.id, "?", by=APPROVER, at=make.NOW))


def test_one_lot_is_in_one_count(floor: Floor) -> None:
    count = floor.open()
    with make.refused(floor.database, lots.CountOverlaps):
        floor.open(lot_id=None, room_id=floor.store.room.id)
    with make.refused(floor.database, lots.CountEmpty):
        floor.open(lot_id=None, room_id=floor.store.ca_room.id)
    for wrong in ({"room_id": floor.store.room.id}, {"lot_id": None}):
        with make.refused(floor.database, lots.CountRequestWrong):
            floor.open(**wrong)
    floor.enter(count, floor.a, 4)
    assert floor.now().count_units == 2
    for _ in range(2):
        floor.do(lambda s: lots.void_count(s, count.id, "停电", by=APPROVER, at=make.NOW))
    assert (floor.state(count), floor.now().count_units) == (S.VOID, 0)
    floor.open()


def test_it_needs_the_permission_and_sight(floor: Floor) -> None:
    with make.refused(floor.database, Forbidden):
        floor.open(by=make.NOBODY)
    with make.refused(floor.database, lots.LotNotFound):
        floor.open(by=floor.store.stranger(P.COUNT_STOCK))
    count = floor.open()
    with make.refused(floor.database, Forbidden):
        floor.enter(count, floor.a, 6, by=make.NOBODY)
    with make.refused(floor.database, lots.LotNotFound):
        floor.enter(count, floor.a, 6, by=floor.store.stranger(P.COUNT_STOCK))
    with make.refused(floor.database, lots.CountNotFound):
        floor.enter(count, floor.a, 6, count_id=uuid4())
    for act in (lots.review_count, lots.approve_count):
        with make.refused(floor.database, Forbidden):
            floor.judge(act, count, make.NOBODY)
    with make.refused(floor.database, Forbidden):
        floor.judge(lots.approve_count, count, FIRST)
    with make.refused(floor.database, Forbidden):
        floor.do(lambda s: lots.void_count(s, count.id, "?", by=FIRST, at=make.NOW))


def test_repeats_change_nothing(floor: Floor) -> None:
    count = floor.open()
    wanted = lots.EnterCount(uuid4(), count.id, floor.lot.id, 5, floor.a)
    floor.do(lambda s: lots.enter_count(s, wanted, by=FIRST, at=make.NOW))
    before = make.picture(floor.database)
    floor.do(lambda s: lots.enter_count(s, wanted, by=FIRST, at=make.later()))
    assert make.picture(floor.database) == before
    with make.refused(floor.database, RequestIdReused):
        floor.do(lambda s: lots.enter_count(s, replace(wanted, units=6), by=FIRST, at=make.NOW))
    floor.enter(count, floor.b, 4)
    floor.enter(count, floor.a, 5, by=SECOND)
    floor.explain(count)
    floor.judge(lots.review_count, count, REVIEWER)
    judged = floor.judge(lots.approve_count, count, APPROVER)
    before = make.picture(floor.database)
    assert floor.do(lambda s: lots.approve_count(s, judged, by=APPROVER, at=make.later())) == []
    assert make.picture(floor.database) == before


def test_a_forged_line_is_found(floor: Floor) -> None:
    count = floor.open()
    floor.enter(count, floor.a, 5)
    make.change(floor.database, "UPDATE count_lines SET found_units = 6, settled = true WHERE found_units = 5")
    findings = floor.database.read(lambda s: [finding.problem for finding in lots.check(s)])
    assert findings == ["does not say what was counted"]
