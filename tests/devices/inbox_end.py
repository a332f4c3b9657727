"""The product's own inbox as the other end: a process with a real database, to be killed and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

from devices.messages import Channel, Message, decode_as
from tests.devices.ends import GW, SITE
from tests.lots.make import NOW, Store
from tests.servers.broker import Broker
from tests.telemetry.make import KEEPER
from wms import telemetry
from wms.kernel.database import Database

ROOT = Path(__file__).parents[2]
KINDS = {"t": "temperature", "rh": "humidity", "o": "o2", "co": "co2"}


def adopt(url: str, names: Sequence[str]) -> None:
    """Give the sensors of the tests' gateway a place, as a keeper does on the quarantine's page."""
    database = Database.open(url)
    room = database.write(Store).room.id
    for name in names:
        kind = KINDS[name.split(".")[1].rstrip("0123456789")]
        request = telemetry.AdoptSensor(uuid4(), GW, name, kind, room, "middle")
        database.write(lambda s, request=request: telemetry.adopt_sensor(s, request, by=KEEPER, at=NOW))  # type: ignore[misc]
    database.close()


class InboxEnd:
    """`wms work --only inbox` on a migrated database."""

    def __init__(self, broker: Broker, url: str, folder: Path) -> None:
        self.repeats = 0
        self._url = url
        self._log = folder / "inbox.log"
        self._settings = {
            "WMS__DATABASE__URL": url,
            "WMS__MQTT__HOST": broker.host,
            "WMS__MQTT__PORT": str(broker.port),
            "WMS__MQTT__SITE": SITE,
            "WMS__ANCHOR__FILE": str(folder / "anchors.jsonl"),
        }
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "wms", "work", "--only", "inbox"]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=os.environ | self._settings)

    def interrupt(self, dice: random.Random) -> None:
        """Kill the inbox in the middle of whatever it does, and start it again."""
        assert self._process.poll() is None, self._log.read_text()[-3000:]
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)
        time.sleep(dice.uniform(0, 2.0))
        self._process = self._start()

    def messages(self) -> dict[tuple[int, int], Message]:
        """Everything in the database, by (epoch, sequence)."""
        rows = self._rows("SELECT epoch, sequence, channel, payload FROM gateway_messages")
        return {(int(str(ep)), int(str(seq))): _decoded(channel, payload) for ep, seq, channel, payload in rows}

    def troubles(self) -> list[str]:
        """Dead letters."""
        return [str(row) for row in self._rows("SELECT * FROM dead_letters")]

    def placed(self) -> set[tuple[str, int]]:
        """Sensor and instant of every reading in its place; none is there twice, and none elsewhere."""
        for table in ("quarantined_readings", "reading_conflicts"):
            assert self._rows(f"SELECT count(*) FROM {table}") == [(0,)]
        rows = self._rows("SELECT sensors.name, readings.at FROM readings JOIN sensors ON sensors.number = sensor")
        assert len(rows) == len(set(rows))
        return {(str(name), int(str(at))) for name, at in rows}

    def weighed(self) -> set[str]:
        """The capture ids of every weight record."""
        rows = self._rows("SELECT capture_id FROM weight_records")
        ids = [str(row[0]).replace("-", "") for row in rows]
        assert len(ids) == len(set(ids))
        return set(ids)

    def _rows(self, query: str) -> "list[tuple[object, ...]]":
        engine = create_engine(self._url)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(query))]
        finally:
            engine.dispose()

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(20)


def _decoded(channel: object, payload: object) -> Message:
    assert isinstance(payload, bytes | memoryview)
    return decode_as(_channel(str(channel)), bytes(payload))


def _channel(name: str) -> Channel:
    channels: dict[str, Channel] = {"up/m": "up/m", "up/w": "up/w", "up/e": "up/e"}
    return channels[name]
