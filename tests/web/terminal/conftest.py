"""The dock, on both engines."""

from collections.abc import Iterator

import pytest

from tests.web.terminal.make import Dock, open_dock
from wms.kernel.database import Database


@pytest.fixture
def dock(database: Database) -> Iterator[Dock]:
    """A store with its staff and an app before it."""
    opened = open_dock(database)
    yield opened
    opened.app.extensions["coldlot_live"].stop()
