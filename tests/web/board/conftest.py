"""The fair, on both engines."""

from collections.abc import Iterator

import pytest

from tests.web.portal.make import Fair, fair
from wms.kernel.database import Database


@pytest.fixture
def market(database: Database) -> Iterator[Fair]:
    """An owner with an advanced lot, buyers, and an app before them."""
    opened = fair(database)
    yield opened
    opened.app.extensions["coldlot_live"].stop()


@pytest.fixture
def unpledged(database: Database) -> Iterator[Fair]:
    """The same without an advance."""
    opened = fair(database, advanced=False)
    yield opened
    opened.app.extensions["coldlot_live"].stop()
