"""The pages: five workplaces over the rooms, one design system under all of them.

Owns the templates, style sheets, modules, words and the shape of numbers on a page; each workplace's folder owns its
routes. Knows nothing of tables: a page asks a room's door. `shell.register_web_environment(app)` makes an app speak
this design system; `docs/design-system.md` tells how a page is written.
"""

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from wms.delivery.house import house
from wms.kernel.errors import WmsError
from wms.web import error_pages, shell


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    with app.app_context():
        zone = house().config.site.timezone
    shell.register_web_environment(app, zone=zone)


def error_page(error: Exception) -> Response:
    """Return the page of any error, in the reader's language."""
    request_id = g.get("request_id", "")
    if isinstance(error, WmsError):
        return error_pages.error_page(error, request_id=request_id)
    status = (error.code or 500) if isinstance(error, HTTPException) else 500
    answer = error_pages.unexpected_page(status, request_id=request_id)
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() not in ("content-type", "content-length"):
                answer.headers[name] = value
    return answer
