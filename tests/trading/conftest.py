"""A market to trade in."""

import pytest

from tests.trading import make
from wms.kernel.database import Database


@pytest.fixture
def market(database: Database) -> make.Market:
    """A store with two growers, two buyers, and twenty tonnes in ten units on the board at 7.86."""
    return database.write(make.Market)
