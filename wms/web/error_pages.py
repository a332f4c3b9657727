"""Errors as pages: the sentence, what to do next, and in small print the code and the request id."""

from flask import Response, make_response, render_template

from wms.kernel.errors import Forbidden, Invalid, NotFound, Refused, Unavailable, WmsError
from wms.web.i18n import note
from wms.web.sentences import sentence_of

KINDS: tuple[tuple[type[WmsError], int, str, str], ...] = (
    (NotFound, 404, note("Not found"), note("Check the number for a slip, or go back and choose it from the list.")),
    (Invalid, 422, note("Please check what was entered"), note("Go back, correct it and send it again.")),
    (
        Refused,
        409,
        note("Not possible now"),
        note("Go back and see what stands in the way, or ask the warehouse manager."),
    ),
    (
        Forbidden,
        403,
        note("You may not do this"),
        note("Ask the administrator for the right, or sign in as somebody else."),
    ),
    (Unavailable, 503, note("Busy for a moment"), note("Wait a few seconds and try again. Nothing has been lost.")),
)
STATUSES: dict[int, tuple[type[WmsError], str]] = {
    400: (Invalid, "invalid"),
    403: (Forbidden, "forbidden"),
    404: (NotFound, "not_found"),
    405: (NotFound, "not_found"),
    422: (Invalid, "invalid"),
    429: (Unavailable, "busy"),
    503: (Unavailable, "unavailable"),
}
UNEXPECTED = (
    500,
    note("Something went wrong on our side"),
    note("Try again. If it comes back, tell us the request id."),
)


def error_page(error: WmsError, *, request_id: str = "", back_url: str = "") -> Response:
    """Return the page for one of our errors, in the reader's language, with the status of its kind."""
    status, title, advice = next(
        ((status, title, advice) for kind, status, title, advice in KINDS if isinstance(error, kind)), UNEXPECTED
    )
    sentence = sentence_of(error)
    return _page(status, title, advice, sentence=sentence, code=error.code, request_id=request_id, back_url=back_url)


def unexpected_page(status: int = 500, *, request_id: str = "", back_url: str = "") -> Response:
    """Return the page for what is not one of our errors: a wrong address, a method not allowed, a fault."""
    kind, code = STATUSES.get(status, (WmsError, "error"))
    _, title, advice = next(((s, t, a) for k, s, t, a in KINDS if k is kind), UNEXPECTED)
    return _page(status, title, advice, sentence="", code=code, request_id=request_id, back_url=back_url)


def _page(status: int, title: str, advice: str, **parts: str) -> Response:
    return make_response(render_template("error.html", status=status, title=title, advice=advice, **parts), status)
