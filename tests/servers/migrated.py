"""Databases brought to a revision by the project's own migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config

ROOT = Path(__file__).parents[2]


def alembic_config(url: str) -> Config:
    """Return the project's migration settings for one database."""
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a revision, as `wms migrate` does."""
    command.upgrade(alembic_config(url), revision)
