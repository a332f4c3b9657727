"""Rows that are evidence: written once, never changed, each with the digest of its own content.

The database refuses UPDATE and DELETE by triggers on both engines (`append_only_ddl`); the digest finds what was
changed behind the database's back, and `check_rows` names the row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import String, Table, inspect, literal_column, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from wms.kernel.canonical import digest
from wms.kernel.columns import Base
from wms.kernel.writing import insert

CHUNK = 2_000


class Evidence:
    """Mixin of an append-only table: `row_digest` is the SHA-256 of all its other columns in canonical form."""

    append_only: ClassVar[bool] = True
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

    Rows are read by key in chunks; a row that cannot even be decoded is named by its raw key.
    """
    sheet: Table = table.__table__  # type: ignore[assignment]
    keys: list[Any] = [literal_column(f'"{sheet.name}"."{column.name}"') for column in sheet.primary_key]
    for raw in session.execute(select(*keys).select_from(sheet)).partitions(CHUNK):
        for key in raw:
            yield from _check_row(session, table, tuple(key))


def _check_row(session: Session, table: type[Base], key: tuple[Any, ...]) -> Iterator[Finding]:
    sheet: Table = table.__table__  # type: ignore[assignment]
    name = "/".join(map(str, key))
    columns: list[Any] = [literal_column(f'"{sheet.name}"."{column.name}"') for column in sheet.primary_key]
    query = select(table).where(*[column == value for column, value in zip(columns, key, strict=True)])
    try:
        row = session.scalars(query).one()
        good = row.row_digest == _row_digest(row)  # type: ignore[attr-defined]
        session.expunge(row)
    except (SQLAlchemyError, ValueError, ArithmeticError, TypeError, LookupError) as error:
        yield Finding(sheet.name, name, f"unreadable: {error}")
        return
    if not good:
        yield Finding(sheet.name, name, "content does not match its digest")


def unreadable_rows(session: Session, table: type[Base]) -> Iterator[Finding]:
    """Yield a finding for every row of a table that cannot be decoded: for checks that read many rows at once."""
    sheet: Table = table.__table__  # type: ignore[assignment]
    columns: list[Any] = [literal_column(f'"{sheet.name}"."{column.name}"') for column in sheet.primary_key]
    for key in session.execute(select(*columns).select_from(sheet)).all():
        query = select(table).where(*[column == value for column, value in zip(columns, key, strict=True)])
        try:
            session.scalars(query.execution_options(populate_existing=True)).one()
        except (SQLAlchemyError, ValueError, ArithmeticError, TypeError, LookupError) as error:
            yield Finding(sheet.name, "/".join(map(str, key)), f"unreadable: {error}")


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
