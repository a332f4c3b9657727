"""The order of the board, pure: the vectors and the properties of a total order."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.trading.rules.ranking import (
    KEYS,
    Candidate,
    Policy,
    Press,
    StorageFirst,
    key_of,
    life_class,
    press_of,
    ranked,
    tier_of,
    why_above,
)
from wms.trading.rules.reasons import Audience, chips, said

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "trading.json").read_text())
POLICY = Policy()
PRESSES = {"due_14_days": Press.DUE}


def candidate_of(row: dict[str, Any]) -> Candidate:
    return Candidate(
        id=row["id"],
        in_store=row["in_store"],
        weighed=row["weighed"],
        inspected_days_ago=row["inspected_days_ago"],
        arrival_deposit_paid=row["arrival_deposit_paid"],
        due_in_days=row["due_in_days"],
        fit=row["fit"],
        price=Decimal(row["price"]),
        life_days=row["days_to_deadline"],
        press=PRESSES.get(row["pledge"]) or Press(row["pledge"]),
        since=row["since"],
    )


@pytest.mark.parametrize("case", VECTORS["priority"])
def test_the_vectors_order_and_reasons(case: dict[str, Any]) -> None:
    order = ranked([candidate_of(row) for row in case["listings"]], POLICY)
    assert [one.id for one in order] == case["order"]
    why = [why_above(one, other, POLICY) for one, other in pairwise(order)]
    assert why == case["why_above_next"]


PRICES = [Decimal(text) for text in ("7.49", "7.50", "7.51", "7.59", "7.60", "7.99", "8.00")]
CANDIDATES = st.builds(
    Candidate,
    id=st.integers(1, 10_000),
    in_store=st.booleans(),
    weighed=st.booleans(),
    inspected_days_ago=st.sampled_from([None, 0, 29, 30, 31]),
    arrival_deposit_paid=st.booleans(),
    due_in_days=st.sampled_from([None, -1, 0, 3, 4]),
    fit=st.integers(0, 2),
    price=st.sampled_from([None, *PRICES]),
    life_days=st.sampled_from([None, -1, 7, 8, 21, 22, 45, 46]),
    press=st.sampled_from(list(Press)),
    since=st.integers(1, 5),
)
SETS = st.lists(CANDIDATES, min_size=2, max_size=12, unique_by=lambda one: one.id)


@given(SETS, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_rows_come(rows: list[Candidate], chance: random.Random) -> None:
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert ranked(shuffled, POLICY) == ranked(rows, POLICY)


@given(SETS)
def test_taking_one_away_never_swaps_two_others(rows: list[Candidate]) -> None:
    order = ranked(rows, POLICY)
    for gone in rows:
        rest = [row for row in rows if row is not gone]
        assert ranked(rest, POLICY) == [row for row in order if row is not gone]


@given(SETS)
def test_the_reason_agrees_with_the_order(rows: list[Candidate]) -> None:
    order = ranked(rows, POLICY)
    for upper, lower in pairwise(order):
        place = KEYS.index(why_above(upper, lower, POLICY))
        one, other = key_of(upper, POLICY), key_of(lower, POLICY)
        assert one[:place] == other[:place]
        assert one[place] < other[place]


@given(SETS)
def test_bettering_a_row_never_lowers_it(rows: list[Candidate]) -> None:
    row, rest = rows[0], rows[1:]
    place = ranked(rows, POLICY).index(row)
    better = [
        replace(row, in_store=True, weighed=True, inspected_days_ago=0),
        replace(row, since=0),
        replace(row, price=None if row.price is None else row.price - Decimal("0.10")),
    ]
    for one in better:
        assert ranked([one, *rest], POLICY).index(one) <= place


def test_on_request_follows_the_priced_rows_of_its_tier() -> None:
    in_store = Candidate(1, True, True, 5, False, None, 2, Decimal("9.99"), 99, Press.NONE, 9)
    asked = replace(in_store, id=2, price=None, fit=0, press=Press.ENFORCED, since=1)
    outside = replace(in_store, id=3, in_store=False, fit=0, price=Decimal("1.00"))
    assert [row.id for row in ranked([outside, asked, in_store], POLICY)] == [1, 2, 3]
    assert why_above(in_store, asked, POLICY) == "asked"


@pytest.mark.parametrize(
    ("changes", "tier"),
    [
        ({}, 0),
        ({"inspected_days_ago": 30}, 0),
        ({"inspected_days_ago": 31}, 1),
        ({"inspected_days_ago": None}, 1),
        ({"weighed": False}, 3),
        ({"in_store": False}, 3),
        ({"in_store": False, "arrival_deposit_paid": True, "due_in_days": 3}, 2),
        ({"in_store": False, "arrival_deposit_paid": True, "due_in_days": 4}, 3),
        ({"in_store": False, "arrival_deposit_paid": True, "due_in_days": -1}, 3),
        ({"in_store": False, "arrival_deposit_paid": False, "due_in_days": 1}, 3),
        ({"weighed": False, "arrival_deposit_paid": True, "due_in_days": 1}, 3),
    ],
)
def test_tiers(changes: dict[str, Any], tier: int) -> None:
    row = Candidate(1, True, True, 0, False, None, 0, Decimal("8"), 10, Press.NONE, 1)
    assert tier_of(replace(row, **changes), POLICY) == tier


def test_storage_first_can_be_switched_off_by_a_version_of_the_policy() -> None:
    cheap = Candidate(1, False, False, None, False, None, 0, Decimal("7"), 10, Press.NONE, 1)
    stored = Candidate(2, True, True, 0, False, None, 0, Decimal("8"), 10, Press.NONE, 1)
    assert ranked([cheap, stored], POLICY)[0] is stored
    assert ranked([cheap, stored], replace(POLICY, storage_first=StorageFirst.OFF))[0] is cheap


@pytest.mark.parametrize(("days", "group"), [(-1, 0), (7, 0), (8, 1), (21, 1), (22, 2), (45, 2), (46, 3), (None, 3)])
def test_life(days: int | None, group: int) -> None:
    assert life_class(days, POLICY) == group


@pytest.mark.parametrize(
    ("stage", "due_in", "press"),
    [
        ("none", None, Press.NONE),
        ("pledged", None, Press.PLEDGED),
        ("pledged", 15, Press.PLEDGED),
        ("pledged", 14, Press.DUE),
        ("due", None, Press.DUE),
        ("margin_call", 1, Press.MARGIN_CALL),
        ("enforced", 100, Press.ENFORCED),
    ],
)
def test_press(stage: str, due_in: int | None, press: Press) -> None:
    on = date(2026, 11, 1)
    due_on = None if due_in is None else on + timedelta(days=due_in)
    assert press_of(stage, due_on, on, POLICY) is press


def test_outsiders_read_one_reason_for_press_since_and_id() -> None:
    assert {said(key, Audience.PUBLIC).zh for key in ("press", "since", "id")} == {"平台顺序"}
    assert len({said(key, Audience.FULL).zh for key in KEYS}) == len(KEYS)
    assert said("band", Audience.PUBLIC) == said("band", Audience.FULL)


def test_chips_hold_nothing_about_pledges() -> None:
    shown = [chips(tier, fit, life, asked=asked) for tier in range(4) for fit in range(3) for life in range(4)
             for asked in (False, True)]  # fmt: skip
    assert not any("质押" in reason.zh or "pledge" in reason.en for row in shown for reason in row)
