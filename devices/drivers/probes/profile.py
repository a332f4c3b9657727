"""What one model of probe answers, as a file: registers, scale, limits and the numbers that mean "broken"."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from devices.errors import BadOption, DeviceError

T = TypeVar("T")

PROFILES = Path(__file__).parent / "profiles"
TYPES = ("int16", "uint16", "float32", "bit")
WORD_ORDERS = ("high_first", "low_first")
FUNCTION_CODES = (1, 2, 3, 4)
REGISTERS_MAX = 125  # of one request, by the Modbus standard


class UnknownProfile(DeviceError):
    """No file describes that model."""

    code = "unknown_profile"
    en = "Unknown probe profile {profile!r}. Known: {known}."
    zh = "没有名为 {profile!r} 的探头档案。可用的有：{known}。"


@dataclass(frozen=True, slots=True)
class Value:
    """One quantity: where it stands and what its raw number means. `minimum` and `maximum` are in `unit`.

    `invalid` maps raw 16-bit words to a quality; `guard` names a hidden value whose raw number, where it is in
    `guards`, gives this value's quality instead of a number.
    """

    name: str
    at: int
    type: str
    scale: Decimal
    kind: str
    unit: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    bit: int = 0
    word_order: str = "high_first"
    places: int | None = None
    hidden: bool = False
    jump: Decimal | None = None
    guard: str | None = None
    invalid: Mapping[int, str] = field(default_factory=dict)
    guards: Mapping[int, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Registers it takes."""
        return 2 if self.type == "float32" else 1


@dataclass(frozen=True, slots=True)
class Block:
    """What is read with one request, and the values in it."""

    fc: int
    start: int
    count: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One model: `digest` changes when anything in its file does."""

    name: str
    title: str
    talk: str
    baud: int
    format: str
    timeout_ms: int
    turnaround_ms: int
    digest: str
    blocks: tuple[Block, ...]

    @property
    def values(self) -> tuple[Value, ...]:
        """Every quantity that may be given a sensor's name."""
        return tuple(value for block in self.blocks for value in block.values if not value.hidden)


def profile_names() -> list[str]:
    """The models that come with the product."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def load_profile(name: str, folder: Path | None = None) -> Profile:
    """A model's profile, from `folder` first if one is given, else of those that come with the product.

    Raises UnknownProfile, BadOption.
    """
    own = None if folder is None else folder / f"{name}.toml"
    path = own if own is not None and own.is_file() else PROFILES / f"{name}.toml"
    if name != path.stem or "/" in name or not path.is_file():
        raise UnknownProfile(profile=name, known=", ".join(profile_names()))
    return read_profile(name, path.read_bytes())


def read_profile(name: str, text: bytes) -> Profile:
    """A profile from the bytes of its file. Raises BadOption."""
    try:
        table = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadOption(option=f"{name}.toml", value="…", allowed=f"valid TOML ({wrong})") from wrong
    serial = table.get("serial", {})
    try:
        blocks = tuple(_block(entry) for entry in table["block"])
        _check_names([value for block in blocks for value in block.values])
        return Profile(
            name=name,
            title=str(table["title"]),
            talk=_one_of(table.get("talk", "modbus"), "talk", ("modbus", "ascii-read", "onewire")),
            baud=int(serial.get("baud", 9600)),
            format=str(serial.get("format", "8N1")),
            timeout_ms=int(serial.get("timeout_ms", 300)),
            turnaround_ms=int(serial.get("turnaround_ms", 60)),
            digest=hashlib.sha256(text).hexdigest()[:16],
            blocks=blocks,
        )
    except KeyError as missing:
        raise BadOption(option=f"{name}.toml", value="…", allowed=f"a file with {missing}") from missing


def _block(table: dict[str, Any]) -> Block:
    block = Block(
        fc=_one_of(table["fc"], "fc", FUNCTION_CODES),
        start=int(table["start"]),
        count=int(table["count"]),
        values=tuple(_value(entry) for entry in table["value"]),
    )
    if not 1 <= block.count <= REGISTERS_MAX:
        raise BadOption(option="count", value=block.count, allowed=f"1 to {REGISTERS_MAX}")
    for value in block.values:
        if not block.start <= value.at <= block.start + block.count - value.width:
            raise BadOption(option=f"{value.name}.at", value=value.at, allowed="inside its block")
        if block.fc in (1, 2) and value.type != "bit":
            raise BadOption(option=f"{value.name}.type", value=value.type, allowed="bit in a block of coils")
    return block


def _check_names(values: list[Value]) -> None:
    names = [value.name for value in values]
    for value in values:
        if names.count(value.name) > 1:
            raise BadOption(option="name", value=value.name, allowed="used once in a profile")
        if value.guard is not None and value.guard not in names:
            raise BadOption(option=f"{value.name}.guard", value=value.guard, allowed="the name of another value")


def _value(table: dict[str, Any]) -> Value:
    known = {"name", "at", "type", "scale", "kind", "unit", "min", "max", "bit", "word_order", "places", "hidden"}
    unknown = set(table) - known - {"jump", "guard", "invalid", "guards"}
    if unknown:
        raise BadOption(option="value", value=", ".join(sorted(unknown)), allowed="a known key")
    hidden = bool(table.get("hidden", False))
    return Value(
        name=str(table["name"]),
        at=int(table["at"]),
        type=_one_of(table.get("type", "int16"), "type", TYPES),
        scale=_decimal(table.get("scale", "1"), "scale"),
        kind="status" if hidden else str(table["kind"]),
        unit="" if hidden else str(table["unit"]),
        minimum=_decimal(table["min"], "min") if "min" in table else None,
        maximum=_decimal(table["max"], "max") if "max" in table else None,
        bit=int(table.get("bit", 0)),
        word_order=_one_of(table.get("word_order", "high_first"), "word_order", WORD_ORDERS),
        places=int(table["places"]) if "places" in table else None,
        hidden=hidden,
        jump=_decimal(table["jump"], "jump") if "jump" in table else None,
        guard=table.get("guard"),
        invalid={int(raw): str(quality) for raw, quality in table.get("invalid", {}).items()},
        guards={int(raw): str(quality) for raw, quality in table.get("guards", {}).items()},
    )


def _one_of(value: T, option: str, allowed: tuple[T, ...]) -> T:
    if value not in allowed:
        raise BadOption(option=option, value=value, allowed=", ".join(map(str, allowed)))
    return value


def _decimal(text: object, option: str) -> Decimal:
    """From a string, so that 0.1 is a tenth."""
    try:
        return Decimal(str(text))
    except InvalidOperation as wrong:
        raise BadOption(option=option, value=text, allowed="a number in quotes") from wrong
