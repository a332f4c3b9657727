"""The documents: OpenAPI made from the actions themselves, their words and the errors they say they raise."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from marshmallow import fields

from wms import users
from wms.api.problems import MEDIA_TYPE, status_of
from wms.delivery.errors import BodyInvalid, ForeignRequest, NotSignedIn
from wms.kernel.errors import WmsError
from wms.schemas.bodies import Fixed

Source = Callable[..., Any] | type[WmsError]
ALWAYS: tuple[type[WmsError], ...] = (NotSignedIn, users.KeyRefused, ForeignRequest, BodyInvalid)
_RAISES = re.compile(r"Raises (.*?)(?:\.\s|\.$)", re.DOTALL)
_NAME = re.compile(r"\b[A-Z][A-Za-z]+\b")


class Problem(Fixed):
    """A problem document (RFC 9457)."""

    type = fields.String(metadata={"example": "urn:coldlot:error:lot_not_found"})
    title = fields.String()
    status = fields.Integer()
    code = fields.String(metadata={"description": "stable; what a program decides by"})
    detail = fields.String(metadata={"description": "a sentence in the language of Accept-Language"})
    values = fields.Dict(metadata={"description": "the values in the sentence"})
    request_id = fields.String(metadata={"description": "what to quote when asking for help"})
    fields_ = fields.Dict(data_key="fields", metadata={"description": "by field, where the body does not fit"})


def words_of(action: Callable[..., Any]) -> str:
    """Return what an action's docstring says, without the part about errors, which are documented one by one."""
    return _RAISES.sub("", action.__doc__ or "").strip()


def raised_names(action: Callable[..., Any]) -> list[str]:
    """Return the class names an action's docstring says it raises."""
    text = " ".join(_RAISES.findall((action.__doc__ or "") + "\n"))
    return sorted(set(_NAME.findall(text)))


def errors_of(action: Source) -> Iterable[type[WmsError]]:
    """Return the errors an action says it raises, an error itself as it is.

    A name means the class of the action's own room first.
    """
    if isinstance(action, type):
        yield action
        return
    room = ".".join(action.__module__.split(".")[:2])
    known = defaultdict(list)
    for error in _loaded():
        known[error.__name__].append(error)
    for name in raised_names(action):
        yield from sorted(known[name], key=lambda error: not error.__module__.startswith(room))[:1]


def document_errors(blueprint: Any, view: Callable[..., Any], sources: Iterable[Source]) -> Callable[..., Any]:
    """Return the view with a problem response for each status, naming the codes it may have."""
    codes: dict[int, set[str]] = defaultdict(set)
    problem = Problem()
    for error in (error for source in (*ALWAYS, *sources) for error in errors_of(source)):
        codes[status_of(error)].add(error.code)
    for status in sorted(codes):
        text = f"{HTTPStatus(status).phrase}. Codes: {', '.join(f'`{code}`' for code in sorted(codes[status]))}"
        view = blueprint.alt_response(status, schema=problem, content_type=MEDIA_TYPE, description=text)(view)
    return view


def _loaded() -> list[type[WmsError]]:
    """Return every class of error that has been written so far."""
    found: list[type[WmsError]] = [WmsError]
    for kind in found:
        found += kind.__subclasses__()
    return found
