"""A market to trade in."""

import pytest

from tests.servers.kept import kept
from tests.trading import make
from wms.kernel.database import Database


@pytest.fixture
def market(database: Database) -> make.Market:
    """A store with two growers, two buyers, and twenty tonnes in ten units on the board at 7.86."""
    return kept(database, "trading.Market", lambda: database.write(make.Market))
