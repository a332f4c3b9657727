"""The dock before a browser: the product on a port, a cable that can be pulled, and the gateway's own dock server."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar
from uuid import uuid4

from msgspec.structs import replace
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from devices.config import DockAddress
from devices.dock import Dock, LatestFrames
from devices.messages import CaptureKey, LiveFrame, encode, make_topic
from tests.lots import make as stock
from tests.receipts.make import Keeper
from tests.users import make as people
from wms import lots, users
from wms.app import create_app
from wms.config import Config, Gateways, Mqtt
from wms.kernel.clock import Moment, to_ms
from wms.kernel.database import Database
from wms.web.live import LiveWeights

T = TypeVar("T")
SITE = "yt1"
PIECE = 1 << 16
FRAME_S = 0.2
EPOCH = 2  # records that tests make without a scale are of the first


class Cable:
    """The line between terminals and server: a port that passes everything on until it is pulled."""

    def __init__(self) -> None:
        self._plug = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._plug.getsockname()[1]
        self.target = 0
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._pulled = False
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def pull(self) -> None:
        """Cut what is under way, and whoever calls from now on."""
        with self._lock:
            self._pulled = True
            ends, self._ends = self._ends, set()
        for end in ends:
            _end(end)

    def plug_in(self) -> None:
        """Let everything pass again."""
        with self._lock:
            self._pulled = False

    def close(self) -> None:
        """Cut everything for good."""
        self.pull()
        _end(self._plug)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._plug.accept()
            except OSError:
                return
            with self._lock:
                if self._pulled:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.target))
                self._ends |= {near, far}
            for here, there in ((near, far), (far, near)):
                thread = threading.Thread(target=self._pass_on, args=(here, there), daemon=True)
                thread.start()
                self._threads.append(thread)

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while piece := here.recv(PIECE):
                there.sendall(piece)
        for end in (here, there):
            _end(end)
        with self._lock:
            self._ends -= {here, there}


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@dataclass(slots=True)
class Quay:
    """A store with people, scales and slots; what its scales show, what its gateway recorded, and the time of day."""

    database: Database
    store: Keeper
    clerk: users.Account
    manager: users.Account
    moment: Moment = stock.NOW
    cable: Cable = field(default_factory=Cable)
    frames: LatestFrames = field(default_factory=LatestFrames)
    live: LiveWeights | None = None
    shown: dict[str, LiveFrame] = field(default_factory=dict)
    records: list[lots.WeightRecordRequest] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.cable.port}"

    def do(self, work: Callable[[Session], T]) -> T:
        return self.database.write(work)

    def see(self, work: Callable[[Session], T]) -> T:
        return self.database.read(work)

    def pass_time(self, seconds: int = 1) -> None:
        """Let the store's clock go on."""
        self.moment = Moment(self.moment.at + timedelta(seconds=seconds), self.moment.on)

    def put(self, grams: int, instrument: str = stock.PLATFORM, *, arrives: bool = True) -> int:
        """Put a load on a scale: the gateway captures it, its record arrives or waits. Returns the capture's number."""
        self.pass_time()
        number, at = len(self.records) + 1, self.moment.at
        wanted = stock.record_request(grams, instrument=instrument, epoch=EPOCH, sequence=number, taken_at=at)
        self.records.append(wanted)
        if arrives:
            self.do(lambda s: lots.record_weight(s, wanted, at=self.moment))
        capture = CaptureKey(id=uuid4(), ep=EPOCH, seq=number, at=to_ms(at), weight_grams=grams)
        self.shown[instrument] = LiveFrame(
            weight_grams=grams, stable=True, net=None, tare_grams=None, flags=[], at=to_ms(at), n=0, capture=capture
        )
        return number

    def records_arrive(self, first: int = 0) -> None:
        """What the gateway kept meanwhile, from a place in its numbers on, reaches the server."""
        for wanted in self.records[first:]:
            self.do(lambda s, wanted=wanted: lots.record_weight(s, wanted, at=self.moment))  # type: ignore[misc]

    def show(self) -> None:
        """Show the scales as the gateway does, five frames a second, to the dock and to the server."""
        number = 0
        while not self.over.wait(FRAME_S):
            number += 1
            for name, frame in list(self.shown.items()):
                now = replace(frame, n=number)
                self.frames.offer_live(name, now)
                if self.live:
                    self.live.hear(make_topic(SITE, stock.GATEWAY, "live", name), encode(now))


@contextmanager
def open_quay(database: Database) -> Iterator[Quay]:
    """Serve a furnished store, its cable plugged in, its gateway answering at the dock."""
    staff = frozenset({users.Role.WAREHOUSE_MANAGER})
    quay = Quay(
        database, database.write(Keeper), database.write(people.user), database.write(lambda s: people.user(s, staff))
    )
    dock = Dock(DockAddress("127.0.0.1", 0, (quay.url,)), (SITE, stock.GATEWAY), quay.frames, dict)
    config = Config(mqtt=Mqtt(site=SITE, port=1), gateways=Gateways(f"http://127.0.0.1:{dock.server_port}"))
    app = create_app(config, database=database, clock=lambda: quay.moment)
    quay.live = app.extensions["coldlot_live"]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    quay.cable.target = server.server_port
    works: list[Callable[[], None]] = [
        partial(server.serve_forever, FRAME_S),
        partial(dock.serve_forever, FRAME_S),
        quay.show,
    ]
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield quay
    finally:
        quay.over.set()
        quay.live.stop()
        quay.cable.close()
        server.shutdown()
        dock.shutdown()
        for thread in threads:
            thread.join()
        server.server_close()
