"""What a writing transaction reads once: what a lock it holds keeps as it is need not be asked for again.

Questions that mostly have no answer are asked together: one statement looks to which of them there is none.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from wms.kernel.columns import Base
from wms.kernel.writing import Remembered, Writer, fresh, held

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)
Kind = type[Base]
Guard = tuple[Kind, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A read of some tables: asked by itself, or looked at with others.

    `guard` is the row whose lock all who change the answer take; without one the answer may be gone by as first read.
    A question that is `told` has one row, each column of which is a query by itself: it is answered where it is looked
    at. `given` are the values of the query by name, and one name has one value in all that are looked at together.
    """

    what: Hashable
    guard: Guard | None
    tables: tuple[Kind, ...]
    query: Select[*tuple[Any, ...]]
    given: Mapping[str, Any] = field(default_factory=dict)
    told: bool = False


def ask(session: Session, question: Question) -> Sequence[Any]:
    """Return the rows that answer a question, read once for as long as its guard is locked."""
    read = partial(_rows, session, question)
    if question.guard is None:
        return read_once(session, question.what, question.tables, read)
    return read_under(session, question.guard, question.what, question.tables, read)


def ask_and_since(session: Session, question: Question) -> tuple[Sequence[Any], list[list[Any]]]:
    """Return the rows that answer a question with a guard, and those of its tables added since, as `read_and_since`."""
    assert question.guard is not None
    return read_and_since(session, question.guard, question.what, question.tables, partial(_rows, session, question))


def answer(session: Session, question: Question, rows: Sequence[Any]) -> None:
    """Remember what answers a question without a guard, by who read it with something else."""
    assert question.guard is None
    if isinstance(session, Writer):
        _remember(session, None, question.what, question.tables, rows)


def look(session: Session, questions: Iterable[Question]) -> None:
    """Find out in one statement to which of several questions there is no answer: `ask` then asks nothing more.

    For questions whose guards are locked; others are left to `ask`.
    """
    if not isinstance(session, Writer):
        return
    able = [one for one in questions if one.guard is None or held(session, *one.guard) is not None]
    given: dict[str, Any] = {}
    for one in able:
        assert all(given.get(name, value) == value for name, value in one.given.items()), "one name has one value"
        given |= one.given
    values = iter(session.execute(_together(tuple((one.query, one.told) for one in able)), given).one())
    for one in able:
        if one.told:
            _remember(
                session, one.guard, one.what, one.tables, [tuple(next(values) for _ in one.query.selected_columns)]
            )
        elif not next(values):
            _remember(session, one.guard, one.what, one.tables, [])


@cache
def _together(queries: tuple[tuple[Select[*tuple[Any, ...]], bool], ...]) -> Select[*tuple[Any, ...]]:
    columns: list[Any] = []
    for query, told in queries:
        columns += list(query.selected_columns) if told else [query.exists()]
    return select(*columns)


def read_once(session: Session, what: Hashable, tables: Iterable[Kind], read: Callable[[], T]) -> T:
    """Return what `read` found of some tables, read once until the transaction ends or changes one of them.

    For what a transaction may go by as it first read it, and for what a lock it holds keeps as it is.
    """
    return _remembering(session, None, what, tuple(tables), read)


def read_under(session: Session, guard: Guard, what: Hashable, tables: Iterable[Kind], read: Callable[[], T]) -> T:
    """Return what `read` found, once for as long as the transaction holds the lock that all who change it take."""
    if held(session, *guard) is None:
        return read()
    return _remembering(session, guard, what, tuple(tables), read)


def read_and_since(
    session: Session, guard: Guard, what: Hashable, tables: Sequence[Kind], read: Callable[[], T]
) -> tuple[T, list[list[Any]]]:
    """Return what `read` found under a lock, as `read_under`, and the rows of each table added since it did.

    For tables `looked_for_fresh`: whoever can add those rows to what was read needs no second look.
    """
    if not isinstance(session, Writer) or held(session, *guard) is None:
        return read(), [[] for _ in tables]
    kept = session.remembered.get(_key(guard, what))
    if kept is None or session.waits_unsealed(kept.tables):
        kept = _remember(session, guard, what, tuple(tables), read())
    return kept.found, [fresh(session, table)[n:] for table, n in zip(tables, kept.so_far, strict=True)]


def find(session: Session, table: type[Row], row_id: UUID) -> Row | None:
    """Return a row of a table `looked_for_fresh` by its id, also one that is not written yet; None if there is none."""
    added = (row for row in fresh(session, table) if row.id == row_id)  # type: ignore[attr-defined]
    return next(added, None) or session.get(table, row_id)


def is_known(session: Session, guard: Guard, what: Hashable) -> bool:
    """Tell whether something was read under a lock and would not be read again."""
    return isinstance(session, Writer) and held(session, *guard) is not None and _key(guard, what) in session.remembered


def _rows(session: Session, question: Question) -> Sequence[Any]:
    return session.execute(question.query, question.given).all()


def _remembering(
    session: Session, guard: Guard | None, what: Hashable, tables: tuple[Kind, ...], read: Callable[[], T]
) -> T:
    if not isinstance(session, Writer):
        return read()
    kept = session.remembered.get(_key(guard, what))
    if kept is None or session.waits(kept.tables):
        kept = _remember(session, guard, what, tables, read())
    return cast(T, kept.found)


def _remember(
    session: Writer, guard: Guard | None, what: Hashable, tables: tuple[Kind, ...], found: object
) -> Remembered:
    names = frozenset(table.__tablename__ for table in tables)
    so_far = tuple(len(session.fresh.get(table, ())) for table in tables)
    kept = Remembered(names, "" if guard is None else guard[0].__tablename__, found, so_far)
    session.remembered[_key(guard, what)] = kept
    return kept


def _key(guard: Guard | None, what: Hashable) -> Hashable:
    return what if guard is None else (*guard, what)
