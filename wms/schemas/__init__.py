"""Paper in, paper out: what a request's body must look like, and what an answer shows, as marshmallow schemas.

A body is made from the request class of an action and a view from the columns named for it, so that neither can drift
from the room it speaks for. Knows the rooms' doors and no HTTP: nothing here opens a transaction or decides.
"""

from wms.schemas.bodies import body
from wms.schemas.fields import Day, Digits, Instant, Text, Whole
from wms.schemas.views import View, paged, shape, view

__all__ = ["Day", "Digits", "Instant", "Text", "View", "Whole", "body", "paged", "shape", "view"]
