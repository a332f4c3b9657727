"""The document and a page to browse it with, both served from here: nothing is fetched from elsewhere."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, jsonify, send_from_directory

from wms.api.openapi import openapi

HERE = Path(__file__).parent
PARTS = Path(flask_swagger_ui.__file__).parent / "dist"
SERVED = frozenset({"swagger-ui.css", "index.css", "swagger-ui-bundle.js", "favicon-32x32.png"})
blueprint = Blueprint("api-documents", __name__)


@blueprint.get("/openapi.json")
def document() -> Response:
    """Answer the OpenAPI document."""
    return jsonify(openapi())


@blueprint.get("/docs")
def browse() -> Response:
    """Answer the page."""
    return send_from_directory(HERE / "browser", "index.html")


@blueprint.get("/docs/<string:name>")
def part(name: str) -> Response:
    """Answer one of the page's own files."""
    return send_from_directory(PARTS if name in SERVED else HERE / "browser", name, max_age=3600)
