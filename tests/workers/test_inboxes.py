"""Several inboxes, each a process of its own, on one broker and one database."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.telemetry.make import NOW, SITE, adopt, batch, findings, rows, store
from tests.workers.test_inbox import client, count, wait_until
from wms import telemetry
from wms.kernel.database import Database
from wms.telemetry.tables import DeadLetter, GatewayMessage

ROOT = Path(__file__).parents[2]
NAMES = ("gw-a", "gw-b", "gw-c")
EACH = 120
PATIENCE_S = 120  # a process begins slowly where many do
SOURCE = '[[source]]\nname = "z2m"\nadapter = "senml"\ntopic = "senml/+"\n'


class Process:
    """`wms work --only inbox` with settings of its own."""

    def __init__(self, broker, url, folder, **settings):
        self.log = folder / f"{settings['inbox']}.log"
        own = {f"WMS__MQTT__{key.upper()}": value for key, value in settings.items()}
        self._environment = os.environ | own | {
            "WMS__DATABASE__URL": url, "WMS__MQTT__HOST": broker.host, "WMS__MQTT__PORT": str(broker.port),
            "WMS__MQTT__SITE": SITE, "WMS__LOG__LEVEL": "INFO",
        }  # fmt: skip
        self.start()

    def start(self):
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "wms", "work", "--only", "inbox"]
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=self._environment)

    def says(self, words):
        return words in self.log.read_text()

    def end(self, by=signal.SIGTERM):
        if self._process.poll() is None:
            self._process.send_signal(by)
        return self._process.wait(PATIENCE_S)

    def ended(self):
        return self._process.wait(PATIENCE_S)


@pytest.fixture
def start(tmp_path):
    made = []

    def begin(*where, **settings):
        broker, url = where
        made.append(Process(broker, url, tmp_path, **settings))
        return made[-1]

    yield begin
    for each in made:
        each.end(signal.SIGKILL)


def test_two_share_the_gateways_and_a_third_that_would_store_twice_ends(postgres_url, tmp_path, new_broker, start):
    database = Database.open(postgres_url)
    room = store(database).room.id
    for name in NAMES:
        adopt(database, room, "t1", gateway=name)
    (tmp_path / "sources.toml").write_text(SOURCE)
    broker, sources = new_broker(persistent=True), str(tmp_path / "sources.toml")
    one = start(broker, postgres_url, inbox="inbox-1", gateways="gw-a,gw-b", sources=sources)
    other = start(broker, postgres_url, inbox="inbox-2", gateways="gw-c")
    wait_until(lambda: one.says("inbox connected") and other.says("inbox connected"), PATIENCE_S)
    rival = start(broker, postgres_url, inbox="inbox-3", gateways="gw-d", sources=sources)
    with client(broker) as sender:
        for seq in range(1, EACH + 1):
            for name in NAMES:
                letter = batch(seq, rows(0.6, sensor="t1"), t0=NOW.ms - 1000 * seq, gw=name)
                last = sender.publish(letter.topic, letter.payload, qos=1)
            if seq == EACH // 2:
                last.wait_for_publish(PATIENCE_S)
                other.end(signal.SIGKILL)
        last.wait_for_publish(PATIENCE_S)
    other.start()
    wait_until(lambda: count(database, GatewayMessage) == EACH * len(NAMES), PATIENCE_S)
    assert (count(database), count(database, DeadLetter)) == (EACH * len(NAMES), 0)
    assert findings(database) == []
    assert rival.ended() == 1
    assert rival.says("The inbox inbox-1 listens to senml/+ already")
    heard = {row.name: row for row in database.read(telemetry.list_inboxes)}
    assert {name: row.crossings for name, row in heard.items()} == {"inbox-1": [], "inbox-2": []}
    assert not set(heard["inbox-1"].filters) & set(heard["inbox-2"].filters)
    assert (one.end(), other.end()) == (0, 0)
    assert database.read(telemetry.list_inboxes) == []
    database.close()
