"""What `wms gateway add` writes serves a real Mosquitto: TLS, one user a gateway, its own topics only."""

import importlib
import os
import ssl
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from click.testing import CliRunner, Result
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from devices.messages import make_topic
from tests.servers import process
from tests.servers.broker import Broker
from wms.cli import main
from wms.cli.broker_files import configuration

PATIENCE_S = 20
importlib.import_module("wms.cli.gateways")  # it adds the commands
SOURCE = '[[source]]\nname = "z2m"\nadapter = "mapping"\ntopic = "zigbee2mqtt/+"\n[[source.values]]\n' \
         'path = "temperature"\nsensor = "{1}.t"\n'  # fmt: skip


class Keeper:
    """Runs commands against one SQLite file and one folder of broker files."""

    def __init__(self, folder: Path, url: str) -> None:
        self.files = folder / "mosquitto"
        (folder / "sources.toml").write_text(SOURCE)
        self.settings = {"WMS__DATABASE__URL": url, "WMS__MQTT__SOURCES": str(folder / "sources.toml")}

    def run(self, *words: str) -> Result:
        here = ["--folder", str(self.files), "--host", "localhost"] if words[1] != "list" else []
        return CliRunner().invoke(main, [*words, *here], env=self.settings)

    def password(self, name: str) -> str:
        path = self.files / "server-password" if name == "coldlot" else self.files / "gateways" / name / "mqtt-password"
        return path.read_text().strip()


@pytest.fixture
def keeper(tmp_path: Path, migrated_sqlite: Path) -> Keeper:
    path = tmp_path / "coldlot.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    return Keeper(tmp_path, f"sqlite:///{path}")


class Mosquitto(Broker):
    """A broker on files that were written for it, moved to where its user may read them."""

    def __init__(self, files: Path) -> None:
        self.files = files
        self.tls_port = process.free_port()
        super().__init__()

    def start(self) -> None:
        self.copy()
        text = configuration(self.folder, tls_port=self.tls_port, port=self.port, bind=self.host, data=str(self.folder))
        self.configuration.write_text(text)
        super().start()

    def copy(self) -> None:
        """Bring the files as they are now."""
        for path in self.files.iterdir():
            if path.is_file():
                self._write(path.name, path.read_text())


@contextmanager
def brokered(keeper: Keeper) -> Iterator[Mosquitto]:
    broker = Mosquitto(keeper.files)
    try:
        yield broker
    finally:
        broker.close()


@contextmanager
def speaking(keeper: Keeper, broker: Mosquitto, name: str, password: str | None = None) -> Iterator["Speaker"]:
    made = Speaker(name, password or keeper.password(name))
    made.client.tls_set(str(keeper.files / "ca.crt"), tls_version=ssl.PROTOCOL_TLS_CLIENT)
    made.client.connect("localhost", broker.tls_port)
    made.client.loop_start()
    try:
        assert made.connected.wait(PATIENCE_S)
        yield made
    finally:
        made.client.disconnect()
        made.client.loop_stop()


class Speaker:
    """A client that knows whether it was let in and whether its words were taken."""

    def __init__(self, name: str, password: str) -> None:
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{name}-test", protocol=mqtt.MQTTv5)
        self.client.username_pw_set(name, password)
        self.connected, self.answered = threading.Event(), threading.Event()
        self.refused = False
        self.code = -1
        self.client.on_connect = self._connected
        self.client.on_publish = self._published

    def may_write(self, topic: str) -> bool:
        self.answered.clear()
        self.client.publish(topic, b"{}", qos=1)
        assert self.answered.wait(PATIENCE_S)
        return self.code < 128

    def _connected(self, _client: mqtt.Client, _: object, __: object, code: ReasonCode, ___: object) -> None:
        self.refused = code.is_failure
        self.connected.set()

    def _published(self, _client: mqtt.Client, _: object, __: int, code: ReasonCode, ___: object) -> None:
        self.code = code.value
        self.answered.set()


def test_gateways_come_over_tls_and_write_their_own_topics(keeper: Keeper) -> None:
    assert keeper.run("gateway", "add", "gw-a1").exit_code == 0
    assert keeper.run("gateway", "add", "gw-b2").exit_code == 0
    assert keeper.run("gateway", "add", "z2m").exit_code == 0
    with brokered(keeper) as broker:
        with speaking(keeper, broker, "gw-a1") as one:
            assert one.may_write(make_topic("yantai", "gw-a1", "up/m"))
            assert not one.may_write(make_topic("yantai", "gw-b2", "up/m"))
            assert not one.may_write(make_topic("yantai", "gw-a1", "down/ack"))
            assert not one.may_write("zigbee2mqtt/room3")
        with speaking(keeper, broker, "z2m") as other:
            assert other.may_write("zigbee2mqtt/room3")
            assert not other.may_write(make_topic("yantai", "gw-a1", "up/m"))
        with speaking(keeper, broker, "coldlot") as server:
            assert server.may_write(make_topic("yantai", "gw-a1", "down/ack"))
            assert not server.may_write(make_topic("yantai", "gw-a1", "up/m"))
        with speaking(keeper, broker, "gw-a1", password="wrong") as nobody:
            assert nobody.refused


def test_a_renewed_or_revoked_password_ends(keeper: Keeper) -> None:
    keeper.run("gateway", "add", "gw-a1")
    keeper.run("gateway", "add", "gw-b2")
    old, other = keeper.password("gw-a1"), keeper.password("gw-b2")
    assert keeper.run("gateway", "renew", "gw-a1").exit_code == 0
    assert keeper.run("gateway", "revoke", "gw-b2").exit_code == 0
    assert not (keeper.files / "gateways" / "gw-b2").exists()
    with brokered(keeper) as broker:
        for name, password in (("gw-a1", old), ("gw-b2", other)):
            with speaking(keeper, broker, name, password) as turned_away:
                assert turned_away.refused, name
        with speaking(keeper, broker, "gw-a1") as one:
            assert not one.refused


def test_what_a_gateway_gets_is_all_it_needs_and_private(keeper: Keeper) -> None:
    keeper.run("gateway", "add", "gw-a1")
    place = keeper.files / "gateways" / "gw-a1"
    said = tomllib.loads((place / "gateway.toml").read_text())
    assert said["gateway"] == {"site": "yantai", "name": "gw-a1"}
    assert {path.name for path in place.iterdir()} == {"gateway.toml", "mqtt-password", "ca.crt"}
    assert (place / "ca.crt").read_text() == (keeper.files / "ca.crt").read_text()
    for path in (place / "mqtt-password", keeper.files / "server.key", keeper.files / "passwords"):
        assert not os.stat(path).st_mode & 0o007, path
    assert keeper.password("gw-a1") not in (keeper.files / "passwords").read_text()


def test_what_is_the_keepers_is_not_written_over(keeper: Keeper) -> None:
    keeper.run("gateway", "add", "gw-a1")
    authority, password = (keeper.files / "ca.crt").read_text(), keeper.password("coldlot")
    (keeper.files / "coldlot.conf").write_text("# mine\n")
    keeper.run("gateway", "add", "gw-b2")
    assert (keeper.files / "ca.crt").read_text() == authority
    assert keeper.password("coldlot") == password
    assert (keeper.files / "coldlot.conf").read_text() == "# mine\n"


def test_refusals_are_said_and_change_nothing(keeper: Keeper) -> None:
    keeper.run("gateway", "add", "gw-a1")
    before = (keeper.files / "passwords").read_text()
    for words in (("add", "gw-a1"), ("add", "Not A Name"), ("renew", "gw-x"), ("revoke", "gw-x")):
        assert keeper.run("gateway", *words).exit_code == 1, words
    assert (keeper.files / "passwords").read_text() == before
    listed = keeper.run("gateway", "list").output
    assert "gw-a1" in listed
    assert "never heard" in listed


def test_a_message_can_be_tried_before_anything_is_connected(keeper: Keeper) -> None:
    def source(*words: str, said: str = "") -> Result:
        return CliRunner().invoke(main, ["source", *words], env=keeper.settings, input=said)

    assert "zigbee2mqtt/+" in source("check").output
    assert '"sensor": "room3.t"' in source("try", "zigbee2mqtt/room3", said='{"temperature": 0.6}').output
    assert source("try", "zigbee2mqtt/room3", said="{}").exit_code == 1
    assert source("try", "other/room3", said="{}").exit_code == 1


def test_the_example_is_what_the_command_writes() -> None:
    example = Path(__file__).parents[2] / "deploy" / "mosquitto" / "coldlot.conf"
    assert example.read_text() == configuration(Path("/etc/mosquitto/coldlot"))
