"""Size, names and form."""

import ast
import re
from pathlib import Path

from tests.house import source

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
ROUTE_LINES_MAX = 15
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "data", "info"}
LATER = re.compile(r"#\s*(?:TODO|FIXME|XXX)|#\s*type: ignore(?!\[)|#\s*noqa(?!: )")
ROUTES = {"route", "get", "post", "put", "patch", "delete"}


def test_no_file_is_too_long() -> None:
    lengths = {path: source.text(path).count("\n") for path in source.files("wms", "devices", "tests")}
    assert {str(path): length for path, length in lengths.items() if length > FILE_LINES_MAX} == {}


def test_no_function_is_too_long() -> None:
    long = [
        f"{path}:{function.lineno} {function.name}"
        for path in source.files("wms", "devices", "tests")
        for function in source.functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert not long, "\n".join(long)


def test_a_route_only_delivers() -> None:
    long = [
        f"{path}:{function.lineno} {function.name} {_body_lines(function)}"
        for path in source.files("wms/api", "wms/web")
        for function in _routes(path)
        if _body_lines(function) > ROUTE_LINES_MAX
    ]
    assert not long, "\n".join(long)


def test_every_file_is_named_for_something() -> None:
    empty = [
        str(path)
        for path in source.files("wms", "devices", "tests")
        if EMPTY_WORDS & {word for part in path.with_suffix("").parts for word in part.split("_")}
    ]
    assert not empty, "\n".join(empty)


def test_nothing_is_left_for_later() -> None:
    notes = [
        f"{path}:{number}"
        for path in source.files("wms", "devices", "tests", "migrations")
        for number, line in enumerate(source.text(path).splitlines(), 1)
        if LATER.search(line)
    ]
    assert not notes, "\n".join(notes)


def test_what_others_use_is_explained() -> None:
    silent = [
        f"{path}:{function.lineno} {function.name}"
        for path in source.files("wms")
        if source.room_of(path) in source.rooms() and source.part_of(path) in {"actions", "queries", "rules"}
        for function in source.tree(path).body
        if isinstance(function, source.Function) and not function.name.startswith("_")
        if not ast.get_docstring(function)
    ]
    assert not silent, "\n".join(silent)


def test_every_test_runs() -> None:
    """A test is a function of a test file, or of a Test class there, with a name of its own; others never run."""
    lost = []
    for path in source.files("tests"):
        tree = source.tree(path)
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test")]
        scopes: list[ast.Module | ast.ClassDef] = [tree, *classes] if path.name.startswith("test_") else []
        run: list[source.Function] = []
        for scope in scopes:
            # A second function of the same name replaces the first.
            run += {node.name: node for node in scope.body if isinstance(node, source.Function)}.values()
        lost += [
            f"{path}:{function.lineno} {function.name}"
            for function in source.functions(path)
            if function.name.startswith("test_") and function not in run
        ]
    assert not lost, "\n".join(lost)


def test_every_test_can_fail() -> None:
    """A test asserts, expects an error, calls a check that raises, or calls a function of the tests that does."""
    judges = {"raises", "warns", "fail", "expect"}
    calls = {
        function: {source.called(node).rpartition(".")[2] for node in ast.walk(function)}
        for path in source.files("tests")
        for function in source.functions(path)
    }
    found = -1
    while found != len(judges):
        found = len(judges)
        judges |= {
            function.name
            for function, names in calls.items()
            if not function.name.startswith("test_") and _judges(function, names, judges)
        }
    blind = [
        f"{path}:{function.lineno} {function.name}"
        for path in source.files("tests")
        for function in source.functions(path)
        if function.name.startswith("test_") and not _judges(function, calls[function], judges)
    ]
    assert not blind, "\n".join(blind)


def test_no_test_is_skipped() -> None:
    skips = [
        f"{path}:{node.lineno}"
        for path in source.files("tests")
        for node in source.nodes(path)
        if isinstance(node, ast.Attribute)
        if node.attr in {"skip", "skipif", "xfail", "importorskip"} and source.dotted(node).startswith("pytest.")
    ]
    assert not skips, "\n".join(skips)


def _judges(function: source.Function, names: set[str], judges: set[str]) -> bool:
    # A `check_…` of ours and Playwright's `wait_for…` return nothing and raise when it is not so.
    raising = any(name.startswith(("check", "wait_for")) for name in names)
    return raising or bool(names & judges) or any(isinstance(node, ast.Assert) for node in ast.walk(function))


def _routes(path: Path) -> list[source.Function]:
    views = [
        method
        for node in source.nodes(path)
        if isinstance(node, ast.ClassDef) and any("MethodView" in source.dotted(base) for base in node.bases)
        for method in node.body
        if isinstance(method, source.Function) and method.name in ROUTES
    ]
    return views + [
        function
        for function in source.functions(path)
        if any(source.called(mark).rpartition(".")[2] in ROUTES for mark in function.decorator_list)
    ]


def _body_lines(function: source.Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0
