"""A store to work in."""

import pytest

from tests.receipts.make import Keeper
from wms.kernel.database import Database


@pytest.fixture
def store(database: Database) -> Keeper:
    """A site with rooms, scales, a tariff and two growers."""
    return database.write(Keeper)
