"""Invoices and credit notes as PDF: every line with its days, rate and weight; net, tax and total; capitals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from wms import billing, lots, parties
from wms.documents.amounts import capital_yuan, kilograms, yuan
from wms.documents.sheet import Both, Grid, Part, Sheet, Terms, Words, sheet_pdf

CHARGE: dict[str, Both] = {"storage": ("仓储费", "Storage"), "handling": ("装卸及作业费", "Handling and work")}
CHARGE_HEADS: tuple[Both, ...] = (
    ("项目", "Charge"), ("起", "From"), ("止(不含)", "To, not counted"), ("天数", "Days"), ("重量 kg", "Weight, kg"),
    ("单价 元", "Rate, yuan"), ("金额 元", "Amount, yuan"),
)  # fmt: skip
CHARGE_WIDTHS = (44, 21, 23, 14, 26, 20, 26)
SUM_HEADS: tuple[Both, ...] = (("项目", "Item"), ("不含税", "Net"), ("税额", "Tax"), ("价税合计", "Total"))
SUM_WIDTHS = (66, 36, 36, 36)


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice with everything its paper says; `notes` are the credit notes that took part of it back."""

    invoice: billing.Invoice
    lines: Sequence[billing.InvoiceLine]
    order: billing.ExitOrder
    lot: lots.Lot
    buyer: parties.Party
    seller: parties.Party | None
    keeper: str
    check_url: str
    notes: Sequence[billing.CreditNote] = ()
    numbers: Mapping[UUID, str] = field(default_factory=dict)  # the tax bureau's, of the invoice and its notes


def invoice_pdf(bill: Bill) -> bytes:
    """Return the invoice: who owes whom for which goods, how each charge came about, net, tax and total."""
    invoice = bill.invoice
    sums = [
        (_two(CHARGE[line.kind]), yuan(line.net_fen), yuan(line.tax_fen), yuan(line.charge_fen)) for line in bill.lines
    ]
    total = ("合计 Total", yuan(invoice.total_fen - invoice.tax_fen), yuan(invoice.tax_fen), yuan(invoice.total_fen))
    parts: list[Part] = [
        Terms([*_sides(bill), ("账单日", "Billed on", f"{invoice.invoiced_on}"), *_number(bill), *_goods(bill)]),
        charge_grid([part for line in bill.lines for part in line.explanation]),
        _sums(sums, total),
        _total(invoice),
    ]
    if any(line.minimum_fen for line in bill.lines):
        parts.append(_topped_up(bill.lines))
    parts += [_taken_back(note, bill.numbers.get(note.id, "")) for note in bill.notes]
    return sheet_pdf(Sheet(("账单", "Invoice"), invoice.name, bill.keeper, parts, bill.check_url,
                           (("开票人", "Issued by"), ("付款方", "Received by"))))  # fmt: skip


def credit_note_pdf(bill: Bill, note: billing.CreditNote, taxes: Mapping[str, int], people: tuple[str, str]) -> bytes:
    """Return a credit note to the invoice of `bill`.

    `taxes` are the tax in it by kind of charge, in fen; `people` who issued it and who approved it.
    """
    invoice, (issuer, approver) = bill.invoice, people
    gross = {"storage": note.storage_fen, "handling": note.handling_fen}
    rows = [
        (_two(CHARGE[kind]), yuan(taxes[kind] - fen), yuan(-taxes[kind]), yuan(-fen))
        for kind, fen in gross.items()
        if fen
    ]
    total = ("合计 Total", yuan(note.tax_fen - _back(note)), yuan(-note.tax_fen), yuan(-_back(note)))
    terms = [
        *_sides(bill),
        ("签发日", "Issued on", f"{note.issued_on}"),
        ("冲减账单", "Takes back of invoice", f"{invoice.name} {invoice.invoiced_on} {yuan(invoice.total_fen)} 元"),
        *_number(bill),
        *_red_number(bill.numbers.get(note.id, "")),
        ("原因", "Reason", note.reason),
        ("签发与批准", "Issued and approved by", f"{issuer} / {approver}"),
        *_goods(bill),
    ]
    parts: list[Part] = [
        Terms(terms),
        _sums(rows, total),
        Words((f"价税合计 {capital_yuan(-_back(note))}", f"Total {yuan(-_back(note))} yuan"), strong=True),
    ]
    return sheet_pdf(Sheet(("贷项通知单", "Credit note"), note.name, bill.keeper, parts, bill.check_url,
                           (("开票人", "Issued by"), ("收款方", "Received by"))))  # fmt: skip


def charge_grid(lines: Sequence[Mapping[str, Any]], foot: Sequence[str] = ()) -> Grid:
    """Return explained charges as a table: the days, weight and rate each exact amount comes from."""
    return Grid(("费用明细", "How the charges come about"), CHARGE_HEADS, CHARGE_WIDTHS,
                [_charge(line) for line in lines], frozenset({3, 4, 5, 6}), foot)  # fmt: skip


def _charge(line: Mapping[str, Any]) -> tuple[str, ...]:
    exact = Decimal(int(line.get("nanoyuan", 0))).scaleb(-9)
    rate = Decimal(str(line.get("rate", "0")))
    return (
        _two(billing.name_of_line(str(line.get("line", "")))),
        str(line.get("from_on", "")),
        str(line.get("to_on", "")),
        f"{int(line.get('days', 0)) or '–'}",
        kilograms(int(line.get("grams", 0))),
        f"{rate.normalize():f}",
        f"{exact:,.4f}",
    )


def _sums(rows: Sequence[Sequence[str]], total: Sequence[str]) -> Grid:
    return Grid(("金额", "Amounts, yuan"), SUM_HEADS, SUM_WIDTHS, rows, frozenset({1, 2, 3}), total)


def _topped_up(lines: Sequence[billing.InvoiceLine]) -> Words:
    fen = sum(line.minimum_fen for line in lines)
    return Words((f"其中最低收费补足 {yuan(fen)} 元。", f"In it {yuan(fen)} yuan to the least charge of the lot."))


def _total(invoice: billing.Invoice) -> Words:
    tax = f", tax of {invoice.tax_permille / 10:.1f} % included" if invoice.tax_permille else ""
    total = invoice.total_fen
    return Words((f"价税合计 {capital_yuan(total)}", f"Total {yuan(total)} yuan{tax}"), strong=True)


def _taken_back(note: billing.CreditNote, number: str) -> Words:
    amount, zh, en = yuan(_back(note)), "", ""
    if number:
        zh, en = f", 红字数电发票 {number}", f" (red e-invoice {number})"
    return Words(
        (f"已由贷项通知单 {note.name} 冲减 {amount} 元{zh}。", f"Credit note {note.name}{en} took back {amount} yuan.")
    )


def _number(bill: Bill) -> list[tuple[str, str, str]]:
    number = bill.numbers.get(bill.invoice.id, "")
    return [("数电发票号码", "E-invoice number", number)] if number else []


def _red_number(number: str) -> list[tuple[str, str, str]]:
    return [("红字数电发票号码", "Red e-invoice number", number)] if number else []


def _sides(bill: Bill) -> list[tuple[str, str, str]]:
    seller = bill.keeper if bill.seller is None else f"{bill.seller.name} {bill.seller.credit_code or ''}".strip()
    buyer = f"{bill.buyer.name} {bill.buyer.credit_code or ''}".strip()
    return [("收款方", "Seller", seller), ("付款方", "Buyer", f"{buyer} ({bill.buyer.code})")]


def _goods(bill: Bill) -> list[tuple[str, str, str]]:
    lot, order = bill.lot, bill.order
    goods = " ".join(part for part in (lot.variety, lot.grade, lot.size) if part)
    return [
        ("批次", "Lot", f"{lot.code} {goods}"),
        ("入库日", "Came in", f"{lot.entry_on}"),
        (
            "出库单",
            "Exit order",
            f"{billing.exit_number(order.id, lot.code)} · {order.units:,} 件 units · {order.plate}",
        ),
    ]


def _back(note: billing.CreditNote) -> int:
    return note.storage_fen + note.handling_fen


def _two(words: Both) -> str:
    return f"{words[0]} {words[1]}"
