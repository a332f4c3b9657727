"""Errors as problem documents (RFC 9457): what kind, which code, and a sentence in the reader's language."""

from typing import Any

from flask import Response, g, json, request
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from wms import users
from wms.api.errors import Conflict, ValueOutOfRange
from wms.delivery.errors import BodyInvalid, NotSignedIn
from wms.kernel.canonical import plain
from wms.kernel.errors import Forbidden, Invalid, NotFound, Refused, Unavailable, WmsError

PREFIX = "/api/v1"
MEDIA_TYPE = "application/problem+json"
STATUSES: tuple[tuple[type[WmsError], int], ...] = (
    (NotSignedIn, 401),
    (users.KeyRefused, 401),
    (NotFound, 404),
    (Invalid, 422),
    (Refused, 409),
    (Forbidden, 403),
    (Unavailable, 503),
)
RETRY_AFTER_S = "2"


def problem(error: Exception) -> Response:
    """Return the problem document of any error; what is not ours says nothing about our insides."""
    if isinstance(error, IntegrityError):
        error = Conflict()
    if isinstance(error, DataError | OverflowError):
        error = ValueOutOfRange()
    if isinstance(error, WmsError):
        return _of_house(error)
    if isinstance(error, HTTPException):
        return _of_protocol(error)
    return _answer(500, "internal_error", "")


def status_of(error: WmsError | type[WmsError]) -> int:
    """Return the HTTP status of an error's kind."""
    kind = error if isinstance(error, type) else type(error)
    return next((status for parent, status in STATUSES if issubclass(kind, parent)), 500)


def language() -> str:
    """Return the reader's language as the request asks for it: zh or en."""
    return request.accept_languages.best_match(["zh", "en"], default="zh") or "zh"


def _of_house(error: WmsError) -> Response:
    status = status_of(error)
    answer = _answer(status, error.code, error.sentence(language()), values=_shown(error))
    if status == 503:
        answer.headers["Retry-After"] = RETRY_AFTER_S
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="coldlot"'
    return answer


def _of_protocol(error: HTTPException) -> Response:
    status = error.code or 500
    if status in (400, 422) and (misfits := getattr(error, "data", {}).get("messages")):
        return _of_body(status, misfits)
    code = HTTP_STATUS_CODES.get(status, "error").lower().replace(" ", "_")
    answer = _answer(status, code, error.description or "")
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _of_body(status: int, misfits: dict[str, Any]) -> Response:
    """Say what does not fit, by field; a body that is no JSON at all is the protocol's 400."""
    by_field = {name: item for places in misfits.values() for name, item in _by_name(places).items()}
    if status == 400:
        return _answer(400, "malformed", " ".join(map(str, by_field.get("_schema", ["Invalid JSON body."]))))
    error = BodyInvalid(fields=", ".join(sorted(by_field)))
    return _answer(422, error.code, error.sentence(language()), values=_shown(error), fields=by_field)


def _by_name(places: Any) -> dict[str, Any]:
    return {str(name): item for name, item in places.items()} if isinstance(places, dict) else {"_schema": places}


def _shown(error: WmsError) -> dict[str, Any]:
    return {name: plain(value) if _is_plain(value) else str(value) for name, value in error.values.items()}


def _is_plain(value: object) -> bool:
    try:
        plain(value)
    except TypeError:
        return False
    return True


def _answer(status: int, code: str, detail: str, *, values: Any = None, fields: Any = None) -> Response:
    document: dict[str, Any] = {
        "type": f"urn:coldlot:error:{code}",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
        "values": values or {},
        "request_id": g.get("request_id", ""),
    }
    if fields:
        document["fields"] = fields
    answer = Response(json.dumps(document), status, mimetype=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = language()
    return answer
