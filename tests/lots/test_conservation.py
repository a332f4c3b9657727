"""Grams and units against a model that knows nothing of the room: whatever is done, nothing is lost or made."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from tests.lots import make
from wms import lots
from wms.kernel.database import Database
from wms.kernel.errors import WmsError

DOCK = None
SLOTS = 4
SLOT_UNITS = 12
REASONS = [lots.HoldReason.SALE, lots.HoldReason.EXIT, lots.HoldReason.PLEDGE, lots.HoldReason.LIEN]


@dataclass
class Model:
    """One lot as a child would keep it: heaps of units by place, and what came in, left and was lost."""

    entry_units: int
    entry_grams: int
    heaps: dict[int | None, int]
    grams: int
    out_units: int = 0
    out_grams: int = 0
    loss_grams: int = 0
    passed_grams: int = 0
    held: dict[lots.HoldReason, int] = field(default_factory=lambda: dict.fromkeys(REASONS, 0))

    @property
    def units(self) -> int:
        return sum(self.heaps.values())

    def leave(self, units: int) -> int:
        """Take units dock first, then by slot, and return the grams they carry by exact cumulative halves."""
        gone = self.entry_units - self.units
        carried = _half(self.entry_grams * (gone + units), self.entry_units) - _half(
            self.entry_grams * gone, self.entry_units
        )
        for place in [DOCK, *range(SLOTS)]:
            part = min(units, self.heaps.get(place, 0))
            self.heaps[place] = self.heaps.get(place, 0) - part
            units -= part
        self.grams -= carried
        return carried

    def free(self, reason: lots.HoldReason) -> int:
        going = self.held[lots.HoldReason.SALE] + self.held[lots.HoldReason.EXIT]
        if reason in (lots.HoldReason.SALE, lots.HoldReason.EXIT):
            return self.units - going
        if reason is lots.HoldReason.PLEDGE:
            return max(0, self.units - self.held[reason] - going)
        return self.units - self.held[reason]

    def must_stay(self) -> int:
        going = self.held[lots.HoldReason.SALE] + self.held[lots.HoldReason.EXIT]
        return max(going, self.held[lots.HoldReason.PLEDGE], self.held[lots.HoldReason.LIEN])


def _half(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


class Conservation(RuleBasedStateMachine):
    """Steps that may be refused, each tried on the room and on the model."""

    database: Database
    store: make.Store
    outcomes: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.models: dict[UUID, Model] = {}
        self.order: list[UUID] = []
        self.base = self.slot_loads()

    def slot_loads(self) -> list[int]:
        ids = [slot.id for slot in self.store.slots]
        rows = self.database.read(lambda s: lots.stock_of_slots(s, ids))
        return [sum(row.units for row in rows if row.slot_id == slot_id) for slot_id in ids]

    def pick(self, index: int) -> tuple[UUID, Model]:
        lot_id = self.order[index % len(self.order)]
        return lot_id, self.models[lot_id]

    def attempt(self, work: Any, *, allowed: bool) -> Any:
        """Do it in the room; it must succeed exactly when the model allows it."""
        try:
            result = self.database.write(work)
        except WmsError as refusal:
            result, code = None, refusal.code
        else:
            code = "done"
        self.outcomes[code] += 1
        assert (code == "done") == allowed, f"{code}, but the model says {allowed}"
        return result

    @precondition(lambda self: len(self.order) < 4)
    @rule(units=st.integers(1, 15), grams=st.integers(15, 400_000))
    def take_in(self, units: int, grams: int) -> None:
        lot = self.database.write(lambda s: make.lot(s, self.store, units=units, grams=grams))
        self.models[lot.id] = Model(units, grams, {DOCK: units}, grams)
        self.order.append(lot.id)

    @precondition(lambda self: self.order)
    @rule(which=st.integers(0, 9), place=st.integers(0, SLOTS - 1), units=st.integers(0, 16))
    def put_away(self, which: int, place: int, units: int) -> None:
        lot_id, model = self.pick(which)
        fits = sum(m.heaps.get(place, 0) for m in self.models.values()) + self.base[place] + units <= SLOT_UNITS
        request = lots.PutAway(uuid4(), lot_id, self.store.slots[place].id, units)
        allowed = 1 <= units <= model.heaps[DOCK] and fits
        if self.attempt(lambda s: lots.put_away(s, request, by=make.ASHA, at=make.NOW), allowed=allowed):
            model.heaps[DOCK] -= units
            model.heaps[place] = model.heaps.get(place, 0) + units

    @precondition(lambda self: self.order)
    @rule(
        which=st.integers(0, 9),
        source=st.integers(0, SLOTS - 1),
        goal=st.integers(0, SLOTS - 1),
        units=st.integers(0, 8),
    )
    def move(self, which: int, source: int, goal: int, units: int) -> None:
        lot_id, model = self.pick(which)
        slots = self.store.slots
        request = lots.MoveUnits(uuid4(), lot_id, slots[source].id, slots[goal].id, units)
        there = sum(m.heaps.get(goal, 0) for m in self.models.values()) + self.base[goal]
        allowed = source != goal and 1 <= units <= model.heaps.get(source, 0) and there + units <= SLOT_UNITS
        if self.attempt(lambda s: lots.move(s, request, by=make.ASHA, at=make.NOW), allowed=allowed):
            model.heaps[source] -= units
            model.heaps[goal] = model.heaps.get(goal, 0) + units

    @precondition(lambda self: self.order)
    @rule(which=st.integers(0, 9), units=st.integers(0, 16), reason=st.sampled_from(REASONS))
    def hold(self, which: int, units: int, reason: lots.HoldReason) -> None:
        lot_id, model = self.pick(which)
        allowed = 1 <= units <= model.free(reason)
        if self.attempt(lambda s: make.hold(s, lot_id, units, reason), allowed=allowed):
            model.held[reason] += units

    @precondition(lambda self: self.order)
    @rule(which=st.integers(0, 9), reason=st.sampled_from(REASONS))
    def lift(self, which: int, reason: lots.HoldReason) -> None:
        lot_id, model = self.pick(which)

        def all_of_them(session: Session) -> None:
            for hold in lots.holds_of(session, lot_id, reason):
                lots.lift_hold(session, hold.id, by=make.ESHA, at=make.NOW)

        self.database.write(all_of_them)
        model.held[reason] = 0

    @precondition(lambda self: self.order)
    @rule(which=st.integers(0, 9), units=st.integers(0, 16), shrink=st.integers(-30, 60))
    def take_out(self, which: int, units: int, shrink: int) -> None:
        lot_id, model = self.pick(which)
        allowed = 1 <= units <= model.units - model.must_stay()
        grams = max(1, model.entry_grams * units // model.entry_units - shrink)
        request = lots.TakeOut(lot_id, units, grams, uuid4())
        taken = self.attempt(lambda s: lots.take_out(s, request, by=make.ASHA, at=make.NOW), allowed=allowed)
        if taken is not None:
            carried = model.leave(units)
            assert taken == lots.Taken(carried, grams, carried - grams)
            model.out_units += units
            model.out_grams += grams
            model.loss_grams += carried - grams

    @precondition(lambda self: self.order and len(self.order) < 7)
    @rule(which=st.integers(0, 9), units=st.integers(0, 10))
    def split(self, which: int, units: int) -> None:
        lot_id, model = self.pick(which)
        free = max(0, model.units - sum(model.held.values()))
        request = lots.SplitLot(uuid4(), lot_id, uuid4(), units)
        allowed = 1 <= units <= min(free, model.units - 1)
        child = self.attempt(lambda s: lots.split(s, request, by=make.ASHA, at=make.NOW), allowed=allowed)
        if child is not None:
            before = dict(model.heaps)
            carried = model.leave(units)
            model.passed_grams += carried
            heaps = {place: count - model.heaps.get(place, 0) for place, count in before.items()}
            self.models[child.id] = Model(units, carried, {DOCK: 0, **heaps}, carried)
            self.order.append(child.id)

    @invariant()
    def the_room_is_the_model(self) -> None:
        def read(session: Session) -> dict[UUID, tuple[object, ...]]:
            return {
                lot_id: (
                    row.units_on_hand, row.grams_on_hand, row.units_out, row.grams_out, row.grams_loss,
                    row.grams_passed, row.units_on_hand - row.units_placed,
                    tuple(lots.held_units(row).of(reason) for reason in REASONS),
                )
                for lot_id in self.order
                for row in [lots.get_lot(session, lot_id)]
            }  # fmt: skip

        found = self.database.read(read)
        for lot_id, model in self.models.items():
            assert model.entry_grams == model.grams + model.out_grams + model.loss_grams + model.passed_grams
            assert found[lot_id] == (
                model.units, model.grams, model.out_units, model.out_grams, model.loss_grams, model.passed_grams,
                model.heaps[DOCK], tuple(model.held.values()),
            )  # fmt: skip

    def teardown(self) -> None:
        self.database.read(make.sound)


@pytest.fixture
def small_slots(database: Database) -> make.Store:
    return database.write(lambda session: make.Store(session, capacity_units=SLOT_UNITS))


def test_nothing_is_lost_or_made(database: Database, small_slots: make.Store) -> None:
    class Here(Conservation):
        """The machine on this database."""

    Here.database, Here.store, Here.outcomes = database, small_slots, Counter()
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=4,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Here.outcomes["done"] > 5
    assert Here.outcomes.total() > Here.outcomes["done"], "nothing was ever refused"
