"""One byte changed behind the database's back, in each table of evidence, is found and the row is named."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from tests.settlement.make import season
from wms import insight
from wms.kernel.columns import Base
from wms.kernel.evidence import Evidence

DAY = "2027-02-15"
OTHERS = ("ledger_journals", "ledger_postings", "gateway_messages", "readings")  # evidence by other means than a digest


def evidence_tables():
    digested = {str(mapper.local_table) for mapper in Base.registry.mappers if issubclass(mapper.class_, Evidence)}
    return sorted(digested | set(OTHERS))


def columns_of(table):
    """Every column that says something: not the keys, whose change the digest of the row shows anyway."""
    sheet = Base.metadata.tables[table]
    return [column for column in sheet.columns if not column.primary_key]


def without_triggers(session, table):
    """Do what only somebody with the database's own files could."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": table}
        )
        for (name,) in names.all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def changed(value):
    """The same value with one byte, digit or bit changed."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, UUID):
        return UUID(int=value.int ^ 1)
    if isinstance(value, date):
        return date.fromordinal(value.toordinal() + 1)
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, str) and value:
        last = value[-1]
        return value[:-1] + ("1" if last == "0" else "0" if last.isdigit() else "Z" if last != "Z" else "Y")
    return None


def first_row(session, table):
    sheet = Base.metadata.tables[table]
    order = [column for column in sheet.primary_key]
    raw = [text(f'"{column.name}"') for column in sheet.columns]
    return session.execute(select(*raw).select_from(sheet).order_by(*order).limit(1)).first()


def test_a_changed_byte_in_each_table_of_evidence_names_the_row(database):
    tampered_everywhere(database, columns=1)


@pytest.mark.faults
def test_a_changed_byte_in_each_column_of_evidence_names_the_row(database):
    tampered_everywhere(database, columns=100)


def tampered_everywhere(database, columns):
    case = season(database)
    exit_id = case.weighed_sale()
    case.close(exit_id, DAY)
    case.pay_out(DAY, 3_293_476)
    assert database.read(insight.verify).findings == ()
    tried: list[tuple[str, str]] = []
    missed: list[tuple[str, str]] = []
    for table in evidence_tables():
        row = database.read(lambda s, table=table: first_row(s, table))
        if row is None:
            continue
        for column in columns_of(table)[-columns - 1 :]:
            value = getattr(row, column.name)
            other = changed(value)
            if other is None or column.name == "row_digest":
                continue
            named = _try(database, table, column.name, value, other)
            if named is not None:
                (tried if named else missed).append((table, column.name))
    assert missed == []
    assert len({table for table, _ in tried}) >= 20


def _try(database, table, column, value, other):
    """Change one value, look, and change it back: was the row named? None where the database refuses the change."""
    keys = [column.name for column in inspect(Base.metadata.tables[table]).primary_key]
    row = database.read(lambda s: first_row(s, table))
    where = " AND ".join(f'"{key}" = :k_{key}' for key in keys)
    names = {f"k_{key}": getattr(row, key) for key in keys}

    def put(session, new):
        without_triggers(session, table)
        session.execute(text("PRAGMA ignore_check_constraints=ON") if database.is_sqlite else text("SELECT 1"))
        session.execute(text(f'UPDATE {table} SET "{column}" = :new WHERE {where}'), {"new": new, **names})

    try:
        database.write(lambda s: put(s, other))
    except DBAPIError:
        return None  # a constraint stands in the way of this lie
    findings = database.read(insight.verify).findings
    database.write(lambda s: put(s, value))
    return any(finding.table == table and finding.row != "-" for finding in findings)
