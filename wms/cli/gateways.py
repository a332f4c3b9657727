"""Commands about gateways and the broker: credentials, Mosquitto's files, and devices of other conventions."""

import json
import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

import click

from devices.messages import BadMessage
from wms import telemetry, users
from wms.cli import Setting, main
from wms.cli.broker_files import (
    GATEWAY,
    SERVER,
    ToolFailed,
    access_list,
    certificates,
    configuration,
    write_private,
)
from wms.delivery.sources import load_sources
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import WmsError
from wms.kernel.ids import new_id

FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("/etc/mosquitto/coldlot"),
    show_default=True, help="where Mosquitto's files are written",
)  # fmt: skip
HOST = click.option("--host", "hosts", multiple=True, default=("localhost",), help="how gateways call the broker")


@main.group()
def gateway() -> None:
    """Gateways at the broker: each has a password and may write its own topics only."""


@gateway.command("add")
@click.argument("name")
@FOLDER
@HOST
@click.pass_obj
def add(setting: Setting, /, name: str, folder: Path, hosts: tuple[str, ...]) -> None:
    """Give a gateway, or a device of [mqtt] sources, a password, and write all files anew.

    What the gateway needs is put into FOLDER/gateways/NAME; its password is nowhere else.
    """
    with _told(setting) as database:
        sources = load_sources(setting.config.mqtt.sources)
        site = setting.config.mqtt.site
        request = users.AddGatewayRequest(new_id(setting.clock()), name, site)
        issued = database.write(lambda session: users.add_gateway(session, request, by=SYSTEM, at=setting.clock()))
        _write(setting, database, folder, hosts, sources)
        _hand_out(folder, name, str(issued.secret), GATEWAY.format(site=site, name=name, host=hosts[0], port=8883))
        click.echo(f"{name}: {folder / 'gateways' / name}")
        _say_reload()


@gateway.command("renew")
@click.argument("name")
@FOLDER
@HOST
@click.pass_obj
def renew(setting: Setting, /, name: str, folder: Path, hosts: tuple[str, ...]) -> None:
    """Give a gateway a new password; the old one ends when the broker is restarted."""
    with _told(setting) as database:
        request = users.CredentialRequest(new_id(setting.clock()), _id_of(database, name))
        issued = database.write(lambda session: users.renew_gateway(session, request, by=SYSTEM, at=setting.clock()))
        _write(setting, database, folder, hosts, load_sources(setting.config.mqtt.sources))
        text = GATEWAY.format(site=setting.config.mqtt.site, name=name, host=hosts[0], port=8883)
        _hand_out(folder, name, str(issued.secret), text)
        _say_reload()


@gateway.command("revoke")
@click.argument("name")
@FOLDER
@HOST
@click.pass_obj
def revoke(setting: Setting, /, name: str, folder: Path, hosts: tuple[str, ...]) -> None:
    """Take a gateway's password away; a connection that stands ends when the broker is restarted."""
    with _told(setting) as database:
        request = users.CredentialRequest(new_id(setting.clock()), _id_of(database, name))
        database.write(lambda session: users.revoke_gateway(session, request, by=SYSTEM, at=setting.clock()))
        _write(setting, database, folder, hosts, load_sources(setting.config.mqtt.sources))
        shutil.rmtree(folder / "gateways" / name, ignore_errors=True)
        _say_reload()


@gateway.command("list")
@click.pass_obj
def show(setting: Setting) -> None:
    """Say who has a password, and when each was last heard."""
    with _told(setting) as database:
        heard = {each.name: each for each in database.read(telemetry.list_gateways)}
        for each in database.read(users.list_gateways):
            last = heard.get(each.name)
            state = "never heard" if last is None else f"{'online' if last.online else 'silent'}, {last.heard_at:%F %T}"
            click.echo(f"{each.name:32} {each.site or '(server)':16} {state}")


@main.group()
def source() -> None:
    """Devices that speak other conventions, as the file under [mqtt] sources says."""


@source.command("check")
@click.pass_obj
def check(setting: Setting) -> None:
    """Say what is listened to, and every mistake at once."""
    with _told(setting):
        for each in load_sources(setting.config.mqtt.sources).all:
            click.echo(f"{each.name:32} {each.adapter:12} {' '.join(each.topics)}")


@source.command("try")
@click.argument("topic")
@click.argument("payload", type=click.File("rb"), default="-")
@click.pass_obj
def attempt(setting: Setting, /, topic: str, payload: Any) -> None:
    """Say what a message (a file, or what is typed) would be read as; nothing is stored."""
    with _told(setting):
        sources = load_sources(setting.config.mqtt.sources)
        found = sources.find(topic)
        if found is None:
            raise click.ClickException(f"no source listens to {topic}")
        try:
            heard = found.translate(topic, payload.read(), setting.clock().ms, {})
        except BadMessage as error:
            raise click.ClickException(str(error)) from error
        for each in heard.values:
            said = {"gateway": found.name, "sensor": each.sensor, "ms": each.ms, "value": str(each.value),
                    "quality": each.quality, "time": each.time}  # fmt: skip
            click.echo(json.dumps(said, ensure_ascii=False))


class _told:
    """A database for a command; refusals become the command's own words."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def __enter__(self) -> Database:
        self._database = self._setting.database()
        return self._database

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._database.close()
        if isinstance(error, WmsError):
            raise click.ClickException(f"{error.sentence('en')} / {error.sentence('zh')}") from error
        if isinstance(error, ToolFailed | OSError | tomllib.TOMLDecodeError):
            raise click.ClickException(str(error)) from error


def _id_of(database: Database, name: str) -> Any:
    found = database.read(lambda session: [each for each in users.list_gateways(session) if each.name == name])
    if not found:
        raise click.ClickException(f"there is no gateway {name}")
    return found[0].id


def _write(
    setting: Setting, database: Database, folder: Path, hosts: tuple[str, ...], sources: telemetry.Sources
) -> None:
    """Write Mosquitto's files; the server gets a password of its own the first time."""
    folder.mkdir(parents=True, exist_ok=True)
    certificates(folder, hosts)
    known = {each.name for each in database.read(users.list_gateways)}
    if SERVER not in known:
        request = users.AddGatewayRequest(new_id(setting.clock()), SERVER, None)
        issued = database.write(lambda session: users.add_gateway(session, request, by=SYSTEM, at=setting.clock()))
        write_private(folder / "server-password", f"{issued.secret}\n")
    passwords, own = database.read(users.render_mosquitto)
    write_private(folder / "passwords", passwords)
    write_private(folder / "acl", access_list(own, sources))
    if not (folder / "coldlot.conf").exists():  # it is the keeper's to change
        write_private(folder / "coldlot.conf", configuration(folder))


def _hand_out(folder: Path, name: str, secret: str, settings: str) -> None:
    place = folder / "gateways" / name
    place.mkdir(parents=True, exist_ok=True)
    os.chmod(place.parent, 0o700)
    write_private(place / "mqtt-password", f"{secret}\n")
    (place / "ca.crt").write_bytes((folder / "ca.crt").read_bytes())
    (place / "gateway.toml").write_text(settings)


def _say_reload() -> None:
    click.echo("systemctl reload mosquitto")
