"""The interface put on an application: the resources, the documents, and the three addresses for watchers."""

from flask import Flask


def register(app: Flask) -> None:
    """Put `/api/v1` on `app`."""
