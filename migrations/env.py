"""Runs the migrations on the database named by the caller.

The address comes from `config.attributes["url"]` (the `migrate` command and the tests), else from `-x url=…`, else from
the environment's WMS__DATABASE__URL. `config.attributes["compare"]` asks for the tables that `check` compares with.
"""

import importlib
import os
import pkgutil

from alembic import context
from sqlalchemy import Connection, MetaData

import wms
from wms.kernel.columns import Base
from wms.kernel.database import Database


def address() -> str:
    """Return the database's address. Raises RuntimeError when nobody named one."""
    given = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True).get("url")
    url = given or os.environ.get("WMS__DATABASE__URL")
    if not url:
        raise RuntimeError("no database address: give -x url=… or set WMS__DATABASE__URL")
    return str(url)


def every_table() -> MetaData:
    """Return the metadata of all rooms, after importing whatever declares tables."""
    for room in pkgutil.iter_modules(wms.__path__, "wms."):
        if not room.ispkg:
            continue
        package = importlib.import_module(room.name)
        for part in pkgutil.iter_modules(package.__path__, f"{room.name}."):
            if room.name == "wms.kernel" or part.name.endswith(".tables"):
                importlib.import_module(part.name)
    return Base.metadata


def compares() -> bool:
    """Tell whether this command compares the database with the tables; going up or down does not need them."""
    command = getattr(context.config.cmd_opts, "cmd", None)
    name = command[0].__name__ if command else ""
    return "compare" in context.config.attributes or name in {"check", "revision"}


def run_on(connection: Connection) -> None:
    """Bring the database of this connection to the asked revision, all steps in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=every_table() if compares() else None,
        compare_type=True,
        transactional_ddl=True,
        transaction_per_migration=False,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Migrate over one connection and give it back."""
    database = Database.open(address(), connections=1)
    try:
        with database.writer.connect() as connection:
            if database.is_sqlite:
                # Rebuilding a table drops the old one, which would delete the rows that refer to it.
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            run_on(connection)
            connection.commit()
    finally:
        database.close()


if context.is_offline_mode():
    raise RuntimeError("migrations need a connection: some steps read what is there")
run()
