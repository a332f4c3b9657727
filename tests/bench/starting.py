"""How long a fresh database of each engine takes from nothing to migrated."""

import time
from collections.abc import Iterator

from tests.bench.engines import databases


def measure() -> Iterator[str]:
    """Yield a line for each engine."""
    began = time.perf_counter()
    for name, _ in databases():
        yield f"{name}: {time.perf_counter() - began:.2f} s to an empty, migrated database"
        began = time.perf_counter()
