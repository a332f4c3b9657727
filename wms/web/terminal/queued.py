"""Work that comes through the offline queue: JSON with its own id, or the same fields as a plain form."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, jsonify, request

from devices.messages import INSTANT_MAX
from wms.delivery.identity import now
from wms.kernel.clock import from_ms
from wms.kernel.errors import Unavailable, WmsError
from wms.lots import WeightRecordNotYetHere
from wms.web import error_pages, pages, typed
from wms.web.pages import FieldWrong, said
from wms.web.shell import queue_answer

REPLAY_AFTER = timedelta(seconds=60)  # a citation older than this was made while the server was away
STAMP_DIGITS = 16  # more than any sequence or millisecond of the contract has
TOO_EARLY = 425  # the queue tries again by itself


def posted() -> Mapping[str, str]:
    """Return the fields of a form, or of the JSON object the offline queue sends."""
    if not request.is_json:
        return request.form.to_dict()
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        return {}
    return {str(name): "" if value is None else str(value) for name, value in body.items()}


def request_id(fields: Mapping[str, str]) -> UUID:
    """Return the id the client made: the queue's, else the form's. Raises FieldWrong."""
    try:
        return UUID(fields.get("request_id") or fields.get("id") or "")
    except ValueError as error:
        raise FieldWrong(field="id", value="") from error


def whole(fields: Mapping[str, str], name: str, missing: int | None = None) -> int:
    """Return a field as a whole number; empty gives `missing` if there is one. Raises FieldWrong."""
    text = fields.get(name, "")
    if not text.strip() and missing is not None:
        return missing
    found = pages.whole(text, name)
    if found < 0:
        raise FieldWrong(field=name, value=text[:40])
    return found


def serial(fields: Mapping[str, str], name: str, missing: int | None = None) -> int:
    """Return a number that a program wrote, an instant in milliseconds among them. Raises FieldWrong."""
    text = fields.get(name, "")
    if not text and missing is not None:
        return missing
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(INSTANT_MAX)):
        raise FieldWrong(field=name, value=text[:40])
    return int(text)


def grams(fields: Mapping[str, str], name: str, missing: int | None = None) -> int:
    """Return a field in kilograms as grams; empty gives `missing` if there is one. Raises FieldWrong."""
    text = fields.get(name, "")
    if not text.strip() and missing is not None:
        return missing
    found = pages.scaled(text, name, 1000, typed.KILOGRAMS)
    if not 0 <= found < 10**12:
        raise FieldWrong(field=name, value=text[:40])
    return found


def cited_while_away(fields: Mapping[str, str]) -> datetime | None:
    """Return when a terminal cited a capture, if that is so long ago that the server must have been out of reach."""
    shown_at = serial(fields, "shown_at", 0)
    if not shown_at or shown_at >= 2**45:
        return None
    cited_at = from_ms(shown_at)
    return cited_at if now().at - cited_at > REPLAY_AFTER else None


def answer(
    act: Callable[[Mapping[str, str]], tuple[UUID, bool]], next_url: str, page: Callable[[WmsError], Response]
) -> Response:
    """Run an action for a queued entry or a plain form and answer each in its own way.

    The queue hears its id again (201, 409 for a repeat) or a problem; 425 and 503 it tries again. A form is led on, or
    shown again with what is wrong.
    """
    fields = posted()
    try:
        done_id, repeat = act(fields)
    except WmsError as error:
        return refusal(error) if request.is_json else page(error)
    if request.is_json:
        return queue_answer(done_id, next_url, repeat=repeat)
    return Response(status=303, headers={"Location": next_url})


def refusal(error: WmsError) -> Response:
    """Return the problem document the queue shows to a person, or tries again after."""
    status = next((status for kind, status, *_ in error_pages.KINDS if isinstance(error, kind)), 500)
    if isinstance(error, WeightRecordNotYetHere | Unavailable):
        status = TOO_EARLY
    found = jsonify(title=error.code, status=status, code=error.code, detail=said(error))
    found.status_code = status
    found.mimetype = "application/problem+json"
    return found
