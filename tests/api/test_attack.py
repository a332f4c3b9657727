"""Everybody sends anything in any order, and no unpaid, pledged or held goods get a pass; nobody can say "paid"."""

import pytest

from tests.api.attack.siege import Siege
from tests.api.attack.surface import LIES, Filler, operations
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
    assert left >= ways // 8, f"only {left} left: the attack proves little"
    assert siege.outcomes["refused"] > ways
    assert siege.outcomes["lies"] > ways // 4
    return siege


def test_no_order_of_requests_gets_goods_out_that_must_stay(database: Database) -> None:
    besieged(database, seed=20, ways=16)


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_requests_gets_goods_out_in_a_long_siege(database: Database, seed: int) -> None:
    besieged(database, seed=seed, ways=100)


def test_no_operation_takes_a_word_it_was_not_asked_for(database: Database) -> None:
    siege = Siege(database, 7)
    siege.way_out("free")
    siege.way_out("sold")
    filler = Filler(siege.pool, siege.books.on)
    for operation in operations().values():
        path = filler.path(operation).removeprefix("/api/v1")
        lies = {name: value for name, value in LIES.items() if name not in operation.fields}
        for who in ("Esha", "Bina"):
            body = {**filler.body(operation), **lies}
            answer = siege.walk.hands.post(siege.people[who], path, body)
            assert 400 <= answer.status_code < 500, (operation.name, answer.text)
    siege.look()
