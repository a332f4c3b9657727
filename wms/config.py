"""Settings: a TOML file, overridden by WMS__SECTION__KEY from the environment, into frozen values.

Unknown keys, missing values and wrong types stop the program with every fault named at once. Read once, at the edge.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, post_load, validate
from marshmallow import fields as form

PREFIX = "WMS__"


class ConfigInvalid(Exception):
    """The settings are wrong; the message names every fault."""


@dataclass(frozen=True, slots=True)
class Site:
    """The store."""

    name: str = "烟台冷库"
    zone: str = "Asia/Shanghai"

    @property
    def timezone(self) -> ZoneInfo:
        """The zone business days are counted in."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the data is."""

    url: str = field(default="sqlite:///var/coldlot.sqlite3", repr=False)
    connections: int = 16


@dataclass(frozen=True, slots=True)
class Web:
    """The web server."""

    bind: str = "127.0.0.1"
    port: int = 8080
    processes: int = 1
    threads: int = 32
    live_streams: int = 16
    secure_cookies: bool = False
    public_url: str = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Mqtt:
    """The broker."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    site: str = "yantai"
    inbox: str = "inbox-1"
    gateways: str = ""
    sources: str = ""

    def password(self) -> str | None:
        """Read the password from its file, or None. Raises OSError."""
        return Path(self.password_file).read_text().strip() if self.password_file else None


@dataclass(frozen=True, slots=True)
class Telemetry:
    """How long readings are kept."""

    keep_days: int = 1100


@dataclass(frozen=True, slots=True)
class Gateways:
    """What terminals need to know of gateways."""

    live_origin: str = ""


@dataclass(frozen=True, slots=True)
class Gs1:
    """The store's own keys of GS1, for what it exports; empty where it has none."""

    company_prefix: str = ""
    site_gln: str = ""


@dataclass(frozen=True, slots=True)
class Sms:
    """Where codes go."""

    sink: str = "var/sms.jsonl"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The second place of the chain's head."""

    file: str = "var/anchors.jsonl"


@dataclass(frozen=True, slots=True)
class Photos:
    """Where photos' bytes lie: a folder, or the database without one."""

    folder: str = ""

    @property
    def path(self) -> Path | None:
        """The folder, or None."""
        return Path(self.folder) if self.folder else None


@dataclass(frozen=True, slots=True)
class Printers:
    """The label printers of the dock: `name=host:port` with commas; each takes ZPL as raw bytes on its port."""

    labels: str = ""
    timeout_s: int = 10

    def addresses(self) -> dict[str, tuple[str, int]]:
        """Return host and port by the printer's name. Raises ValueError for what is not written so."""
        found: dict[str, tuple[str, int]] = {}
        for part in filter(None, (part.strip() for part in self.labels.split(","))):
            name, _, address = part.partition("=")
            host, _, port = address.rpartition(":")
            if not (name and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
                raise ValueError(f"not name=host:port: {part}")
            found[name] = (host, int(port))
        return found


@dataclass(frozen=True, slots=True)
class Log:
    """How the program speaks to its keeper."""

    level: str = "INFO"
    json: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """All settings."""

    site: Site = Site()
    database: DatabaseSettings = DatabaseSettings()
    web: Web = Web()
    mqtt: Mqtt = Mqtt()
    telemetry: Telemetry = Telemetry()
    gateways: Gateways = Gateways()
    gs1: Gs1 = Gs1()
    sms: Sms = Sms()
    anchor: Anchor = Anchor()
    photos: Photos = Photos()
    printers: Printers = Printers()
    log: Log = Log()


class _Section(Schema):
    """A section whose values become its dataclass."""

    made: type

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Any:
        """Return the frozen values."""
        return self.made(**values)


def _zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(f"unknown time zone {name!r}") from error


def _keeping(days: int) -> None:
    if days != 0 and days < 366:
        raise ValidationError("0 for ever, or at least 366: records of cold stores are kept for a year")


def _gln(text: str) -> None:
    good = len(text) == 13 and text.isdecimal()
    if text and not (good and sum(int(sign) * (3, 1)[place % 2] for place, sign in enumerate(text[::-1], 1)) % 10 == 0):
        raise ValidationError("13 digits, the last of them the check digit; empty if the site has none")


def _printers(text: str) -> None:
    try:
        Printers(text).addresses()
    except ValueError as error:
        raise ValidationError(str(error)) from error


_FIELDS: dict[type, Any] = {str: form.String, int: form.Integer, bool: form.Boolean}
_CHECKS: dict[tuple[str, str], Any] = {
    ("site", "zone"): _zone,
    ("printers", "labels"): _printers,
    ("printers", "timeout_s"): validate.Range(1, 50),
    ("web", "port"): validate.Range(1, 65535),
    ("web", "processes"): validate.Range(1, 64),
    ("web", "threads"): validate.Range(2, 512),
    ("web", "live_streams"): validate.Range(1, 256),
    ("mqtt", "port"): validate.Range(1, 65535),
    ("telemetry", "keep_days"): _keeping,
    ("database", "connections"): validate.Range(1, 512),
    ("gs1", "company_prefix"): validate.Regexp(r"([0-9]{6,12})?\Z", error="6 to 12 digits; empty if there is none"),
    ("gs1", "site_gln"): _gln,
    ("log", "level"): validate.OneOf(("DEBUG", "INFO", "WARNING", "ERROR")),
}


def _schema(section: str, made: type) -> _Section:
    members: dict[str, Any] = {"made": made}
    for item in fields(made):
        assert isinstance(item.type, type)
        check = _CHECKS.get((section, item.name))
        strict = {"strict": True} if item.type is int else {}
        members[item.name] = _FIELDS[item.type](validate=check, **strict)
    schema: _Section = type(f"{made.__name__}Schema", (_Section,), members)()
    return schema


_SCHEMAS: dict[str, _Section] = {item.name: _schema(item.name, type(item.default)) for item in fields(Config)}


def load_config(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Return the settings of a file (or the defaults) with the environment's overrides.

    Raises ConfigInvalid naming every unknown key, missing file and wrong value.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8")) if path else {}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigInvalid(f"{path}: {error}") from error
    faults = [f"unknown section [{name}]" for name in content if name not in _SCHEMAS]
    made: dict[str, Any] = {}
    for name, schema in _SCHEMAS.items():
        try:
            made[name] = schema.load({**content.get(name, {}), **_overrides(name, environment)})
        except ValidationError as error:
            faults += [f"[{name}] {key}: {_flat(reasons)}" for key, reasons in dict(error.messages_dict).items()]
    if faults:
        raise ConfigInvalid("\n".join(faults))
    return Config(**made)


def _overrides(section: str, environment: Mapping[str, str]) -> dict[str, Any]:
    start = f"{PREFIX}{section.upper()}__"
    values: dict[str, Any] = {}
    for name, text in environment.items():
        if name.startswith(start):
            values[name[len(start) :].lower()] = int(text) if text.isdecimal() else text
    return values


def _flat(reasons: Any) -> str:
    return " ".join(map(str, reasons)) if isinstance(reasons, list) else str(reasons)
