"""One transaction a request: read it, change it, and answer a repeat with the first answer."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from wms.delivery.house import house
from wms.kernel import idempotency
from wms.kernel.canonical import plain

T = TypeVar("T")


def read(query: Callable[[Session], T]) -> T:
    """Run a query on a snapshot that cannot write."""
    return house().database.read(query)


def write(action: Callable[[Session], T]) -> T:
    """Run an action in one writing transaction, repeated when the engine asks for it."""
    return house().database.write(action)


def command(request_id: UUID, action: Callable[[Session], T], show: Callable[[Session, T], Any]) -> Any:
    """Run an action with its answer shown by `show`, and keep the answer with the request's id.

    A repeat of the same request gets the first answer, whatever has happened since; another content under the same id
    is refused by the action itself.
    """

    def work(session: Session) -> Any:
        result = action(session)
        answer = idempotency.kept_answer(session, request_id)
        if answer is None:
            session.flush()
            answer = plain(show(session, result))
            idempotency.keep_answer(session, request_id, answer)
        return answer

    return write(work)
