"""One request id used at the same instant: it ends as it does one after the other, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.users.make import NOW
from wms.kernel import idempotency
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.idempotency import Command, RequestIdReused

MOMENT_S = 0.5  # how long one waits for the other to look; on SQLite only one of them is inside at a time


def clash(database: Database, contents: list[dict[str, Any]], *, foreseen: list[bool]) -> list[bool | str]:
    """Claim one id from threads that all looked before any of them wrote; return what each was told."""
    request, ready = uuid4(), Barrier(len(contents))

    def claim(content: dict[str, Any], foresees: bool) -> bool | str:
        try:
            return database.write(lambda session: _claimed(session, request, content, ready if foresees else None))
        except RequestIdReused as error:
            return error.code

    with ThreadPoolExecutor(len(contents)) as pool:
        told = list(pool.map(claim, contents, foreseen))
    with database.snapshot() as session:
        assert session.get_one(Command, request).answer == {"told": "first"}
    return told


def _claimed(session: Session, request: UUID, content: dict[str, Any], ready: Barrier | None) -> bool:
    if ready is not None:
        idempotency.foresee(session, [request])
        try:
            ready.wait(MOMENT_S)
        except BrokenBarrierError:
            ready.abort()  # the second try, or alone inside: nobody else comes
    first = idempotency.claim(session, request, "test", content, by=SYSTEM, at=NOW)
    if first:
        idempotency.keep_answer(session, request, {"told": "first"})
    return first


def test_a_foreseen_request_that_somebody_else_makes_meanwhile_is_a_repeat(database: Database) -> None:
    told = clash(database, [{"n": 1}, {"n": 1}], foreseen=[True, True])
    assert sorted(told, key=str) == [False, True]


def test_a_foreseen_request_that_somebody_else_makes_otherwise_is_refused(database: Database) -> None:
    told = clash(database, [{"n": 1}, {"n": 2}], foreseen=[True, True])
    assert sorted(told, key=str) == [True, "request_id_reused"]


def test_two_requests_under_one_id_at_once_leave_one(database: Database) -> None:
    told = clash(database, [{"n": 1}, {"n": 2}, {"n": 1}], foreseen=[False] * 3)
    assert sorted(told, key=str) in (
        [False, True, "request_id_reused"],
        [True, "request_id_reused", "request_id_reused"],
    )


def test_a_transaction_that_claims_one_id_twice_itself_is_tried_once_more_and_not_for_ever(database: Database) -> None:
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        request = uuid4()
        for _ in range(2):
            session.add(Command(id=request, action="test", input_digest="", account_id=SYSTEM.account_id, at=NOW.at))
            session.flush()
            session.expunge_all()

    with pytest.raises(IntegrityError):
        database.write(work)
    assert len(tries) == 2
