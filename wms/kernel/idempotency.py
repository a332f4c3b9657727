"""Requests that may be sent twice: same id and content gives the first answer, other content is refused.

A client makes the id (UUIDv7) of whatever it may retry. `claim` writes the id with the digest of the content in the
transaction of the deed; the delivery layer may keep the answer it gave beside it.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from wms.kernel.actor import Actor
from wms.kernel.asking import Question, ask
from wms.kernel.canonical import digest
from wms.kernel.clock import Moment
from wms.kernel.columns import Base, Instant, Json
from wms.kernel.errors import Refused
from wms.kernel.writing import Writer

FORESEEN = "foreseen requests"
TAKEN = ("pk_commands", "UNIQUE constraint failed: commands.id")  # PostgreSQL names what is broken, SQLite tells it


class RequestIdReused(Refused):
    """The id was used before for something else."""

    code = "request_id_reused"
    en = "The request id {request_id} was used before for a different request."
    zh = "请求编号 {request_id} 已用于另一个内容不同的请求。"


class Command(Base):
    """One request that changed something, by the id its client made."""

    __tablename__ = "commands"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(80))
    input_digest: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[Any | None] = mapped_column(Json, comment="what the delivery layer answered the first time")


def claim(session: Session, request_id: UUID, action: str, content: Any, *, by: Actor, at: Moment) -> bool:
    """Claim `request_id` for an action with this content (a dict, or anything `evidence.digest` takes).

    Returns True the first time and False for a repeat of the same content by the same account; a concurrent first
    request is waited for. Raises RequestIdReused if the id stands for another action, content or account.
    """
    if request_id in session.info.get(FORESEEN, ()):
        session.info[FORESEEN].discard(request_id)
        session.add(
            Command(id=request_id, action=action, input_digest=digest(content), account_id=by.account_id, at=at.at)
        )
        return True
    values = {
        "id": request_id, "action": action, "input_digest": digest(content), "account_id": by.account_id, "at": at.at,
    }  # fmt: skip
    written = session.scalars(_claiming(session.get_bind().dialect.name), values)
    if written.first() is not None:
        return True
    first = session.get_one(Command, request_id)
    if (first.action, first.input_digest, first.account_id) != (action, values["input_digest"], by.account_id):
        raise RequestIdReused(request_id=request_id)
    return False


@cache
def _claiming(dialect: str) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    sheet = Command.metadata.tables[Command.__tablename__]
    return insert(sheet).on_conflict_do_nothing(index_elements=["id"]).returning(sheet.c.id)


def foresee(session: Session, request_ids: Iterable[UUID]) -> None:
    """Look at once which of the requests an act consists of are new; `claim` asks nothing more about these.

    For requests that all who make them make under one lock: call it there. Somebody may use such an id for something
    else at the same instant all the same; whoever writes it last finds it taken, and `Database.write` looks once more.
    """
    wanted = set(request_ids)
    if isinstance(session, Writer):
        session.info[FORESEEN] = wanted - {row[0] for row in ask(session, any_of(wanted))}


def any_of(request_ids: Iterable[UUID]) -> Question:
    """Return the question which of some requests were made before, for those who `foresee` them."""
    wanted = frozenset(request_ids)
    return Question(("requests", wanted), None, (Command,), _there(), {"request_ids": sorted(wanted)})


def found_taken(error: IntegrityError) -> bool:
    """Tell whether a request's id was taken between the look at it and its writing."""
    broken = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return (broken or str(error.orig)) in TAKEN


@cache
def _there() -> Select[UUID]:
    return select(Command.id).where(Command.id.in_(bindparam("request_ids", expanding=True)))


def keep_answer(session: Session, request_id: UUID, answer: Any) -> None:
    """Keep what was answered to a claimed request, in the same transaction."""
    waiting = (row for row in session.new if isinstance(row, Command) and row.id == request_id)
    command = next(waiting, None) or session.get_one(Command, request_id)
    command.answer = answer


def kept_answer(session: Session, request_id: UUID) -> Any | None:
    """Return the answer kept for a request id, or None."""
    command = session.get(Command, request_id)
    return None if command is None else command.answer
