"""From trades to one price, pure: the vectors and what must hold whatever the trades are."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.prices.rules.aggregate import PAIR_SHARE, Traded, aggregate, median
from wms.prices.rules.calendar import business_age
from wms.prices.rules.cells import Cell

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "trading.json").read_text("utf-8"))["reference_price"]
ON = date(2027, 1, 20)
ROOT = UUID(int=7)


def traded(trade: dict[str, Any]) -> Traded:
    return Traded(
        id=uuid5(ROOT, trade["id"]),
        price=Decimal(trade["price"]),
        grams=int(Decimal(trade["tonnes"]) * 1_000_000),
        on=ON - timedelta(days=trade["age_days"]),
        buyer=uuid5(ROOT, trade["buyer"]),
        seller=uuid5(ROOT, trade["seller"]),
        excluded=trade.get("excluded"),
    )


def trade(number: int, price: str, *, tonnes: int = 10, age: int = 1, pair: tuple[str, str] = ("A", "g1")) -> Traded:
    return traded(
        {"id": f"N{number}", "price": price, "tonnes": tonnes, "age_days": age, "buyer": pair[0], "seller": pair[1]}
    )


@pytest.mark.parametrize("vector", VECTORS)
def test_the_vectors(vector: dict[str, Any]) -> None:
    names = {uuid5(ROOT, item["id"]): item["id"] for item in vector["trades"]}
    found, left_out = aggregate([traded(item) for item in vector["trades"]], ON)
    expected = vector["expect"]
    assert found is not None
    assert found.enough
    assert str(found.price) == expected["price_4dp"]
    assert (found.trades, found.sellers, found.buyers) == (expected["n"], expected["sellers"], expected["buyers"])
    assert sorted(names[item.trade_id] for item in left_out if item.reason == "outlier") == expected["outliers"]
    assert sorted(names[item.trade_id] for item in left_out if item.reason != "outlier") == expected["excluded"]


def test_the_worked_case_is_3_70_days_old() -> None:
    found, _ = aggregate([traded(item) for item in VECTORS[0]["trades"]], ON)
    assert found is not None
    assert found.effective_age_days == Decimal("3.70")


def test_nothing_makes_no_price() -> None:
    assert aggregate([], ON) == (None, ())
    related = Traded(UUID(int=1), Decimal(8), 1_000_000, ON, UUID(int=2), UUID(int=3), "related parties")
    found, left_out = aggregate([related], ON)
    assert found is None
    assert [item.reason for item in left_out] == ["related parties"]


@pytest.mark.parametrize(("age", "counts"), [(0, True), (30, True), (31, False), (-1, False)])
def test_the_window_is_thirty_days(age: int, counts: bool) -> None:
    found, left_out = aggregate([trade(1, "8.00", age=age)], ON)
    assert (found is not None) is counts
    assert left_out == ()


@pytest.mark.parametrize(
    ("pairs", "enough"),
    [
        ([("A", "g1"), ("B", "g2"), ("A", "g2")], True),
        ([("A", "g1"), ("A", "g2"), ("A", "g3")], False),
        ([("A", "g1"), ("B", "g1"), ("C", "g1")], False),
        ([("A", "g1"), ("B", "g2"), ("A", "g1")], False),
        ([("A", "g1"), ("B", "g2")], False),
    ],
)
def test_level_one_needs_trades_sellers_buyers_and_pairs(pairs: list[tuple[str, str]], enough: bool) -> None:
    found, _ = aggregate([trade(number, "8.00", pair=pair) for number, pair in enumerate(pairs)], ON)
    assert found is not None
    assert found.enough is enough


@pytest.mark.parametrize(("price", "out"), [("8.80", False), ("8.8001", True), ("7.20", False), ("7.1999", True)])
def test_ten_percent_from_the_median_is_the_least_limit(price: str, out: bool) -> None:
    calm = [trade(number, "8.00", pair=("A", f"g{number}")) for number in range(4)]
    _, left_out = aggregate([*calm, trade(9, price)], ON)
    assert bool(left_out) is out


def test_a_five_day_old_trade_weighs_half() -> None:
    trades = [
        trade(1, "8.00", age=0, pair=("A", "g1")),
        trade(2, "8.30", age=5, pair=("B", "g2")),
        trade(3, "8.00", age=5, pair=("C", "g3")),
    ]
    found, _ = aggregate(trades, ON)  # weights 1, ½, ½; the first is capped from 50 % to 40 % of 1⅔
    assert found is not None
    assert found.price == Decimal("8.0900")


def test_the_median_of_an_even_number_lies_between() -> None:
    assert median([Decimal(3), Decimal(1), Decimal(2)]) == 2
    assert median([Decimal(4), Decimal(1), Decimal(2), Decimal(3)]) == Decimal("2.5")


# ---------------------------------------------------------------- properties


@st.composite
def many(draw: st.DrawFn) -> list[Traded]:
    count = draw(st.integers(1, 12))
    return [
        trade(
            number,
            str(Decimal(draw(st.integers(60_000, 100_000))).scaleb(-4)),
            tonnes=draw(st.integers(1, 200)),
            age=draw(st.integers(0, 30)),
            pair=(draw(st.sampled_from("ABC")), draw(st.sampled_from(["g1", "g2", "g3"]))),
        )
        for number in range(count)
    ]


@given(many(), st.randoms())
def test_order_does_not_matter(trades: list[Traded], random: Any) -> None:
    mixed = list(trades)
    random.shuffle(mixed)
    assert aggregate(mixed, ON) == aggregate(trades, ON)


@given(many(), st.integers(2, 9))
def test_all_prices_times_k_give_k_times_the_price(trades: list[Traded], k: int) -> None:
    found, left_out = aggregate(trades, ON)
    scaled = [Traded(item.id, item.price * k, item.grams, item.on, item.buyer, item.seller) for item in trades]
    times, scaled_out = aggregate(scaled, ON)
    assert found is not None
    assert times is not None
    assert abs(times.exact - found.exact * k) < Decimal("1e-20")
    assert [item.trade_id for item in scaled_out] == [item.trade_id for item in left_out]


@given(many(), st.integers(2, 50))
def test_all_weights_times_k_change_nothing(trades: list[Traded], k: int) -> None:
    scaled = [Traded(item.id, item.price, item.grams * k, item.on, item.buyer, item.seller) for item in trades]
    found, times = aggregate(trades, ON)[0], aggregate(scaled, ON)[0]
    assert found is not None
    assert times is not None
    assert abs(times.exact - found.exact) < Decimal("1e-20")


@given(many())
def test_the_price_lies_among_the_prices_and_no_pair_is_above_its_share(trades: list[Traded]) -> None:
    found, left_out = aggregate(trades, ON)
    assert found is not None
    assert found.low <= found.price <= found.high
    assert found.trades + len(left_out) == len(trades)
    if found.pairs >= 3:
        assert found.largest_pair_share <= PAIR_SHARE + Decimal("1e-20")


@given(many(), st.integers(60_000, 100_000))
def test_an_excluded_trade_changes_only_the_list(trades: list[Traded], ten_thousandths: int) -> None:
    found, left_out = aggregate(trades, ON)
    price = Decimal(ten_thousandths).scaleb(-4)
    forced = Traded(UUID(int=99), price, 50_000_000, ON, UUID(int=1), UUID(int=2), "forced sale")
    again, more = aggregate([*trades, forced], ON)
    assert again == found
    assert {item.trade_id for item in more} == {item.trade_id for item in left_out} | {forced.id}


@given(many(), st.integers(1, 5000))
def test_a_wash_pair_moves_the_price_by_no_more_than_its_cap(trades: list[Traded], tonnes: int) -> None:
    others = [item for item in trades if (item.buyer, item.seller) != (uuid5(ROOT, "A"), uuid5(ROOT, "g1"))]
    calm = [Traded(item.id, Decimal("8.00"), item.grams, item.on, item.buyer, item.seller) for item in others]
    wash, _ = aggregate([*calm, trade(50, "8.79", tonnes=tonnes, age=0)], ON)
    if wash is not None and wash.pairs >= 3:
        assert wash.price <= Decimal("8.00") + PAIR_SHARE * Decimal("0.79") + Decimal("0.0001")


# ---------------------------------------------------------------- days and cells


@pytest.mark.parametrize(
    ("since", "on", "age"),
    [
        ("2027-01-20", "2027-01-20", 0),
        ("2027-01-19", "2027-01-20", 1),
        ("2027-01-15", "2027-01-18", 1),  # over a weekend
        ("2027-01-16", "2027-01-17", 0),
        ("2027-01-16", "2027-01-18", 1),
        ("2027-01-20", "2027-01-19", 0),
        ("2027-02-05", "2027-02-15", 1),  # a week of holidays
    ],
)
def test_age_counts_open_days(since: str, on: str, age: int) -> None:
    spring = {date(2027, 2, 8) + timedelta(days=step) for step in range(5)}
    assert business_age(date.fromisoformat(since), date.fromisoformat(on), spring) == age


def test_a_cell_is_the_same_wherever_it_is_made() -> None:
    cell = Cell("富士", "80以上", "一二级", "片红", "纸袋", "ra", "grower", "蓬莱")
    assert Cell.of(cell) == cell
    assert Cell.of(cell).id == cell.id
    assert cell.key == "富士|80以上|一二级|片红|纸袋|ra|grower|蓬莱"
    other = Cell("富士", "75以上", "一二级", "片红", "纸袋", "ra", "grower", "蓬莱")
    assert other.id != cell.id
