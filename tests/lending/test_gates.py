"""Each gate of an advance closed one by one, and missing or stale evidence never opens one. Pure."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from wms.lending.rules.exposure import Terms
from wms.lending.rules.gates import Evidence, gates, needs_price_approval, price_to_lend_on
from wms.lending.rules.interest import Basis

TERMS = Terms(72_000, Basis.ACT_365F, 800, 850, 900, 950, 15, 3, False, 30, 3, 30)
ON = date(2026, 10, 22)
GOOD = Evidence(
    on=ON, in_store=True, weighed_by_instrument=True, inspected_on=ON, quarantined=False, count_variance=False,
    pledged_already=False, insured_until=ON, room_kept=True, room_detail="within limits", critical_alarms=0,
    board_price=Decimal("7.2000"), board_level=2, board_age_days=3, independent_price=Decimal("7.0000"),
    independent_age_days=3, dealings=1,
)  # fmt: skip


def closed(**changes):
    return [gate.name for gate in gates(replace(GOOD, **changes), TERMS) if not gate.passed]


def test_all_gates_are_open_at_the_edge_of_each():
    assert closed() == []
    assert closed(inspected_on=ON - timedelta(days=30)) == []


@pytest.mark.parametrize(
    ("changes", "gate"),
    [
        ({"independent_price": None}, "price"),
        ({"independent_age_days": None}, "price"),
        ({"independent_age_days": 4}, "price"),
        ({"independent_age_days": -1}, "price"),
        ({"inspected_on": None}, "inspection"),
        ({"inspected_on": ON - timedelta(days=31)}, "inspection"),
        ({"inspected_on": ON + timedelta(days=1)}, "inspection"),
        ({"weighed_by_instrument": False}, "weight"),
        ({"in_store": False}, "in_store"),
        ({"quarantined": True}, "no_quarantine"),
        ({"count_variance": True}, "no_variance"),
        ({"pledged_already": True}, "pledged_once"),
        ({"insured_until": None}, "insurance"),
        ({"insured_until": ON - timedelta(days=1)}, "insurance"),
        ({"critical_alarms": 1}, "no_critical_alarm"),
        ({"critical_alarms": None}, "no_critical_alarm"),
        ({"room_kept": False}, "room_history"),
        ({"dealings": 0}, "turnover"),
    ],
)
def test_each_gate_closes_alone(changes, gate):
    assert closed(**changes) == [gate]


@pytest.mark.parametrize(
    ("changes", "price"),
    [
        ({}, "7.0000"),
        ({"board_price": Decimal("6.9999")}, "6.9999"),
        ({"board_price": Decimal("6.9999"), "board_level": 3}, "7.0000"),
        ({"board_price": Decimal("6.9999"), "board_level": None}, "7.0000"),
        ({"board_price": Decimal("6.9999"), "board_age_days": 4}, "7.0000"),
        ({"independent_age_days": 4}, None),
        ({"independent_price": None}, None),
    ],
)
def test_the_lower_of_two_fresh_prices_counts_and_the_board_never_alone(changes, price):
    assert price_to_lend_on(replace(GOOD, **changes), TERMS) == (price and Decimal(price))


def test_an_independent_price_alone_is_approved_as_such():
    assert not needs_price_approval(GOOD, TERMS)
    assert needs_price_approval(replace(GOOD, board_level=3), TERMS)
