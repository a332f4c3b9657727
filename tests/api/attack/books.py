"""The attack's own books: who paid, lent, agreed and held what, by nothing but the acts that were let through."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

KG = 1000
NANOYUAN = 10_000_000  # of a fen
CRATE, OUT = 100 * KG, 99_500  # grams a crate came in with and goes out with
FREE_DAYS, DAY_FEN, HANDLING_FEN, WORK_FEN = 7, 20, 450, 3_000  # of a crate: 0.20 a day, 4.50 in and out; a job 30.00
VALUE_FEN = 68_950  # a crate at 7.00 less 1.5 % of loss
BY_HAND = ("quarantine", "lien")


@dataclass(slots=True)
class Goods:
    """A lot as it came in, with all that was split from it."""

    owner: str
    entry_on: date
    units: int
    gone: int = 0


@dataclass(slots=True)
class Work:
    """A job done on a lot's goods: the first exit of the lot that is billed after it owes it, and no other ever."""

    lot: str
    exit: str | None = None


@dataclass(slots=True)
class Exit:
    """An exit somebody ordered."""

    lot: str
    units: int
    kind: str
    deal: str | None
    plate: str
    paid_fen: int = 0
    credit_fen: int = 0
    agreed: dict[date, set[str]] = field(default_factory=dict)
    left_on: date | None = None
    code: str | None = None
    driven: bool = False


@dataclass(slots=True)
class Books:
    """What the attack knows. Amounts in fen, weights in grams; people by name, each a person of their own."""

    on: date
    goods: dict[str, Goods] = field(default_factory=dict)
    root: dict[str, str] = field(default_factory=dict)  # lot → the lot it was split from
    exits: dict[str, Exit] = field(default_factory=dict)
    paid_for_invoices: Counter[str] = field(default_factory=Counter)  # owner → fen
    credit: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # request → exit, who asked, fen
    holds: dict[str, tuple[str, int]] = field(default_factory=dict)  # hold → lot, units
    reasons: dict[str, str] = field(default_factory=dict)  # hold → why
    releases: dict[str, tuple[str, str]] = field(default_factory=dict)  # asked release → hold, who asked
    loans: dict[str, tuple[str, int]] = field(default_factory=dict)  # loan → lot, principal
    interest: Counter[str] = field(default_factory=Counter)  # loan → interest paid; dated back, it pays principal
    deals: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # deal → buyer, lot, price of a kg in fen
    buyer_fen: Counter[str] = field(default_factory=Counter)  # buyer → paid in less taken by goods
    works: dict[str, Work] = field(default_factory=dict)  # by the request that wrote it down
    waiting: list[str] = field(default_factory=list)  # exits that left and were not judged yet
    billed: list[str] = field(default_factory=list)  # exits whose bills were drawn up and not looked at yet

    # ------------------------------------------------------------ what was let through

    def heard(self, name: str, who: str, ids: dict[str, str], body: dict[str, Any], answer: Any) -> None:
        """Write down an act that was let through."""
        note = getattr(self, f"_{name}", None)
        if note is not None:
            note(who, ids, body, answer)

    def _open_exit_order(self, _who: str, _ids: dict[str, str], body: dict[str, Any], _answer: Any) -> None:
        self.exits.setdefault(body["id"], Exit(body["lot_id"], body["units"], body["kind"], body.get("deal_id"),
                                               body["plate"]))  # fmt: skip

    def _pay_release(self, _who: str, ids: dict[str, str], body: dict[str, Any], answer: Any) -> None:
        parts = {name: answer[f"{name}_fen"] for name in ("storage", "handling", "interest", "principal", "surplus")}
        assert sum(parts.values()) == body["paid_fen"], "a payment was counted for more than was sent"
        order = self.exits[ids["exit_id"]]
        self._bill(ids["exit_id"])
        order.paid_fen += parts["storage"] + parts["handling"]
        for loan, (lot, principal) in self.loans.items():
            if lot == self.root[order.lot]:
                self.loans[loan] = (lot, principal - parts["principal"])
                self.interest[loan] += parts["interest"]

    def _bill(self, exit_id: str) -> None:
        """Let an exit owe the work that was done on its lot and that no bill has had yet."""
        for work in self.works.values():
            if work.lot == self.exits[exit_id].lot and work.exit is None:
                work.exit = exit_id
        self.billed.append(exit_id)

    def _repay(self, _who: str, ids: dict[str, str], body: dict[str, Any], answer: Any) -> None:
        lot, before = self.loans[ids["loan_id"]]
        less = before - answer["principal_fen"]
        assert less <= body["paid_fen"] + self.interest[ids["loan_id"]], "a repayment counted for more than was sent"
        self.interest[ids["loan_id"]] += body["paid_fen"] - less
        self.loans[ids["loan_id"]] = (lot, answer["principal_fen"])

    def _receive_payment(self, _who: str, ids: dict[str, str], body: dict[str, Any], _answer: Any) -> None:
        self.paid_for_invoices[ids["party_id"]] += body["paid_fen"]

    def _receive_bank_payment(self, _who: str, ids: dict[str, str], body: dict[str, Any], _answer: Any) -> None:
        self.buyer_fen[self.deals[ids["deal_id"]][0]] += body["fen"]

    def _top_up_wallet(self, _who: str, _ids: dict[str, str], body: dict[str, Any], _answer: Any) -> None:
        self.buyer_fen[body["buyer_id"]] += body["fen"]

    def _request_credit(self, who: str, ids: dict[str, str], body: dict[str, Any], _answer: Any) -> None:
        self.credit.setdefault(body["id"], (ids["exit_id"], who, body["credit_fen"]))

    def _approve_credit(self, who: str, ids: dict[str, str], _body: dict[str, Any], _answer: Any) -> None:
        exit_id, asker, fen = self.credit[ids["request_id"]]
        assert who != asker, "one person alone gave credit"
        self.exits[exit_id].credit_fen = max(self.exits[exit_id].credit_fen, fen)

    def _approve_release(self, who: str, ids: dict[str, str], _body: dict[str, Any], _answer: Any) -> None:
        self.exits[ids["exit_id"]].agreed.setdefault(self.on, set()).add(who)

    def _place_hold(self, _who: str, ids: dict[str, str], body: dict[str, Any], _answer: Any) -> None:
        assert body["reason"] in BY_HAND, f"a {body['reason']} without its paper was placed by hand"
        self.holds.setdefault(body["id"], (ids["lot_id"], body["units"]))
        self.reasons[body["id"]] = body["reason"]

    def _lift_hold(self, _who: str, ids: dict[str, str], _body: dict[str, Any], answer: Any) -> None:
        assert ids["hold_id"] in self.holds, "what an exit, a deal or a loan holds was set free by hand"
        lot, _ = self.holds[ids["hold_id"]]
        self.holds[ids["hold_id"]] = (lot, answer["units_left"])

    def _ask_release(self, who: str, ids: dict[str, str], _body: dict[str, Any], answer: Any) -> None:
        self.releases.setdefault(answer["id"], (ids["hold_id"], who))

    def _decide_release(self, who: str, ids: dict[str, str], body: dict[str, Any], _answer: Any) -> None:
        hold, asker = self.releases[ids["release_id"]]
        assert who != asker, "one person alone let a quarantine go"
        if body["released"]:
            self.holds[hold] = (self.holds[hold][0], 0)

    def _split_lot(self, _who: str, ids: dict[str, str], body: dict[str, Any], _answer: Any) -> None:
        self.root[body["new_lot_id"]] = self.root[ids["lot_id"]]

    def _split_receipt(self, _who: str, _ids: dict[str, str], body: dict[str, Any], answer: Any) -> None:
        self.root.setdefault(body["new_lot_id"], answer["root"])

    def _record_work(self, _who: str, ids: dict[str, str], body: dict[str, Any], answer: Any) -> None:
        assert answer["work_nanoyuan"] == WORK_FEN * NANOYUAN, (
            "a job was written down at another price than the tariff has"
        )
        self.works.setdefault(body["id"], Work(ids["lot_id"]))

    def _issue_gate_pass(self, _who: str, ids: dict[str, str], _body: dict[str, Any], answer: Any) -> None:
        if answer["code"] is not None:
            assert self.exits[ids["exit_id"]].left_on is not None, "a pass for goods that are still here"
            self.exits[ids["exit_id"]].code = answer["code"]

    def _void_gate_pass(self, _who: str, _ids: dict[str, str], _body: dict[str, Any], answer: Any) -> None:
        self.exits[answer["exit_id"]].code = None

    def _pass_gate(self, _who: str, _ids: dict[str, str], body: dict[str, Any], answer: Any) -> None:
        order = self.exits[answer["exit_id"]]
        assert order.code == body["code"], "a code that was taken back, or was never said, opened the gate"
        assert body["plate"] == order.plate, "another truck drove out"
        assert abs(body["gate_grams"] - order.units * OUT) * 1000 <= 3 * order.units * OUT, "another load drove out"
        assert not order.driven, "one pass let two trucks out"
        order.driven = True

    def _close_exit(self, who: str, ids: dict[str, str], _body: dict[str, Any], answer: Any) -> None:
        order = self.exits[ids["exit_id"]]
        if order.left_on is None:
            self.judge(who, ids["exit_id"], answer)
        if answer["code"] is not None:
            order.code = answer["code"]

    def _close_pool(self, who: str, _ids: dict[str, str], _body: dict[str, Any], answer: Any) -> None:
        for row in answer["settlements"]:
            if self.exits[row["exit_id"]].left_on is None:
                self.judge(who, row["exit_id"], row)

    def release_of(self, hold: str) -> str | None:
        """Return what was asked last to let go of a hold."""
        return next((release for release, (of, _) in reversed(self.releases.items()) if of == hold), None)

    # ------------------------------------------------------------ what must hold of goods that left

    def judge(self, closer: str, exit_id: str, settled: dict[str, Any]) -> None:
        """Fail unless what left was paid for, lent on or agreed to, and not held."""
        order = self.exits[exit_id]
        goods = self.goods[self.root[order.lot]]
        goods.gone += order.units
        assert goods.gone <= goods.units, "more left than came in"
        self._bill(exit_id)
        owed = self.owed_fen(exit_id)
        held = [hold for hold, (lot, units) in self.holds.items() if lot == order.lot and units]
        assert not any(self.reasons[hold] == "quarantine" for hold in held), "goods left a lot in quarantine"
        if order.kind == "sale":
            self._judge_sale(order, owed, settled)
        else:
            self._judge_own(order, goods, owed)
        self._judge_pledge(order, goods, closer, settled)
        order.left_on = self.on
        self.waiting.append(exit_id)

    def owed_fen(self, exit_id: str) -> int:
        """Return what an exit owes if it leaves today: time from the eighth day, handling, and the work of its bill."""
        order = self.exits[exit_id]
        goods = self.goods[self.root[order.lot]]
        days = max(0, (self.on - goods.entry_on - timedelta(days=FREE_DAYS)).days)
        return order.units * (DAY_FEN * days + HANDLING_FEN) + self.jobs_of(exit_id) * WORK_FEN

    def jobs_of(self, exit_id: str) -> int:
        """Return how many jobs the bills of an exit must name."""
        return sum(work.exit == exit_id for work in self.works.values())

    def _judge_own(self, order: Exit, goods: Goods, owed: int) -> None:
        short = owed - order.paid_fen - order.credit_fen
        if short > 0:
            self.paid_for_invoices[goods.owner] -= short
        assert self.paid_for_invoices[goods.owner] >= 0, (
            f"{order.units} crates left owing {owed}, paid {order.paid_fen}, on credit {order.credit_fen}"
        )

    def _judge_sale(self, order: Exit, owed: int, settled: dict[str, Any]) -> None:
        assert order.deal is not None
        buyer, lot, price = self.deals[order.deal]
        assert self.root[order.lot] == self.root[lot], "goods left on a deal for others"
        gross = order.units * OUT * price // KG
        assert settled["gross_fen"] == gross, f"sold for {gross}, settled {settled['gross_fen']}"
        assert settled["storage_fen"] + settled["handling_fen"] == owed, "sold goods left for other charges than theirs"
        self.buyer_fen[buyer] -= gross
        assert self.buyer_fen[buyer] >= 0, "a buyer's goods left unpaid"

    def _judge_pledge(self, order: Exit, goods: Goods, closer: str, settled: dict[str, Any]) -> None:
        for loan, (lot, principal) in self.loans.items():
            if lot != self.root[order.lot] or not principal:
                continue
            paid = settled["principal_fen"] if order.kind == "sale" else 0
            assert paid <= settled["gross_fen"] or not paid
            self.loans[loan] = (lot, principal - paid)
            others = order.agreed.get(self.on, set()) - {closer}
            assert others, "pledged goods left without another person's consent of the day"
            left = goods.units - goods.gone
            assert (principal - paid) * 10 <= 8 * left * VALUE_FEN, "the loan lost its goods"
