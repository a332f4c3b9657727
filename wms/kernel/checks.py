"""A named CHECK of a table that stands already, said anew by a migration on both engines."""

from sqlalchemy import Connection, text


def restate_check(connection: Connection, table: str, name: str, *, old: str, new: str) -> None:
    """Replace the condition of the constraint `name` (as the database knows it) by another, rows and triggers kept.

    SQLite cannot alter a constraint; its own manual's way is to correct the stored CREATE TABLE, which copies no row
    and loses no trigger: https://www.sqlite.org/lang_altertable.html#otheralter. Only for conditions that every row
    already there meets. Raises ValueError if the old condition does not stand there.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({new})"))
        return
    stands = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    sql = str(connection.execute(stands, {"table": table}).scalar_one())
    before, after = f"CONSTRAINT {name} CHECK ({old})", f"CONSTRAINT {name} CHECK ({new})"
    if sql.count(before) != 1:
        raise ValueError(f"{table} does not say {before}")
    version = int(connection.execute(text("PRAGMA schema_version")).scalar_one())
    connection.execute(text("PRAGMA writable_schema = ON"))
    change = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table")
    connection.execute(change, {"sql": sql.replace(before, after), "table": table})
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))  # every connection reads the schema again
    connection.execute(text("PRAGMA writable_schema = OFF"))
