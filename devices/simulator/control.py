"""The simulator's own small door, on loopback only: a person or a test says what happens next.

`GET /state` · `POST /do` with one order as JSON, such as `{"do": "put", "instrument": "dock-1", "kg": 1250}` (or
`"grams": 1250000`), `{"do": "truck", "instrument": "truck-1", "kg": 18000}`, `{"do": "clear", "instrument": "dock-1"}`,
`{"do": "unplug", "port": "scale-platform"}`, `{"do": "probe", "address": 11, "fault": "open"}`,
`{"do": "door", "room": "room1", "open": true}`.
"""

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from devices.clock import Clock
from devices.simulator.world import BadOrder, World

BODY_MAX: Final = 4096
LOOPBACK: Final = "127.0.0.1"


class Control(ThreadingHTTPServer):
    """The server; `serve_forever` is its thread."""

    daemon_threads = True

    def __init__(self, world: World, clock: Clock, port: int) -> None:
        """Port 0 takes a free one. Raises OSError."""
        super().__init__((LOOPBACK, port), _Handler)
        self.world = world
        self.clock = clock

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    server: Control
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The state of the world."""
        if self.path == "/state":
            self._answer(HTTPStatus.OK, self.server.world.show(self.server.clock.tick_ms()))
        else:
            self._answer(HTTPStatus.NOT_FOUND, {"error": "only /state"})

    def do_POST(self) -> None:
        """One order. Browsers say where a page comes from, and no page may give orders; people use curl."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, BODY_MAX))
        if self.path != "/do" or "Origin" in self.headers or length > BODY_MAX:
            self.close_connection = True
            self._answer(HTTPStatus.NOT_FOUND, {"error": "POST /do, and not from a web page"})
            return
        try:
            order = json.loads(body)
            if not isinstance(order, dict):
                raise BadOrder("an order is an object")
            self.server.world.order(order, self.server.clock.tick_ms(), self.server.clock.at_ms())
        except (BadOrder, ValueError) as wrong:
            self._answer(HTTPStatus.BAD_REQUEST, {"error": str(wrong)})
            return
        self._answer(HTTPStatus.OK, {"done": order})

    def _answer(self, status: HTTPStatus, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""
