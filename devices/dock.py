"""Live frames on the dock's own network: for terminals whose server is away. Reads only; nothing here changes anything.

`GET /live` latest frames as JSON · `GET /live/{instrument}` one · `GET /live/{instrument}/stream` server-sent events ·
`GET /status` the gateway's health. Only pages from the configured origins may read it from a browser.
"""

import json
import logging
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import msgspec

from devices.config import DockAddress
from devices.messages import LiveFrame

logger = logging.getLogger(__name__)

STREAMS_MAX: Final = 16  # each holds a thread
GAP_S: Final = 0.2  # five frames a second
COMMENT_AFTER_S: Final = 10.0  # a silent scale must not look like a dead line
SEND_TIMEOUT_S: Final = 5.0


class LatestFrames:
    """The newest frame of each instrument; a writer never waits for a reader."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frames: dict[str, LiveFrame] = {}
        self._version = 0

    def offer_live(self, instrument: str, frame: LiveFrame) -> None:
        """Takes a frame and wakes whoever waits for it."""
        with self._changed:
            self._frames[instrument] = frame
            self._version += 1
            self._changed.notify_all()

    def all(self) -> dict[str, LiveFrame]:
        """What every instrument shows."""
        with self._changed:
            return dict(self._frames)

    def after(self, instrument: str, frame: LiveFrame | None, timeout_s: float) -> LiveFrame | None:
        """The instrument's frame once it is another than `frame`; the same one after `timeout_s`."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames.get(instrument) is not frame, timeout_s)
            return self._frames.get(instrument)


class Dock(ThreadingHTTPServer):
    """The server; `serve_forever` is its thread, `shutdown` ends it and its streams."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, address: DockAddress, place: tuple[str, str], frames: LatestFrames, status: Callable[[], dict[str, Any]]
    ) -> None:
        """`place` is (site, gateway). Raises OSError when the address cannot be had."""
        super().__init__((address.host, address.port), _Handler)
        self.site, self.gw = place
        self.frames = frames
        self.status = status
        self.origins = frozenset(address.origins)
        self.closing = threading.Event()
        self.streams = threading.BoundedSemaphore(STREAMS_MAX)

    def shutdown(self) -> None:
        """Ends the server and every stream."""
        self.closing.set()
        super().shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A terminal that went away is no trouble of ours."""
        logger.debug("A dock terminal's request ended early", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: Dock
    protocol_version = "HTTP/1.1"
    timeout = SEND_TIMEOUT_S

    def do_GET(self) -> None:
        """Answers one request."""
        path = self.path.partition("?")[0].strip("/").split("/")
        frames = self.server.frames.all()
        if path == ["status"]:
            self._answer(json.dumps(self.server.status()).encode())
        elif path == ["live"]:
            self._answer(self._json(frames))
        elif path[0] == "live" and len(path) >= 2 and path[1] in frames and path[2:] in ([], ["stream"]):
            if len(path) == 2:
                self._answer(self._json({path[1]: frames[path[1]]}))
            else:
                self._stream(path[1])
        else:
            self._answer(b'{"error":"not found"}', HTTPStatus.NOT_FOUND)

    def do_OPTIONS(self) -> None:
        """Answers a browser that asks before it reads; the dock is a private network to a page from outside."""
        self.send_response(HTTPStatus.NO_CONTENT)
        self._send_origin()
        self.send_header("Access-Control-Allow-Methods", "GET")
        self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Access-Control-Max-Age", "600")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, frames: dict[str, LiveFrame]) -> bytes:
        return msgspec.json.encode({"site": self.server.site, "gw": self.server.gw, "instruments": frames})

    def _answer(self, body: bytes, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self._send_origin()
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.send_header("Retry-After", "5")
        self.end_headers()
        self.wfile.write(body)

    def _send_origin(self) -> None:
        origin = self.headers.get("Origin")
        if origin in self.server.origins:
            self.send_header("Access-Control-Allow-Origin", str(origin))
        self.send_header("Vary", "Origin")

    def _stream(self, instrument: str) -> None:
        if not self.server.streams.acquire(blocking=False):
            self._answer(b'{"error":"too many streams"}', HTTPStatus.SERVICE_UNAVAILABLE)
            return
        try:
            self.close_connection = True
            self.send_response(HTTPStatus.OK)
            self._send_origin()
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Connection", "close")
            self.end_headers()
            self._send_frames(instrument)
        finally:
            self.server.streams.release()

    def _send_frames(self, instrument: str) -> None:
        shown: LiveFrame | None = None
        while not self.server.closing.is_set():
            frame = self.server.frames.after(instrument, shown, COMMENT_AFTER_S)
            if frame is shown or frame is None:
                self.wfile.write(b": still here\n\n")
            else:
                self.wfile.write(b"event: live\ndata: " + self._json({instrument: frame}) + b"\n\n")
                shown = frame
            self.wfile.flush()
            self.server.closing.wait(GAP_S)

    def log_message(self, format: str, *args: Any) -> None:
        """The log is for the gateway, not for each look at a weight."""
        logger.debug(format, *args)
