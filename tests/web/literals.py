"""Finds words in templates that no catalogue knows: between tags, in attributes, in the arguments of macros."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

TEMPLATES = Path(__file__).parent.parent.parent / "wms" / "web" / "templates"
SPOKEN = {"title", "aria-label", "alt", "placeholder", "aria-description"}
TRANSLATED = {"_", "_n", "_p", "t", "note", "paper", "both", "sign_lines"}
TEXT_PARAMETERS = {
    "text", "label", "title", "hint", "error", "note", "caption", "why", "state_words", "spoken", "sub", "total_label",
    "buyer_words", "until_words", "empty", "photo_alt",
}  # fmt: skip
EXPRESSION = "zqz"
WORD = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def templates() -> list[Path]:
    """Return all templates but the style guide, whose texts are samples."""
    return sorted(path for path in TEMPLATES.rglob("*.html") if path.name != "gallery.html")


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style", "code", "svg")
        for name, value in attrs:
            if name in SPOKEN or name.startswith("data-words"):
                self.handle_data(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "code", "svg")

    def handle_data(self, data: str) -> None:
        text = data.replace(EXPRESSION, " ").strip()
        if not self.silent and WORD.search(text):
            self.found.append(text)


def in_markup(source: str) -> list[str]:
    """Return the words that stand between tags or in spoken attributes."""
    bare = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    bare = re.sub(r"\{% macro _attr_.*?endmacro %\}", "", bare, flags=re.DOTALL)  # these write attributes, not text
    bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", EXPRESSION, bare, flags=re.DOTALL)
    parser = _Texts()
    parser.feed(bare)
    parser.close()
    return parser.found


def _called(call: nodes.Call) -> str:
    if isinstance(call.node, nodes.Getattr):
        return call.node.attr
    return call.node.name if isinstance(call.node, nodes.Name) else ""


def _macros(environment: Environment) -> dict[str, list[str]]:
    found = {}
    for path in (TEMPLATES / "components").glob("*.html"):
        for macro in environment.parse(path.read_text("utf-8")).find_all(nodes.Macro):
            found[macro.name] = [argument.name for argument in macro.args]
    return found


def _constants(node: nodes.Node) -> Iterator[str]:
    """Yield the constant strings of an expression that are shown as they stand."""
    if isinstance(node, nodes.Call) and _called(node) in TRANSLATED:
        return
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value
        return
    if isinstance(node, nodes.CondExpr):
        children: list[nodes.Node] = [child for child in (node.expr1, node.expr2) if child]
    elif isinstance(node, nodes.Concat | nodes.Add):
        children = list(node.iter_child_nodes())
    else:
        children = []
    for child in children:
        yield from _constants(child)


def _arguments(call: nodes.Call, parameters: list[str]) -> Iterator[tuple[str, nodes.Expr]]:
    yield from zip(parameters, call.args, strict=False)
    for keyword in call.kwargs:
        yield keyword.key, keyword.value


def _texts_of(name: str, value: nodes.Expr) -> Iterator[str]:
    if name in TEXT_PARAMETERS:
        yield from _constants(value)
    for item in value.items if isinstance(value, nodes.List | nodes.Tuple) else []:
        parts = item.items if isinstance(item, nodes.Tuple) else []
        shown = {"pairs": parts[:1], "lines": [*parts[:1], *parts[2:]], "options": parts[1:2], "labels": [item]}
        for part in shown.get(name, []):
            yield from _constants(part)
        for pair in item.items if isinstance(item, nodes.Dict) and name in ("columns", "series") else []:
            if isinstance(pair.key, nodes.Const) and pair.key.value in ("label", "sub"):
                yield from _constants(pair.value)


def in_arguments(source: str) -> list[str]:
    """Return the words handed to a component as they stand, and every Chinese one outside a catalogue."""
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    macros = _macros(environment)
    tree = environment.parse(source)
    found = []
    for call in tree.find_all(nodes.Call):
        for name, value in _arguments(call, macros.get(_called(call), [])):
            found += [text for text in _texts_of(name, value) if WORD.search(text)]
    outside = [text for text in _chinese(tree) if text not in found]
    return found + outside


def _chinese(node: nodes.Node) -> Iterator[str]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and _called(child) in TRANSLATED:
            continue
        if isinstance(child, nodes.Const) and isinstance(child.value, str) and CHINESE.search(child.value):
            yield child.value
        yield from _chinese(child)
