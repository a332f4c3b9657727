"""What a writing transaction reads once: what a lock it holds keeps as it is need not be asked for again."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from wms.kernel.columns import Base
from wms.kernel.writing import Writer, fresh, held

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)
Kind = type[Base]


def read_once(session: Session, what: Hashable, tables: Iterable[Kind], read: Callable[[], T]) -> T:
    """Return what `read` found of some tables, read once until the transaction ends or changes one of them.

    For what a transaction may go by as it first read it, and for what a lock it holds keeps as it is.
    """
    return _remembering(session, what, tables, "", read)


def read_under(
    session: Session, guard: tuple[Kind, Any], what: Hashable, tables: Iterable[Kind], read: Callable[[], T]
) -> T:
    """Return what `read` found, once for as long as the transaction holds the lock that all who change it take."""
    if held(session, *guard) is None:
        return read()
    return _remembering(session, (*guard, what), tables, guard[0].__tablename__, read)


def read_and_since(
    session: Session, guard: tuple[Kind, Any], what: Hashable, tables: Sequence[Kind], read: Callable[[], T]
) -> tuple[T, list[list[Any]]]:
    """Return what `read` found under a lock, as `read_under`, and the rows of each table added since it did.

    For tables `looked_for_fresh`: whoever can add those rows to what was read needs no second look.
    """
    if not isinstance(session, Writer) or held(session, *guard) is None:
        return read(), [[] for _ in tables]
    names, key = frozenset(table.__tablename__ for table in tables), (*guard, what)
    if key not in session.remembered or session.waits_unsealed(names):
        found = read()  # finds what waits written before
        so_far = [len(session.fresh[table]) for table in tables]
        session.remembered[key] = (names, guard[0].__tablename__, (found, so_far))
    kept, known = session.remembered[key][2]
    return kept, [fresh(session, table)[n:] for table, n in zip(tables, known, strict=True)]


def _remembering(session: Session, what: Hashable, tables: Iterable[Kind], guard: str, read: Callable[[], T]) -> T:
    if not isinstance(session, Writer):
        return read()
    names = frozenset(table.__tablename__ for table in tables)
    if what in session.remembered and not session.waits(names):
        return cast(T, session.remembered[what][2])
    found = read()
    session.remembered[what] = (names, guard, found)
    return found
