"""The tax bureau's numbers, read from its file and written back: all of it or nothing."""

from uuid import uuid4

import pytest

from tests.einvoicing.make import CASHIER, NEXT, Desk, number, record, well
from wms import documents, einvoicing
from wms.kernel.database import Database

FILE = """导出时间,2027-01-21,,
单据编号,数电发票号码,开票日期,备注
S2027-000001,26370000000000000001,2027-01-21 10:11:12,
'S2027-000002,26370000000000000002,20270121,x
,,,
"""


def test_the_bureaus_file_is_read_whatever_stands_above_it() -> None:
    found = einvoicing.read_numbers(documents.read_sheet(FILE.encode("gb18030")))
    assert found.bad == ()
    assert [(one.document, one.number[-1], one.issued_on, one.line) for one in found.numbers] == [
        ("S2027-000001", "1", NEXT.on, 3), ("S2027-000002", "2", NEXT.on, 4)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "bad"),
    [
        ([], [(1, "no_heads")]),
        ([["发票号码"]], [(1, "no_heads")]),
        ([["单据编号", "发票号码"]], [(1, "empty")]),
        ([["单据编号", "发票号码"], ["A", "2637"], ["", "2" * 20], ["B", "2" * 19 + "x"]],
         [(2, "number"), (3, "document"), (4, "number")]),
        ([["单据编号", "发票号码", "开票日期"], ["A", "2" * 20, "2027-02-30"]], [(2, "day")]),
        ([["单据编号", "发票号码"], ["A", "2" * 20], ["B", "2" * 20], ["A", "3" * 20]], [(3, "twice"), (4, "twice")]),
        ([["单据编号", "发票号码"], ["A", "2.637E+19"]], [(2, "number")]),
    ],
)  # fmt: skip
def test_each_bad_line_is_named(rows: list[list[str]], bad: list[tuple[int, str]]) -> None:
    assert [(one.line, one.why) for one in einvoicing.read_numbers(rows).bad] == bad


def test_a_file_of_numbers_counts_whole_or_not_at_all(database: Database) -> None:
    with database.transaction() as session:
        desk = Desk(session)
        desk.set_up(session)
        one, two = number(1, desk.first.name), number(2, desk.second.name)
        with pytest.raises(einvoicing.NumbersUnfit), session.begin_nested():
            record(session, one)  # not exported yet
        batch = desk.prepared(session)
        assert record(session, one) == 1
        assert record(session, one, two) == 1
        request = einvoicing.RecordNumbers(uuid4(), (one, two))
        assert einvoicing.record_numbers(session, request, by=CASHIER, at=NEXT) == 0
        found = einvoicing.numbers_of(session, batch.id)
        assert {key: row.number for key, row in found.items()} == {
            desk.first.id: one.number, desk.second.id: two.number
        }  # fmt: skip
        for wrong, why in (
            (number(3, desk.first.name), "other"), (number(2, desk.first.name), "other"),
            (number(1, "S2027-000009"), "foreign"), (number(1, desk.first.name, number="12"), "number"),
        ):  # fmt: skip
            bad, new = einvoicing.judged(session, [wrong])
            assert ([each.why for each in bad], new) == ([why], {})
            with pytest.raises(einvoicing.NumbersUnfit), session.begin_nested():
                record(session, wrong)
        assert einvoicing.number_of(session, desk.first.id).number == one.number  # type: ignore[union-attr]
        well(session)


def test_a_number_stands_for_one_document(database: Database) -> None:
    with database.transaction() as session:
        desk = Desk(session)
        desk.set_up(session)
        desk.prepared(session)
        record(session, number(1, desk.first.name))
        bad, _ = einvoicing.judged(session, [number(1, desk.second.name)])
        assert [each.why for each in bad] == ["taken"]
        both = [number(5, desk.second.name), number(5, desk.first.name)]
        assert {each.why for each in einvoicing.judged(session, both)[0]} == {"twice", "other"}
