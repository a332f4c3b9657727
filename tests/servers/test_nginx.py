"""The pages behind the deployed nginx: TLS in front, cookies that stay on it, and live weights that come at once."""

import http.client
import json
import os
import re
import shutil
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.lots.make import Store
from tests.servers import process
from tests.servers.migrated import ROOT
from tests.servers.nginx import NAME, Nginx
from tests.users import make
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database

CLERK = "clerk"


@pytest.fixture(scope="module")
def front(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """A store with one clerk, served through nginx."""
    home, port = tmp_path_factory.mktemp("front"), process.free_port()
    shutil.copyfile(migrated_sqlite, home / "coldlot.sqlite3")
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "WMS__DATABASE__URL": f"sqlite:///{home / 'coldlot.sqlite3'}",
        "WMS__WEB__PORT": str(port), "WMS__WEB__SECURE_COOKIES": "true", "WMS__MQTT__PORT": str(process.free_port()),
    }  # fmt: skip
    database = Database.open(environment["WMS__DATABASE__URL"])
    database.write(lambda session: (Store(session), make.user(session, name=CLERK)))
    database.close()
    serving = process.start([sys.executable, "-m", "wms", "serve"], log=home / "log", environment=environment)
    process.wait_until(lambda: process.answers(port), serving, home / "log")
    nginx = Nginx(port)
    yield nginx
    nginx.close()
    serving.terminate()
    serving.wait(10)


class Visitor:
    """A client that trusts the store's certificate and keeps its cookies."""

    def __init__(self, front: Nginx) -> None:
        self.url = f"https://127.0.0.1:{front.port}"
        self.cookies = CookieJar()
        trust = ssl.create_default_context(cafile=str(front.certificate))
        self._open = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=trust), urllib.request.HTTPCookieProcessor(self.cookies)
        ).open

    def ask(self, path: str, **fields: str) -> Any:
        """Get a page, or post a form to it; the answer is open."""
        content = urlencode(fields).encode() if fields else None
        return self._open(urllib.request.Request(self.url + path, content, {"Host": NAME}), timeout=20)

    def sign_in(self) -> None:
        """Sign in with the form as it was sent."""
        with self.ask("/sign-in") as answer:
            page = answer.read().decode()
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        self.ask("/sign-in", **hidden, name=CLERK, password=make.PASSWORD).close()


def test_who_comes_without_encryption_is_sent_to_it(front: Nginx) -> None:
    plain = http.client.HTTPConnection("127.0.0.1", front.plain_port, timeout=20)
    plain.request("GET", "/board?grade=1", headers={"Host": NAME})
    with closing(plain), plain.getresponse() as answer:
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/board?grade=1")


def test_the_session_stays_on_the_encrypted_side(front: Nginx) -> None:
    visitor = Visitor(front)
    visitor.sign_in()
    (session,) = [cookie for cookie in visitor.cookies if cookie.name == SESSION_COOKIE]
    assert session.secure
    assert session.has_nonstandard_attr("HttpOnly")


def test_what_machines_of_the_house_read_is_not_for_the_world(front: Nginx) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        Visitor(front).ask("/metrics")
    refused.value.close()
    assert refused.value.code == 401
    with Visitor(front).ask("/healthz") as answer:
        assert answer.status == 200


def test_a_live_weight_comes_at_once_and_its_stream_stays_open(front: Nginx) -> None:
    visitor = Visitor(front)
    visitor.sign_in()
    with visitor.ask("/terminal/live/events?instrument=gw-a1/truck-1") as events:
        assert events.headers["Content-Type"].startswith("text/event-stream")
        said = [events.readline().decode() for _ in range(6)]
    assert [line.strip() for line in said[::3]] == ["event: weight"] * 2
    assert json.loads(said[1].removeprefix("data: "))["weight_grams"] is None
