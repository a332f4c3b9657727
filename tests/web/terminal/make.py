"""The dock of the terminal's tests: a store with scales, tariff and staff, and a browser that keeps its session."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.lots import make as stock
from tests.receipts.make import Keeper
from tests.servers.kept import kept
from tests.users import make as people
from wms import lots, users
from wms.app import create_app
from wms.config import Config, Gateways, Mqtt
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.clock import Moment
from wms.kernel.database import Database

NOW = stock.NOW
DOCK = "http://gw-a1.dock.test:8091"
MANAGER = frozenset({users.Role.WAREHOUSE_MANAGER})
GROWER = frozenset({users.Role.GROWER})


@dataclass(slots=True)
class Dock:
    """A running app on a database with the cast of the dock."""

    app: Flask
    database: Database
    store: Keeper
    clerk: users.Account
    witness: users.Account

    def browser(
        self, account: users.Account | None = None, language: str = "zh", at: Moment = NOW, terminal: str | None = None
    ) -> "Browser":
        """Return a signed-in browser; the clerk's unless somebody else is named."""
        signed = people.signed_in(self.database, account or self.clerk, at=at, terminal=terminal)
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, signed.token)
        client.set_cookie("language", language)
        return Browser(client, signed.session.csrf_token)

    def do(self, work: Any) -> Any:
        return self.database.write(work)

    def see(self, work: Any) -> Any:
        return self.database.read(work)

    def delivery(self) -> lots.Delivery:
        made: lots.Delivery = self.do(lambda s: stock.delivery(s, self.store))
        return made

    def capture(self, grams: int, instrument: str = stock.TRUCK_SCALE) -> dict[str, str]:
        """A capture whose record has arrived, as the form cites it."""
        key = self.do(lambda s: stock.record(s, grams, instrument=instrument))
        return cited(key, instrument)

    def lot(self, **values: Any) -> lots.Lot:
        made: lots.Lot = self.do(lambda s: stock.lot(s, self.store, **values))
        return made


@dataclass(slots=True)
class Browser:
    """A client that sends the session's token with every form."""

    client: FlaskClient
    token: str

    def get(self, url: str) -> TestResponse:
        """Get a page, on which each key must press one thing only."""
        answer = self.client.get(url)
        keys = re.findall(r'data-key="([^"]+)"', answer.text) if answer.mimetype == "text/html" else []
        assert sorted(keys) == sorted(set(keys)), url
        return answer

    def post(self, url: str, **fields: Any) -> TestResponse:
        return self.client.post(url, data={"csrf_token": self.token, **fields})

    def send(self, url: str, request_id: UUID, **fields: Any) -> TestResponse:
        """Post as the offline queue does."""
        return self.client.post(
            url, json={**fields, "request_id": str(request_id)}, headers={"X-CSRF-Token": self.token}
        )


def cited(key: lots.RecordKey, instrument: str) -> dict[str, str]:
    return {
        "gw": key.gateway,
        "ep": str(key.epoch),
        "seq": str(key.sequence),
        "instrument": f"{key.gateway}/{instrument}",
        "shown_at": str(NOW.ms),
    }


def app_on(database: Database, at: Moment) -> Flask:
    """Return an app whose clock stands still, at a site whose broker does not answer."""
    config = Config(mqtt=Mqtt(site="yt1", port=1), gateways=Gateways(live_origin=DOCK))
    return create_app(config, database=database, clock=lambda: at)


def open_dock(database: Database) -> Dock:
    cast = kept(
        database, "dock", lambda: (database.write(Keeper), database.write(people.user), database.write(people.pinned))
    )
    return Dock(app_on(database, NOW), database, *cast)


def said(answer: TestResponse) -> dict[str, Any]:
    """Return a JSON answer's object."""
    found = answer.get_json()
    assert isinstance(found, dict)
    return found


def hidden(page: TestResponse, name: str = "id") -> str:
    """Return the first hidden field of a name."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page.text)
    assert found, f"no hidden {name}"
    return found[1]
