"""The servers are real, private, and come back after being killed."""

import os
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode
from playwright.sync_api import Page
from sqlalchemy import text

from tests.servers import process
from tests.servers.broker import Broker
from tests.servers.postgres import Postgres
from wms.kernel.database import Database


def test_it_opens_a_migrated_database_on_each_engine(database: Database) -> None:
    version = database.read(lambda session: session.scalar(text("SELECT version_num FROM alembic_version")))
    assert version


def test_two_databases_share_nothing(postgres: Postgres) -> None:
    first, second = postgres.create("first"), postgres.create("second")
    one, two = Database.open(first), Database.open(second)
    one.write(lambda session: session.execute(text("CREATE TABLE mine (id int)")))
    assert two.read(lambda session: session.scalar(text("SELECT to_regclass('mine')"))) is None
    one.close()
    two.close()
    postgres.drop("first")
    postgres.drop("second")


def test_postgres_keeps_what_it_committed_when_it_is_killed() -> None:
    server = Postgres(safe=True)
    url = server.create("kept")
    database = Database.open(url)
    database.write(lambda session: session.execute(text("CREATE TABLE kept AS SELECT 7 AS n")))
    database.close()
    server.kill()
    server.start()
    assert database.read(lambda session: session.scalar(text("SELECT n FROM kept"))) == 7
    database.close()
    server.close()
    assert not os.path.exists(server.folder)


def test_a_persistent_broker_keeps_what_it_saved_over_a_kill(new_broker: Callable[..., Broker]) -> None:
    server = new_broker(persistent=True)
    _publish(server, "kept/word", b"apples")
    server.save()
    server.kill()
    server.start()
    assert _first_message(server, "kept/word") == b"apples"


def test_a_broker_with_passwords_refuses_strangers(new_broker: Callable[..., Broker]) -> None:
    server = new_broker(passwords={"gateway": "secret"}, acl="user gateway\ntopic readwrite own/#\n")
    assert _connect_code(server, "gateway", "secret") == "Success"
    assert _connect_code(server, "gateway", "wrong") == "Not authorized"


def test_a_missing_program_says_what_to_install() -> None:
    with pytest.raises(process.ServerFailed, match="install the package apple-press"):
        process.program("apple-press", package="apple-press")


def test_the_browser_shows_a_page_of_this_machine(page: Page) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write("<h1>冷库</h1>".encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    with urllib.request.urlopen(url) as reply:
        assert reply.status == 200
    page.goto(url)
    assert page.inner_text("h1") == "冷库"
    server.shutdown()
    server.server_close()


def _client() -> mqtt.Client:
    return mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)


def _publish(server: Broker, topic: str, payload: bytes) -> None:
    client = _client()
    client.connect(server.host, server.port)
    client.loop_start()
    client.publish(topic, payload, qos=1, retain=True).wait_for_publish(5)
    client.disconnect()
    client.loop_stop()


def _first_message(server: Broker, topic: str) -> bytes:
    got: list[bytes] = []
    came = threading.Event()
    client = _client()

    def subscribe(*_: object) -> None:
        client.subscribe(topic, qos=1)

    def keep(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        got.append(bytes(message.payload))
        came.set()

    client.on_connect = subscribe
    client.on_message = keep
    client.connect(server.host, server.port)
    client.loop_start()
    assert came.wait(5)
    client.disconnect()
    client.loop_stop()
    return got[0]


def _connect_code(server: Broker, user: str, password: str) -> str:
    codes: list[str] = []
    came = threading.Event()
    client = _client()
    client.username_pw_set(user, password)

    def keep(_client: mqtt.Client, _data: object, _flags: object, code: ReasonCode, _properties: object) -> None:
        codes.append(str(code))
        came.set()

    client.on_connect = keep
    client.connect(server.host, server.port)
    client.loop_start()
    assert came.wait(5)
    client.disconnect()
    client.loop_stop()
    return codes[0]
