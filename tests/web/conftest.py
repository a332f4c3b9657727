"""Pages: each test on one of the two engines, half of them on either."""

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from tests.conftest import ENGINES, fresh


@pytest.fixture
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database on the engine that the test's name draws: what a page shows comes from rules and
    queries that their own rooms' tests try on both."""
    drawn = ENGINES[crc32(request.node.nodeid.encode()) % len(ENGINES)]
    yield from fresh(getattr(request, "param", drawn), request, tmp_path)
