"""The desk, on both engines."""

from collections.abc import Iterator

import pytest

from tests.web.desk.make import Desk, desk_on
from wms.kernel.database import Database


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    """A market with an advanced lot and the store's staff."""
    opened = desk_on(database)
    yield opened
    opened.fair.app.extensions["coldlot_live"].stop()


@pytest.fixture
def unpledged(database: Database) -> Iterator[Desk]:
    """The same without an advance."""
    opened = desk_on(database, advanced=False)
    yield opened
    opened.fair.app.extensions["coldlot_live"].stop()
