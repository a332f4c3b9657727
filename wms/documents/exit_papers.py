"""The exit order and the gate pass as PDF."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from wms import billing, lots, parties
from wms.documents.amounts import kilograms, yuan
from wms.documents.bills import charge_grid
from wms.documents.sheet import BigCode, Both, Part, Sheet, Terms, Words, sheet_pdf

KIND: dict[str, Both] = {"sale": ("销售出库", "sale"), "own": ("货主自提", "the owner's own goods")}
STATE: dict[str, Both] = {
    "open": ("已开单, 未计费", "ordered, charges not named"),
    "quoted": ("已计费, 未放行", "charges named, not cleared"),
    "cleared": ("已放行, 待拣货", "cleared, to be picked"),
    "picking": ("拣货中", "being picked"),
    "weighed": ("已过磅", "weighed out"),
    "closed": ("已出库", "closed"),
    "void": ("已作废", "given up"),
}
BASIS: dict[str, Both] = {
    "paid": ("费用已付", "charges paid"),
    "netted": ("从货款中扣", "netted from the sale"),
    "credit": ("经批准挂账", "on approved credit"),
}
PASS_STATE: dict[str, Both] = {
    "issued": ("有效, 未出门", "good, not driven out yet"),
    "passed": ("已出门", "driven out"),
    "void": ("已作废", "taken back"),
    "expired": ("已过期", "run out"),
}


@dataclass(frozen=True, slots=True)
class ExitFacts:
    """Everything the two papers say: the order with its lot, owner, keeper, quote and pass, and the site's zone."""

    order: billing.ExitOrder
    lot: lots.Lot
    owner: parties.Party
    keeper: str
    zone: ZoneInfo
    check_url: str
    quote: billing.ExitQuote | None = None
    gate_pass: billing.GatePass | None = None

    @property
    def number(self) -> str:
        """What the order is called on paper."""
        return billing.exit_number(self.order.id, self.lot.code)

    def stamp(self, at: datetime) -> str:
        """Return an instant as day and minute at the site."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


def exit_order_pdf(facts: ExitFacts) -> bytes:
    """Return the exit order as it stands: goods, who fetches them on what, the charges named and what cleared it."""
    parts: list[Part] = [Terms([*_goods(facts), *_way(facts)])]
    if facts.quote is not None:
        quote = facts.quote
        total = ("", "", "", "", "", "合计 To pay", yuan(quote.to_pay_fen))
        parts.append(charge_grid(quote.lines, total))
        parts.append(Words((f"费用于 {quote.quoted_on} 计算, 当日 24 时前有效。",
                            f"Charges named on {quote.quoted_on}, good until its midnight.")))  # fmt: skip
    sheet = Sheet(
        ("出库单", "Exit order"), facts.number, facts.keeper, parts, facts.check_url,
        (("货主", "Owner"), ("仓管员", "Clerk"), ("提货人", "Collector")),
    )  # fmt: skip
    return sheet_pdf(sheet)


def gate_pass_pdf(facts: ExitFacts, code: str | None) -> bytes:
    """Return the gate pass; with its one-time code only for who was just given it, else as a copy that opens nothing.

    `facts.gate_pass` must be there.
    """
    row = facts.gate_pass
    assert row is not None
    terms = [
        ("车牌", "Plate", row.plate),
        ("提货人", "Collector", row.collector_name),
        *_goods(facts),
        ("出库净重", "Weighed out, net", f"{kilograms(row.out_grams)} kg"),
        ("允许偏差", "May differ at the gate", f"± {row.tolerance_permille / 10:.1f} %"),
        ("签发", "Issued", facts.stamp(row.issued_at)),
        ("有效至", "Good until", facts.stamp(row.expires_at)),
    ]
    if code is None:
        terms.append(("状态", "State", _two(PASS_STATE[row.state])))
    parts: list[Part] = [Terms(terms)]
    if code is None:
        parts.append(Words(("补打件: 不含放行码, 不能凭此出门。",
                            "A copy: it carries no code and opens no gate."), strong=True))  # fmt: skip
    else:
        note = ("放行码只打印一次, 只放行一次。", "The code is printed once and opens the gate once.")
        parts.append(BigCode(code, billing.printed_code(code), note))
    signs = (("发货人", "Issued by"), ("提货人", "Collector"), ("门卫", "Gate"))
    return sheet_pdf(Sheet(("放行单", "Gate pass"), facts.number, facts.keeper, parts, "", signs))


def _goods(facts: ExitFacts) -> list[tuple[str, str, str]]:
    order, lot = facts.order, facts.lot
    goods = " ".join(part for part in (lot.variety, lot.grade, lot.size, lot.colour_pattern, lot.bagging) if part)
    return [
        ("货主", "Owner", f"{facts.owner.name} {facts.owner.code}"),
        ("批次", "Lot", lot.code),
        ("货物", "Goods", goods),
        ("件数", "Units", f"{order.units:,}"),
    ]


def _way(facts: ExitFacts) -> list[tuple[str, str, str]]:
    order = facts.order
    rows: list[tuple[str, str, str]] = [
        ("性质", "Kind", _two(KIND[order.kind])),
        ("提货人", "Collector", order.collector_name),
        ("车牌", "Plate", order.plate),
        ("开单", "Ordered", facts.stamp(order.opened_at)),
        ("状态", "State", _two(STATE[order.state])),
    ]
    if order.cleared_basis and order.cleared_at:
        rows.append(("放行依据", "Cleared by", f"{_two(BASIS[order.cleared_basis])} {facts.stamp(order.cleared_at)}"))
    if order.out_grams:
        rows.append(("出库净重", "Weighed out, net", f"{kilograms(order.out_grams)} kg"))
    if order.entry_grams:
        rows.append(("其入库重量", "Entry weight of it", f"{kilograms(order.entry_grams)} kg"))
    if order.void_reason:
        rows.append(("作废原因", "Given up because", order.void_reason))
    return rows


def _two(words: Both) -> str:
    return f"{words[0]} {words[1]}"
