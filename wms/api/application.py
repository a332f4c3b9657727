"""The interface put on an application: the resources, the documents, and the three addresses for watchers."""

from flask import Flask

from wms.api import deliveries, lots
from wms.api.problems import PREFIX

RESOURCES = (*deliveries.RESOURCES, *lots.RESOURCES)


def register(app: Flask) -> None:
    """Put `/api/v1` on `app`."""
    for resource in RESOURCES:
        app.register_blueprint(resource.blueprint, url_prefix=PREFIX)
