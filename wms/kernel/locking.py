"""The statements that lock rows by their keys, built once for each table."""

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import FromClause, Select, and_, bindparam, inspect, select, tuple_

from wms.kernel.columns import Base

Row = TypeVar("Row", bound=Base)
Kind = type[Base]
NAMES = ("key_1", "key_2", "key_3", "key_4", "key_5", "key_6")


@cache
def locking(table: type[Row], parts: int, one: bool) -> Select[Row]:
    """Return the query that locks rows of a table by `NAMES`, or those whose keys are among `keys`, in their order."""
    columns = inspect(table).primary_key
    if one:
        among = and_(*[column == bindparam(name) for column, name in zip(columns, NAMES, strict=False)])
    elif parts > 1:
        among = tuple_(*columns).in_(bindparam("keys", expanding=True))
    else:
        among = columns[0].in_(bindparam("keys", expanding=True))
    query = select(table).where(among).order_by(*columns)
    return query.with_for_update().execution_options(populate_existing=True)


@cache
def locking_each(tables: tuple[Kind, ...]) -> Select[*tuple[Any, ...]]:
    """Return the query that locks a row of each of several tables by `NAMES`.

    PostgreSQL locks in the order in which `FOR UPDATE OF` names the tables.
    """
    names = iter(NAMES)
    found = [[key == bindparam(next(names)) for key in inspect(table).primary_key] for table in tables]
    rows: FromClause = inspect(tables[0]).local_table
    for table, by_key in zip(tables[1:], found[1:], strict=True):
        rows = rows.join(inspect(table).local_table, and_(*by_key))
    query = select(*tables).select_from(rows).where(*found[0])
    return query.with_for_update(of=tables).execution_options(populate_existing=True)
