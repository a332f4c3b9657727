"""``python -m devices status``: how a running gateway is, read from the file it writes."""

import json
from pathlib import Path
from typing import Any

import click

from devices.clock import SystemClock
from devices.config import BadConfig, load_config

STALE_MS = 30_000
WELL, TROUBLED, NOT_RUNNING = 0, 1, 3


@click.command("status")
@click.option("--config", "path", required=True, type=click.Path(path_type=Path), help="The gateway's TOML file.")
@click.option("--json", "as_json", is_flag=True, help="The whole status as JSON.")
def command(path: Path, as_json: bool) -> int:
    """Show every port's health. Exits with 0 if all is well, 1 if not, 3 if the gateway does not run. 查看网关状态。"""
    try:
        config = load_config(path)
    except BadConfig as bad:
        raise click.ClickException(str(bad)) from bad
    status = read_status(config.status)
    if status is None or (SystemClock().at_ms() - status["at"] > STALE_MS and status["clock"] != "free"):
        click.echo(f"The gateway does not run: no fresh {config.status}. 网关未运行。")
        return NOT_RUNNING
    click.echo(json.dumps(status, indent=2) if as_json else "\n".join(describe(status)))
    return TROUBLED if troubles(status) else WELL


def read_status(path: Path) -> dict[str, Any] | None:
    """The status a running gateway wrote last; None if there is none."""
    try:
        status: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return status


def troubles(status: dict[str, Any]) -> list[str]:
    """What somebody should look at."""
    found = [f"port {port['name']} is {port['state']}" for port in status["ports"] if port["state"] != "ok"]
    found += [
        f"{name} of port {port['name']}: {part['trouble']}"
        for port in status["ports"]
        for name, part in port["parts"].items()
        if part.get("trouble")
    ]
    if not status["broker"]["connected"]:
        found.append(f"no line to the broker: {status['broker']['trouble']}")
    if status["disk_trouble"]:
        found.append(f"the disk: {status['disk_trouble']}")
    if status["clock"] == "free":
        found.append("the clock is not set")
    return found


def describe(status: dict[str, Any]) -> list[str]:
    """A page for a technician."""
    broker, spool = status["broker"], status["spool"]
    lines = [
        f"{status['gw']} of {status['site']}, version {status['version']}, clock {status['clock']}",
        f"broker   {broker['address']} {'connected' if broker['connected'] else broker['trouble'] or 'not connected'}",
        f"spool    {spool['messages']} waiting, {spool['pending']} readings unsent, {spool['bytes_held'] // 1000} kB, "
        f"epoch {spool['epoch']}, sequence {spool['seq']}, acknowledged {broker['acknowledged']}",
    ]
    for port in status["ports"]:
        lines.append(f"{port['name']:<8} {port['state']:<7} {port['kind']} on {port['device']}")
        if port["trouble"]:
            lines.append(f"         {port['trouble']}")
        lines += [f"         {name}: {_short(part)}" for name, part in sorted(port["parts"].items())]
    return lines + [f"!        {trouble}" for trouble in troubles(status)]


def _short(part: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in part.items() if value not in (None, [], 0, False))
