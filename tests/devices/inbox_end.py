"""The product's own inbox as the other end: a process with a real database, to be killed and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import create_engine, text

from devices.messages import Channel, Message, decode_as
from tests.devices.ends import SITE
from tests.servers.broker import Broker

ROOT = Path(__file__).parents[2]


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
        """Dead letters, and readings that are in two places or in none."""
        return [str(row) for row in self._rows("SELECT * FROM dead_letters")]

    def placed(self) -> int:
        """Readings that stand in a table of readings, known and unknown sensors together."""
        tables = ("quarantined_readings", "readings")
        return sum(int(str(self._rows(f"SELECT count(*) FROM {table}")[0][0])) for table in tables)

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
