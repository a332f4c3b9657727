"""What a bank's statement says, whoever exported it: entries, balances, and every row that cannot be read. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from wms.kernel.canonical import digest

# Column heads as Chinese banks export them; of `text` all are kept, of the others the first that is there.
HEADS: Mapping[str, tuple[str, ...]] = {
    "booked_on": ("交易日期", "记账日期", "入账日期", "交易时间", "日期", "booking date", "date"),
    "credit": ("贷方发生额", "贷方金额", "收入金额", "收入", "存入金额", "转入金额", "贷方", "credit"),
    "debit": ("借方发生额", "借方金额", "支出金额", "支出", "支取金额", "转出金额", "借方", "debit"),
    "amount": ("交易金额", "发生额", "金额", "amount"),
    "side": ("借贷标志", "借贷方向", "借贷", "收支", "debit/credit"),
    "other_name": ("对方户名", "对方名称", "对方单位名称", "对方单位", "交易对方", "counterparty"),
    "other_account": ("对方账号", "对方账户", "对方帐号", "counterparty account"),
    "text": ("摘要", "附言", "交易附言", "用途", "备注", "text", "remittance information"),
    "reference": ("交易流水号", "业务流水号", "流水号", "交易序号", "凭证号", "reference"),
    "balance": ("账户余额", "当前余额", "交易后余额", "余额", "balance"),
}
IN, OUT = ("贷", "c", "cr", "crdt", "收入", "收"), ("借", "d", "dr", "dbit", "支出", "支")
TOTALS = ("合计", "总计", "小计", "total")
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]\S.*)?")
MOST_ROWS = 20_000
MOST_FEN = 10**14
HEAD_WITHIN = 30
TEXT_MOST, NAME_MOST, ACCOUNT_MOST, REFERENCE_MOST = 400, 120, 40, 60


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line of a file that cannot be read, why (a word of WHY), and what stands there."""

    line: int
    why: str
    value: str


@dataclass(frozen=True, slots=True)
class Said:
    """One entry as the bank says it; `fen` is signed, money in positive; `balance_fen` is the one after it."""

    line: int
    booked_on: date
    fen: int
    other_name: str = ""
    other_account: str = ""
    text: str = ""
    reference: str = ""
    balance_fen: int | None = None


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A statement read from a file, oldest entry first. None where the file does not say a balance or account."""

    account_number: str | None
    opening_fen: int | None
    closing_fen: int | None
    entries: tuple[Said, ...]
    bad: tuple[BadRow, ...] = field(default=())

    @property
    def adds_up(self) -> bool:
        """Tell whether opening balance and entries are the closing balance."""
        if self.opening_fen is None or self.closing_fen is None:
            return False
        return self.opening_fen + sum(entry.fen for entry in self.entries) == self.closing_fen


def read_rows(rows: Sequence[Sequence[str]], heads: Mapping[str, str] | None = None) -> StatementFile:
    """Read the rows of an exported sheet; `heads` names columns (field of HEADS to head) the bank calls otherwise.

    The heads may stand below a preamble; rows of totals are left out; a file with the newest entry first is turned.
    """
    known = {
        name: ((heads or {}).get(name) or "",) if (heads or {}).get(name) else words for name, words in HEADS.items()
    }
    found = _head(rows[:HEAD_WITHIN], known)
    if found is None:
        return StatementFile(None, None, None, (), (BadRow(1, "no_heads", " ".join(rows[0])[:60] if rows else ""),))
    at, columns = found
    if len(rows) > MOST_ROWS:
        return StatementFile(None, None, None, (), (BadRow(MOST_ROWS, "too_long", str(len(rows))),))
    entries: list[Said] = []
    bad: list[BadRow] = []
    for line, row in enumerate(rows[at + 1 :], at + 2):
        if not any(cell.strip() for cell in row) or _is_total(row, columns):
            continue
        read = _entry(line, row, columns)
        if isinstance(read, BadRow):
            bad.append(read)
        else:
            entries.append(read)
    if bad or not entries:
        return StatementFile(None, None, None, tuple(entries), tuple(bad) or (BadRow(at + 1, "empty", ""),))
    return _balanced(entries)


def day_of(text: str) -> date | None:
    """Return a day as banks write it: 2026-10-20, 20261020, 2026年10月20日, with a time too; else None."""
    match = DAY.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def fen_of(text: str) -> int | None:
    """Return an amount in yuan as fen; None for what is no amount, or has parts of a fen."""
    plain = re.sub(r"[,\s¥元]", "", unicodedata.normalize("NFKC", text))
    try:
        fen = Decimal(plain) * 100
    except InvalidOperation:
        return None
    return int(fen) if fen.is_finite() and fen == fen.to_integral_value() and abs(fen) < MOST_FEN else None


def identities(account_number: str, entries: Sequence[Said]) -> list[str]:
    """Return what tells each entry from all others of an account, so that overlapping files store it once.

    The bank's reference with day and amount where there is one, else all that the bank says of it; entries that say
    the same are told apart by how many of them a file has.
    """
    seen: Counter[str] = Counter()
    made = []
    for entry in entries:
        said: list[object] = [account_number, entry.booked_on, entry.fen]
        if entry.reference:
            said.append(entry.reference)
        else:
            said += [entry.balance_fen, entry.other_name, entry.other_account, entry.text]
        key = digest(said)
        seen[key] += 1
        made.append(digest([key, seen[key]]))
    return made


def _head(rows: Sequence[Sequence[str]], known: Mapping[str, Sequence[str]]) -> tuple[int, dict[str, list[int]]] | None:
    wanted = {head.lower() for heads in known.values() for head in heads}
    for at, row in enumerate(rows):
        words = [_word(cell, wanted) for cell in row]
        columns: dict[str, list[int]] = {}
        for name, heads in known.items():
            places = [words.index(head.lower()) for head in heads if head.lower() in words]
            if places:
                columns[name] = places if name == "text" else places[:1]
        if "booked_on" in columns and ("amount" in columns or "credit" in columns or "debit" in columns):
            return at, columns
    return None


def _word(cell: str, wanted: set[str]) -> str:
    """Return a head without the unit behind it: 贷方发生额(元)."""
    plain = cell.strip().lower()
    return plain if plain in wanted else re.split(r"[\s（(/\[【]", plain)[0]


def _is_total(row: Sequence[str], columns: Mapping[str, list[int]]) -> bool:
    totals = any(cell.strip().lower().startswith(TOTALS) for cell in row)
    return totals and day_of(_cells(row, columns, "booked_on")) is None


def _cells(row: Sequence[str], columns: Mapping[str, list[int]], name: str) -> str:
    found = [row[at].strip() for at in columns.get(name, []) if at < len(row)]
    return " ".join(dict.fromkeys(words for words in found if words))


def _entry(line: int, row: Sequence[str], columns: Mapping[str, list[int]]) -> Said | BadRow:
    said_day = _cells(row, columns, "booked_on")
    booked_on = day_of(said_day)
    if booked_on is None:
        return BadRow(line, "day", said_day[:60])
    fen = _signed(row, columns)
    if isinstance(fen, str):
        return BadRow(line, "amount", fen[:60])
    said_balance = _cells(row, columns, "balance")
    balance = fen_of(said_balance) if said_balance else None
    if said_balance and balance is None:
        return BadRow(line, "balance", said_balance[:60])
    return Said(
        line, booked_on, fen, _cells(row, columns, "other_name")[:NAME_MOST],
        _cells(row, columns, "other_account")[:ACCOUNT_MOST], _cells(row, columns, "text")[:TEXT_MOST],
        _cells(row, columns, "reference")[:REFERENCE_MOST], balance,
    )  # fmt: skip


def _signed(row: Sequence[str], columns: Mapping[str, list[int]]) -> int | str:
    """Return the amount, money in positive; the words as they stand where they are none."""
    credit, debit, plain = (_cells(row, columns, name) for name in ("credit", "debit", "amount"))
    if credit or debit:
        parts = [fen_of(words) if words else 0 for words in (credit, debit)]
        if parts[0] is None or parts[1] is None or (parts[0] != 0) == (parts[1] != 0):
            return f"{credit} / {debit}"
        return parts[0] - parts[1]
    fen, side = fen_of(plain), _cells(row, columns, "side").lower()
    if not fen or (side and side not in (*IN, *OUT)):
        return f"{plain} {side}"
    return -abs(fen) if side in OUT else abs(fen) if side in IN else fen


def _balanced(entries: list[Said]) -> StatementFile:
    """Return entries in the order in which each balance follows from the one before; name the line where none does."""
    if all(entry.balance_fen is None for entry in entries):
        if entries[0].booked_on > entries[-1].booked_on:
            entries = entries[::-1]
        return StatementFile(None, None, None, tuple(entries))
    broken = _break(entries)
    if broken is not None and _break(entries[::-1]) is None:
        entries, broken = entries[::-1], None
    if broken is not None:
        wrong = BadRow(broken.line, "chain", str(Decimal(broken.balance_fen or 0) / 100))
        return StatementFile(None, None, None, tuple(entries), (wrong,))
    first, last = entries[0].balance_fen, entries[-1].balance_fen
    assert first is not None, "a chain of balances has no hole"
    return StatementFile(None, first - entries[0].fen, last, tuple(entries))


def _break(entries: Sequence[Said]) -> Said | None:
    before: int | None = None
    for entry in entries:
        if entry.balance_fen is None or (before is not None and before + entry.fen != entry.balance_fen):
            return entry
        before = entry.balance_fen
    return None


def completed(
    found: StatementFile, account_number: str, opening_fen: int | None, closing_fen: int | None
) -> StatementFile:
    """Return a file with what its reader typed where it says nothing itself; what the file says counts first."""
    return replace(
        found,
        account_number=found.account_number or account_number or None,
        opening_fen=opening_fen if found.opening_fen is None else found.opening_fen,
        closing_fen=closing_fen if found.closing_fen is None else found.closing_fen,
    )
