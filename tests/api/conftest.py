"""An application on a fresh database, and the store's people."""

import pytest

from tests.api.make import Hands, Human
from tests.servers.kept import kept
from wms.kernel.database import Database
from wms.users import Role


@pytest.fixture
def hands(database: Database) -> Hands:
    """The house with an administrator and a clerk."""
    made = Hands(database)
    made.staff |= kept(database, "hands", lambda: _hire(database))
    return made


def _hire(database: Database) -> dict[str, Human]:
    made = Hands(database)
    made.human("Esha", Role.ADMINISTRATOR)
    made.human("Asha", Role.CLERK)
    return made.staff
