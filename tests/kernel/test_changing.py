"""How changed and new rows are written last of all, and rows of several tables locked, on both engines."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import delete, event, func, literal, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tests.users.make import NOW
from wms.kernel import audit
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.writing import held, lock, lock_each, lock_together
from wms.ledger import Account
from wms.ledger.tables import Balance, Head


@contextmanager
def heard(database: Database) -> Iterator[list[tuple[str, bool]]]:
    """Keep what is said to the database, and whether its answer is awaited with others."""
    said: list[tuple[str, bool]] = []

    def note(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        pgconn = getattr(connection.connection.driver_connection, "pgconn", None)
        late = pgconn is not None and pgconn.pipeline_status != psycopg.pq.PipelineStatus.OFF
        if not statement.startswith("BEGIN"):
            said.append((statement, late))

    event.listen(database.writer, "before_cursor_execute", note)
    yield said
    event.remove(database.writer, "before_cursor_execute", note)


def heads(database: Database, *books: str) -> None:
    database.write(lambda s: s.add_all([Head(book=book, last_seq=0, last_hash="") for book in books]))


def all_heads(database: Database) -> dict[str, tuple[int, str]]:
    return database.read(lambda s: {row.book: (row.last_seq, row.last_hash) for row in s.scalars(select(Head))})


def account(session: Session, code: str) -> None:
    session.add(Account(code=code, kind="A", opened_on=NOW.on))


def test_rows_changed_alike_are_written_in_one_statement_and_all_in_one_trip(database: Database) -> None:
    heads(database, "a", "b", "c")

    def work(session: Session) -> None:
        rows = lock_each(session, Head, ["a", "b", "c"])
        rows["a"].last_seq, rows["b"].last_seq = 1, 2
        rows["c"].last_seq, rows["c"].last_hash = 3, "c"
        account(session, "A:X")
        audit.record(session, "test.deed", ("test", UUID(int=1)), by=SYSTEM, at=NOW)

    with heard(database) as said:
        database.write(work)
    assert all_heads(database) == {"a": (1, ""), "b": (2, ""), "c": (3, "c")}
    writes = [(text.split()[0], late) for text, late in said[1:]]
    late = not database.is_sqlite
    assert writes == [("UPDATE", late), ("UPDATE", late), ("INSERT", late), ("INSERT", late)]
    assert database.read(lambda s: s.get_one(Account, "A:X").opened_on) == NOW.on


def test_a_value_set_back_to_what_it_was_is_not_written(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        row = session.get_one(Head, "a")
        row.last_seq = 5
        row.last_seq = 0

    with heard(database) as said:
        database.write(work)
    assert [text for text, _ in said if text.startswith("UPDATE")] == []


@pytest.mark.parametrize("early", [False, True], ids=["at the end", "before"])
@pytest.mark.parametrize("books", ["a", "ab"])
def test_a_row_that_is_gone_is_not_changed_in_silence(database: Database, early: bool, books: str) -> None:
    heads(database, "a", "b")

    def work(session: Session) -> None:
        rows = [session.get_one(Head, book) for book in books]
        session.connection().execute(delete(Head.__table__).where(Head.book == "a"))  # type: ignore[arg-type]
        account(session, "A:X")
        for row in rows:
            row.last_seq = 7
        if early:
            session.flush()

    with pytest.raises(StaleDataError):
        database.write(work)
    assert all_heads(database) == {"a": (0, ""), "b": (0, "")}
    assert database.read(lambda s: s.get(Account, "A:X")) is None


def test_a_lost_change_is_not_committed_by_who_goes_on(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        row = session.get_one(Head, "a")
        session.connection().execute(delete(Head.__table__))  # type: ignore[arg-type]
        row.last_seq = 7
        with pytest.raises(StaleDataError):
            session.flush()

    with pytest.raises(Exception, match="nothing of this transaction may stay"):
        database.write(work)
    assert all_heads(database) == {"a": (0, "")}


def test_what_is_refused_in_the_one_trip_leaves_nothing(database: Database) -> None:
    heads(database, "a")
    database.write(lambda s: account(s, "A:X"))

    def work(session: Session) -> None:
        session.get_one(Head, "a").last_seq = 1
        account(session, "A:X")
        audit.record(session, "test.deed", ("test", UUID(int=1)), by=SYSTEM, at=NOW)

    with pytest.raises(IntegrityError):
        database.write(work)
    assert all_heads(database) == {"a": (0, "")}
    database.write(lambda s: account(s, "A:Y"))  # the connection is as good as before


def test_what_needs_more_than_plain_statements_is_written_too(database: Database) -> None:
    heads(database, "a", "b", "c")

    def work(session: Session) -> None:
        session.get_one(Head, "a").last_seq = Head.last_seq + 3
        session.get_one(Head, "b").book = "d"
        session.delete(session.get_one(Head, "c"))
        account(session, "A:X")

    database.write(work)
    assert all_heads(database) == {"a": (3, ""), "d": (0, "")}
    assert database.read(lambda s: s.get(Account, "A:X")) is not None


@pytest.mark.parametrize("words", [func.length("abc"), text("3"), select(literal(3)).scalar_subquery()])
def test_what_the_database_is_to_work_out_goes_the_long_way(database: Database, words: Any) -> None:
    heads(database, "a")

    def change(session: Session) -> None:
        session.get_one(Head, "a").last_seq = words

    database.write(change)
    database.write(lambda session: session.add(Head(book="b", last_seq=words, last_hash="")))
    assert all_heads(database) == {"a": (3, ""), "b": (3, "")}


def test_a_part_kept_is_written_when_it_ends(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        row = Account(code="A:X", kind="A", opened_on=NOW.on)
        with session.begin_nested():
            session.get_one(Head, "a").last_seq = 1
            session.add(row)
        assert session.get_one(Account, "A:X") is row

    database.write(work)
    assert all_heads(database) == {"a": (1, "")}


def test_rows_of_several_tables_are_locked_together_and_as_they_are_now(database: Database) -> None:
    heads(database, "a")
    database.write(lambda s: account(s, "A:X"))

    def work(session: Session) -> None:
        row = session.get_one(Head, "a")
        session.connection().execute(Head.__table__.update().values(last_seq=4))  # type: ignore[attr-defined]
        lock_together(session, (Account, "A:X"), (Head, "a"))
        assert held(session, Head, "a") is row
        assert row.last_seq == 4
        with heard(database) as said:
            assert lock(session, Account, "A:X") is not None
            lock_together(session, (Account, "A:X"), (Head, "a"))
        assert said == []
        lock_together(session, (Head, "a"), (Account, "A:none"))
        assert lock(session, Account, "A:none") is None

    database.write(work)


def test_they_are_locked_in_the_order_they_are_named(database: Database) -> None:
    if database.is_sqlite:
        return  # one writer at a time
    heads(database, "a")
    database.write(lambda s: account(s, "A:X"))
    database.write(lambda s: s.add(Balance(code="A:X", limit_side="none", posted_fen=0, held_fen=0)))
    order = ((Balance, "A:X"), (Head, "a"), (Account, "A:X"))
    for first, second, third in (order, order[::-1]):
        with database.transaction() as other:
            lock(other, *second)
            waiting = threading.Thread(target=lambda: database.write(lambda s: lock_together(s, first, second, third)))  # noqa: B023
            waiting.start()
            try:
                until_taken(database, *first)
                assert not taken(database, *third)
            finally:
                other.rollback()
                waiting.join()


def until_taken(database: Database, table: Any, key: str) -> None:
    for _ in range(2_000):
        if taken(database, table, key):
            return
        threading.Event().wait(0.01)  # the other thread comes as far as it can
    raise AssertionError("nobody took the first lock")


def taken(database: Database, table: Any, key: str) -> bool:
    with database.transaction() as session:
        try:
            session.get(table, key, with_for_update={"nowait": True})
        except OperationalError:
            session.rollback()
            return True
    return False
