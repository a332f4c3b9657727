"""The commands: `python -m wms …`. Each opens the database, does one thing and says what it did."""

import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from wms.config import Config, ConfigInvalid, load_config
from wms.delivery.logs import set_up_logs
from wms.kernel.clock import Clock, system_clock
from wms.kernel.database import Database

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a command works on."""

    config: Config
    config_path: Path | None

    def database(self) -> Database:
        """Open the database of the settings."""
        return Database.open(self.config.database.url, connections=self.config.database.connections)

    @property
    def clock(self) -> Clock:
        """Return the site's clock."""
        return system_clock(self.config.site.timezone)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "path", type=click.Path(path_type=Path), help="settings (default: config.toml if it exists)")
@click.pass_context
def main(context: click.Context, path: Path | None) -> None:
    """Coldlot 冷仓: a cold store, free at entry and paid at exit."""
    if path is None and Path("config.toml").exists():
        path = Path("config.toml")
    try:
        config = load_config(path)
    except ConfigInvalid as error:
        click.echo(f"The settings are not right / 配置有误:\n{error}", err=True)
        sys.exit(2)
    set_up_logs(config.log)
    context.obj = Setting(config, path)
