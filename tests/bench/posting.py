"""How many balanced entries a second the books take: one writer, then eight at once on the same two accounts."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.bench.engines import databases
from tests.ledger.make import actor, entry, moment
from wms import ledger
from wms.kernel.database import Database

ENTRIES = 400
CLERK = actor("Mei")


def measure() -> Iterator[str]:
    """Yield a line for each engine and number of writers."""
    for name, database in databases():
        for writers in (1, 8):
            took_s = _post(database, writers)
            yield f"{name}, {writers} writers: {ENTRIES / took_s:,.0f} entries/s, each its own transaction"


def _post(database: Database, writers: int) -> float:
    legs = (("A:Cash:Settlement", 100), ("L:BuyerWallet:B1", -100))
    entries = [entry(*legs, key=f"{writers}-{number}") for number in range(ENTRIES)]
    began = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(lambda made: database.write(lambda s: ledger.post(s, made, by=CLERK, at=moment())), entries))
    return time.perf_counter() - began
