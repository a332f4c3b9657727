"""Who may do what, where: doors, the clock, transactions, tables and errors."""

import ast
import string
import tomllib
from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from tests.house import source
from wms.kernel.columns import Base
from wms.kernel.errors import Forbidden, Invalid, NotFound, Refused, Unavailable, WmsError

TRANSACTIONS_HOME = {"wms/kernel/database.py", "devices/spool.py"}
CLOCKS_HOME = {"wms/kernel/clock.py", "devices/clock.py"}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "func.now"}
CLOCK_FUNCTIONS = {"time.time", "time.time_ns", "time.localtime", "time.gmtime"}
OUTERMOST = ("wms/workers/", "wms/cli", "devices/gateway", "devices/publisher.py", "devices/cli")
KINDS = (NotFound, Invalid, Refused, Forbidden, Unavailable)


def test_only_the_database_commits() -> None:
    wrong = [
        f"{path}:{node.lineno}"
        for path in source.files("wms", "devices")
        if str(path) not in TRANSACTIONS_HOME
        for node in source.nodes(path)
        if isinstance(node, ast.Call) and source.called(node).rpartition(".")[2] in {"commit", "rollback"}
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_clock_asks_for_the_time() -> None:
    wrong = []
    for path in source.files("wms", "devices"):
        if str(path) in CLOCKS_HOME:
            continue
        wrong += [
            f"{path}:{node.lineno}"
            for node in source.nodes(path)
            if isinstance(node, ast.Call) and ".".join(source.called(node).split(".")[-2:]) in CLOCKS
        ]
        wrong += [f"{path}:{line}" for line, name in source.imports(path) if name in CLOCK_FUNCTIONS]
    assert not wrong, "\n".join(wrong)


def test_rooms_are_entered_by_the_door() -> None:
    """From outside, import the room; only a query may also import a lower room's tables, to join them."""
    wrong = []
    for path in source.files("wms"):
        for line, name in source.imports(path):
            top, room, part, *_ = [*name.split("."), "", ""]
            if top != "wms" or room not in source.rooms() or room == source.room_of(path):
                continue
            if part in source.ROOM_FILES and not (part == "tables" and source.part_of(path) == "queries"):
                wrong.append(f"{path}:{line} {name}")
    assert not wrong, "\n".join(wrong)


def test_the_house_knows_only_the_messages_of_devices() -> None:
    wrong = [
        f"{path}:{line} {name}"
        for path in source.files("wms")
        for line, name in source.imports(path)
        if name.split(".")[0] == "devices" and not name.startswith("devices.messages")
    ]
    assert not wrong, "\n".join(wrong)


def test_every_room_has_its_plate() -> None:
    """The door says what the room owns, what always holds there, and what it does not know."""
    bare = []
    for room in source.rooms():
        door = source.ROOT / "wms" / room / "__init__.py"
        plate = (ast.get_docstring(ast.parse(door.read_text("utf-8"))) or "") if door.exists() else ""
        if not all(word in plate.lower() for word in ("owns", "invariant", "know")):
            bare.append(room)
    assert not bare, "\n".join(bare)


def test_the_staircase_names_every_room() -> None:
    settings = tomllib.loads((source.ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {item["name"]: item for item in settings["tool"]["importlinter"]["contracts"]}
    expected = {f"wms.{room}" for room in source.rooms()}
    assert set(contracts["Stairs inside a room"]["containers"]) == expected
    assert set(contracts["No HTTP below the schemas"]["source_modules"]) == expected | {"wms.kernel"}


def test_nobody_hides_an_error() -> None:
    """Only an outermost loop, which logs it, or a command, which ends by it, catches all; an assertion goes on."""
    wrong = []
    for path in source.files("wms", "devices", "tests"):
        for node in source.nodes(path):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = set(_caught(node))
            raises_again = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            if not raises_again and ("AssertionError" in caught or not caught):
                wrong.append(f"{path}:{node.lineno} {caught or 'bare'}")
            last = str(path).startswith(OUTERMOST) and any(_tells(inner) for inner in ast.walk(node))
            broad = caught & {"Exception", "BaseException"} and not raises_again
            if broad and not last and path.parts[0] != "tests":
                wrong.append(f"{path}:{node.lineno} {caught}")
    assert not wrong, "\n".join(wrong)


def test_no_number_is_a_float_and_no_instant_is_naive() -> None:
    source.import_everything()
    assert len(Base.metadata.tables) > 0
    inexact = (sa.Numeric, sa.DateTime, sa.Interval)
    wrong = [
        f"{table.name}.{column.name}: {column.type!r}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(getattr(column.type, "impl_instance", column.type), inexact)
    ]
    assert not wrong, "\n".join(wrong)


def test_constraints_have_names() -> None:
    source.import_everything()
    bare = [
        f"{table.name}: {constraint!r}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert not bare, "\n".join(bare)


def test_error_codes_are_unique() -> None:
    uses = Counter(error.code for error in _errors())
    twice = [code for code, count in uses.items() if count > 1]
    assert not twice, "\n".join(twice)


def test_every_error_is_of_one_kind_and_speaks_both_languages() -> None:
    wrong = []
    for error in _errors():
        own = vars(error)
        kinds = [kind for kind in KINDS if issubclass(error, kind)]
        if len(kinds) != 1 or not {"code", "en", "zh"} <= set(own):
            wrong.append(f"{error.__qualname__}: kind, code or a sentence is missing")
        elif _blanks(error.en) != _blanks(error.zh):
            wrong.append(f"{error.__qualname__}: {_blanks(error.en)} in English, {_blanks(error.zh)} in Chinese")
    assert not wrong, "\n".join(wrong)


def test_every_error_is_raised_with_its_values() -> None:
    """The values that its sentences name; rooms may each have an error of one name."""
    needed = {(error.__module__.split(".")[1], error.__name__): _blanks(error.en) for error in _errors()}
    wrong = []
    for path in source.files("wms"):
        for node in source.nodes(path):
            if not isinstance(node, ast.Raise) or node.exc is None:
                continue
            room, _, name = (source.called(node.exc) or source.dotted(node.exc)).rpartition(".")
            lacking = needed.get((room or source.room_of(path), name), needed.get(("kernel", name), set()))
            given = {word.arg for word in node.exc.keywords} if isinstance(node.exc, ast.Call) else set()
            if None not in given and lacking - given:
                wrong.append(f"{path}:{node.lineno} {name} lacks {lacking - given}")
    assert not wrong, "\n".join(wrong)


def _errors() -> list[type[WmsError]]:
    source.import_everything()

    def below(kind: type[WmsError]) -> Iterator[type[WmsError]]:
        for error in kind.__subclasses__():
            yield error
            yield from below(error)

    return [error for error in below(WmsError) if error.__module__.startswith("wms.")]


def _blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _tells(node: ast.AST) -> bool:
    return source.called(node) == "sys.exit" or source.called(node).endswith(".exception")


def _caught(handler: ast.ExceptHandler) -> Iterator[str]:
    if isinstance(handler.type, ast.Tuple):
        yield from (source.dotted(item).rpartition(".")[2] for item in handler.type.elts)
    elif handler.type is not None:
        yield source.dotted(handler.type).rpartition(".")[2]
