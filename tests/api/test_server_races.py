"""Twenty clients of a running server at once for something scarce: exactly what is there goes, the rest are told so."""

import http.client
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from signal import SIGTERM
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.api.make import Hands, Human, headers, uid
from tests.lots import make as stock
from tests.receipts import make as keep
from tests.servers import process
from tests.servers.migrated import ROOT
from tests.servers.still import STANDS_AT_MS, command
from wms import facility, lots
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.users import Role

CLIENTS = 20
Answer = tuple[int, str, dict[str, Any]]


class Served:
    """A running server on PostgreSQL, and a store behind it with clerks."""

    def __init__(self, url: str, home: Path) -> None:
        self.database = Database.open(url)
        hands = Hands(self.database, at=stock.NOW)
        self.store = self.database.write(keep.Keeper)
        self.clerks = [hands.human(f"Clerk{n}", Role.CLERK) for n in range(4)]
        self.port = process.free_port()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "WMS__DATABASE__URL": url,
                       STANDS_AT_MS: str(stock.NOW.ms)}  # fmt: skip
        self.log = home / "log"
        self.running = process.start(command(self.port), log=self.log, environment=environment)

    def close(self) -> None:
        process.stop(self.running, SIGTERM)
        self.database.close()

    def race(self, ask: Callable[[int], tuple[str, dict[str, Any]]]) -> list[Answer]:
        """Let twenty clients, each on a connection of its own, post at the same moment; return what each was told."""
        ready = Barrier(CLIENTS)

        def client(n: int) -> Answer:
            path, body = ask(n)
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
                line.connect()
                ready.wait()
                return _post(line, path, {"id": uid(), **body}, self.clerks[n % len(self.clerks)])

        with ThreadPoolExecutor(CLIENTS) as pool:
            return list(pool.map(client, range(CLIENTS)))


def _post(line: http.client.HTTPConnection, path: str, body: dict[str, Any], who: Human) -> Answer:
    line.request("POST", f"/api/v1{path}", json.dumps(body), {"Content-Type": "application/json", **headers(who)})
    answer = line.getresponse()
    return answer.status, answer.headers.get_content_type(), json.loads(answer.read())


@pytest.fixture
def served(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    made = Served(postgres_url, tmp_path)
    try:
        process.wait_until(lambda: process.answers(made.port), made.running, made.log)
        yield made
    finally:
        made.close()


def told(answers: list[Answer]) -> Counter[tuple[int, str, str]]:
    """Count what was told: status, kind of document, and the code of the problem; each problem is complete."""
    for status, _, document in answers:
        if status >= 400:
            assert document["type"] == f"urn:coldlot:error:{document['code']}"
            assert (document["status"], bool(document["title"]), bool(document["request_id"])) == (status, True, True)
    return Counter((status, kind, document.get("code", "") if status >= 400 else "")
                   for status, kind, document in answers)  # fmt: skip


def test_twenty_clients_get_ten_units_and_one_place(served: Served) -> None:
    def stored(session: Session) -> list[Any]:
        done = keep.intake(session, keep.weighed(session, served.store).id, keep.line(10))
        place = facility.SetSlotRequest(uuid4(), served.store.slots[1].id, 2_000_000, 1, True)
        facility.set_slot(session, place, by=SYSTEM, at=stock.NOW)
        return [done.lot_ids[0], *(stock.lot(session, served.store).id for _ in range(4))]

    lot_id, *waiting = served.database.write(stored)
    out = {"lot_id": str(lot_id), "units": 1, "kind": "own", "collector_name": "Li", "plate": "鲁F12345"}
    assert told(served.race(lambda _: ("/exit-orders", out))) == {
        (201, "application/json", ""): 10, (409, "application/problem+json", "not_enough_units"): 10,
    }  # fmt: skip
    (found,) = served.database.read(lambda s: lots.facts(s, [lot_id]))
    held = served.database.read(lambda s: lots.get_lot(s, lot_id).exit_units)
    assert (held, found.units_on_hand) == (10, 10)

    slot = {"slot_id": str(served.store.slots[1].id), "units": 1}
    assert told(served.race(lambda n: (f"/lots/{waiting[n % 4]}/put-away", slot))) == {
        (200, "application/json", ""): 1, (409, "application/problem+json", "slot_full"): 19,
    }  # fmt: skip
    served.database.read(stock.sound)
