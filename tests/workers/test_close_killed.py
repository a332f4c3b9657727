"""`close-day` over many lots, killed in its middle and run again, leaves what an undisturbed run leaves."""

import pytest

from tests.bench import open_lots
from tests.servers.postgres import Postgres

LOTS = 40_000


@pytest.mark.faults
def test_a_close_killed_among_many_lots_is_finished_by_the_next(postgres: Postgres) -> None:
    found = open_lots.measure(postgres, LOTS / open_lots.SIZES[-1])
    assert found["killed"]["left_the_same"]
    assert found[f"{LOTS} lots"]["peak_mb"] < 500
