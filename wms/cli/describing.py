"""`wms describe`: every table and column with its meaning, for docs/data.md."""

import importlib
import pkgutil

import click
from sqlalchemy import Table

import wms
from wms.cli import main
from wms.kernel.columns import Base


@main.command()
def describe() -> None:
    """Print the data dictionary as Markdown."""
    click.echo(dictionary())


def dictionary() -> str:
    """Return the data dictionary: a section a table, a row a column, from the tables themselves."""
    for module in pkgutil.walk_packages(wms.__path__, "wms."):
        if module.name.endswith(".tables") or ".tables." in module.name or module.name.startswith("wms.kernel."):
            importlib.import_module(module.name)
    parts = ["# Tables and columns\n", "Written by `python -m wms describe`; a test holds it to the tables.\n"]
    classes = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for name in sorted(classes):
        table = Base.metadata.tables[name]
        parts.append(_section(table, classes[name].__module__, (classes[name].__doc__ or "").strip()))
    return "\n".join(parts)


def _section(table: Table, module: str, meaning: str) -> str:
    lines = [f"## {table.name}", "", f"{' '.join(meaning.split())} (`{module}`)", ""]
    lines += ["| column | type | |", "|---|---|---|"]
    for column in table.columns:
        kind = type(column.type).__name__.lower() + ("" if not column.nullable else ", may be empty")
        key = "key. " if column.primary_key else ""
        lines.append(f"| {column.name} | {kind} | {key}{column.comment or ''} |")
    return "\n".join([*lines, ""])
