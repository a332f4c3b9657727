"""A store under attack: people of every role, goods free, pledged, sold and another's, and whoever sends anything."""

import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import text

from tests.api.attack.bills import bill_is_whole
from tests.api.attack.books import CRATE, KG, OUT, Books, Goods
from tests.api.attack.surface import LIES, Filler, Operation, Pool, operations
from tests.api.make import Human, moment, uid
from tests.api.test_walk import DAY, PAID, Walk
from wms import parties
from wms.kernel.database import Database
from wms.users import Role

PLATE, OTHER_PLATE = "鲁F12345", "鲁F99999"
UNITS = 60
LINES = [
    {"kind": "kg_day", "rate": "0.0020", "free_days": 7}, {"kind": "handling_in", "rate": "0.0200"},
    {"kind": "handling_out", "rate": "0.0250"},
    {"kind": "works", "rates": [{"work": "repack", "per": "job", "rate": "30.0000"}]},
]  # fmt: skip
PRICE_FEN = 800  # of a kilogram sold
FAULTS = ("unpaid", "none", "held", "late", "short", "none", "swapped", "skipped", "repeated", "late", "none", "held",
          "unpaid")  # fmt: skip
STRAIGHT = ("unpaid", "held", "none", "short", "late")  # in others another refusal may come before the one that counts
MONEY = {True: 1, False: 2}  # which step of a sale, and of an own exit, brings the money
SAID = 40  # of the last acts, told when something leaves that should not


class Siege:
    """One store and all who try its gate. The same seed tries the same things."""

    def __init__(self, database: Database, seed: int) -> None:
        self.dice = random.Random(seed)
        self.database = database
        self.walk = Walk(database)
        self.pool = Pool(self.dice)
        self.books = Books(date.fromisoformat(DAY))
        self.outcomes: Counter[str] = Counter()
        self.log: list[str] = []
        self.plain = [one for one in operations().values() for _ in range(one.weight)]
        self._people()
        self._goods()
        self.go_to(date(2026, 11, 20))

    # ------------------------------------------------------------ the store

    def _people(self) -> None:
        walk = self.walk
        walk.build()
        walk.agree()
        second = walk.hands.company("G2", parties.PartyKind.GROWER)
        walk.hands.human("Chand", Role.GROWER, second)
        walk.hands.human("Farid", Role.BUYER, walk.hands.company("B2", parties.PartyKind.BUYER))
        scope = {"site_id": walk.site}
        tariff = walk.do(walk["Min"], "/tariffs", name="2026 yt1", effective_from=DAY, lines=LINES, scope=scope)
        walk.do(walk["Gu"], f"/tariffs/{tariff['id']}/approve")
        for party in (walk.grower, second):
            locked = {"number": f"C-{party.code}", "from_on": "2026-10-01", "terms": {"tariff_locked": True}}
            walk.do(walk["Esha"], f"/parties/{party.id}/contracts", **locked)
        walk.do(walk["Gu"], f"/parties/{walk.grower.id}/credit-limits", limit_fen=15_000, effective_from=DAY)
        self.people: dict[str, Human] = walk.hands.staff
        for human in self.people.values():
            if human.party.code != "CS":
                self.pool.add("party_id", str(human.party.id))
        self.grown_by = {"Bina": walk.grower, "Chand": second}

    def _goods(self) -> None:
        walk = self.walk
        self.lots: dict[str, str] = {}
        self.listing = ""
        self.ways = 0
        self.straight = False
        self.fault = ""
        self.reasons = cycle(("lien", "quarantine"))
        for name, owner in (("free", "Bina"), ("pledged", "Bina"), ("sold", "Bina"), ("other", "Chand")):
            self.lots[name] = self._take_in(self.grown_by[owner])
        walk.lot = self.lots["pledged"]
        walk.hands.at = moment(PAID)
        walk.price("7.0000", PAID)
        walk.breathe(PAID)
        loan = walk.do(walk.bina, "/advances", lot_id=walk.lot, asked_fen=3_000_000)["id"]
        for name in ("Fang", "Gu"):
            walk.do(walk[name], f"/advances/{loan}/approve")
        walk.do(walk["Cai"], f"/advances/{loan}/disburse", registration_no="ZDW-1", searched_on=PAID)
        self.books.loans[loan] = (walk.lot, 3_000_000)
        self.pool.add("loan_id", loan)

    def _take_in(self, owner: parties.Party) -> str:
        walk, asha = self.walk, self.walk["Asha"]
        walk.hands.at = moment(DAY)
        given = {"site_id": walk.site, "owner_id": str(owner.id), "plate": PLATE, "driver": "Li"}
        delivery = walk.do(asha, "/deliveries", **given)["id"]
        for purpose, grams in (("gross", 10_000 * KG + UNITS * CRATE), ("tare", 10_000 * KG)):
            walk.do(asha, "/weighings", purpose=purpose, delivery_id=delivery, record=walk.weight(grams))
        lot = uid()
        line = {"lot_id": lot, "variety": "富士", "grade": "一二级", "units": UNITS, "size_mm": 80,
                "size_rule": "以上", "colour_pattern": "片红", "bagging": "纸袋", "origin": "蓬莱"}  # fmt: skip
        done = walk.do(asha, f"/deliveries/{delivery}/intake", lines=[line])
        walk.do(asha, f"/lots/{lot}/put-away", slot_id=walk.slot, units=UNITS)
        looked = {"inspected_on": DAY, "sample_units": 5, "firmness_gf_cm2": 7000, "brix_permille": 140}
        walk.do(asha, f"/lots/{lot}/inspections", **looked)
        self.books.goods[lot] = Goods(str(owner.id), date.fromisoformat(DAY), UNITS)
        self.books.root[lot] = lot
        self.pool.add("lot_id", lot)
        self.pool.add("receipt_id", done["receipt_ids"][0])
        return lot

    def go_to(self, day: date) -> None:
        """Let it be another day, with a price of the day."""
        self.books.on = day
        self.walk.hands.at = moment(day.isoformat())
        self.walk.price("7.0000", day.isoformat())

    # ------------------------------------------------------------ sending

    def send(self, who: str, name: str, path: str, /, **body: Any) -> Any:
        """Send an act; what was let through is written down and judged, a refusal is None, a fault fails."""
        operation = operations()[name]
        body = {"id": self.pool.uuid(), **body}
        if self.dice.random() < 0.06:
            self._lie(who, operation, path, body)
        said = f"{self.books.on} {who} {name} {path} {body}"
        extra = {"X-Second-Person": self.people["Gu"].key} if self.dice.random() < 0.1 else {}
        answer = self.walk.hands.post(self.people[who], path, body, **extra)
        self.log.append(f"{answer.status_code} {said}")
        assert answer.status_code < 500, self.told(answer.text)
        if answer.status_code >= 400:
            self.outcomes["refused"] += 1
            return None
        self.outcomes["done"] += 1
        self.outcomes[name] += 1
        self._hear(who, operation, path, body, answer.json)
        return answer.json

    def _hear(self, who: str, operation: Operation, path: str, body: dict[str, Any], answer: Any) -> None:
        pairs = zip(operation.path.split(" ")[1].split("/"), f"/api/v1{path}".split("/"), strict=True)
        ids = {said[1:-1]: value for said, value in pairs if said.startswith("{")}
        self.pool.harvest(path, answer)
        if operation.name == "split_receipt":
            known = [paper["lot_id"] for paper in answer["items"] if paper["lot_id"] in self.books.root]
            answer = {**answer, "root": self.books.root[known[0]]}
        heard = False
        try:
            self.books.heard(operation.name, who, ids, body, answer)
            self.look()
            heard = True
        finally:
            if not heard:
                sys.stdout.write(self.told("what led there:"))

    def _lie(self, who: str, operation: Operation, path: str, body: dict[str, Any]) -> None:
        """Say more than one is asked: what nobody asked for is refused, whoever says it."""
        lies = {name: value for name, value in LIES.items() if name not in operation.fields}
        name = self.dice.choice(list(lies))
        answer = self.walk.hands.post(self.people[who], path, {**body, "id": self.pool.uuid(), name: lies[name]})
        assert 400 <= answer.status_code < 500, self.told(f"{operation.name} took {name} from a client")
        self.outcomes["lies"] += 1

    def look(self) -> None:
        """Look past the interface: no pass, and no goods gone, that were not judged."""
        left = {one for one, order in self.books.exits.items() if order.left_on is not None}
        with self.database.snapshot() as session:
            passes = {str(row[0]) for row in session.execute(text("SELECT exit_id FROM gate_passes"))}
            moved = text("SELECT DISTINCT exit_id FROM stock_moves WHERE exit_id IS NOT NULL")
            gone = {str(row[0]) for row in session.execute(moved)}
        plain = {one.replace("-", "") for one in left}
        assert {one.replace("-", "") for one in passes | gone} <= plain, "a side door: goods left unseen"
        while self.books.waiting:
            self._held_goods_stayed(self.books.exits[self.books.waiting.pop()].lot)
        while self.books.billed:
            bill_is_whole(self.walk, self.people["Ann"], self.books, self.books.billed.pop())

    def _held_goods_stayed(self, lot: str) -> None:
        held = Counter[str]()
        for at, units in self.books.holds.values():
            held[at] += units
        here = self.walk.ask(self.people["Asha"], f"/lots/{lot}")["units_on_hand"]
        most = max((units for at, units in self.books.holds.values() if at == lot), default=0)
        assert here >= most, f"held goods left: {here} here of {held[lot]} held"

    def told(self, what: str) -> str:
        """Return what went wrong with the acts that led there."""
        return "\n".join([what, *self.log[-SAID:]])

    # ------------------------------------------------------------ anybody, anything

    def anything(self, who: str | None = None) -> None:
        """Let somebody send something: an operation by weight, its ids from what everybody has seen."""
        operation = self.dice.choice(self.plain)
        filler = Filler(self.pool, self.books.on)
        path, body = filler.path(operation).removeprefix("/api/v1"), filler.body(operation)
        self.send(who or self.dice.choice(list(self.people)), operation.name, path, **body)

    # ------------------------------------------------------------ the ways out

    def way_out(self, lot: str) -> None:
        """Take goods out by the right people in the right order, with steps left out, swapped, repeated and mixed."""
        steps = self._sale() if lot == "sold" else self._own(lot, on_credit=self.dice.random() < 0.3)
        fault = FAULTS[self.ways % len(FAULTS)]
        self.ways += 1
        self.fault = fault
        self.straight = fault in STRAIGHT
        place = self.dice.randrange(2, len(steps))
        if fault == "unpaid":
            del steps[MONEY[lot == "sold"]]
        elif fault == "skipped":
            del steps[place]
        elif fault == "swapped":
            steps[place - 1], steps[place] = steps[place], steps[place - 1]
        elif fault == "repeated":
            steps.insert(place, steps[place])
        self._work_on(self.lots[lot], steps, late=fault == "late")
        stopped = len(steps) - 2 if fault == "held" else None  # just before goods are let go
        for place, step in enumerate(steps):
            while self.dice.random() < 0.3:
                self.anything()
            if self.dice.random() < 0.03:
                self.go_to(self.books.on + timedelta(days=1))
            if place == stopped:
                self._held_up(self.lots[lot])
            step()
        self._let_go()

    def _work_on(self, lot: str, steps: list[Callable[[], object]], *, late: bool) -> None:
        """Let jobs be done on goods that are about to leave: before they are quoted, or once they are paid for.

        What comes late is owed too, whatever was paid before: the goods stay, and leave when the rest is brought.
        """

        def work() -> None:
            self.send("Asha", "record_work", f"/lots/{lot}/works", work="repack", units=1)

        if late:
            pay, (approve, close) = steps[MONEY[lot == self.lots["sold"]]], steps[-3:-1]
            steps[-3:-3] = [work, approve, close, pay]
        if self.dice.random() < 0.5:
            steps.insert(1, work)

    def lie_everywhere(self) -> None:
        """Tell every operation that all is paid, closed and settled: none may take a word it did not ask for."""
        filler = Filler(self.pool, self.books.on)
        for operation in operations().values():
            path = filler.path(operation).removeprefix("/api/v1")
            lies = {name: value for name, value in LIES.items() if name not in operation.fields}
            body = {**filler.body(operation), **lies}
            answer = self.walk.hands.post(self.people[self.dice.choice(("Esha", "Bina", "Cai"))], path, body)
            assert 400 <= answer.status_code < 500, (operation.name, answer.text)
        self.look()

    def _held_up(self, lot: str) -> None:
        reason = next(self.reasons)
        units = 1 if reason == "quarantine" else self.walk.ask(self.people["Min"], f"/lots/{lot}")["units_on_hand"]
        self.send("Min", "place_hold", f"/lots/{lot}/holds", units=units, reason=reason, subject_id=lot)

    def _let_go(self) -> None:
        for hold, (_, units) in list(self.books.holds.items()):
            if not units or self.dice.random() < 0.2:
                continue
            if self.books.reasons[hold] == "lien":
                self.send("Min", "lift_hold", f"/holds/{hold}/lift")
                continue
            asked = self.send("Min", "ask_release", f"/holds/{hold}/release-requests", reason="looked at")
            release = asked["id"] if asked else self.books.release_of(hold)
            if release:
                decision = f"/release-requests/{release}/decision"
                for decider in ("Min", "Gu", "Asha"):  # who asked, who may not, and another
                    self.send(decider, "decide_release", decision, released=True, note="sound")

    def _who(self, likely: str) -> str:
        return likely if self.straight or self.dice.random() < 0.9 else self.dice.choice(list(self.people))

    def _more(self) -> int:
        """How much more than is asked somebody pays; a fen too little where that is what goes wrong."""
        return -1 if self.fault == "short" else self.dice.choice((0, 0, 5))

    def _own(self, lot: str, *, on_credit: bool) -> list[Callable[[], object]]:
        one, units = self.pool.uuid(), self.dice.randint(1, 3)
        owner, path = "Chand" if lot == "other" else "Bina", f"/exit-orders/{one}"

        def order() -> None:
            self.send(self._who(owner), "open_exit_order", "/exit-orders", id=one, lot_id=self.lots[lot], units=units,
                      kind="own", collector_name="Li", plate=PLATE)  # fmt: skip

        def quote() -> None:
            self.send(self._who(owner), "quote_exit", f"{path}/quote")

        def pay() -> None:
            asked = self.walk.hands.get(self.people["Cai"], f"{path}/release-quote")
            assert asked.status_code < 500, self.told(asked.text)
            fen = max(0, (asked.json or {}).get("total_fen", 0) + self._more())
            self.send(
                self._who("Cai"), "pay_release", f"{path}/pay", paid_fen=fen, method="bank", reference=self.pool.uuid()
            )

        def ask() -> None:
            asked = self.send(self._who(owner), "request_credit", f"{path}/credit",
                              credit_fen=1_000 if self.fault == "short" else 4_000, reason="later")  # fmt: skip
            if asked:
                self.send(self._who("Gu"), "approve_credit", f"/credit-requests/{asked['id']}/approve")

        def clear() -> None:
            often = ("paid",) if self.straight else ("paid", "paid", None, "credit", "netted")
            basis = "credit" if on_credit else self.dice.choice(often)
            self.send(self._who(owner), "clear_exit", f"{path}/clear", basis=basis)

        middle = [quote, ask, clear] if on_credit else [quote, pay, clear]
        return [order, *middle, *self._leave(one, units, self.lots[lot])]

    def _sale(self) -> list[Callable[[], object]]:
        one, units = self.pool.uuid(), self.dice.randint(1, 3)
        path, told = f"/exit-orders/{one}", {"deal": self.pool.uuid()}

        def deal() -> None:
            made = self._deal(units)
            if made:
                told["deal"] = made

        def pay() -> None:
            owed = units * CRATE * PRICE_FEN // KG
            fen = owed + self._more()
            self.send(self._who("Cai"), "receive_bank_payment", f"/deals/{told['deal']}/bank-payments", fen=fen,
                      bank_reference=self.pool.uuid())  # fmt: skip

        def order() -> None:
            lot = self.lots["sold"] if self.dice.random() < 0.9 else self.dice.choice(list(self.lots.values()))
            self.send(self._who("Asha"), "open_exit_order", "/exit-orders", id=one, lot_id=lot, units=units,
                      kind="sale", collector_name="Li", plate=PLATE, deal_id=told["deal"])  # fmt: skip

        def clear() -> None:
            self.send(self._who("Asha"), "clear_exit", f"{path}/clear")

        return [deal, pay, order, clear, *self._leave(one, units, self.lots["sold"])]

    def _deal(self, units: int) -> str | None:
        """Agree on a sale at 8.00, as buyer and owner may."""
        day = self.books.on.isoformat()
        if not self.listing:
            found = self.walk.ask(self.people["Tao"], "/listings", limit=200)["items"]
            mine = [row["id"] for row in found if row.get("lot_id") == self.lots["sold"]]
            made = mine[0] if mine else self.send("Tao", "list_lot", "/listings", lot_id=self.lots["sold"])
            if made is None:
                return None
            self.listing = made if isinstance(made, str) else made["id"]
            self.pool.add("listing_id", self.listing)
        asked = self.send("Deep", "ask_quote", "/rfqs", listing_id=self.listing, units=units, payment="full",
                          pickup_on=day, limit_price="8.0000")  # fmt: skip
        given = asked and self.send("Bina", "give_quote", f"/rfqs/{asked['id']}/quotes", price="8.0000")
        if not given:
            return None
        made = self.send("Deep", "accept_quote", f"/quotes/{given['id']}/accept", round_number=given["round_number"])
        if not made:
            return None
        self.books.deals[made["id"]] = (str(self.people["Deep"].party.id), self.lots["sold"], PRICE_FEN)
        self.pool.add("deal_id", made["id"])
        return str(made["id"])

    def _leave(self, one: str, units: int, lot: str) -> list[Callable[[], object]]:
        path = f"/exit-orders/{one}"

        def weigh() -> None:
            known = self.books.exits.get(one)
            weighed = self.send(self._who("Asha"), "weigh", "/weighings", purpose="out", exit_id=one, units=units,
                                lot_id=known.lot if known else lot,
                                record=self.walk.weight(units * OUT, net=True))  # fmt: skip
            if weighed:
                self.send(self._who("Asha"), "attach_weighing", f"{path}/weighings", weighing_id=weighed["id"])

        def drive() -> None:
            order = self.books.exits.get(one)
            code = (order.code if order else None) or self.pool.any("code") or "WRONG"
            plate = PLATE if self.dice.random() < 0.9 else OTHER_PLATE
            grams = units * OUT * (1000 + self.dice.choice((0, 0, 0, 3, 4, -4))) // 1000
            self.send(self._who("Asha"), "pass_gate", "/gate-passes/pass", code=code, plate=plate, gate_grams=grams)

        return [
            lambda: self.send(self._who("Asha"), "record_pick", f"{path}/pick"),
            weigh,
            lambda: self.send(self._who("Gu"), "approve_release", f"{path}/approve-release"),
            lambda: self.send(self._who("Asha"), "close_exit", f"{path}/close"),
            drive,
        ]
