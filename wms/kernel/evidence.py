"""Rows that are evidence: written once, never changed, each with the digest of its own content.

The database refuses UPDATE and DELETE by triggers on both engines (`append_only_ddl`); the digest finds what was
changed behind the database's back, and `check_rows` names the row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import Select, String, Table, inspect, literal, literal_column, select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from wms.kernel.canonical import digest
from wms.kernel.columns import Base
from wms.kernel.writing import insert

CHUNK = 2_000
Key = tuple[Any, ...]
UNREADABLE = (SQLAlchemyError, ValueError, ArithmeticError, TypeError, LookupError)


class Evidence:
    """Mixin of an append-only table: `row_digest` is the SHA-256 of all its other columns in canonical form."""

    append_only: ClassVar[bool] = True
    looked_for_fresh: ClassVar[bool] = False  # `writing.fresh` is asked for rows of it
    row_digest: Mapped[str] = mapped_column(String(64), sort_order=999, comment="SHA-256 of the row's other columns")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing `verify` found wrong: the table, the row's key as text, and what is wrong with it."""

    table: str
    row: str
    problem: str


def append(session: Session, row: Base) -> None:
    """Seal a new evidence row with its digest and let it be written. The caller sets every column; no defaults."""
    setattr(row, "row_digest", _row_digest(row))  # noqa: B010 -- the mixin is not visible in the parameter's type
    insert(session, row)


def _row_digest(row: Base) -> str:
    return digest({name: getattr(row, key) for name, key in _covered(type(row))})


@cache
def _covered(table: type[Base]) -> list[tuple[str, str]]:
    """Return the columns a row's digest covers, each with its attribute."""
    attributes = inspect(table).column_attrs
    return [(item.columns[0].name, item.key) for item in attributes if item.key != "row_digest"]


def check_rows(session: Session, table: type[Base]) -> Iterator[Finding]:
    """Yield a finding for every row of an evidence table whose content no longer matches its digest.

    Rows are read by key, some thousand at once; a row that cannot even be decoded is named by its raw key.
    """
    for keys in _chunks(session, table):
        rows = _rows_between(session, table, keys)
        if rows is None:
            for key in keys:
                yield from _check_row(session, table, key)
            continue
        for row in rows:
            if row.row_digest != _row_digest(row):  # type: ignore[attr-defined]
                yield Finding(table.__tablename__, _name(inspect(row).identity), "content does not match its digest")
            session.expunge(row)


def unreadable_rows(session: Session, table: type[Base]) -> Iterator[Finding]:
    """Yield a finding for every row of a table that cannot be decoded: for checks that read many rows at once."""
    for keys in _chunks(session, table):
        if _rows_between(session, table, keys, fresh=True) is not None:
            continue
        for key in keys:
            try:
                session.scalars(_one(table, key).execution_options(populate_existing=True)).one()
            except UNREADABLE as error:
                yield Finding(table.__tablename__, _name(key), f"unreadable: {error}")


def _chunks(session: Session, table: type[Base]) -> Iterator[Sequence[Key]]:
    """Yield the raw keys of a table in their order, so many at once that neither memory nor statements are many."""
    columns, last = _key_columns(table), None
    while True:
        query = select(*columns).select_from(table.__table__).order_by(*columns).limit(CHUNK)
        if last is not None:
            query = query.where(tuple_(*columns) > _raw(last))
        keys = [tuple(row) for row in session.execute(query)]
        if keys:
            yield keys
        if len(keys) < CHUNK:
            return
        last = keys[-1]


def _rows_between(
    session: Session, table: type[Base], keys: Sequence[Key], *, fresh: bool = False
) -> Sequence[Base] | None:
    """Return the rows from the first key to the last in one statement; None if one of them cannot be decoded."""
    columns = tuple_(*_key_columns(table))
    query = select(table).where(columns >= _raw(keys[0]), columns <= _raw(keys[-1]))
    try:
        return session.scalars(query.execution_options(populate_existing=fresh)).all()
    except UNREADABLE:
        return None


def _check_row(session: Session, table: type[Base], key: Key) -> Iterator[Finding]:
    try:
        row = session.scalars(_one(table, key)).one()
        good = row.row_digest == _row_digest(row)  # type: ignore[attr-defined]
        session.expunge(row)
    except UNREADABLE as error:
        yield Finding(table.__tablename__, _name(key), f"unreadable: {error}")
        return
    if not good:
        yield Finding(table.__tablename__, _name(key), "content does not match its digest")


def _one(table: type[Base], key: Key) -> Select[Base]:
    return select(table).where(*[column == value for column, value in zip(_key_columns(table), key, strict=True)])


def _key_columns(table: type[Base]) -> list[Any]:
    """Return the key's columns without their types: what lies there is compared, not what it should be."""
    sheet: Table = table.__table__  # type: ignore[assignment]
    return [literal_column(f'"{sheet.name}"."{column.name}"') for column in sheet.primary_key]


def _raw(key: Key) -> Any:
    return tuple_(*[literal(value) for value in key])


def _name(key: Key | None) -> str:
    return "/".join(map(str, key or ()))


def append_only_ddl(table: str, dialect: str) -> list[str]:
    """Return the statements that make a table append-only on an engine ("sqlite" or "postgresql")."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]
