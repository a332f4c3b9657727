"""Codes, credit codes, terms and periods, without a database."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms import parties
from wms.parties import rules

DAY = date(2026, 10, 20)


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("91350100M000100Y43", True),  # GB 32100-2015, appendix
        ("91350100M000100Y44", False),
        ("91350100M000100Y4", False),
        ("91350100M0O0100Y43", False),  # no letter O in the alphabet
        ("", False),
    ],
)
def test_a_credit_code_checks_itself(code, right):
    assert rules.is_credit_code(code) is right


@pytest.mark.parametrize("code", ["", "g1", "1G", "G-1", "G:1", "A" * 13, "王"])
def test_a_code_fits_into_account_codes(code):
    request = parties.AddPartyRequest(uuid4(), code, parties.PartyKind.GROWER, "王")
    with pytest.raises(parties.FieldInvalid):
        rules.check_party(request)


@pytest.mark.parametrize(
    ("change", "term"),
    [
        ({"tax_permille": -1}, "tax_permille"),
        ({"tax_permille": 1000}, "tax_permille"),
        ({"commission_bp": 10_001}, "commission_bp"),
        ({"earnest_bp": 2_001}, "earnest_bp"),
        ({"prepay_bp": 8_001}, "prepay_bp"),
        ({"forfeit_seller_bp": 10_001}, "forfeit_seller_bp"),
        ({"loss_standard_permille": 1_000}, "loss_standard_permille"),
        ({"silence_h": 0}, "silence_h"),
        ({"partial_sale": "never"}, "partial_sale"),
        ({"waterfall": ("storage",)}, "waterfall"),
        ({"waterfall": (*rules.WATERFALL, "costs")}, "waterfall"),
        ({"differential": Decimal("0.00001")}, "differential"),
        ({"differential": Decimal("NaN")}, "differential"),
    ],
)
def test_terms_out_of_bounds_are_named(change, term):
    with pytest.raises(parties.ContractTermsInvalid) as caught:
        rules.check_terms(parties.ContractTerms(**change))
    assert caught.value.values == {"term": term}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"earnest_bp": 2_000, "prepay_bp": 8_000},
        {"tax_permille": 999, "commission_bp": 0},
        {"waterfall": tuple(reversed(rules.WATERFALL))},
        {"differential": Decimal("-0.5")},
    ],
)
def test_terms_at_their_bounds_are_fine(change):
    rules.check_terms(parties.ContractTerms(**change))


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))
periods = st.tuples(days, st.none() | days)


@given(one=periods, other=periods)
def test_periods_overlap_when_they_share_a_day(one, other):
    def covered(period):
        end = period[1] or date(2026, 6, 1)
        return {day for day in range(period[0].toordinal(), end.toordinal())}

    assert rules.overlap(one, other) == bool(covered(one) & covered(other))


@pytest.mark.parametrize("number", ["12345", "ABC 123456", "6222-0000-1111", "é12345678"])
def test_a_payee_needs_an_account_a_bank_could_pay(number):
    with pytest.raises(parties.FieldInvalid):
        rules.check_payee(parties.BankPayee("王", "农业银行", number))
