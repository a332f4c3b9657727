"""Requests to actions that take no id of their own: claimed here, so that a repeat is known all the same."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from wms.kernel import idempotency
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment

Act = Callable[..., Any]


def once(name: str, act: Act) -> Act:
    """Return `act(session, body, by=, at=)` with its request claimed as `name` first.

    A repeat does nothing: the answer kept with the first one is what it gets.
    """

    def run(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> Any:
        if not idempotency.claim(session, body["id"], f"api.{name}", body, by=by, at=at):
            return None
        return act(session, body, by=by, at=at)

    return run
