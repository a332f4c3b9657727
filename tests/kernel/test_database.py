"""Transactions, requests that come twice, counters and pages, on both engines."""

import base64
import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.users.make import CLERK, ESHA, NOW, user
from wms.kernel import idempotency, outbox
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Refused, Unavailable
from wms.kernel.idempotency import Command, RequestIdReused
from wms.kernel.outbox import OutboxRow
from wms.kernel.paging import CursorInvalid, page
from wms.kernel.upsert import count_up, insert_new
from wms.trading.tables import BoardCounter


class Stop(Exception):
    """Raised in the middle of things."""


def put(session: Session, key: str) -> UUID:
    return outbox.put(session, "test.topic", key, {"key": key}, at=NOW)


def keys(database: Database) -> list[str]:
    return database.read(lambda s: list(s.scalars(select(OutboxRow.key).order_by(OutboxRow.key))))


# ---------------------------------------------------------------- transactions


def test_what_raises_leaves_nothing(database: Database) -> None:
    def work(session: Session) -> None:
        put(session, "a")
        raise Stop

    with pytest.raises(Stop):
        database.write(work)
    assert keys(database) == []


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        database.read(lambda session: put(session, "a"))
    assert keys(database) == []


def test_a_reader_sees_one_snapshot(database: Database) -> None:
    database.write(lambda session: put(session, "a"))
    with database.snapshot() as session:
        count = select(OutboxRow.key)
        assert session.scalars(count).all() == ["a"]
        database.write(lambda other: put(other, "b"))
        assert session.scalars(count).all() == ["a"]
    assert keys(database) == ["a", "b"]


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_postgresql_asking_for_a_repeat_gets_it(database: Database, state: str) -> None:
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        put(session, f"try {len(tries)}")
        if len(tries) < 3:
            session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '{state}'; END $$"))

    database.write(work)
    assert keys(database) == ["try 3"]


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_an_engine_that_stays_busy_is_unavailable(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wms.kernel.database.TRIES", 2)
    again = text("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$")
    with pytest.raises(Unavailable):
        database.write(lambda session: session.execute(again))


def test_writers_that_add_to_one_row_lose_nothing(database: Database) -> None:
    def work(session: Session) -> int:
        return count_up(session, BoardCounter, name="a")

    given: list[int] = []
    at_once([lambda: given.append(database.write(work)) for _ in range(8)])
    assert sorted(given) == list(range(1, 9))


def at_once(works: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ---------------------------------------------------------------- counters


def test_a_counter_starts_at_one_jumps_by_many_and_keeps_its_keys_apart(database: Database) -> None:
    def work(session: Session) -> list[int]:
        return [count_up(session, BoardCounter, n, name=name) for name, n in (("a", 1), ("a", 3), ("b", 1), ("a", 1))]

    assert database.write(work) == [1, 4, 1, 5]


def test_a_number_taken_in_a_transaction_that_fails_is_given_again(database: Database) -> None:
    def take(session: Session) -> int:
        return count_up(session, BoardCounter, name="a")

    def fail(session: Session) -> None:
        take(session)
        raise Stop

    assert database.write(take) == 1
    with pytest.raises(Stop):
        database.write(fail)
    assert database.write(take) == 2


def test_a_row_that_is_there_stays_as_it_is(database: Database) -> None:
    database.write(lambda s: insert_new(s, BoardCounter, {"name": "a", "last_number": 7}))
    more = [{"name": "a", "last_number": 9}, {"name": "b", "last_number": 1}]
    database.write(lambda s: insert_new(s, BoardCounter, more))
    query = select(BoardCounter.name, BoardCounter.last_number)
    assert database.read(lambda s: dict(s.execute(query).all())) == {"a": 7, "b": 1}


# ---------------------------------------------------------------- requests that come twice


def test_a_repeat_is_known_and_another_content_action_or_account_is_refused(database: Database) -> None:
    other = database.write(lambda s: user(s, CLERK))
    request, content = uuid4(), {"grams": 1, "roles": frozenset({"b", "a"})}

    def claim(action: str = "weigh", what: object = content, by: object = ESHA) -> bool:
        return database.write(lambda s: idempotency.claim(s, request, action, what, by=by, at=NOW))  # type: ignore[arg-type]

    assert claim()
    assert not claim()
    assert not claim(what={"roles": {"a", "b"}, "grams": 1})
    by_other = type(ESHA)(other.id, "other")
    for change in ({"action": "move"}, {"what": {**content, "grams": 2}}, {"by": by_other}):
        with pytest.raises(RequestIdReused):
            claim(**change)


def test_the_first_answer_is_kept_and_goes_with_what_failed(database: Database) -> None:
    kept, lost = uuid4(), uuid4()

    def work(session: Session, request: UUID, *, fails: bool) -> None:
        idempotency.claim(session, request, "weigh", {}, by=SYSTEM, at=NOW)
        idempotency.keep_answer(session, request, {"lot": "L1"})
        if fails:
            raise Refused

    database.write(lambda s: work(s, kept, fails=False))
    with pytest.raises(Refused):
        database.write(lambda s: work(s, lost, fails=True))
    assert database.read(lambda s: [idempotency.kept_answer(s, each) for each in (kept, lost)]) == [{"lot": "L1"}, None]
    assert database.write(lambda s: idempotency.claim(s, lost, "weigh", {"other": 1}, by=SYSTEM, at=NOW))


def test_copies_of_one_request_at_once_have_one_first(database: Database) -> None:
    request, first = uuid4(), []

    def work() -> None:
        first.append(database.write(lambda s: idempotency.claim(s, request, "weigh", {}, by=SYSTEM, at=NOW)))

    at_once([work] * 8)
    assert sorted(first) == [False] * 7 + [True]


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_pages_hold_every_row_once_in_order(database: Database, limit: int, descending: bool) -> None:
    database.write(lambda s: [idempotency.claim(s, UUID(int=n), "a", n, by=SYSTEM, at=NOW) for n in range(1, 6)])
    found: list[int] = []
    cursor: str | None = None
    while True:
        part = database.read(
            lambda s, at=cursor: page(s, select(Command), [Command.at, Command.id], cursor=at, limit=limit,
                                      descending=descending)  # type: ignore[misc]
        )  # fmt: skip
        found += [row.id.int for row in part.items]
        cursor = part.next_cursor
        if cursor is None:
            break
    assert found == sorted(range(1, 6), reverse=descending)


@pytest.mark.parametrize("written", ["", "x", "not json", "[1]", "[null,null]", '["x","y"]', '[1e99,"x"]', "{}"])
def test_a_made_up_cursor_is_refused(database: Database, written: str) -> None:
    cursor = base64.urlsafe_b64encode(written.encode()).decode() if written != "x" else written
    with pytest.raises(CursorInvalid):
        database.read(lambda s: page(s, select(Command), [Command.at, Command.id], cursor=cursor))
