"""A lot's whole life by the interface alone: only instruments, which have their own way in, are played by the test."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from itertools import count, pairwise
from typing import Any

from devices.messages import Measurements, Row, encode, make_topic
from tests.api.make import Hands, Human, moment, uid
from tests.lots.make import record
from wms import parties, telemetry
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import to_ms
from wms.kernel.database import Database
from wms.users import Role

GATEWAY = "gw-a1"
DAY, PAID, SOLD = "2026-10-20", "2026-10-22", "2027-02-15"
KG = 1000
HOUR_MS = 3_600_000
ROLES = {
    "Esha": Role.ADMINISTRATOR, "Asha": Role.CLERK, "Min": Role.WAREHOUSE_MANAGER, "Fang": Role.CREDIT_OFFICER,
    "Gu": Role.APPROVER, "Cai": Role.CASHIER, "Val": Role.VALUER, "Tao": Role.TRADER, "Ann": Role.AUDITOR,
}  # fmt: skip
_batch = count(1)


class Walk:
    """The people of one store, and what they have done so far."""

    def __init__(self, database: Database) -> None:
        self.hands = Hands(database)
        for name, role in ROLES.items():
            self.hands.human(name, role)
        self.grower = self.hands.company("G1", parties.PartyKind.GROWER)
        self.bank = self.hands.company("LB", parties.PartyKind.LENDER)
        self.bina = self.hands.human("Bina", Role.GROWER, self.grower)
        self.deep = self.hands.human("Deep", Role.BUYER, self.hands.company("B1", parties.PartyKind.BUYER))
        self.do = self.hands.do
        self.ask = self.hands.ask

    def __getitem__(self, name: str) -> Human:
        return self.hands.staff[name]

    def build(self) -> None:
        esha = self["Esha"]
        self.site = self.do(esha, "/sites", code="yt1", name="烟台一库", zone="Asia/Shanghai")["id"]
        room = {"site_id": self.site, "code": "A1", "name": "A1 库", "storage_type": "ra"}
        self.room = self.do(esha, "/rooms", **room)["id"]
        span = {"rows": [1, 1], "bays": [1, 2], "levels": [1, 1]}
        made = self.do(esha, f"/rooms/{self.room}/slots", **span, capacity_grams=90_000_000, capacity_units=2000)
        self.slot = made["slot_ids"][0]
        scale = {"site_id": self.site, "gateway": GATEWAY, "kind": "scale", "protocol": "toledo"}
        self.do(esha, "/instruments", **scale, name="truck1", place="门", e_grams=20_000, capacity_grams=80_000_000)
        probe = {"gateway": GATEWAY, "name": "room1.t1", "kind": "temperature", "room_id": self.room, "place": "回风"}
        self.do(esha, "/sensors", **probe)
        limits = {"low": -1000, "high": 2500, "deadband": 300, "delay_s": 300, "severity": "critical"}
        self.do(esha, f"/rooms/{self.room}/limits", kind="temperature", limits=limits)
        year = {"from_on": "2026-10-01", "until_on": "2027-10-01"}
        insured = {"insurer": "人保", "number": "P-1", "sum_fen": 10**10, "room_id": self.room}
        self.do(esha, "/policies", **insured, **year)

    def agree(self) -> None:
        lines = [{"kind": "kg_day", "rate": "0.0020", "free_days": 7}, {"kind": "handling_in", "rate": "0.0200"},
                 {"kind": "handling_out", "rate": "0.0250"}]  # fmt: skip
        tariff = self.do(self["Min"], "/tariffs", name="2026", effective_from="2026-10-20", lines=lines)
        self.do(self["Gu"], f"/tariffs/{tariff['id']}/approve")
        terms = {"rate_ppm": 72_000, "basis": "ACT/365F", "advance_permille": 800, "warning_permille": 850,
                 "call_permille": 900, "liquidate_permille": 950, "loss_allowance_permille": 15, "cure_days": 3,
                 "carry_reserved": False, "inspection_days": 30, "price_age_days": 3, "sells_days": 30}  # fmt: skip
        lent = {"code": "apple", "effective_from": "2026-10-19", "lender_id": str(self.bank.id), "terms": terms}
        product = self.do(self["Min"], "/lending-products", **lent)
        self.do(self["Gu"], f"/lending-products/{product['id']}/approve")
        payee = {"account_name": "Bina", "bank": "农商行", "account_number": "6228480012345678901"}
        change = self.do(self["Esha"], f"/parties/{self.grower.id}/payees", payee=payee)
        self.do(self["Gu"], f"/payee-changes/{change['id']}/approve")

    def weight(self, grams: int, *, net: bool | None = None) -> dict[str, Any]:
        at = self.hands.at
        key = self.hands.write(lambda session: record(session, grams, at=at, net=net))
        return {"gateway": key.gateway, "epoch": key.epoch, "sequence": key.sequence}

    def breathe(self, day: str) -> None:
        end = date.fromisoformat(day)
        for back in range(4):
            start = to_ms(datetime.combine(end - timedelta(days=back), time(1), UTC))
            batch = Measurements(v=1, gw=GATEWAY, ep=1, seq=next(_batch), clk="ntp", live=True, t0=start,
                                 r=[Row("room1.t1", hour * HOUR_MS, Decimal("0.3")) for hour in range(6)])  # fmt: skip
            letter = telemetry.Arrived(make_topic("yt1", GATEWAY, "up/m"), encode(batch))
            self.hands.write(partial(telemetry.receive, arrived=[letter], by=SYSTEM, at=moment(day, 12)))

    def take_in(self) -> None:
        asha = self["Asha"]
        self.hands.at = moment(DAY)
        opened = {"site_id": self.site, "owner_id": str(self.grower.id), "plate": "鲁F12345", "driver": "Li"}
        self.delivery = self.do(asha, "/deliveries", **opened)["id"]
        for purpose, grams in (("gross", 30_000 * KG), ("tare", 10_000 * KG)):
            weight = self.weight(grams)
            taken = self.do(asha, "/weighings", purpose=purpose, delivery_id=self.delivery, record=weight)
            assert taken["net_grams"] == grams
        self.lot = uid()
        line = {"lot_id": self.lot, "variety": "富士", "grade": "一二级", "units": 1000, "size_mm": 80,
                "size_rule": "以上", "colour_pattern": "片红", "bagging": "纸袋", "origin": "蓬莱"}  # fmt: skip
        done = self.do(asha, f"/deliveries/{self.delivery}/intake", lines=[line])
        assert done["lot_ids"] == [self.lot]
        self.receipt = done["receipt_ids"][0]
        self.do(asha, f"/lots/{self.lot}/put-away", slot_id=self.slot, units=1000)
        looked = {"inspected_on": DAY, "sample_units": 5, "firmness_gf_cm2": 7000, "brix_permille": 140}
        self.do(asha, f"/lots/{self.lot}/inspections", **looked)

    def price(self, price: str, day: str) -> None:
        outside = {"series": "AP", "variety": "富士", "price": price, "priced_on": day}
        self.do(self["Val"], "/prices/outside", **outside)
        cell = {"variety": "富士", "size": "80以上", "grade": "一二级", "colour_pattern": "片红", "bagging": "纸袋",
                "storage_type": "ra", "owner_class": "grower", "origin": "蓬莱"}  # fmt: skip
        bid = {"cell": cell, "side": "bid", "party_id": str(self.deep.party.id), "price": price,
               "quote_grams": 20_000 * KG, "quoted_on": day, "valid_to_on": day}  # fmt: skip
        self.do(self["Val"], "/prices/firm-quotes", **bid)

    def advance(self) -> None:
        self.hands.at = moment(PAID)
        self.price("7.0000", PAID)
        self.breathe(PAID)
        self.loan = self.do(self.bina, "/advances", lot_id=self.lot, asked_fen=11_000_000)["id"]
        for name in ("Fang", "Gu"):
            self.do(self[name], f"/advances/{self.loan}/approve")
        paid = self.do(self["Cai"], f"/advances/{self.loan}/disburse", registration_no="ZDW-1", searched_on=PAID)
        assert (paid["state"], paid["principal_fen"]) == ("active", 11_000_000)

    def sell(self) -> None:
        self.hands.at = moment(SOLD)
        self.listing = self.do(self["Tao"], "/listings", lot_id=self.lot)["id"]
        wanted = {"units": 1000, "payment": "full", "pickup_on": SOLD}
        rfq = self.do(self.deep, "/rfqs", listing_id=self.listing, **wanted, limit_price="8.0000")["id"]
        quote = self.do(self.bina, f"/rfqs/{rfq}/quotes", price="7.8600")
        assert quote["price"] == "7.8600"
        deal = self.do(self.deep, f"/quotes/{quote['id']}/accept", round_number=quote["round_number"])
        self.deal = deal["id"]
        paid = self.do(self["Cai"], f"/deals/{self.deal}/bank-payments", fen=deal["value_fen"], bank_reference="ICBC-1")
        assert paid["state"] == "releasable"

    def leave(self) -> Any:
        asha = self["Asha"]
        out = {"lot_id": self.lot, "units": 1000, "kind": "sale", "collector_name": "Li", "plate": "鲁F12345"}
        self.exit = self.do(asha, "/exit-orders", **out, deal_id=self.deal)["id"]
        order = f"/exit-orders/{self.exit}"
        self.do(asha, f"{order}/clear")
        self.do(asha, f"{order}/pick")
        weight = self.weight(19_764_350, net=True)
        weighed = {"purpose": "out", "exit_id": self.exit, "lot_id": self.lot, "record": weight, "units": 1000}
        weighing = self.do(asha, "/weighings", **weighed)["id"]
        self.do(asha, f"{order}/weighings", weighing_id=weighing)
        self.price("7.8600", SOLD)
        self.do(self["Gu"], f"{order}/approve-release")
        return self.do(asha, f"{order}/close")


def test_a_lot_lives_its_whole_life_by_the_interface_alone(database: Database) -> None:
    walk = Walk(database)
    walk.build()
    walk.agree()
    walk.take_in()
    walk.advance()
    walk.sell()
    settled = walk.leave()

    assert len(settled["code"]) == 12
    assert settled["gate_pass"]["plate"] == "鲁F12345"
    assert settled["entry_grams"] == 20_000 * KG
    assert settled["loss_grams"] == 20_000 * KG - 19_764_350
    assert settled["principal_fen"] == 11_000_000
    parts = ("storage_fen", "handling_fen", "interest_fen", "principal_fen", "commission_fen", "residual_fen")
    assert sum(settled[part] for part in parts) == settled["gross_fen"] == 15_534_779
    owed = walk.ask(walk.bina, f"/parties/{walk.grower.id}/payable")["payable_fen"]
    assert owed == settled["residual_fen"]
    walk.do(walk["Cai"], "/payouts", party_id=str(walk.grower.id), paid_fen=owed, reference="ICBC-OUT")
    assert walk.ask(walk.bina, f"/parties/{walk.grower.id}/payable")["payable_fen"] == 0

    _leave_by_the_gate(walk)
    report = walk.ask(walk["Ann"], "/verify")
    assert report["findings"] == []
    assert report["ok"] is True
    assert report["trial_balance_fen"] == 0
    _everybody_sees_their_own(walk)
    _the_books_say_so(walk, owed)


def _leave_by_the_gate(walk: Walk) -> None:
    """The code is said once: the repeat knows the pass and not the code, and nothing kept has it."""
    asha, ask_id = walk["Asha"], uid()
    first = walk.hands.post(asha, f"/exit-orders/{walk.exit}/gate-passes", {"id": ask_id})
    again = walk.hands.post(asha, f"/exit-orders/{walk.exit}/gate-passes", {"id": ask_id})
    assert first.json is not None
    assert (first.status_code, again.status_code) == (201, 201)
    code = first.json["code"]
    assert code
    assert again.json == {"gate_pass": first.json["gate_pass"], "code": None}
    newer = walk.do(asha, f"/exit-orders/{walk.exit}/gate-passes")
    walk.hands.post(asha, f"/exit-orders/{walk.exit}/gate-passes", {"id": ask_id})
    states = {row["id"]: row["state"] for row in walk.ask(asha, "/gate-passes")["items"]}
    assert (states[ask_id], states[newer["gate_pass"]["id"]]) == ("void", "issued")
    truck = {"plate": "鲁F12345", "gate_grams": 19_764_350}
    used = walk.hands.post(asha, "/gate-passes/pass", {"id": uid(), "code": code, **truck})
    assert used.status_code == 409
    code = newer["code"]
    wrong = walk.hands.post(asha, "/gate-passes/pass", {"id": uid(), "code": "WRONG", "plate": "鲁F12345",
                                                        "gate_grams": 1})  # fmt: skip
    assert wrong.status_code == 404
    gate = {"code": code, "plate": "鲁F12345", "gate_grams": 19_764_350}
    unknown = walk.hands.post(asha, "/gate-passes/pass", {"id": uid(), **gate})
    assert (unknown.status_code, unknown.json["code"]) == (409, "collector_not_authorised")  # type: ignore[index]
    person = {
        "collector_name": "Li",
        "id_number": "123X",
        "plate": "鲁F12345",
        "from_on": SOLD,
        "until_on": "2027-12-31",
    }
    walk.do(walk.deep, f"/parties/{walk.deep.party.id}/collector-authorities", **person)
    assert walk.do(asha, "/gate-passes/pass", **gate, collector_id="123X")["state"] == "passed"


def _everybody_sees_their_own(walk: Walk) -> None:
    stranger = walk.hands.human("Chand", Role.GROWER, walk.hands.company("G2", parties.PartyKind.GROWER))
    settled = walk.ask(walk["Asha"], f"/exit-orders/{walk.exit}/settlement")["id"]
    for path in (f"/lots/{walk.lot}", f"/deliveries/{walk.delivery}", f"/receipts/{walk.receipt}",
                 f"/advances/{walk.loan}", f"/exit-orders/{walk.exit}", f"/settlements/{settled}",
                 f"/deals/{walk.deal}", f"/parties/{walk.grower.id}", f"/lots/{walk.lot}/moves",
                 f"/advances/{walk.loan}/gates", f"/exit-orders/{walk.exit}/invoices"):  # fmt: skip
        assert walk.hands.get(walk.bina, path).status_code == 200, path
        assert walk.hands.get(stranger, path).status_code == 404, path
    for path in ("/lots", "/deliveries", "/receipts", "/advances", "/exit-orders", "/settlements", "/deals",
                 "/invoices"):  # fmt: skip
        assert len(walk.ask(walk.bina, path)["items"]) == 1, path
        assert walk.ask(stranger, path)["items"] == [], path


def _the_books_say_so(walk: Walk, owed: int) -> None:
    found = walk.ask(walk["Ann"], "/journals", limit=200)["items"]
    assert all(sum(leg["fen"] for leg in journal["postings"]) == 0 for journal in found)
    by_seq = sorted(found, key=lambda journal: journal["seq"])
    assert all(after["previous_hash"] == before["hash"] for before, after in pairwise(by_seq))
    revenue = walk.ask(walk["Ann"], "/accounts/balance", account="R:Commission")["balance_fen"]
    assert revenue == -walk.ask(walk["Ann"], f"/exit-orders/{walk.exit}/settlement")["commission_fen"]
    assert walk.ask(walk["Ann"], "/accounts/balance", account="L:GrowerPayable:G1")["balance_fen"] == 0
    assert owed > 0
