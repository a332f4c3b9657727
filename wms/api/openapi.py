"""The OpenAPI document: the same for every application, so it is made once, when somebody first asks."""

from functools import cache
from typing import Any

from flask import Flask
from flask_smorest import Api

from wms.api.documents import Problem
from wms.api.problems import PREFIX
from wms.api.resource import ID_HEADER
from wms.api.resources import RESOURCES
from wms.api.witness import HEADER as SECOND_PERSON
from wms.delivery.identity import CSRF_HEADER, SESSION_COOKIE
from wms.schemas.fields import Digits

VERSION = "1.0.0"
ABOUT = f"""Coldlot 冷仓: a cold store, free at entry and paid at exit.

Sign in with `Authorization: Bearer <API key>`; or with a page's session and its token in `{CSRF_HEADER}`.
A changing request carries an id its client made, as `id` in the body or as `{ID_HEADER}`: sent again with the same
content it changes nothing and gets the first answer. What needs a second person takes their own key in
`{SECOND_PERSON}`. Money is whole fen, weight whole grams, prices are decimals as text in yuan per kg.
"""
SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "an API key"},
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
}


class _Api(Api):  # type: ignore[misc]  # the library has no types
    """Documents only: errors are answered by the application itself."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None


@cache
def openapi() -> dict[str, Any]:
    """Return the document."""
    app = Flask("documents", static_folder=None)
    settings = {"API_TITLE": "Coldlot 冷仓", "API_VERSION": VERSION, "OPENAPI_VERSION": "3.0.3"}
    app.config.update(settings)
    api = _Api(app, spec_kwargs={"info": {"description": ABOUT}, "security": [{"key": []}, {"session": []}]})
    api.register_field(Digits, "string", "decimal")
    for name, scheme in SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    for resource in RESOURCES:
        api.register_blueprint(resource.blueprint, name=resource.name, url_prefix=PREFIX)
    document: dict[str, Any] = api.spec.to_dict()
    return document
