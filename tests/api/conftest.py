"""An application on a fresh database, and the store's people."""

import pytest

from tests.api.make import Hands
from wms.kernel.database import Database
from wms.users import Role


@pytest.fixture
def hands(database: Database) -> Hands:
    """The house with an administrator and a clerk."""
    made = Hands(database)
    made.human("Esha", Role.ADMINISTRATOR)
    made.human("Asha", Role.CLERK)
    return made
