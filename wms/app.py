"""The application: the only module that knows every delivery room."""

import logging
import secrets
import time

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from wms import api, web
from wms.config import Config
from wms.delivery import metrics
from wms.delivery.house import NAME, House
from wms.kernel.clock import Clock, system_clock
from wms.kernel.database import Database

LOG = logging.getLogger(__name__)
MOST_BYTES = 16 * 1024 * 1024  # of a request's body: photos and spreadsheets


def create_app(config: Config, *, database: Database | None = None, clock: Clock | None = None) -> Flask:
    """Return the application on its database and clock; tests bring their own of both."""
    app = Flask("wms", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.url_map.strict_slashes = False  # /desk and /desk/ are one address to a person
    app.extensions[NAME] = House(
        config=config,
        database=database or Database.open(config.database.url, connections=config.database.connections),
        clock=clock or system_clock(config.site.timezone),
    )
    _watch(app)
    api.register(app)
    web.register(app)
    app.register_error_handler(Exception, _answer_error)
    return app


def _watch(app: Flask) -> None:
    """Give every request an id, and count and time every answer."""

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(6)
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        metrics.count_request(request.endpoint, response.status_code, time.perf_counter() - g.get("began", 0.0))
        return response


def _answer_error(error: Exception) -> Response:
    """Answer an error as a problem document to machines and as a page to people; log what is our own fault."""
    if not isinstance(error, HTTPException) and not hasattr(error, "sentence"):
        LOG.exception("request failed", extra={"request_id": g.get("request_id", ""), "path": request.path})
    if request.path.startswith(api.PREFIX):
        return api.problem(error)
    return web.error_page(error)
