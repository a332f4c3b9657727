"""The statement of account as a paper: every line of a party's account over a period, between its two balances."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from wms import billing, parties
from wms.documents.amounts import capital_yuan, yuan
from wms.documents.sheet import Both, Grid, Part, Sheet, Terms, Words, sheet_pdf

REASON: Mapping[str, Both] = {
    "advance": ("预付货款放款", "Advance paid out"),
    "interest": ("计提利息", "Interest accrued"),
    "repayment": ("归还预付货款", "Repayment of an advance"),
    "exit_invoice": ("出库账单", "Charges billed at the exit"),
    "credit_note": ("贷项通知单", "Credit note"),
    "settlement": ("销售结算", "Sale settled"),
    "release": ("货主付款提货", "Paid by the owner to take goods"),
    "payment": ("账单收款", "Invoices paid"),
    "payout": ("付款给货主", "Paid out to the owner"),
    "payout_returned": ("付款被银行退回", "Payout given back by the bank"),
    "wallet_refund": ("钱包退款", "Wallet paid back"),
    "wallet_top_up": ("钱包充值", "Wallet topped up"),
    "deal_pay": ("成交银行付款", "Came by bank for a deal"),
    "deal_post": ("转入托管", "Moved to escrow"),
    "deal_refund": ("退还买方", "Returned to the buyer"),
    "deal_forfeit": ("定金没收", "Deposit forfeited"),
    "deal_penalty": ("卖方违约金", "Penalty of the seller"),
    "arrival_deposit": ("到货定金", "Deposit for an arrival"),
    "arrival_deposit_back": ("到货定金退回", "Deposit for an arrival given back"),
    "crate_deposit": ("周转筐押金", "Deposit for crates"),
    "crate_deposit_paid": ("周转筐押金收款", "Deposit for crates paid"),
    "insurance_paid": ("收到保险赔款", "Paid by the insurer"),
    "insurance_settled": ("保险赔款转货主", "Insurance money passed to the owner"),
    "shrink_liability": ("超耗赔偿", "Shrink beyond the standard"),
    "reversal": ("冲销", "Reversal"),
    "manual": ("手工登记", "Entered by hand"),
}
PART: Mapping[str, Both] = {
    "charges": ("费用欠款", "Charges owed"),
    "advance": ("预付欠款", "Advance owed"),
    "payable": ("应付货主", "Due to the owner"),
    "wallet": ("钱包余额", "In the wallet"),
    "escrow": ("托管款", "In escrow"),
}
HEADS: tuple[Both, ...] = (
    ("日期", "Day"), ("摘要", "What"), ("单据", "Document"), ("应付增加", "Owed more"), ("应付减少", "Owed less"),
    ("余额", "Balance"),
)  # fmt: skip
WIDTHS = (21, 47, 34, 23, 23, 26)


def statement_pdf(
    found: billing.StatementOfAccount, party: parties.Party, keeper: str, made_at: datetime, zone: ZoneInfo
) -> bytes:
    """Return a statement of account: opening balance, lines, closing balance, what it is made of, and who agrees."""
    closing = found.closing_fen
    rows = [(f"{found.from_on}", "期初余额 Opening balance", "", "", "", yuan(found.opening_fen))]
    rows += [
        (f"{line.on}", _reason(line.kind), line.document, yuan(line.debit_fen) if line.debit_fen else "",
         yuan(line.credit_fen) if line.credit_fen else "", yuan(line.balance_fen))
        for line in found.lines
    ]  # fmt: skip
    foot = ("", "期末余额 Closing balance", "", yuan(sum(line.debit_fen for line in found.lines)),
            yuan(sum(line.credit_fen for line in found.lines)), yuan(closing))  # fmt: skip
    terms = [
        ("往来单位", "Party", f"{party.name} ({party.code})"),
        ("期间", "Period", f"{found.from_on} – {found.to_on}"),
        ("打印时间", "Printed", f"{made_at.astimezone(zone):%Y-%m-%d %H:%M}"),
    ]
    terms += [(*PART[part], f"{yuan(abs(fen))} 元 yuan") for part, fen in found.closing.items() if fen]
    parts: list[Part] = [
        Terms(terms),
        Grid(("往来明细", "The account, yuan"), HEADS, WIDTHS, rows, frozenset({3, 4, 5}), foot),
        Words(_side(closing), strong=True),
        Words(
            ("余额为正: 客户欠本库; 余额为负: 本库欠客户。", "A balance is owed by the party, with a minus owed to it.")
        ),
    ]
    number = f"{party.code} {found.from_on} – {found.to_on}"
    signs: tuple[Both, ...] = (("本库盖章", "For the store"), ("客户核对无误", "Agreed by the party"))
    return sheet_pdf(Sheet(("往来对账单", "Statement of account"), number, keeper, parts, "", signs))


def _reason(kind: str) -> str:
    zh, en = REASON.get(kind, (kind.replace("_", " "), ""))
    return f"{zh} {en}".strip()


def _side(closing_fen: int) -> Both:
    amount, capitals = yuan(abs(closing_fen)), capital_yuan(abs(closing_fen))
    if closing_fen == 0:
        return ("双方结清。", "Nothing is owed either way.")
    if closing_fen > 0:
        return (f"客户应付本库 {amount} 元 ({capitals})", f"Owed by the party: {amount} yuan")
    return (f"本库应付客户 {amount} 元 ({capitals})", f"Owed to the party: {amount} yuan")
