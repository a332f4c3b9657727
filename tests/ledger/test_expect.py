"""What the books are told to expect: locked and looked for with the first posting, and refused as ever."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.ledger.make import actor, entry, moment
from tests.workers.test_inbox import wait_until
from wms import ledger
from wms.kernel.database import Database
from wms.ledger.tables import Archive

BY = actor()


def post(session: Session, wanted: ledger.Entry) -> ledger.Journal:
    return ledger.post(session, wanted, by=BY, at=moment())


def first() -> ledger.Entry:
    return entry(("A:Cash", 100), ("R:Storage", -100), key="first")


def second() -> ledger.Entry:
    return entry(("A:Fee:Storage:BINA", -30), ("A:Cash", 30), key="second")


def told(session: Session, *entries: ledger.Entry) -> None:
    codes = [leg.account for wanted in entries for leg in wanted.legs]
    ledger.expect(session, codes, [(wanted.id, wanted.key) for wanted in entries])


def test_an_expected_entry_is_posted_without_a_word(database: Database) -> None:
    database.write(lambda s: post(s, entry(("A:Fee:Storage:BINA", 50), ("R:Storage", -50), key="before")))
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    def work(session: Session) -> None:
        later = second()
        told(session, later)
        post(session, first())
        event.listen(database.writer, "before_cursor_execute", note)
        post(session, later)
        event.remove(database.writer, "before_cursor_execute", note)

    database.write(work)
    assert said == []
    assert database.read(ledger.balances) == {"A:Cash": 130, "A:Fee:Storage:BINA": 20, "R:Storage": -150}


def test_what_was_expected_and_never_came_opens_nothing(database: Database) -> None:
    def work(session: Session) -> None:
        told(session, second())
        post(session, first())

    database.write(work)
    assert set(database.read(ledger.balances)) == {"A:Cash", "R:Storage"}


@pytest.mark.parametrize("where", ["before", "with the first", "by itself"])
def test_an_expected_key_that_was_used_is_refused(database: Database, where: str) -> None:
    used = entry(("A:Cash", 1), ("R:Storage", -1), key="second")
    if where == "before":
        database.write(lambda s: post(s, used))

    def work(session: Session) -> None:
        later = second()
        told(session, later)
        if where == "with the first":
            post(session, used)
        post(session, first())
        if where == "by itself":
            post(session, used)
        post(session, later)

    with pytest.raises(ledger.EntryIdReused):
        database.write(work)


def test_an_expected_entry_that_was_posted_is_not_posted_twice(database: Database) -> None:
    later = second()
    stands = database.write(lambda s: post(s, later)).seq

    def work(session: Session) -> tuple[int, int]:
        told(session, later)
        post(session, first())
        return post(session, later).seq, post(session, later).seq

    assert database.write(work) == (stands, stands)


def test_a_repeat_in_the_same_transaction_returns_the_first(database: Database) -> None:
    def work(session: Session) -> None:
        later = second()
        told(session, later)
        post(session, first())
        assert post(session, later) is post(session, later)

    database.write(work)


def test_days_made_history_meanwhile_are_history(database: Database) -> None:
    def work(session: Session) -> None:
        later = second()
        told(session, later)
        post(session, first())
        ledger.archive_until(session, uuid4(), later.effective_on, by=BY, at=moment())
        post(session, later)

    with pytest.raises(ledger.BooksArchived):
        database.write(work)
    assert database.read(lambda s: s.query(Archive).count()) == 0


def test_days_become_history_only_when_nobody_is_posting(postgres_url: str) -> None:
    database = Database.open(postgres_url)
    later = second()
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    database.write(lambda s: post(s, entry(("A:Fee:Storage:BINA", 50), ("R:Storage", -50), key="before")))
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            told(session, later)
            post(session, first())
            archiving = pool.submit(
                database.write,
                lambda s: ledger.archive_until(s, uuid4(), later.effective_on, by=BY, at=moment()),
            )
            wait_until(lambda: archiving.done() or database.read(lambda s: s.scalar(waiting)))
            assert not archiving.done()
            post(session, later)
        archiving.result()
    with pytest.raises(ledger.BooksArchived):
        database.write(lambda s: post(s, entry(("A:Cash", 1), ("R:Storage", -1), key="after")))
    database.close()
