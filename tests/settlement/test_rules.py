"""The waterfall at every boundary (GV-11), and its conservation."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.parties.rules import WATERFALL
from wms.settlement.rules import commission, interest_first, waterfall

CASE = json.loads((Path(__file__).parent.parent / "vectors" / "settlement.json").read_text())["GV-11"]


def fen(text: str) -> int:
    return int(Decimal(text.replace(",", "")) * 100)


@pytest.mark.parametrize("row", CASE["derived"]["rows"])
def test_every_boundary(row):
    claims = {name: fen(text) for name, text in CASE["inputs"]["claims"].items()}
    applied = waterfall(fen(row[0]), claims, WATERFALL)
    columns = CASE["derived"]["cols"][1:-1]
    assert [applied.paid[name] for name in columns] == [fen(text) for text in row[1:-1]]
    assert applied.residual_fen == fen(row[-1])


@given(st.integers(0, 10**12), st.dictionaries(st.sampled_from(WATERFALL), st.integers(0, 10**11)))
def test_every_fen_is_placed_and_no_later_claim_is_paid_before_an_earlier_one(payment, claims):
    applied = waterfall(payment, claims, WATERFALL)
    assert sum(applied.paid.values()) + applied.residual_fen == payment
    unpaid = False
    for name in WATERFALL:
        if name in claims:
            assert not (unpaid and applied.paid[name])
            unpaid = unpaid or applied.paid[name] < claims[name]
    assert applied.residual_fen == 0 or not unpaid


def test_a_claim_without_a_place_is_a_mistake():
    with pytest.raises(AssertionError):
        waterfall(100, {"gift": 1}, WATERFALL)


@pytest.mark.parametrize(("gross", "fee"), ((15_534_779, 233_022), (5_868_293, 88_024), (33, 0), (34, 1)))
def test_the_commission_is_half_up(gross, fee):
    assert commission(gross, 150) == fee


@pytest.mark.parametrize(
    ("payment", "parts"), ((0, (0, 0)), (1_000, (1_000, 0)), (198_838, (198_838, 0)), (198_839, (198_838, 1)))
)
def test_interest_is_paid_before_principal(payment, parts):
    assert interest_first(payment, 198_838) == parts
