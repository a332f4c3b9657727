"""What scanners send: element strings as printed and as sent, bare numbers, and what was misread."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database

SSCC = "106141412345678908"  # the example of the GS1 General Specifications
FNC1 = "\x1d"


@pytest.mark.parametrize(
    ("scanned", "said"),
    [
        (SSCC, lots.Scan(sscc=SSCC)),
        (f"00{SSCC}", lots.Scan(sscc=SSCC)),
        (f"(00){SSCC}", lots.Scan(sscc=SSCC)),
        (f"(00) {SSCC}", lots.Scan(sscc=SSCC)),
        (f"]C100{SSCC}", lots.Scan(sscc=SSCC)),
        (f"]C1{FNC1}00{SSCC}{FNC1}", lots.Scan(sscc=SSCC)),
        (f"]C100{SSCC}3102001950", lots.Scan(sscc=SSCC, net_grams=19_500)),
        ("]C13103019500", lots.Scan(net_grams=19_500)),
        ("]C13300000020", lots.Scan(gross_grams=20_000)),
        ("]C13104000001", lots.Scan()),  # a tenth of a gram is no weight of ours
        (f"]d20206901234567892310300100037{'48'}{FNC1}10ABC-1", lots.Scan(
            gtin="06901234567892", net_grams=1_000, units=48, batch="ABC-1")),
        ("(02)06901234567892(37)48(10)L261020-0001", lots.Scan(
            gtin="06901234567892", units=48, batch="L261020-0001", lot_code="L261020-0001")),
        ("l261020-0001", lots.Scan(lot_code="L261020-0001")),
        (lots.lot_label_code("L261020-0001"), lots.Scan(lot_code="L261020-0001")),
        ("PENGLAI-7", lots.Scan(batch="PENGLAI-7")),
        ("", lots.Scan(batch="")),
    ],
)  # fmt: skip
def test_a_code_says_what_it_says(scanned: str, said: lots.Scan) -> None:
    assert lots.parse_scan(scanned) == said


@pytest.mark.parametrize(
    "scanned",
    [
        SSCC[:-1] + "9", f"(00){SSCC[:-1]}7", f"]C100{SSCC[:-1]}", "]C199123", "(00)12(", "(37)4x", "]C137", "(3102)19",
        "(02)06901234567893", lots.lot_label_code("L261020-0001").replace("0001", "0010"), "(10)" + "x" * 21,
        "(10)" + lots.lot_label_code("L261020-0001").replace("0001", "0010"),
    ],
)  # fmt: skip
def test_what_was_misread_is_refused(scanned: str) -> None:
    with pytest.raises(lots.ScanMisread):
        lots.parse_scan(scanned)


def test_every_single_wrong_digit_of_an_sscc_is_found() -> None:
    for place in range(18):
        wrong = SSCC[:place] + str((int(SSCC[place]) + 1) % 10) + SSCC[place + 1 :]
        with pytest.raises(lots.ScanMisread):
            lots.parse_scan(wrong)


def test_a_lot_is_found_by_whatever_its_label_carries(database: Database, store: make.Store) -> None:
    lot = database.write(lambda s: make.lot(s, store, units=2, grams=40_000, unit_grams=(20_500, 19_500)))
    label = database.read(lambda s: lots.labels_of(s, lot.id))[0]
    assert label.lot_code == lots.lot_label_code(lot.code)
    for scanned in (lot.code, label.lot_code, label.sscc, f"(00){label.sscc}", f"]C100{label.sscc}", f"(10){lot.code}"):
        find = partial(lots.lot_by_scan, site_id=store.site.id, scanned=scanned)
        assert database.read(partial(find, by=store.owner())).id == lot.id
        not_found(database, find, store.stranger())


def not_found(database: Database, find: Callable[..., lots.Lot], by: Actor) -> None:
    with pytest.raises(lots.LotNotFound):
        database.read(lambda s: find(s, by=by))
