"""``python -m devices run``: the gateway itself, until it is told to stop."""

import logging
import signal
import threading
from pathlib import Path

import click

from devices.config import BadConfig, load_config
from devices.epoch import WrongSpool
from devices.gateway import Gateway, GatewayStuck


@click.command("run")
@click.option("--config", "path", required=True, type=click.Path(path_type=Path), help="The gateway's TOML file.")
@click.option("--epoch", type=click.IntRange(min=1), help="Begin this epoch: for a new box whose old disk is lost.")
@click.option("--check", is_flag=True, help="Only check the file.")
@click.option("--log-level", default="info", type=click.Choice(["debug", "info", "warning"]))
def command(path: Path, epoch: int | None, check: bool, log_level: str) -> int:
    """Read the configured ports and carry what they say to the server. 运行网关。"""
    try:
        config = load_config(path)
    except BadConfig as bad:
        raise click.ClickException(str(bad)) from bad
    if check:
        click.echo(f"{path}: {len(config.ports)} ports, {config.name} of {config.site}")
        return 0
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(threadName)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        Gateway(config, epoch=epoch).run(stop)
    except (WrongSpool, OSError, GatewayStuck) as trouble:
        raise click.ClickException(str(trouble)) from trouble
    return 0
