"""The interface put on an application: the resources, the documents, and the three addresses for watchers."""

from flask import Flask

from wms.api import pages, watching
from wms.api.problems import PREFIX
from wms.api.resources import RESOURCES


def register(app: Flask) -> None:
    """Put `/api/v1`, its documents, `/healthz`, `/readyz` and `/metrics` on `app`."""
    for resource in RESOURCES:
        app.register_blueprint(resource.blueprint, url_prefix=PREFIX)
    app.register_blueprint(pages.blueprint, url_prefix=PREFIX)
    app.register_blueprint(watching.blueprint)
