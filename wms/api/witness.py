"""The second person of an act that needs two: they sign with their own key, in the same request."""

from flask import request
from sqlalchemy.orm import Session

from wms import users
from wms.api.errors import SecondPersonMissing
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment

HEADER = "X-Second-Person"


def second_person(session: Session, at: Moment) -> Actor | None:
    """Return the actor of the key in the header, or None without one. Raises KeyRefused."""
    key = request.headers.get(HEADER)
    return users.actor_of_api_key(session, key, at=at) if key else None


def needed_second_person(session: Session, at: Moment) -> Actor:
    """Return the actor of the key in the header. Raises SecondPersonMissing, KeyRefused."""
    found = second_person(session, at)
    if found is None:
        raise SecondPersonMissing
    return found
