"""Grams and units against a model that knows nothing of the room: whatever is done, nothing is lost or made."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from tests.lots import make
from wms import lots
from wms.kernel.database import Database
from wms.kernel.errors import WmsError

DOCK = None
SLOTS = 4
SLOT_UNITS = 12
CHOICES = st.integers(0, 5)
LOTS = st.integers(0, 2)
PLACES = st.integers(0, SLOTS - 1)
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


def amount(most: int, choice: int) -> int:
    """Turn a choice into a quantity around what is just possible."""
    return (most, most + 1, 1, max(1, most // 2), 0, most)[choice]


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

    @initialize(first=st.integers(15, 400_000), second=st.integers(15, 400_000))
    def begin(self, first: int, second: int) -> None:
        self.take_in(9, first)
        self.take_in(15, second)
        self.put_away(0, 0, 3)
        self.put_away(1, 1, 3)

    def take_in(self, units: int, grams: int) -> None:
        lot = self.database.write(lambda s: make.lot(s, self.store, units=units, grams=grams))
        self.models[lot.id] = Model(units, grams, {DOCK: units}, grams)
        self.order.append(lot.id)

    def room_at(self, place: int) -> int:
        return SLOT_UNITS - self.base[place] - sum(model.heaps.get(place, 0) for model in self.models.values())

    @rule(which=LOTS, place=PLACES, choice=CHOICES)
    def put_away(self, which: int, place: int, choice: int) -> None:
        lot_id, model = self.pick(which)
        most = min(model.heaps[DOCK], self.room_at(place))
        units = amount(most, choice)
        request = lots.PutAway(uuid4(), lot_id, self.store.slots[place].id, units)
        allowed = 1 <= units <= most
        if self.attempt(lambda s: lots.put_away(s, request, by=make.ASHA, at=make.NOW), allowed=allowed):
            model.heaps[DOCK] -= units
            model.heaps[place] = model.heaps.get(place, 0) + units

    @rule(which=LOTS, source=PLACES, goal=PLACES, choice=CHOICES)
    def move(self, which: int, source: int, goal: int, choice: int) -> None:
        lot_id, model = self.pick(which)
        slots = self.store.slots
        most = min(model.heaps.get(source, 0), self.room_at(goal))
        units = amount(most, choice)
        request = lots.MoveUnits(uuid4(), lot_id, slots[source].id, slots[goal].id, units)
        allowed = source != goal and 1 <= units <= most
        if self.attempt(lambda s: lots.move(s, request, by=make.ASHA, at=make.NOW), allowed=allowed):
            model.heaps[source] -= units
            model.heaps[goal] = model.heaps.get(goal, 0) + units

    @rule(which=LOTS, choice=CHOICES, reason=st.sampled_from(REASONS))
    def hold(self, which: int, choice: int, reason: lots.HoldReason) -> None:
        lot_id, model = self.pick(which)
        units = amount(model.free(reason), choice)
        allowed = 1 <= units <= model.free(reason)
        if self.attempt(lambda s: make.hold(s, lot_id, units, reason), allowed=allowed):
            model.held[reason] += units

    @rule(which=LOTS)
    def lift(self, which: int) -> None:
        lot_id, model = self.pick(which)

        def all_of_them(session: Session) -> None:
            for hold in lots.holds_of(session, lot_id):
                lots.lift_hold(session, hold.id, by=make.ESHA, at=make.NOW)

        self.database.write(all_of_them)
        model.held = dict.fromkeys(REASONS, 0)

    @rule(which=LOTS, choice=CHOICES, shrink=st.integers(-30, 60))
    def take_out(self, which: int, choice: int, shrink: int) -> None:
        lot_id, model = self.pick(which)
        most = model.units - model.must_stay()
        units = amount(most, choice)
        grams = max(1, model.entry_grams * units // model.entry_units - shrink)
        request = lots.TakeOut(lot_id, units, grams, uuid4())
        allowed = 1 <= units <= most
        taken = self.attempt(lambda s: lots.take_out(s, request, by=make.ASHA, at=make.NOW), allowed=allowed)
        if taken is not None:
            carried = model.leave(units)
            assert taken == lots.Taken(carried, grams, carried - grams)
            model.out_units += units
            model.out_grams += grams
            model.loss_grams += carried - grams

    @precondition(lambda self: len(self.order) < 6)
    @rule(which=LOTS, choice=CHOICES)
    def split(self, which: int, choice: int) -> None:
        lot_id, model = self.pick(which)
        most = max(0, min(model.units - sum(model.held.values()), model.units - 1))
        units = amount(most, choice)
        request = lots.SplitLot(uuid4(), lot_id, uuid4(), units)
        allowed = 1 <= units <= most
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
            max_examples=10,
            stateful_step_count=20,
            phases=[Phase.generate],
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Here.outcomes["done"] > 5
    assert Here.outcomes.total() > Here.outcomes["done"], "nothing was ever refused"
