"""A dock before the browser, one for all tests that work at it: opening a store costs more than what they do there."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.hands import Hands
from tests.browser.quay import Quay, open_quay
from wms.kernel.database import Database


@pytest.fixture(scope="session")
def quay(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quay]:
    """A store on a port with people, scales and slots. SQLite will do: the acts are tested on both engines."""
    path = tmp_path_factory.mktemp("quay") / "coldlot.sqlite3"
    copyfile(migrated_sqlite, path)
    database = Database.open(f"sqlite:///{path}")
    with open_quay(database) as opened:
        yield opened
    database.close()


@pytest.fixture
def hands(quay: Quay, context: BrowserContext) -> Hands:
    """The clerk's hands at that dock."""
    return Hands(quay, context)
