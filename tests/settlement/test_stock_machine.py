"""Everything that can happen to goods in any order, against a model that knows heaps of units and nothing else.

Intake, put-away, moves, seals, splits, sorting, transfers of title, counts, holds, exits, returns and samples, all
through public doors.
Each step must succeed exactly when the model allows it, and after each the database must say what the model says.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.lots import make as stock
from tests.receipts import make
from tests.settlement.doors import (
    ACT,
    ACT_DAY,
    books,
    come_back,
    count_twice,
    let_go_alone,
    lift,
    sort,
    take_sample,
    turn_back,
)
from tests.settlement.heaps import DOCK, HELD, MOST_LOTS, SLOT_UNITS, SLOTS, Heap, Left, R, amount, fair, some
from wms import billing, facility, ledger, lots, receipts, settlement
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import WmsError

_rooms = count(1)


class Store:
    """One store for one run of steps: two rooms of two small slots, lots of two growers."""

    def __init__(self, database: Database, keeper: make.Keeper, outcomes: Counter[str]) -> None:
        self.database, self.keeper, self.outcomes = database, keeper, outcomes
        self.heaps: dict[UUID, Heap] = {}
        self.touched: set[UUID] = set()  # lots a step dealt with since the books were last compared
        self.sealed = [False, False]
        self.left: list[Left] = []
        self.told: list[str] = []  # the steps so far, for who must find out what went wrong
        self.slots, self.rooms = self.database.write(self.build)
        self.owners = [self.keeper.bina, self.keeper.chand]

    def build(self, session: Session) -> tuple[list[facility.Slot], list[facility.Room]]:
        number = next(_rooms)
        rooms = [self.keeper.add_room(session, f"M{number:04d}{side}", facility.StorageType.RA) for side in "AB"]
        for room in rooms:
            event = facility.AdvanceRoomRequest(uuid4(), room.id, facility.RoomEventKind.FILL)
            facility.advance_room(session, event, by=SYSTEM, at=make.NOW)
        return [s for room in rooms for s in self.keeper.add_slots(session, room, 2, SLOT_UNITS, 9_000_000)], rooms

    def pick(self, index: int) -> tuple[UUID, Heap]:
        lot_id = list(self.heaps)[index % len(self.heaps)]
        self.touched.add(lot_id)
        return lot_id, self.heaps[lot_id]

    def attempt(self, name: str, work: Any, *, allowed: bool) -> Any:
        """Do it through the doors; it must succeed exactly when the model allows it."""
        try:
            result, code = self.database.write(work), "done"
        except WmsError as refusal:
            result, code = None, refusal.code
        self.outcomes[f"{name}: {code}"] += 1
        assert (code == "done") == allowed, f"{name}: {code}, but the model says {allowed}\n" + "\n".join(self.told)
        return result

    def room_at(self, place: int) -> int:
        return SLOT_UNITS - sum(heap.places.get(place, 0) for heap in self.heaps.values())

    def shut(self, chosen: dict[int | None, int]) -> bool:
        return any(units and place is not None and self.sealed[place // 2] for place, units in chosen.items())

    def take_in(self, units: int, grams: int, owner: int, day: int) -> None:
        at = make.later(days=day)

        def work(session: Session) -> UUID:
            truck = stock.delivery(session, self.keeper, owner=self.owners[owner].id, at=at)
            stock.weigh_truck(session, truck.id, gross=10_000_000 + grams, at=at)
            return make.intake(session, truck.id, make.line(units), at=at).lot_ids[0]

        lot_id = self.attempt("take in", work, allowed=True)
        self.heaps[lot_id] = Heap(owner, day, False, units, grams, {DOCK: units}, grams)

    def put_away(self, which: int, place: int, choice: int) -> None:
        lot_id, heap = self.pick(which)
        most = min(heap.places[DOCK], self.room_at(place))
        units = amount(most, choice)
        wanted = lots.PutAway(uuid4(), lot_id, self.slots[place].id, units)
        allowed = 1 <= units <= most and not self.sealed[place // 2]
        if self.attempt("put away", lambda s: lots.put_away(s, wanted, by=make.ESHA, at=ACT), allowed=allowed):
            heap.places[DOCK] -= units
            heap.places[place] = heap.places.get(place, 0) + units

    def move(self, which: int, source: int, goal: int, choice: int) -> None:
        lot_id, heap = self.pick(which)
        most = min(heap.places.get(source, 0), self.room_at(goal))
        units = amount(most, choice)
        wanted = lots.MoveUnits(uuid4(), lot_id, self.slots[source].id, self.slots[goal].id, units)
        open_both = not self.sealed[source // 2] and not self.sealed[goal // 2]
        allowed = source != goal and 1 <= units <= most and open_both
        if self.attempt("move", lambda s: lots.move(s, wanted, by=make.ESHA, at=ACT), allowed=allowed):
            heap.places[source] -= units
            heap.places[goal] = heap.places.get(goal, 0) + units

    def seal_or_open(self, room: int) -> None:
        kind = facility.RoomEventKind.OPEN if self.sealed[room] else facility.RoomEventKind.SEAL
        event = facility.AdvanceRoomRequest(uuid4(), self.rooms[room].id, kind)
        self.attempt("seal", lambda s: facility.advance_room(s, event, by=SYSTEM, at=ACT), allowed=True)
        self.sealed[room] = not self.sealed[room]

    def hold(self, which: int, choice: int, reason: lots.HoldReason) -> None:
        lot_id, heap = self.pick(which)
        units = amount(heap.free(reason), choice)
        allowed = 1 <= units <= heap.free(reason)
        if self.attempt("hold", lambda s: stock.hold(s, lot_id, units, reason), allowed=allowed):
            heap.held[reason] += units

    def lift(self, which: int) -> None:
        lot_id, heap = self.pick(which)
        self.database.write(partial(lift, lot_id=lot_id))
        heap.held = dict.fromkeys(HELD, 0)

    def split(self, which: int, choice: int) -> None:
        lot_id, heap = self.pick(which)
        most = max(0, min(heap.unheld, heap.units - 1))
        units = amount(most, choice)
        wanted = lots.SplitLot(uuid4(), lot_id, uuid4(), units)
        done = self.attempt(
            "split", lambda s: receipts.split_lot(s, wanted, by=make.ESHA, at=ACT), allowed=1 <= units <= most
        )
        if done is not None:
            self.hand_on(heap, wanted.new_lot_id, units, heap.owner, bought=heap.bought)

    def hand_on(self, heap: Heap, new_id: UUID, units: int, owner: int, *, bought: bool) -> None:
        grams, chosen = heap.take(units)
        heap.passed = (heap.passed[0] + units, heap.passed[1] + grams)
        self.heaps[new_id] = Heap(owner, heap.day, bought, units, grams, chosen, grams)

    def transfer(self, which: int, choice: int) -> None:
        lot_id, heap = self.pick(which)
        units, buyer = amount(heap.unheld, choice), 1 - heap.owner
        wanted = billing.OpenExit(
            uuid4(), lot_id, units, billing.ExitKind.TRANSFER, "", "", buyer_id=self.owners[buyer].id
        )  # fmt: skip

        def work(session: Session) -> settlement.Settlement:
            self.cleared(session, wanted, heap.owner)
            ask = settlement.TransferTitle(uuid4(), wanted.id)
            return settlement.transfer_title(session, ask, by=make.ESHA, at=ACT)

        if self.attempt("transfer", work, allowed=1 <= units <= heap.unheld):
            kin = self.database.read(lambda s: lots.children_of(s, lot_id))
            (new_id,) = {one.lot_id for one in kin} - set(self.heaps)
            self.hand_on(heap, new_id, units, buyer, bought=True)

    def cleared(self, session: Session, wanted: billing.OpenExit, owner: int) -> None:
        """An order quoted, billed and paid."""
        by, order = make.ESHA, billing.open_exit_order(session, wanted, by=make.ESHA, at=ACT)
        billing.quote_exit(session, billing.QuoteExit(uuid4(), order.id), by=by, at=ACT)
        billing.invoice_exit(session, billing.InvoiceExit(uuid4(), order.id, ACT.on), by=by, at=ACT)
        due, code = billing.open_charges_of_exit(session, order.id), self.owners[owner].code
        if due.total_fen:
            legs = (
                ledger.Leg("A:Cash:Settlement", due.total_fen), ledger.Leg(f"A:Fee:Storage:{code}", -due.storage_fen),
                ledger.Leg(f"A:Fee:Handling:{code}", -due.handling_fen),
            )  # fmt: skip
            entry = ledger.Entry(uuid4(), f"pay-{order.id}", "payment", "pays", ACT.on, legs)
            ledger.post(session, entry, by=SYSTEM, at=ACT)
            billing.settle_open_invoices(session, order.id, journal_id=entry.id, by=by, at=ACT)
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)
        billing.clear_exit(session, clear, by=by, at=ACT)

    def leave(self, which: int, choice: int, shrink: int, shelf: int) -> None:
        """Goods leave; before that, those that stand on a shelf (if one is named) are picked to the staging area."""
        lot_id, heap = self.pick(which)
        units = amount(heap.may_leave, choice)
        stands = heap.shelves if shelf >= 0 and units else []
        picked: dict[int | None, int] = {}
        if stands:
            place = stands[shelf % len(stands)]
            picked[place] = min(units, heap.places[place])
        allowed = 1 <= units <= heap.may_leave and not self.shut(heap.chosen(units, picked))
        grams = max(units, heap.entry_grams * units // heap.entry_units - shrink)
        wanted = billing.OpenExit(uuid4(), lot_id, units, billing.ExitKind.OWN, "Li", "鲁F12345")

        def work(session: Session) -> settlement.Settlement:
            self.cleared(session, wanted, heap.owner)
            for at, several in picked.items():
                assert at is not DOCK
                ask_for = lots.PickUnits(uuid4(), lot_id, wanted.id, several, self.slots[at].id)
                lots.pick(session, ask_for, by=make.ESHA, at=ACT)
                self.outcomes["pick: done"] += 1
            billing.record_pick(session, billing.RecordPick(uuid4(), wanted.id), by=make.ESHA, at=ACT)
            key = stock.record(session, grams, at=ACT)
            weigh = lots.WeighRequest(
                uuid4(), lots.Purpose.OUT, exit_id=wanted.id, lot_id=lot_id, record=key, units=units
            )  # fmt: skip
            lots.weigh(session, weigh, by=make.ESHA, at=ACT)
            billing.attach_weighing(
                session, billing.AttachWeighing(uuid4(), wanted.id, weigh.id), by=make.ESHA, at=ACT
            )  # fmt: skip
            ask = settlement.CloseExit(uuid4(), wanted.id)
            return settlement.close_exit(session, ask, by=make.ESHA, at=ACT).settlement

        done = self.attempt("leave", work, allowed=allowed)
        if done is not None:
            carried, _ = heap.take(units, picked)
            assert (done.entry_grams, done.out_grams, done.loss_grams) == (carried, grams, carried - grams)
            heap.out = (heap.out[0] + units, heap.out[1] + grams)
            heap.lost = (heap.lost[0], heap.lost[1] + carried - grams)
            self.left.append(Left(wanted.id, heap.owner, units, grams))

    def turn_back(self, which: int, shelf: int, goal: int, choices: tuple[int, int]) -> None:
        """An exit is given up when its goods were picked off a shelf: some go back into a slot, the rest stands."""
        lot_id, heap = self.pick(which)
        if not heap.shelves:
            return
        source, units = heap.shelves[shelf % len(heap.shelves)], amount(heap.may_leave, choices[0])
        picked = min(units, heap.places[source])
        most = min(picked, self.room_at(goal) + (picked if goal == source else 0))
        back = amount(most, choices[1])
        # What is pledged or retained may be ordered: it is settled before an exit closes.
        fits = 1 <= units <= heap.free(R.EXIT) and 1 <= back <= most
        off, on = (self.slots[source].id, picked), (self.slots[goal].id, back)
        work = partial(turn_back, lot_id=lot_id, units=units, off=off, on=on)
        if self.attempt("turn back", work, allowed=fits and not self.shut({source: picked, goal: back})):
            for place, change in ((source, -picked), (DOCK, picked - back), (goal, back)):
                heap.places[place] = heap.places.get(place, 0) + change

    def let_go_alone(self, which: int) -> None:
        """Who asks that a quarantine be let go never decides it too."""
        lot_id, heap = self.pick(which)
        if heap.held[R.QUARANTINE]:
            self.attempt("let go alone", partial(let_go_alone, lot_id=lot_id), allowed=False)

    def give_back(self, which: int, choice: int, permille: int) -> None:
        """Part of what left comes back as a lot of its own, all of it in quarantine."""
        if not self.left:
            return
        gone = self.left[which % len(self.left)]
        units = max(1, amount(gone.units - gone.back[0], choice))
        grams = max(units, gone.grams * units * permille // (gone.units * 1000))
        fits = gone.back[0] + units <= gone.units and (gone.back[1] + grams) * 1000 <= gone.grams * 1001
        work = partial(come_back, keeper=self.keeper, owner=self.owners[gone.owner].id, units=units, grams=grams,
                       exit_id=gone.exit_id)  # fmt: skip
        lot_id = self.attempt("give back", work, allowed=fits)
        if lot_id is not None:
            gone.back = (gone.back[0] + units, gone.back[1] + grams)
            self.heaps[lot_id] = Heap(gone.owner, ACT_DAY, False, units, grams, {DOCK: units}, grams)
            self.heaps[lot_id].held[R.QUARANTINE] = units

    def sample(self, which: int, grams: int) -> None:
        """Loose fruit leaves for a laboratory."""
        lot_id, heap = self.pick(which)
        work = partial(take_sample, lot_id=lot_id, grams=grams)
        if self.attempt("sample", work, allowed=heap.may_lose(grams)) is not None:
            heap.thin(grams)

    def sort(self, which: int, other: int, choices: tuple[int, int], share: int, cull: bool) -> None:
        ins = {lot_id: heap for lot_id, heap in (self.pick(which), self.pick(other))}
        wanted = {
            lot_id: amount(heap.unheld, choice) for (lot_id, heap), choice in zip(ins.items(), choices, strict=False)
        }
        fits = all(1 <= wanted[i] <= heap.unheld and not self.shut(heap.chosen(wanted[i])) for i, heap in ins.items())
        alike = len({(heap.owner, heap.day, heap.bought) for heap in ins.values()}) == 1
        grams = sum(heap.carry(wanted[i]) for i, heap in ins.items()) if fits else 100_000
        weighed = grams * 992 // 1000
        culls = weighed // 30 if cull else 0
        loads = [(weighed - culls) * share // 1000, weighed - culls - (weighed - culls) * share // 1000]
        new = [lots.RegradeOutput(uuid4(), grade, ()) for grade in ("一级", "二级")]
        work = partial(sort, ins=list(wanted.items()), new=new, loads=loads, culls=culls)
        if self.attempt("sort", work, allowed=fits and alike) is None:
            return
        shares = fair(grams, [*loads, culls])
        gone = 0
        for lot_id, heap in ins.items():
            carried, _ = heap.take(wanted[lot_id])
            loss = self.database.read(partial(lots.get_lot, lot_id=lot_id)).grams_loss - heap.lost[1]
            assert abs(loss * grams - carried * shares[-1]) <= 2 * grams, "culls are shared by weight"
            heap.lost = (heap.lost[0], heap.lost[1] + loss)
            heap.passed = (heap.passed[0] + wanted[lot_id], heap.passed[1] + carried - loss)
            gone += loss
        assert gone == shares[-1]
        like = next(iter(ins.values()))
        for output, part in zip(new, shares, strict=False):
            self.heaps[output.lot_id] = Heap(like.owner, like.day, like.bought, 2, part, {DOCK: 2}, part)

    def count_stock(self, which: int, place: int, off: int) -> None:
        """A lot counted in all its places, in one of which more or fewer are found than the book says."""
        lot_id, heap = self.pick(which)
        spot = DOCK if place < 0 else place
        off = max(off, -heap.places.get(spot, 0))
        if not heap.units or (off > 0 and spot is not DOCK and self.room_at(place) < off):
            return
        stays = max(heap.held.values())
        allowed = heap.units + off >= stays if off < 0 else off <= heap.lost[0]
        book = {None if at is DOCK else self.slots[at].id: units for at, units in heap.places.items() if units}
        odd = None if spot is DOCK else self.slots[spot].id
        # what nobody expected there is entered first: the last expected line ends the round
        found = {odd: book.get(odd, 0) + off} if off else {}
        found |= {at: units for at, units in book.items() if at not in found}
        work = partial(count_twice, site_id=self.keeper.site.id, lot_id=lot_id, found=found)
        if self.attempt("count", work, allowed=allowed) and off:
            grams = heap.carry(-off)
            heap.places[spot] = heap.places.get(spot, 0) + off
            heap.grams -= grams
            heap.lost = (heap.lost[0] - off, heap.lost[1] + grams)

    def the_books_are_the_model(self, known: set[UUID]) -> None:
        """Compare the slots and the lots dealt with; all of them after every fifth step, for a step may stray."""
        whole = len(self.told) % 5 == 0
        asked = {i: heap for i, heap in self.heaps.items() if whole or i in self.touched or i not in known}
        found = self.database.read(partial(books, ids=list(asked), slots=[slot.id for slot in self.slots]))
        self.touched.clear()
        for lot_id, heap in asked.items():
            assert heap.entry_grams == heap.grams + heap.out[1] + heap.lost[1] + heap.passed[1]
            places = {self.slots[at].id: units for at, units in heap.places.items() if at is not DOCK and units}
            assert found[0][lot_id] == (
                heap.units, heap.grams, heap.out, heap.lost, heap.passed, heap.places[DOCK], places,
                tuple(heap.held.values()), heap.units,
            ), "\n".join(self.told)  # fmt: skip
        assert found[1] == {
            slot.id: SLOT_UNITS - self.room_at(place) for place, slot in enumerate(self.slots) if slot.id in found[1]
        }


Draw = Callable[[Random], tuple[Any, ...]]


STEPS: tuple[tuple[int, str, Draw], ...] = (
    (2, "take_in", lambda r: (r.randint(4, 12), r.randint(90_000, 250_000), r.randint(0, 1), r.choice((0, 0, 0, 1)))),
    (4, "put_away", lambda r: (r.randrange(MOST_LOTS), r.randrange(SLOTS), some(r))),
    (2, "move", lambda r: (r.randrange(MOST_LOTS), r.randrange(SLOTS), r.randrange(SLOTS), some(r))),
    (1, "seal_or_open", lambda r: (r.randint(0, 1),)),
    (2, "hold", lambda r: (r.randrange(MOST_LOTS), r.choice((2, 2, 3, some(r))), r.choice(HELD))),
    (2, "lift", lambda r: (r.randrange(MOST_LOTS),)),
    (2, "split", lambda r: (r.randrange(MOST_LOTS), some(r))),
    (2, "transfer", lambda r: (r.randrange(MOST_LOTS), some(r))),
    (3, "leave", lambda r: (r.randrange(MOST_LOTS), some(r), r.randint(-20, 900), r.randint(-1, SLOTS - 1))),
    (2, "turn_back", lambda r: (r.randrange(MOST_LOTS), r.randrange(SLOTS), r.randrange(SLOTS), (some(r), some(r)))),
    (1, "let_go_alone", lambda r: (r.randrange(MOST_LOTS),)),
    (3, "sort", lambda r: (
        r.randrange(MOST_LOTS), r.randrange(MOST_LOTS), (some(r), some(r)), r.randint(200, 800), r.random() < 0.5
    )),
    (2, "give_back", lambda r: (r.randrange(9), some(r), r.choice((900, 990, 1000, 1001, 1003)))),
    (2, "sample", lambda r: (r.randrange(MOST_LOTS), r.choice((1, 700, 4_000, 9_999, 10_001)))),
    (2, "count_stock", lambda r: (r.randrange(MOST_LOTS), r.randint(-1, SLOTS - 1), r.randint(-3, 2))),
)  # fmt: skip
GROWING = {"take_in": 1, "split": 1, "transfer": 1, "sort": 2, "give_back": 1}  # lots a step may add
NAMES = tuple(name for weight, name, _ in STEPS for _ in range(weight))
DRAWS: dict[str, Draw] = {name: draw for _, name, draw in STEPS}


def drive(database: Database, seed: int, *, stores: int, steps: int) -> Counter[str]:
    """Run so many steps in each of so many stores; a failure tells the steps that led to it."""
    keeper, outcomes, random = database.write(make.Keeper), Counter[str](), Random(seed)
    for _ in range(stores):
        store = Store(database, keeper, outcomes)
        store.take_in(9, random.randint(180_000, 220_000), 0, 0)
        store.take_in(11, random.randint(180_000, 220_000), 0, 0)
        while len(store.told) < steps:
            name = random.choice(NAMES)
            if len(store.heaps) + GROWING.get(name, 0) > MOST_LOTS:
                continue
            drawn = DRAWS[name](random)
            store.told.append(f"{name}{drawn}")
            known = set(store.heaps)
            getattr(store, name)(*drawn)
            store.the_books_are_the_model(known)
    database.read(make.sound)
    return outcomes


def test_five_hundred_steps(database: Database) -> None:
    """On each engine, the same ones each time."""
    outcomes = drive(database, 11, stores=8, steps=65)
    done = {name.partition(":")[0] for name in outcomes if name.endswith(": done")}
    assert done == {
        "take in", "put away", "move", "seal", "hold", "split", "transfer", "leave", "pick", "turn back", "sort",
        "count", "give back", "sample",
    }  # fmt: skip
    assert "let go alone: quarantine_release_same_person" in outcomes
    assert outcomes.total() > sum(n for name, n in outcomes.items() if name.endswith(": done")), "nothing was refused"


@pytest.mark.faults
def test_thousands_of_steps(database: Database) -> None:
    """More than five thousand on each engine, other ones each time."""
    assert drive(database, uuid4().int, stores=80, steps=80).total() >= 5_000
