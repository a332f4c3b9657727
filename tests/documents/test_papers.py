"""Papers can be read: by people, by a scanner, by a telephone."""

import re
from datetime import date

import pytest
from PIL import ImageFont

from tests.documents.reading import pages_of, text_of
from tests.receipts import make
from wms import documents
from wms.documents import fonts, labels
from wms.documents.sheet import Sheet, Terms, sheet_pdf
from wms.kernel.database import Database
from wms.lots import Label

LABEL = Label("069000000000000014", "L261020-0001", 1, "刘秀英", "红富士", "一二级", "80以上", date(2026, 10, 20), None)


def test_a_barcode_is_whole_symbols_with_quiet_either_side() -> None:
    svg = documents.code128_svg(documents.sscc_element(LABEL.sscc))
    width = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])  # type: ignore[index]
    start, function, digits, check, stop = 11, 11, 10 * 11, 11, 13
    assert width == 10 + start + function + digits + check + stop + 10
    assert svg.count("M") == (start + function + digits + check) // 11 * 3 + 4  # three bars a symbol, the stop has four


def test_a_qr_code_needs_no_style() -> None:
    svg = documents.qr_svg("https://example.test/check/ABC")
    assert svg.startswith("<svg")
    assert "style=" not in svg


def test_labels_are_a_page_each() -> None:
    body = documents.labels_pdf([LABEL, LABEL])
    assert body.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", body)) == 2


def test_a_label_printer_gets_chinese_as_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "picture_font", lambda pixels: ImageFont.load_default(pixels))
    zpl = documents.labels_zpl([LABEL])
    assert zpl.startswith("^XA")
    assert f">;>800{LABEL.sscc}" in zpl
    assert zpl.isascii()
    total, _, row, bits = re.search(r"\^GFA,(\d+),(\d+),(\d+),([0-9A-F]+)", zpl).groups()  # type: ignore[union-attr]
    assert len(bits) == int(total) * 2
    assert int(total) % int(row) == 0
    assert bits.strip("0"), "something is drawn"


def test_without_a_typeface_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "PLACES", ())
    fonts.picture_font.cache_clear()
    with pytest.raises(documents.FontMissing, match="fonts-wqy-microhei"):
        labels.graphic("苹果", 20)
    fonts.picture_font.cache_clear()


def test_a_receipt_prints_with_every_field(database: Database) -> None:
    row = database.write(lambda session: make.receipt(session, make.Keeper(session)))
    body = documents.receipt_pdf(row, "https://example.test/check/" + row.check_code)
    assert body.startswith(b"%PDF-")
    told = {term: text for _, term, text in documents.receipt_rows(row)}
    assert told["Entry weight"] == f"{row.entry_grams // 1000:,}.{row.entry_grams % 1000:03d} kg"
    assert row.depositor_name in told["Depositor"]


@pytest.mark.parametrize(
    ("fen", "capitals"),
    [
        (0, "零元整"), (1, "壹分"), (10, "壹角整"), (105, "壹元零伍分"), (109_400, "壹仟零玖拾肆元整"),
        (1_000_050, "壹万元伍角整"), (10_000_100, "壹拾万零壹元整"), (10_500_00, "壹万零伍佰元整"),
        (10_000_000_100, "壹亿零壹元整"), (-56_106, "负伍佰陆拾壹元零陆分"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(fen: int, capitals: str) -> None:
    assert documents.capital_yuan(fen) == capitals


def test_what_is_printed_can_be_read_back_over_several_pages() -> None:
    rows = [("货主", "Owner", f"第 {n} 行 row {n} <&>") for n in range(80)]
    body = sheet_pdf(Sheet(("出库单", "Exit order"), "X-1", "烟台冷库", [Terms(rows)], "https://x.test/1"))
    said = text_of(body)
    assert pages_of(body) == 3
    assert "第 79 行 row 79 <&>" in said
    assert said.count("出库单 Exit order № X-1") == 3
