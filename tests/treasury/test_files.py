"""Statements as banks write them: what is read, which lines are not, and what hostile documents may not do."""

from datetime import date

import pytest

from tests.treasury.make import ACCOUNT, camt
from wms import documents, treasury
from wms.treasury.rules.statements import day_of, fen_of, identities

CHINESE = """账号:,6222021606001234567,,,,,
交易日期,交易流水号,对方户名,对方账号,借方发生额(元),贷方发生额(元),余额(元),摘要,附言
20261022 10:11:12,A3,果农王,6228,"1,200.00",,"98,800.50",转账,付款
20261021,A2,客商李,6229,,"50,000.50","100,000.50",收款,I2026-000001
2026-10-20,A1,客商李,6229,0.00,"50,000.00","50,000.00",收款,
合计,,,,"1,200.00","100,000.50",,,
"""
ENTRY = (
    '<Ntry><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>{state}</Cd></Sts>'
    "<BookgDt><Dt>2026-10-20</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls>"
    "<RltdPties><Dbtr><Pty><Nm>客商李</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>6229</Id></Othr></Id></DbtrAcct>"
    "</RltdPties><RmtInf><Ustrd>I2026-000001</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
)


def booked(amount: str, side: str = "CRDT", state: str = "BOOK", reference: str = "R1") -> str:
    return ENTRY.format(amount=amount, side=side, state=state, reference=reference)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_export_is_read_oldest_first(encoding: str) -> None:
    found = treasury.read_rows(documents.read_sheet(CHINESE.encode(encoding)))
    assert found.bad == ()
    assert [(one.booked_on.day, one.fen, one.reference) for one in found.entries] == [
        (20, 5_000_000, "A1"), (21, 5_000_050, "A2"), (22, -120_000, "A3")
    ]  # fmt: skip
    assert (found.opening_fen, found.closing_fen, found.adds_up) == (0, 9_880_050, True)
    assert (found.entries[1].other_name, found.entries[1].text) == ("客商李", "收款 I2026-000001")


def test_each_bad_line_is_named() -> None:
    rows = [["日期", "金额", "借贷标志", "余额"], ["2026-02-30", "1", "贷", "1"], ["2026-02-03", "x", "贷", "1"],
            ["2026-02-03", "1", "上", "1"], ["2026-02-03", "1", "贷", "?"], ["2026-02-03", "0", "", "1"],
            ["2026-02-03", "0.001", "贷", "1"]]  # fmt: skip
    found = treasury.read_rows(rows)
    assert [(bad.line, bad.why) for bad in found.bad] == [
        (2, "day"), (3, "amount"), (4, "amount"), (5, "balance"), (6, "amount"), (7, "amount")
    ]  # fmt: skip
    both = treasury.read_rows([["日期", "收入", "支出"], ["2026-02-03", "1", "1"], ["2026-02-03", "", ""]])
    assert [bad.why for bad in both.bad] == ["amount", "amount"]
    broken = treasury.read_rows([["日期", "金额", "余额"], ["2026-02-03", "1", "5"], ["2026-02-03", "-2", "9"]])
    assert [(bad.line, bad.why) for bad in broken.bad] == [(3, "chain")]
    for nothing in ([], [["a", "b"]], [["日期", "金额"]]):
        assert treasury.read_rows(nothing).bad


def test_a_bank_of_other_words_is_mapped() -> None:
    rows = [["Wann", "Wieviel"], ["2026/2/3", "-1.50"]]
    assert treasury.read_rows(rows).bad[0].why == "no_heads"
    found = treasury.read_rows(rows, {"booked_on": "wann", "amount": "Wieviel", "text": ""})
    assert [(one.booked_on, one.fen) for one in found.entries] == [(date(2026, 2, 3), -150)]
    assert not found.adds_up
    assert treasury.completed(found, "", 150, 0).adds_up
    assert not treasury.completed(found, "", 150, 1).adds_up


@pytest.mark.parametrize(
    ("words", "fen"),
    [("1,234.50", 123450), ("￥0.01", 1), ("-5", -500), ("１２", 1200), ("1.005", None), ("NaN", None), ("1e99", None),
     ("", None), ("Infinity", None)],
)  # fmt: skip
def test_amounts_are_whole_fen(words: str, fen: int | None) -> None:
    assert fen_of(words) == fen


def test_days_as_banks_write_them() -> None:
    said = ("2026-10-20", "20261020", "2026年10月20日", "2026/10/20 08:00:00", "2026.10.20")
    assert {day_of(words) for words in said} == {date(2026, 10, 20)}
    assert [day_of(words) for words in ("", "2026-13-01", "20-10-2026", "tomorrow")] == [None] * 4


def test_entries_that_say_the_same_are_still_two() -> None:
    one = treasury.Said(1, date(2026, 1, 1), 100, text="fee")
    assert len(set(identities(ACCOUNT, [one, one]))) == 2
    assert identities(ACCOUNT, [one])[0] == identities(ACCOUNT, [one, one])[0] != identities("other", [one])[0]


def test_a_camt053_is_read_booked_entries_only() -> None:
    entries = booked("100.05") + booked("0.05", "DBIT", reference="R2") + booked("77", state="PDNG", reference="R3")
    found = treasury.read_camt053(camt(entries, closing="1100.00"))
    assert (found.account_number, found.bad, found.adds_up) == (ACCOUNT, (), True)
    assert [(one.fen, one.reference) for one in found.entries] == [(10_005, "R1"), (-5, "R2")]
    assert found.entries[0].other_account == "6229"
    assert "I2026-000001" in found.entries[0].text
    assert treasury.read_camt053(camt(booked("1"), currency="USD")).bad
    assert treasury.read_camt053(camt(booked("x"))).bad[0].why == "amount"


BILLION_LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("head", [BILLION_LAUGHS, EXTERNAL, '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'])
def test_a_document_that_declares_anything_is_refused(head: str, encoding: str) -> None:
    hostile = camt(booked("100.00"), closing="1100.00", head=head).decode().replace("客商李", "&c;&file;")
    found = treasury.read_camt053(hostile.replace("UTF-8", encoding).encode(encoding))
    assert (found.entries, [bad.why for bad in found.bad]) == ((), ["hostile"])


def test_what_is_no_camt053_is_told() -> None:
    deep = b"<a>" * 100 + b"</a>" * 100
    for content, why in ((b"", "no_camt"), (b"<x/>", "no_camt"), (b"<x", "no_camt"), (b"\xff\xfe\x00", "no_camt"),
                         (b"<x><Stmt/><Stmt/></x>", "several"), (deep, "hostile")):  # fmt: skip
        assert [bad.why for bad in treasury.read_camt053(content).bad] == [why]
