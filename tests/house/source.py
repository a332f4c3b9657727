"""The project's own source, parsed once, for the rules that look at it."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import wms

ROOT = Path(__file__).parents[2]
ROOM_FILES = ("errors", "rules", "tables", "queries", "actions")
NOT_ROOMS = {"kernel", "schemas", "documents", "delivery", "api", "web", "workers", "cli"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*tops: str) -> tuple[Path, ...]:
    """Return every Python file below some top folders, as paths from the root."""
    return tuple(sorted(path.relative_to(ROOT) for top in tops for path in (ROOT / top).rglob("*.py")))


@cache
def text(path: Path) -> str:
    """Return a file's text."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(text(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file's syntax tree."""
    return tuple(ast.walk(tree(path)))


@cache
def functions(path: Path) -> tuple[Function, ...]:
    """Return every function of a file, methods and inner ones too."""
    return tuple(node for node in nodes(path) if isinstance(node, Function))


def called(node: ast.AST) -> str:
    """Return what a call calls, as written (`datetime.now`), or an empty string for anything else."""
    return dotted(node.func) if isinstance(node, ast.Call) else ""


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of names; an unnamed part is `?`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything a file imports, however it is spelled."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def rooms() -> tuple[str, ...]:
    """Return the names of the rooms: packages of wms with any of the five files, below the delivery."""
    return tuple(
        folder.name
        for folder in sorted((ROOT / "wms").iterdir())
        if folder.name not in NOT_ROOMS
        and any((folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists() for name in ROOM_FILES)
    )


def room_of(path: Path) -> str:
    """Return the package of wms that a file lies in, or an empty string."""
    return path.parts[1] if len(path.parts) > 2 and path.parts[0] == "wms" else ""


def part_of(path: Path) -> str:
    """Return which of a room's files this is: `actions` for lots/actions.py and for lots/actions/move.py."""
    return Path(path.parts[2]).stem if len(path.parts) > 2 else ""


@cache
def import_everything() -> None:
    """Import every module of wms, so that tables and errors are all known."""
    for module in pkgutil.walk_packages(wms.__path__, "wms."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
