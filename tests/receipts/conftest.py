"""A store with its tariff, its keeper and insurance."""

import pytest

from tests.receipts import make
from tests.servers.kept import kept
from wms.kernel.database import Database


@pytest.fixture
def store(database: Database) -> make.Keeper:
    """A site with rooms, scales, two growers, the store's own party, a tariff and a policy."""
    return kept(database, "receipts.Keeper", lambda: database.write(make.Keeper))
