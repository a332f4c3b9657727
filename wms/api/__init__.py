"""The REST interface `/api/v1`: resources named by the glossary, documented by OpenAPI, errors as problem documents.

Owns no table. Each route loads its schema, runs one action or query, and answers. Deliberately knows no page.
"""

from wms.api.application import register
from wms.api.problems import PREFIX, problem

__all__ = ["PREFIX", "problem", "register"]
