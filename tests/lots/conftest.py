"""A store to work in."""

import pytest

from tests.lots import make
from tests.servers.kept import kept
from wms.kernel.database import Database


@pytest.fixture
def store(database: Database) -> make.Store:
    """A site with rooms, scales and two growers."""
    return kept(database, "lots.Store", lambda: database.write(make.Store))
