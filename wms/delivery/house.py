"""The running house: its database, its clock and its settings, found from a request."""

from dataclasses import dataclass

from flask import current_app

from wms.config import Config
from wms.kernel.clock import Clock
from wms.kernel.database import Database

NAME = "coldlot"


@dataclass(frozen=True, slots=True)
class House:
    """Everything a request needs from its surroundings."""

    config: Config
    database: Database
    clock: Clock


def house() -> House:
    """Return the house of the running application."""
    found = current_app.extensions[NAME]
    assert isinstance(found, House)
    return found
