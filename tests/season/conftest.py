"""The demo's season, told once for all tests that look at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import compiled_once
from tests.servers import process
from tests.users import make as people
from tests.web.terminal.make import Browser, app_on
from wms import users
from wms.cli import season
from wms.config import Config
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.clock import Moment, system_clock
from wms.kernel.database import Database


@dataclass(slots=True)
class Told:
    """A database with the demo's season in it, and an app before it whose clock stands at the moment it was told."""

    database: Database
    app: Flask
    now: Moment

    def browser(self, name: str, language: str = "zh") -> Browser:
        account = self.database.read(lambda s: s.scalars(select(users.Account).where(users.Account.name == name)).one())
        signed = people.signed_in(self.database, account, at=self.now, password=season.PASSWORD)
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, signed.token)
        client.set_cookie("language", language)
        return Browser(client, signed.session.csrf_token)


@pytest.fixture(scope="session")
def told(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The demo on its first day."""
    config = Config()
    now = system_clock(config.site.timezone)()
    with TemporaryDirectory(prefix="coldlot-", dir=process.memory() or tmp_path_factory.mktemp("season")) as folder:
        path = Path(folder) / "coldlot.sqlite3"
        copyfile(migrated_sqlite, path)
        database = Database.open(f"sqlite:///{path}")
        compiled_once(database)
        season.build(database, config, now, lambda _step: None)
        app = app_on(database, now)
        yield Told(database, app, now)
        app.extensions["coldlot_live"].stop()
        database.close()
