"""The trace of any number, for the store's own people."""

from typing import Any

from flask import Response

from wms.kernel.actor import Permission
from wms.web import tracing
from wms.web.desk.workplace import blueprint, must


@blueprint.get("/trace")
def trace() -> Any:
    """Show where goods came from and where they went."""
    must(Permission.SEE_ALL)
    return tracing.page("desk", "desk")


@blueprint.get("/trace.<any(xlsx, csv):kind>")
def trace_file(kind: str) -> Response:
    """Answer the trace as a file."""
    must(Permission.SEE_ALL)
    return tracing.file(kind)


@blueprint.get("/trace.jsonld")
def trace_epcis() -> Response:
    """Answer the trace as EPCIS 2.0 events."""
    must(Permission.SEE_ALL)
    return tracing.epcis()


@blueprint.get("/trace-kde.<any(xlsx, csv):kind>")
def trace_kde(kind: str) -> Response:
    """Answer the critical tracking events with their key data elements."""
    must(Permission.SEE_ALL)
    return tracing.key_data(kind)
