import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.lots import make
from tests.receipts.make import Keeper
from wms import dock, lots
from wms.config import ConfigInvalid, Printers, load_config
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.workers.outbox import OutboxWorker
from wms.workers.printing import RawPrinter

P = make.P


@contextmanager
def printer() -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """A label printer on a port of its own; gives its address and what came out."""
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            connection, _ = server.accept()
            with connection:
                came.append(b"".join(iter(lambda: connection.recv(4096), b"")))

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield server.getsockname(), came
        thread.join(5)


def labels(database: Database, lot_id: UUID, by: Actor = make.ASHA, **changes: Any) -> dock.Print:
    request = dock.PrintPaper(uuid4(), dock.PaperKind.LABELS, lot_id, "L1 × 10", **changes)
    database.write(lambda s: dock.print_paper(s, request, by=by, at=make.NOW))
    return database.write(lambda s: dock.print_paper(s, request, by=by, at=make.NOW))


def test_the_first_print_needs_no_reason_and_every_other_one_does(database: Database, store: Keeper) -> None:
    lot = database.write(lambda s: make.lot(s, store))
    assert labels(database, lot.id).copy_no == 1
    with make.refused(database, dock.ReprintNeedsReason):
        labels(database, lot.id, reason=" ")
    assert labels(database, lot.id, reason="torn in the rain").copy_no == 2
    with make.refused(database, Forbidden):
        labels(database, lot.id, by=make.NOBODY, reason="x")
    with make.refused(database, lots.LotNotFound):
        labels(database, lot.id, by=store.stranger(P.TAKE_IN), reason="x")
    with database.snapshot() as session:
        found = dock.prints_of(session, dock.PaperKind.LABELS, lot.id)
        assert [(row.copy_no, row.reason, row.person_id) for row in found] == [
            (2, "torn in the rain", make.ASHA.person_id), (1, "", make.ASHA.person_id),
        ]  # fmt: skip
        assert dock.print_queue(session) == []
        assert list(dock.check(session)) == []


def test_a_stuck_print_is_seen_tried_again_and_comes_out_once(database: Database, store: Keeper) -> None:
    lot = database.write(lambda s: make.lot(s, store))
    job = labels(database, lot.id, printer="dock1", content="^XA^FS^XZ")
    clock = [make.NOW]
    addresses: dict[str, tuple[str, int]] = {"dock1": ("127.0.0.1", 1)}  # nothing listens there
    worker = OutboxWorker(database, lambda: clock[0], {dock.PRINT_TOPIC: RawPrinter(addresses, 5)})
    for _ in range(3):
        assert worker.work_once() == 1
        clock[0] = Moment(clock[0].at + timedelta(hours=1), clock[0].on)
    (stuck,) = database.read(dock.print_queue)
    assert (stuck.state, stuck.attempts, "refused" in stuck.problem.lower()) == ("stuck", 3, True)
    with printer() as (address, came):
        addresses["dock1"] = address
        database.write(lambda s: dock.retry_print(s, job.id, by=make.ASHA, at=clock[0]))
        assert worker.work_once() == 1
    assert came == [b"^XA^FS^XZ"]
    assert database.read(dock.print_queue)[0].state == "sent"
    assert worker.work_once() == 0
    with make.refused(database, dock.PrintJobOver):
        database.write(lambda s: dock.cancel_print(s, job.id, by=make.ASHA, at=clock[0]))


def test_a_print_given_up_is_never_sent(database: Database, store: Keeper) -> None:
    lot = database.write(lambda s: make.lot(s, store))
    job = labels(database, lot.id, printer="gone", content="^XA^XZ")
    worker = OutboxWorker(database, lambda: make.NOW, {dock.PRINT_TOPIC: RawPrinter({}, 1)})
    for _ in range(2):
        given_up = database.write(lambda s: dock.cancel_print(s, job.id, by=make.ASHA, at=make.NOW))
        assert given_up.state == "cancelled"
    assert worker.work_once() == 0
    with make.refused(database, dock.PrintJobOver):
        database.write(lambda s: dock.retry_print(s, job.id, by=make.ASHA, at=make.NOW))
    with make.refused(database, dock.PrintJobNotFound):
        database.write(lambda s: dock.retry_print(s, uuid4(), by=make.ASHA, at=make.NOW))


def test_printers_are_named_with_their_ports() -> None:
    assert Printers("a=10.0.0.1:9100, b=printer.dock:6101").addresses() == {
        "a": ("10.0.0.1", 9100), "b": ("printer.dock", 6101),
    }  # fmt: skip
    for wrong in ("a", "a=b", "=h:1", "a=h:0", "a=h:99999"):
        with pytest.raises(ConfigInvalid):
            load_config(None, {"WMS__PRINTERS__LABELS": wrong})
