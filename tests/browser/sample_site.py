"""The style guide on a real port, with a scale and a server whose answers a test decides."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.serving import make_server

from tests.web.gallery import gallery_app
from wms.kernel.errors import Refused

Judge = Callable[[dict[str, Any]], Response]
STEP_S = 0.05


def accept(body: dict[str, Any]) -> Response:
    """Answer as the product does: the entry's own id."""
    return jsonify(request_id=body["request_id"])


@dataclass
class Site:
    """What the scale says and how posts are answered; `booked` is what the server keeps, once an id."""

    url: str = ""
    weight: dict[str, Any] | None = None
    streams: bool = True
    judge: Judge = accept
    received: list[dict[str, Any]] = field(default_factory=list)
    booked: dict[str, dict[str, Any]] = field(default_factory=dict)
    at_once: int = 0
    most_at_once: int = 0
    closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def events(self) -> Iterator[str]:
        """Send what the scale says while it says something."""
        while not self.closed:
            yield f"event: weight\ndata: {json.dumps(self.weight)}\n\n" if self.weight else ": still there\n\n"
            time.sleep(STEP_S)

    def take(self) -> Response:
        """Keep a post, once for each id, and answer as the test wants."""
        body: dict[str, Any] = request.get_json()
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.received.append(body)
        time.sleep(STEP_S)
        answer = self.judge(body)
        with self.lock:
            if answer.status_code < 300 or answer.headers.get("X-Booked"):
                self.booked.setdefault(body["request_id"], body)
            self.at_once -= 1
        return answer


def sample_app(site: Site) -> Flask:
    """Return the style guide's app with the scale, the poll address and the posts of `site`."""
    app = gallery_app()
    app.view_functions["sample"] = lambda what: _answer(site, what)
    app.add_url_rule("/till", "till", lambda: render_template("till.html"))
    app.add_url_rule("/queue/weigh", "weigh", site.take, methods=["POST"])
    return app


def _answer(site: Site, what: str) -> Response:
    if what == "events" and site.streams:
        return Response(site.events(), mimetype="text/event-stream")
    if what == "weight" and site.weight:
        return jsonify(site.weight)
    if what == "refused":
        raise Refused
    if what == "curve":
        return jsonify(x=[1_790_000_000 + n * 3600 for n in range(48)], y=[[-0.5] * 48, [-0.2] * 48])
    return Response(status=404)


def serve() -> Iterator[Site]:
    """Serve on a free port of this machine until the test is over."""
    site = Site()
    server = make_server("127.0.0.1", 0, sample_app(site), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": STEP_S}, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        site.closed = True
        server.shutdown()
        thread.join()
        server.server_close()
