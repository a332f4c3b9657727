"""Questions looked at together: what has no answer is not asked again, what has one is, on both engines."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tests.kernel.test_writing import deed, heads, heard
from wms.kernel.asking import Question, ask, ask_and_since, look
from wms.kernel.audit import AuditRow
from wms.kernel.database import Database
from wms.kernel.writing import insert_unless_there, lock
from wms.ledger import Account
from wms.ledger.tables import Head

GUARD = (Head, "a")
OTHERS = select(Head.book).where(Head.book > bindparam("book")).order_by(Head.book)
COUNTS = select(
    select(func.count()).select_from(Head).scalar_subquery(),
    select(func.count()).select_from(Account).scalar_subquery(),
)
others = Question("others", GUARD, (Head,), OTHERS, {"book": "b"})
counts = Question("counts", None, (Head, Account), COUNTS, told=True)
deeds = Question("deeds", GUARD, (AuditRow,), select(AuditRow.action))


@pytest.fixture(autouse=True)
def deeds_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AuditRow, "looked_for_fresh", True)


def open_account(session: Session) -> None:
    insert_unless_there(session, Account, {"code": "A:X", "kind": "A", "opened_on": date(2027, 1, 1)})


def said_by(database: Database, work: Callable[[Session], None]) -> list[str]:
    with heard(database) as said:
        database.write(work)
    return [statement for statement in said if statement.startswith("SELECT") and "FOR UPDATE" not in statement]


def test_what_has_no_answer_is_asked_once_with_the_others(database: Database) -> None:
    heads(database, "a", "b")
    found: list[object] = []

    def work(session: Session) -> None:
        assert lock(session, *GUARD) is not None
        look(session, [others, counts, deeds])
        found.extend([list(ask(session, others)), list(ask(session, counts)), list(ask(session, deeds))])

    said = said_by(database, work)
    assert found == [[], [(2, 0)], []]
    assert len(said) == (2 if database.is_sqlite else 1), said  # SQLite says FOR UPDATE to nobody


def test_what_has_answers_is_still_asked(database: Database) -> None:
    heads(database, "a", "b", "c")

    def work(session: Session) -> None:
        lock(session, *GUARD)
        look(session, [others])
        assert [book for (book,) in ask(session, others)] == ["c"]

    database.write(work)


def test_what_no_lock_guards_is_left_alone(database: Database) -> None:
    heads(database, "a", "b")

    def work(session: Session) -> None:
        look(session, [others, counts])
        session.add(Head(book="c", last_seq=0, last_hash=""))
        assert [book for (book,) in ask(session, others)] == ["c"]

    database.write(work)


@pytest.mark.parametrize("written", [False, True], ids=["waits", "written"])
def test_what_was_changed_since_is_asked_again(database: Database, written: bool) -> None:
    heads(database, "a", "b")

    def work(session: Session) -> None:
        lock(session, *GUARD)
        look(session, [others, counts])
        session.add(Head(book="c", last_seq=0, last_hash=""))
        open_account(session)
        if written:
            session.flush()
        assert [book for (book,) in ask(session, others)] == ["c"]
        assert list(ask(session, counts)) == [(3, 1)]

    database.write(work)


@pytest.mark.parametrize("written", [False, True], ids=["wait", "written"])
def test_rows_added_since_come_beside_what_was_found(database: Database, written: bool) -> None:
    heads(database, "a")
    database.write(lambda s: deed(s, "test.before"))

    def both(session: Session) -> list[str]:
        found, (added,) = ask_and_since(session, deeds)
        return [*(action for (action,) in found), *(row.action for row in added)]

    def work(session: Session) -> None:
        lock(session, *GUARD)
        deed(session, "test.first")
        assert both(session) == ["test.before", "test.first"]
        deed(session, "test.second")
        if written:
            session.flush()
        assert both(session) == ["test.before", "test.first", "test.second"]

    database.write(work)


def test_one_name_has_one_value(database: Database) -> None:
    heads(database, "a")

    def work(session: Session) -> None:
        lock(session, *GUARD)
        look(session, [others, Question("more", None, (Head,), OTHERS, {"book": "c"})])

    with pytest.raises(AssertionError, match="one value"):
        database.write(work)


def test_a_reader_asks_each_time(database: Database) -> None:
    heads(database, "a", "b", "c")

    def read(session: Session) -> None:
        look(session, [others])
        assert [book for (book,) in ask(session, others)] == ["c"]

    database.read(read)
