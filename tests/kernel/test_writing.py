"""What a writing transaction says to the database, and when, on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session

from tests.users.make import NOW
from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import SYSTEM
from wms.kernel.asking import read_once, read_under
from wms.kernel.audit import AuditRow
from wms.kernel.database import Database
from wms.kernel.idempotency import Command, RequestIdReused
from wms.kernel.ids import new_id
from wms.kernel.outbox import OutboxRow
from wms.kernel.writing import fresh, held, insert_unless_there, lock, lock_each
from wms.ledger import Account
from wms.ledger.tables import Balance, Head


@pytest.fixture(autouse=True)
def deeds_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AuditRow, "looked_for_fresh", True)


@contextmanager
def heard(database: Database) -> Iterator[list[str]]:
    """Keep what is said to the database."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(database.writer, "before_cursor_execute", note)
    yield said
    event.remove(database.writer, "before_cursor_execute", note)


def deed(session: Session, name: str) -> None:
    audit.record(session, name, ("test", UUID(int=1)), by=SYSTEM, at=NOW)


def heads(database: Database, *books: str) -> None:
    database.write(lambda s: s.add_all([Head(book=book, last_seq=0, last_hash="") for book in books]))


def first(session: Session) -> Head:
    found = lock(session, Head, "a")
    assert found is not None
    return found


def test_rows_of_a_table_are_written_in_one_go_and_in_order(database: Database) -> None:
    names = [f"test.{n:02}" for n in range(20)]

    def work(session: Session) -> None:
        for name in names:
            deed(session, name)
            assert [row.action for row in fresh(session, AuditRow)][-1] == name

    with heard(database) as said:
        database.write(work)
    assert [statement.split()[:3] for statement in said] == [["INSERT", "INTO", "audit_rows"]]
    kept = database.read(lambda s: list(s.scalars(select(AuditRow.action).where(AuditRow.action.in_(names)))))
    assert kept == names


def test_who_asks_for_a_table_finds_what_waited(database: Database) -> None:
    def work(session: Session) -> None:
        deed(session, "test.a")
        (mine,) = fresh(session, AuditRow)
        with heard(database) as said:
            assert session.get(AuditRow, mine.id) is mine
        assert len(said) == 2, "written, then read"
        with heard(database) as said:
            assert session.get(AuditRow, mine.id) is mine
        assert said == [], "nobody changes it any more"
        deed(session, "test.b")
        counted = "SELECT count(*) FROM audit_rows WHERE action LIKE 'test.%'"
        assert session.scalar(text(counted)) == 2
        session.add(Head(book="a", last_seq=0, last_hash=""))
        assert session.connection().exec_driver_sql("SELECT count(*) FROM ledger_heads").scalar() == 1

    database.write(work)


def test_what_another_table_is_asked_for_lets_rows_wait(database: Database) -> None:
    def work(session: Session) -> None:
        deed(session, "test.a")
        with heard(database) as said:
            session.scalars(select(Head)).all()
        assert len(said) == 1

    database.write(work)


def test_what_changes_many_rows_finds_all_written(database: Database) -> None:
    def work(session: Session) -> None:
        deed(session, "test.a")
        session.add(Head(book="a", last_seq=0, last_hash=""))
        with heard(database) as said:
            session.execute(text("UPDATE ledger_balances SET held_fen = 0 WHERE code = 'none'"))
        assert sorted(statement.split()[0] for statement in said) == ["INSERT", "INSERT", "UPDATE"], "triggers may look"

    database.write(work)


def test_a_row_is_locked_once_a_transaction(database: Database) -> None:
    heads(database, "a", "b")

    def work(session: Session) -> None:
        assert held(session, Head, "a") is None
        first(session).last_seq = 7
        with heard(database) as said:
            assert first(session).last_seq == 7
            assert held(session, Head, "a") is first(session)
        assert said == []
        with heard(database) as said:
            assert list(lock_each(session, Head, ["b", "a", "c"])) == ["a", "b"]
        assert [statement.split()[0] for statement in said] == ["SELECT"], "b and c, and nothing written for it"

    database.write(work)
    with heard(database) as said:
        assert database.write(lambda s: first(s).last_seq) == 7, "the next transaction asks again"
    assert len(said) == 1


def test_a_row_changed_before_it_is_locked_keeps_the_change(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        session.get_one(Head, "a").last_seq = 4
        assert first(session).last_seq == 4

    database.write(work)


def test_what_is_locked_shows_what_one_statement_did_to_many(database: Database) -> None:
    heads(database, "a", "b")

    def work(session: Session) -> list[int]:
        first(session).last_seq = 1
        session.execute(update(Head).values(last_seq=Head.last_seq + 10))
        lock_each(session, Head, ["a", "b"])
        return [row.last_seq for row in lock_each(session, Head, ["a", "b"]).values()]

    assert database.write(work) == [11, 10]


def test_a_part_taken_back_lets_its_locks_and_rows_go(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        deed(session, "test.before")
        part = session.begin_nested()
        first(session).last_seq = 3
        deed(session, "test.within")
        part.rollback()
        assert held(session, Head, "a") is None
        assert first(session).last_seq == 0

    database.write(work)
    kept = database.read(lambda s: list(s.scalars(select(AuditRow.action).where(AuditRow.action.like("test.%")))))
    assert kept == ["test.before"]


def test_what_a_part_taken_back_had_written_is_written_again_when_it_is_said_again(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        row = first(session)
        part = session.begin_nested()
        row.last_seq = 3
        session.flush()
        part.rollback()
        row.last_seq = 3

    database.write(work)
    assert database.read(lambda s: s.get_one(Head, "a").last_seq) == 3


def test_what_was_read_under_a_lock_is_read_again_once_the_lock_is_forgotten(database: Database) -> None:
    heads(database, "a", "b")
    looked: list[int] = []

    def look(session: Session) -> None:
        lock(session, Head, "a")
        read_under(session, (Head, "a"), "look", (), lambda: looked.append(1))

    def work(session: Session) -> None:
        look(session)
        look(session)
        session.connection().execute(text("UPDATE ledger_heads SET last_seq = 4"))
        look(session)

    database.write(work)
    assert len(looked) == 2


def test_read_again_a_row_keeps_what_the_transaction_did(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        row = first(session)
        row.last_seq = 5
        session.refresh(row)
        assert row.last_seq == 5
        row.last_seq = 6
        session.expire_all()
        assert row.last_seq == 6

    database.write(work)


def test_what_the_database_refuses_at_the_end_leaves_nothing(database: Database) -> None:
    def work(session: Session) -> None:
        session.add(Account(code="A:X", kind="A", opened_on=NOW.on))
        session.add(Balance(code="A:X", limit_side="debit", posted_fen=-1, held_fen=0))
        deed(session, "test.lost")

    with pytest.raises(IntegrityError):
        database.write(work)
    assert database.read(lambda s: s.scalars(select(Account.code).where(Account.code == "A:X")).all()) == []
    assert database.read(lambda s: s.scalars(select(AuditRow).where(AuditRow.action == "test.lost")).all()) == []


def test_what_is_there_is_left_as_it_is(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        insert_unless_there(session, Head, {"book": "a", "last_seq": 9, "last_hash": "x"})
        insert_unless_there(session, Head, [{"book": name, "last_seq": 2, "last_hash": ""} for name in ("b", "b")])
        outbox.put(session, "test", "k", {"n": 1}, at=NOW)
        outbox.put(session, "test", "k", {"n": 2}, at=NOW)

    database.write(work)
    assert database.read(lambda s: [row.last_seq for row in s.scalars(select(Head).order_by(Head.book))]) == [0, 2]
    put = select(OutboxRow.payload).where(OutboxRow.topic == "test")
    assert database.read(lambda s: s.scalars(put).all()) == [{"n": 1}]


def test_what_was_read_once_is_read_again_after_a_change(database: Database) -> None:
    heads(database, "a")

    def books(session: Session) -> list[str]:
        return list(session.scalars(select(Head.book).order_by(Head.book)))

    def work(session: Session) -> None:
        def once() -> list[str]:
            return read_once(session, "books", [Head], lambda: books(session))

        assert once() == ["a"]
        with heard(database) as said:
            assert once() == ["a"]
        assert said == []
        session.add(Head(book="b", last_seq=0, last_hash=""))
        assert once() == ["a", "b"]
        insert_unless_there(session, Head, {"book": "c", "last_seq": 0, "last_hash": ""})
        assert once() == ["a", "b", "c"]
        session.execute(text("DELETE FROM ledger_heads WHERE book = 'b'"))
        assert once() == ["a", "c"]

    database.write(work)


def test_what_is_not_locked_is_read_each_time(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        seen: list[int] = []

        def note() -> int:
            seen.append(1)
            return len(seen)

        def look() -> int:
            return read_under(session, (Head, "a"), "look", [Account], note)

        assert (look(), look()) == (1, 2)
        first(session)
        assert (look(), look()) == (3, 3), "read anew under the lock, and kept"

    database.write(work)


def test_foreseen_requests_are_claimed_without_asking(database: Database) -> None:
    old, new = new_id(NOW), new_id(NOW)
    database.write(lambda s: idempotency.claim(s, old, "test", {"n": 1}, by=SYSTEM, at=NOW))

    def work(session: Session) -> None:
        idempotency.foresee(session, [old, new])
        with heard(database) as said:
            assert idempotency.claim(session, new, "test", {"n": 2}, by=SYSTEM, at=NOW)
            idempotency.keep_answer(session, new, "kept")
        assert said == []
        assert not idempotency.claim(session, new, "test", {"n": 2}, by=SYSTEM, at=NOW), "the second time it is known"
        assert not idempotency.claim(session, old, "test", {"n": 1}, by=SYSTEM, at=NOW)
        with pytest.raises(RequestIdReused):
            idempotency.claim(session, new, "test", {"n": 3}, by=SYSTEM, at=NOW)

    database.write(work)
    kept = database.read(lambda s: s.get_one(Command, new))
    assert (kept.answer, kept.account_id) == ("kept", SYSTEM.account_id)


def test_a_row_is_written_as_it_was_sealed(database: Database) -> None:
    """What is set on evidence afterwards is not kept: its digest would not fit."""

    def work(session: Session) -> AuditRow:
        deed(session, "test.a")
        (row,) = fresh(session, AuditRow)
        row.action = "test.changed"
        return row

    row = database.write(work)
    assert database.read(lambda s: s.get_one(AuditRow, row.id).action) == "test.a"


def test_an_insert_that_changes_rows_meets_what_waited_for_them(database: Database) -> None:
    heads(database, "a")
    add = "INSERT INTO ledger_heads (book, last_seq, last_hash) VALUES ('a', 0, '') ON CONFLICT (book) DO UPDATE SET "

    def work(session: Session) -> int:
        first(session).last_seq = 10
        session.connection().execute(text(add + "last_seq = ledger_heads.last_seq + 5"))
        return first(session).last_seq

    assert database.write(work) == 15, "what was locked is read again"
    assert database.read(lambda s: s.get_one(Head, "a").last_seq) == 15


def test_many_changed_rows_are_not_looked_through_for_each_statement(database: Database) -> None:
    books = [f"b{n:03}" for n in range(450)]
    heads(database, *books)

    def work(session: Session) -> int:
        most = 0
        for book in books:
            row = lock(session, Head, book)
            assert row is not None
            row.last_seq = 3
            most = max(most, len(session.dirty))
        return most

    assert database.write(work) <= 202
    query = select(Head.last_seq).where(Head.book.in_(books))
    assert set(database.read(lambda s: s.scalars(query).all())) == {3}


def test_after_rows_that_waited_were_refused_nothing_is_kept(database: Database) -> None:
    def work(session: Session) -> None:
        deed(session, "test.a")
        deed(session, "test.b")
        _, other = fresh(session, AuditRow)
        session.sealed["audit_rows"][1] = (other, session.sealed["audit_rows"][0][1])  # type: ignore[attr-defined]
        with pytest.raises(IntegrityError):
            session.scalars(select(AuditRow)).all()

    with pytest.raises(InvalidRequestError):
        database.write(work)
    assert not database.read(lambda s: s.scalars(select(AuditRow).where(AuditRow.action.like("test.%"))).all())
