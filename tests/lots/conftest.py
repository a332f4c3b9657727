"""A store to work in."""

import pytest

from tests.lots import make
from wms.kernel.database import Database


@pytest.fixture
def store(database: Database) -> make.Store:
    """A site with rooms, scales and two growers."""
    return database.write(make.Store)
