"""Everybody sends anything in any order, and no unpaid, pledged or held goods get a pass; nobody can say "paid"."""

import pytest

from tests.api.attack.siege import Siege
from wms.kernel.database import Database

LOTS = ("free", "pledged", "sold", "other")


def besieged(database: Database, seed: int, ways: int) -> Siege:
    siege = Siege(database, seed)
    for n in range(ways):
        siege.way_out(LOTS[n % len(LOTS)])
        siege.anything()
    report = siege.walk.ask(siege.people["Ann"], "/verify")
    assert report["findings"] == []
    left = sum(order.left_on is not None for order in siege.books.exits.values())
    assert left >= ways // 12, f"only {left} left: the attack proves little"
    billed = sum(work.exit is not None for work in siege.books.works.values())
    assert billed >= ways // 6, f"only {billed} jobs billed: the attack proves little about work"
    assert siege.outcomes["place_hold"] > 0
    assert siege.outcomes["decide_release"] > 0
    assert siege.outcomes["refused"] > ways
    assert siege.outcomes["lies"] > ways // 4
    return siege


def test_no_order_of_requests_gets_goods_out_that_must_stay(database: Database) -> None:
    besieged(database, seed=20, ways=22).lie_everywhere()


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_requests_gets_goods_out_in_a_long_siege(database: Database, seed: int) -> None:
    besieged(database, seed=seed, ways=100)
