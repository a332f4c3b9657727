"""A truck that gathers exits: its list, its scans, its check, and what may not drive out."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.billing import make
from tests.billing.make import CLERK, GUARD, OUT, House
from tests.lots import make as stock
from tests.lots.make import refused
from wms import billing, facility, lots
from wms.billing.rules.loadings import PickOrder, Place, Wanted, plan
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

ONE_ENGINE = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)  # what these ask no engine answers alone
EARLY, LATE = date(2027, 1, 1), date(2027, 5, 1)


def test_what_must_be_gone_first_is_picked_first() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    slot_a, slot_b = uuid4(), uuid4()
    wanted = [
        Wanted(uuid4(), one, 5, LATE, EARLY, 0),
        Wanted(uuid4(), two, 5, EARLY, LATE, 1),
        Wanted(uuid4(), three, 5, EARLY, EARLY, 2),
    ]
    places = {one: [Place(None, "", 5)], two: [Place(slot_a, "A", 3), Place(slot_b, "B", 9)], three: []}
    fefo = [(line.lot_id, line.slot_id, line.units) for line in plan(wanted, places, PickOrder.FEFO)]
    assert fefo == [(two, slot_a, 3), (two, slot_b, 2), (one, None, 5)]
    given = [line.lot_id for line in plan(wanted, places, PickOrder.GIVEN)]
    assert given == [one, two, two]


def test_two_exits_of_one_lot_share_its_places() -> None:
    lot, slot = uuid4(), uuid4()
    wanted = [Wanted(uuid4(), lot, 4, EARLY, EARLY, 0), Wanted(uuid4(), lot, 4, EARLY, EARLY, 1)]
    lines = plan(wanted, {lot: [Place(slot, "A", 6)]}, PickOrder.FEFO)
    assert [line.units for line in lines] == [4, 2]


class Truck:
    """Two paid exits of two lots of one collector, their loading open; the second lot must be gone first."""

    def __init__(self, session: Session) -> None:
        self.house = House(session, units=10, grams=200_000)
        store = self.house.store
        self.second = stock.lot(session, store, units=10, grams=200_000, at=make.ENTRY, slot=store.slots[1])
        self.second.deadline_on = date(2026, 12, 1)
        self.exits = [self.paid(session, self.house.lot, 4), self.paid(session, self.second, 6)]
        self.loading = self.open(session)

    def paid(self, session: Session, lot: lots.Lot, units: int) -> billing.ExitOrder:
        house, kept = self.house, self.house.lot
        house.lot = lot
        order = house.paid(session, units)
        house.lot = kept
        return order

    def wanted(self, **changes: Any) -> billing.OpenLoading:
        values = {
            "id": uuid4(), "site_id": self.house.store.site.id, "bay": "1",
            "exit_ids": tuple(order.id for order in self.exits),
        }  # fmt: skip
        return billing.OpenLoading(**{**values, **changes})

    def open(self, session: Session, **changes: Any) -> billing.Loading:
        return billing.open_loading(session, self.wanted(**changes), by=CLERK, at=OUT)

    def scan(self, what: str, units: int = 1, **changes: Any) -> billing.ScanUnits:
        values: dict[str, Any] = {"id": uuid4(), "loading_id": self.loading.id, "scanned": what, "units": units}
        return billing.ScanUnits(**values | changes)

    def pick(self, session: Session, what: str, units: int = 1, **changes: Any) -> None:
        billing.pick_units(session, self.scan(what, units, **changes), by=CLERK, at=OUT)

    def load(self, session: Session, what: str, units: int = 1) -> None:
        billing.load_units(session, self.scan(what, units), by=CLERK, at=OUT)

    def check(self, session: Session) -> billing.Loading:
        return billing.check_loading(session, billing.CheckLoading(uuid4(), self.loading.id), by=CLERK, at=OUT)

    def complete(self, session: Session) -> None:
        """Picked, weighed and on the truck."""
        for lot, order in ((self.house.lot, self.exits[0]), (self.second, self.exits[1])):
            self.pick(session, lots.lot_label_code(lot.code), order.units)
            make.weigh_out(session, session.get_one(billing.ExitOrder, order.id), order.units * 19_800)
            self.load(session, lot.code, order.units)


def made(database: Database) -> Truck:
    return database.write(Truck)


def do(database: Database, work: Callable[[Session], Any]) -> Any:
    return database.write(work)


def sound(database: Database) -> None:
    def read(session: Session) -> None:
        stock.sound(session)
        assert [str(finding) for finding in billing.check(session)] == []

    database.read(read)


def test_a_truck_gathers_two_exits_and_drives_out_with_both(database: Database) -> None:
    truck = made(database)
    lines = database.read(lambda s: billing.lines_of_loading(s, truck.loading.id))
    assert [(one.lot.code, one.line.units, one.slot_code) for one in lines] == [
        (truck.second.code, 6, truck.house.store.slots[1].code),
        (truck.house.lot.code, 4, truck.house.store.slots[0].code),
    ]
    do(database, truck.complete)
    with refused(database, billing.LoadNotChecked):
        do(database, lambda s: make.close(s, s.get_one(billing.ExitOrder, truck.exits[0].id)))
    do(database, truck.check)
    sound(database)
    first = do(database, lambda s: _closed(s, truck.exits[0].id))
    load = 10 * 19_800
    with refused(database, billing.TruckNotClosed):
        do(database, lambda s: _pass(s, first.code, load))
    second = do(database, lambda s: _closed(s, truck.exits[1].id))
    with refused(database, billing.GateWeightDiffers):
        do(database, lambda s: _pass(s, first.code, 4 * 19_800))
    for code in (first.code, second.code):
        assert do(database, lambda s, code=code: _pass(s, code, load)).state == "passed"  # type: ignore[misc]
    lot = database.read(lambda s: lots.get_lot(s, truck.second.id))
    assert (lot.units_on_hand, lot.units_placed, lot.units_staged) == (4, 4, 0)
    sound(database)


def _closed(session: Session, exit_id: UUID) -> billing.IssuedPass:
    make.close(session, session.get_one(billing.ExitOrder, exit_id))
    return billing.issue_gate_pass(session, billing.IssueGatePass(uuid4(), exit_id), by=CLERK, at=OUT)


def _pass(session: Session, code: str | None, grams: int) -> billing.GatePass:
    assert code is not None
    return billing.pass_gate(session, billing.PassGate(uuid4(), code, "鲁F12345", grams), by=GUARD, at=OUT)


def test_a_pick_moves_the_goods_and_leaves_them_in_store(database: Database) -> None:
    truck = made(database)
    ask = truck.scan(truck.second.code, 6, slot=truck.house.store.slots[1].code)
    for _ in range(2):  # a repeat picks nothing more
        do(database, lambda s: billing.pick_units(s, ask, by=CLERK, at=OUT))
    facts = database.read(lambda s: lots.facts(s, [truck.second.id]))[0]
    assert facts.in_store
    lot = database.read(lambda s: lots.get_lot(s, truck.second.id))
    assert (lot.units_placed, lot.units_staged, lot.units_standing) == (4, 6, 0)
    order = database.read(lambda s: billing.get_exit(s, truck.exits[1].id))
    assert order.state == billing.ExitState.PICKING
    with refused(database, RequestIdReused):
        other = billing.ScanUnits(ask.id, ask.loading_id, ask.scanned, 5)
        do(database, lambda s: billing.pick_units(s, other, by=CLERK, at=OUT))
    sound(database)


@ONE_ENGINE
def test_labels_count_one_each_and_once(database: Database) -> None:
    truck = made(database)
    ask = lots.LabelUnits(uuid4(), truck.second.id, 2)
    labels = do(database, lambda s: lots.label_units(s, ask, by=CLERK, at=OUT))
    codes = [unit.sscc for unit in labels]
    do(database, lambda s: truck.pick(s, codes[0], 5))
    with refused(database, billing.UnitScannedTwice):
        do(database, lambda s: truck.pick(s, codes[0]))
    do(database, lambda s: truck.pick(s, codes[1]))
    line = database.read(lambda s: billing.lines_of_loading(s, truck.loading.id))[0].line
    assert line.picked_units == 2


@ONE_ENGINE
def test_only_what_is_on_the_list_is_picked_and_loaded(database: Database) -> None:
    truck = made(database)
    store = truck.house.store
    alien = do(database, lambda s: stock.lot(s, store, units=3, grams=60_000, at=make.ENTRY, slot=store.slots[2]))
    label = lots.lot_label_code(alien.code)
    misread = label[:-1] + ("A" if label[-1] != "A" else "B")
    for act in (truck.pick, truck.load):
        with refused(database, billing.NotOnLoading):
            do(database, lambda s, act=act: act(s, alien.code))  # type: ignore[misc]
        with refused(database, lots.ScanMisread):
            do(database, lambda s, act=act: act(s, misread))  # type: ignore[misc]
    with refused(database, billing.NotOnLoading):  # the right goods out of another slot
        do(database, lambda s: truck.pick(s, truck.second.code, 1, slot=store.slots[0].code))
    with refused(database, billing.PickBeyondList):
        do(database, lambda s: truck.pick(s, truck.second.code, 7))
    with refused(database, billing.ExitStep):  # on board before it was weighed
        do(database, lambda s: truck.load(s, truck.second.code, 1))
    with refused(database, Forbidden):
        do(database, lambda s: billing.pick_units(s, truck.scan(truck.second.code), by=GUARD, at=OUT))


@ONE_ENGINE
def test_an_incomplete_truck_is_not_closed(database: Database) -> None:
    truck = made(database)
    with refused(database, billing.LoadIncomplete):
        do(database, truck.check)
    do(database, truck.complete)
    with refused(database, billing.PickBeyondList):
        do(database, lambda s: truck.load(s, truck.second.code, 1))
    do(database, truck.check)
    with refused(database, billing.LoadingOver):
        do(database, lambda s: truck.load(s, truck.second.code, 1))
    drop = billing.DropFromLoading(uuid4(), truck.loading.id, truck.exits[0].id, "wrong truck")
    loading = do(database, lambda s: billing.drop_from_loading(s, drop, by=CLERK, at=OUT))
    assert loading.state == billing.LoadingState.OPEN  # what was dropped must come off first
    sound(database)


def test_a_short_pick_is_made_up_from_other_places(database: Database) -> None:
    truck = made(database)
    store, lot = truck.house.store, truck.second
    move = lots.MoveUnits(uuid4(), lot.id, store.slots[1].id, store.slots[2].id, 4)
    do(database, lambda s: lots.move(s, move, by=stock.ASHA, at=OUT))  # six are left where the list leads
    line = database.read(lambda s: billing.lines_of_loading(s, truck.loading.id))[0].line
    short = billing.ShortPick(uuid4(), truck.loading.id, line.id, 2, billing.ShortReason.DAMAGED, "wet")
    for _ in range(2):
        do(database, lambda s: billing.short_pick(s, short, by=CLERK, at=OUT))
    lines = database.read(lambda s: billing.lines_of_loading(s, truck.loading.id))
    told = [(one.slot_code, one.line.units_left) for one in lines if one.lot.id == lot.id]
    assert told == [(store.slots[1].code, 4), (store.slots[2].code, 2)]
    with refused(database, billing.PickBeyondList):
        more = billing.ShortPick(uuid4(), truck.loading.id, line.id, 5, billing.ShortReason.MISSING)
        do(database, lambda s: billing.short_pick(s, more, by=CLERK, at=OUT))


@ONE_ENGINE
def test_one_collector_one_truck_one_list(database: Database) -> None:
    truck = made(database)
    order = truck.exits[0]
    with refused(database, billing.ExitOnLoading):
        do(database, truck.open)
    with refused(database, billing.ExitOnLoading):  # picked by its list alone
        do(database, lambda s: billing.record_pick(s, billing.RecordPick(uuid4(), order.id), by=CLERK, at=OUT))
    other = do(database, lambda s: truck.house.open(s, 1, plate="鲁B99999"))
    add = billing.AddToLoading(uuid4(), truck.loading.id, other.id)
    with refused(database, billing.ExitOfOtherTruck):
        do(database, lambda s: billing.add_to_loading(s, add, by=CLERK, at=OUT))
    unpaid = do(database, lambda s: truck.house.quoted(s, 1))
    add = billing.AddToLoading(uuid4(), truck.loading.id, unpaid.id)
    do(database, lambda s: billing.add_to_loading(s, add, by=CLERK, at=OUT))
    do(database, lambda s: truck.pick(s, truck.house.lot.code, 4))
    with refused(database, billing.ExitStep):  # nobody paid for the fifth
        do(database, lambda s: truck.pick(s, truck.house.lot.code, 1))
    with refused(database, billing.LoadingNotFound):
        do(database, lambda s: billing.get_loading(s, truck.loading.id, truck.house.owner))
    for wrong in ({"exit_ids": ()}, {"bay": " "}):
        with refused(database, billing.LoadingRequestWrong):
            do(database, lambda s, wrong=wrong: truck.open(s, **wrong))  # type: ignore[misc]


@ONE_ENGINE
def test_an_exit_given_up_leaves_its_truck_and_its_goods_wait_for_a_slot(database: Database) -> None:
    truck = made(database)
    sold = do(database, lambda s: truck.house.quoted(s, 2))
    add = billing.AddToLoading(uuid4(), truck.loading.id, sold.id)
    do(database, lambda s: billing.add_to_loading(s, add, by=CLERK, at=OUT))
    take = lots.PickUnits(uuid4(), sold.lot_id, sold.id, 2, truck.house.store.slots[0].id)
    credit = do(database, lambda s: lots.pick(s, take, by=CLERK, at=OUT))
    assert credit.units_staged == 2
    void = billing.VoidExit(uuid4(), sold.id, "no truck")
    do(database, lambda s: billing.void_exit(s, void, by=truck.house.owner, at=OUT))
    lot = database.read(lambda s: lots.get_lot(s, sold.lot_id))
    assert (lot.units_staged, lot.units_standing) == (0, 2)
    on = database.read(lambda s: billing.exits_of_loading(s, truck.loading.id))
    assert sold.id not in [order.id for order in on]
    sound(database)


def test_a_loading_given_up_leaves_what_was_picked_with_its_exit(database: Database) -> None:
    truck = made(database)
    do(database, lambda s: truck.pick(s, truck.second.code, 3))
    void = billing.VoidLoading(uuid4(), truck.loading.id, "broken down")
    for _ in range(2):
        do(database, lambda s: billing.void_loading(s, void, by=CLERK, at=OUT))
    again = do(database, truck.open)
    left = [one.line.units for one in database.read(lambda s: billing.lines_of_loading(s, again.id))
            if one.lot.id == truck.second.id]  # fmt: skip
    assert left == [3]
    back = lots.PutBack(uuid4(), truck.second.id, truck.exits[1].id, truck.house.store.slots[2].id, 3)
    for _ in range(2):
        lot = do(database, lambda s: lots.put_back(s, back, by=CLERK, at=OUT))
        assert (lot.units_placed, lot.units_staged) == (10, 0)
    with refused(database, lots.NotEnoughUnits):
        more = lots.PutBack(uuid4(), truck.second.id, truck.exits[1].id, truck.house.store.slots[2].id, 1)
        do(database, lambda s: lots.put_back(s, more, by=CLERK, at=OUT))
    sound(database)


@ONE_ENGINE
def test_what_a_truck_refuses(database: Database) -> None:
    truck = made(database)
    loading, order = truck.loading.id, truck.exits[0]
    other = do(database, lambda s: truck.house.quoted(s, 1))
    for exit_id, reason in ((order.id, " "), (other.id, "wrong list")):
        drop = billing.DropFromLoading(uuid4(), loading, exit_id, reason)
        with refused(database, billing.LoadingRequestWrong):
            do(database, lambda s, drop=drop: billing.drop_from_loading(s, drop, by=CLERK, at=OUT))  # type: ignore[misc]
    with refused(database, billing.LoadingRequestWrong):
        void = billing.VoidLoading(uuid4(), loading, " ")
        do(database, lambda s: billing.void_loading(s, void, by=CLERK, at=OUT))
    do(database, lambda s: billing.void_exit(s, billing.VoidExit(uuid4(), other.id, "x"), by=truck.house.owner, at=OUT))
    with refused(database, billing.ExitStep):
        gone = billing.AddToLoading(uuid4(), loading, other.id)
        do(database, lambda s: billing.add_to_loading(s, gone, by=CLERK, at=OUT))
    with refused(database, billing.ExitOnLoading):
        again = billing.AddToLoading(uuid4(), loading, order.id)
        do(database, lambda s: billing.add_to_loading(s, again, by=CLERK, at=OUT))
    for one in truck.exits:
        drop = billing.DropFromLoading(uuid4(), loading, one.id, "another truck")
        do(database, lambda s, drop=drop: billing.drop_from_loading(s, drop, by=CLERK, at=OUT))  # type: ignore[misc]
    with refused(database, billing.LoadingRequestWrong):  # an empty truck is not checked
        do(database, truck.check)
    sound(database)


def test_picked_goods_are_nobody_elses(database: Database) -> None:
    """Not put away, not split off, not taken by another exit, not counted away."""
    truck = made(database)
    do(database, lambda s: truck.pick(s, truck.second.code, 6))
    with refused(database, lots.NotEnoughUnits):
        away = lots.PutAway(uuid4(), truck.second.id, truck.house.store.slots[2].id, 1)
        do(database, lambda s: lots.put_away(s, away, by=stock.ASHA, at=OUT))
    other = do(database, lambda s: truck.paid(s, s.get_one(lots.Lot, truck.second.id), 2))
    do(database, lambda s: make.close(s, make.weigh_out(s, s.get_one(billing.ExitOrder, other.id), 40_000)))
    lot = database.read(lambda s: lots.get_lot(s, truck.second.id))
    assert (lot.units_on_hand, lot.units_placed, lot.units_staged) == (8, 2, 6)
    sound(database)


@ONE_ENGINE
def test_a_sealed_room_gives_nothing_to_a_truck(database: Database) -> None:
    truck = made(database)
    room = truck.house.store.room.id
    for event in (facility.RoomEventKind.FILL, facility.RoomEventKind.SEAL):
        ask = facility.AdvanceRoomRequest(uuid4(), room, event)
        do(database, lambda s, ask=ask: facility.advance_room(s, ask, by=stock.ESHA, at=OUT))  # type: ignore[misc]
    with refused(database, facility.RoomSealed):
        do(database, lambda s: truck.pick(s, truck.second.code, 1))


@ONE_ENGINE
@pytest.mark.parametrize("counted", [5, 6])
def test_a_count_leaves_what_is_staged(database: Database, counted: int) -> None:
    """Six stand picked on the dock: fewer are refused until the exit is settled."""
    truck = made(database)
    do(database, lambda s: truck.pick(s, truck.second.code, 6))
    people = [stock.actor(name, *stock.P) for name in ("Ann", "Bo", "Cy", "Di")]
    begin = lots.OpenCount(uuid4(), truck.house.store.site.id, lot_id=truck.second.id)
    count = do(database, lambda s: lots.open_count(s, begin, by=people[0], at=OUT))
    for who in people[:2]:
        for slot, units in ((truck.house.store.slots[1].id, 4), (None, counted)):
            if who is people[1] and (slot is not None or counted == 6):
                continue
            enter = lots.EnterCount(uuid4(), count.id, truck.second.id, units, slot)
            do(database, lambda s, enter=enter, who=who: lots.enter_count(s, enter, by=who, at=OUT))  # type: ignore[misc]
    now = database.read(lambda s: lots.get_count(s, count.id))
    if counted == 6:
        assert now.state == lots.CountState.AGREED
        return
    line = next(row for row in database.read(lambda s: lots.count_rows(s, now)) if row.differs)
    why = lots.ExplainCount(uuid4(), count.id, line.line_id, lots.CountReason.MISSING, "gone")
    do(database, lambda s: lots.explain_count(s, why, by=people[1], at=OUT))
    do(database, lambda s: lots.review_count(s, lots.JudgeCount(uuid4(), count.id, True), by=people[2], at=OUT))
    with refused(database, lots.LotOnHold):
        do(database, lambda s: lots.approve_count(s, lots.JudgeCount(uuid4(), count.id, True), by=people[3], at=OUT))
