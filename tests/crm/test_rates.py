"""The four rates, pure: the vectors, the edges of the windows, and what is unknown."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from wms.crm import Place, Rate, RecordVisit
from wms.crm.rules import BuyingRole as Role
from wms.crm.rules import History, VisitRules, counts, distance_m, missing_roles, penetration_of, rates_of
from wms.kernel.clock import Moment

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "trading.json").read_text())["rates"]
ON = date(2026, 12, 31)
DAY = timedelta(days=1)


def histories_of(case: dict[str, Any]) -> list[History]:
    """Companies that have exactly the counts of a case."""
    matured, fresh = case["covered_matured"], case["covered"] - case["covered_matured"]
    long_ago, lately = ON - 100 * DAY, ON - 10 * DAY
    converted = [History(long_ago, None, (long_ago + 5 * DAY,)) for _ in range(case["converted_matured"])]
    rest = [History(long_ago) for _ in range(matured - case["converted_matured"])]
    newly = [History(lately) for _ in range(fresh)]
    never = [History() for _ in range(case["targets"] - case["covered"])]
    first = long_ago + 5 * DAY
    young = case["converted_matured"] - case["first_orders_matured"]
    for n in range(case["converted_matured"]):
        if n < case["second_orders"]:
            converted[n] = History(long_ago, None, (first, first + 45 * DAY))
        elif n >= case["converted_matured"] - young:
            converted[n] = History(ON - 60 * DAY, None, (ON - 44 * DAY,))  # too young to come back
    return [*converted, *rest, *newly, *never]


@pytest.mark.parametrize("case", VECTORS)
def test_the_vectors(case: dict[str, Any]) -> None:
    found = rates_of(histories_of(case), ON, conversion_days=60, repurchase_days=45)
    expect = case["expect"]
    assert str(found.coverage.rate) == expect["coverage"]
    assert str(found.conversion.rate) == expect["conversion_matured"]
    assert str(found.repurchase.rate) == expect["repurchase"]
    assert (found.coverage, found.conversion, found.repurchase) == (
        Rate(case["covered"], case["targets"]),
        Rate(case["converted_matured"], case["covered_matured"]),
        Rate(case["second_orders"], case["first_orders_matured"]),
    )


@pytest.mark.parametrize("case", VECTORS)
def test_the_vectors_of_penetration(case: dict[str, Any]) -> None:
    wallets = {
        name: (int(mine) * 10**6, None if whole is None else int(whole) * 10**6)
        for name, (mine, whole) in case["wallets_tonnes"].items()
    }
    found = penetration_of(wallets)
    shown = {
        name: "flagged" if share.stale else None if share.rate is None else str(share.rate)
        for name, share in found.shares.items()
    }
    expect = case["expect"]
    assert shown == expect["penetration"]
    assert (str(found.portfolio), found.safe, found.known) == (expect["portfolio"], expect["safe"], expect["known"])


def test_no_denominator_is_unknown_never_nothing() -> None:
    empty = rates_of([], ON, conversion_days=60, repurchase_days=45)
    assert [rate.rate for rate in (empty.coverage, empty.conversion, empty.repurchase)] == [None] * 3
    found = penetration_of({"a": (5, None), "b": (0, 0)})
    assert (found.portfolio, found.safe, found.known) == (None, 0, 0)
    assert not found.shares["a"].stale


@pytest.mark.parametrize(
    ("mine", "whole", "safe", "strong"),
    ((1, 3, True, False), (333, 1_000, False, False), (1, 2, True, False), (501, 1_000, True, True)),
)
def test_safe_is_a_third_and_strong_more_than_half(mine: int, whole: int, safe: bool, strong: bool) -> None:
    share = penetration_of({"a": (mine, whole)}).shares["a"]
    assert (share.safe, share.strong) == (safe, strong)


@pytest.mark.parametrize(
    ("covered_ago", "order_after", "expected"),
    ((60, 60, Rate(1, 1)), (60, 61, Rate(0, 1)), (59, 5, Rate(0, 0)), (60, None, Rate(0, 1))),
)
def test_conversion_waits_for_its_window(covered_ago: int, order_after: int | None, expected: Rate) -> None:
    covered = ON - covered_ago * DAY
    orders = () if order_after is None else (covered + order_after * DAY,)
    found = rates_of([History(covered, None, orders)], ON, conversion_days=60, repurchase_days=45)
    assert found.conversion == expected


@pytest.mark.parametrize(
    ("first_ago", "second_after", "expected"),
    ((45, 45, Rate(1, 1)), (45, 46, Rate(0, 1)), (44, 1, Rate(0, 0)), (45, 0, Rate(0, 1))),
)
def test_repurchase_waits_for_its_window(first_ago: int, second_after: int, expected: Rate) -> None:
    first = ON - first_ago * DAY
    history = History(first, None, (first, first + second_after * DAY))
    assert rates_of([history], ON, conversion_days=60, repurchase_days=45).repurchase == expected


def test_immature_conversion_looks_at_all_covered() -> None:
    fresh = History(ON - 10 * DAY, None, (ON - 5 * DAY,))
    coming = History(ON - 10 * DAY, None, (ON + 5 * DAY,))
    found = rates_of([fresh, coming], ON, conversion_days=60, repurchase_days=45)
    assert (found.conversion, found.conversion_immature) == (Rate(0, 0), Rate(1, 2))


def test_what_is_later_than_the_day_is_not_yet_known() -> None:
    history = History(ON + DAY, ON + DAY, (ON + 2 * DAY,))
    found = rates_of([history], ON, conversion_days=60, repurchase_days=45)
    assert (found.coverage, found.decider_coverage, found.repurchase) == (Rate(0, 1), Rate(0, 1), Rate(0, 0))


HERE = Place(37_300_000, 120_850_000, 20)


def visit(minutes: int = 5, **changes: Any) -> RecordVisit:
    start = datetime(2026, 11, 2, 2, tzinfo=UTC)
    values: dict[str, Any] = {
        "id": uuid4(), "company_id": uuid4(), "arrived": Moment(start, start.date()),
        "left": Moment(start + timedelta(minutes=minutes), start.date()), "met_person_ids": (uuid4(),), "place": HERE,
        **changes,
    }  # fmt: skip
    return RecordVisit(**values)


@pytest.mark.parametrize(
    ("changes", "away", "expected"),
    (
        ({}, 300, True),
        ({}, 301, False),
        ({}, None, False),
        ({"called_back": True}, 301, True),
        ({"place": None, "called_back": True}, None, True),
        ({"place": Place(0, 0, 101)}, 0, False),
        ({"place": Place(0, 0, 100)}, 0, True),
        ({"minutes": 4}, 0, False),
        ({"met_person_ids": ()}, 0, False),
    ),
)
def test_which_visits_count(changes: dict[str, Any], away: int | None, expected: bool) -> None:
    assert counts(visit(**changes), away, VisitRules()) is expected


def test_distances_are_metres() -> None:
    north = Place(HERE.latitude_e6 + 1_000, HERE.longitude_e6)
    east = Place(HERE.latitude_e6, HERE.longitude_e6 + 1_000)
    assert distance_m(HERE, HERE) == 0
    assert distance_m(HERE, north) == 111
    assert distance_m(HERE, east) == 88


def test_a_known_user_without_decider_or_payer_is_a_gap() -> None:
    assert missing_roles([Role.USER]) == {Role.DECIDER, Role.PAYER}
    assert missing_roles([Role.USER, Role.PAYER, Role.DECIDER]) == frozenset()
    assert missing_roles([Role.GATEKEEPER]) == frozenset()
    assert Decimal("0.3333") == Rate(1, 3).rate
