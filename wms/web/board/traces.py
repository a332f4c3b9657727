"""The trace of what a buyer bought."""

from typing import Any

from flask import Response

from wms.web import tracing
from wms.web.board.workplace import blueprint


@blueprint.get("/trace")
def trace() -> Any:
    """Show where what I bought came from."""
    return tracing.page("board", "board")


@blueprint.get("/trace.<any(xlsx, csv):kind>")
def trace_file(kind: str) -> Response:
    """Answer the trace as a file."""
    return tracing.file(kind)


@blueprint.get("/trace.jsonld")
def trace_epcis() -> Response:
    """Answer the trace as EPCIS 2.0 events."""
    return tracing.epcis()


@blueprint.get("/trace-kde.<any(xlsx, csv):kind>")
def trace_kde(kind: str) -> Response:
    """Answer the critical tracking events with their key data elements."""
    return tracing.key_data(kind)
