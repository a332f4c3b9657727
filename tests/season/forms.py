"""Forms as a browser reads them off a page, filled in with what can only be wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

NAMED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
TICKED, UNSEEN = ("checkbox", "radio"), ("hidden", "password", "file", "button")


@dataclass(slots=True)
class Field:
    """A field of a form: its kind, what it holds, and what it offers."""

    kind: str
    value: str = ""
    offered: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """A form of a page: where it is sent, and its fields by name."""

    url: str
    fields: dict[str, Field]

    @property
    def sort(self) -> tuple[str, frozenset[str]]:
        """What tells a form from others of another sort, whatever row it is about."""
        return NAMED.sub("*", self.url), frozenset(NAMED.sub("*", name) for name in self.fields)

    def filled_wrong(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return what to send, nothing of it as it should be, and of it what a person typed or chose."""
        sent: dict[str, str] = {}
        typed: dict[str, str] = {}
        for number, (name, one) in enumerate(self.fields.items()):
            if one.kind in UNSEEN:
                sent[name] = {"id": "x", "password": "0000"}.get(name if one.kind == "hidden" else one.kind, one.value)
                continue
            others = [value for value in one.offered if value not in ("", one.value)]
            typed[name] = {
                "select": others[-1] if others else one.value, "date": "2031-02-03", "time": "03:33",
                **dict.fromkeys(TICKED, one.offered[-1] if one.offered else ""),
            }.get(one.kind, f"q{number}x")  # fmt: skip
        return {**sent, **typed}, typed

    def lost(self, typed: dict[str, str]) -> dict[str, str]:
        """Return what was typed and does not stand in this form."""
        return {name: text for name, text in typed.items() if self.fields[name].value != text}


class _Reader(HTMLParser):
    def __init__(self, page_url: str) -> None:
        super().__init__()
        self.page_url = page_url
        self.found: list[tuple[str, Form]] = []
        self.open: Field | None = None
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            url = urljoin(self.page_url, at.get("action") or self.page_url)
            self.found.append((at.get("method", "get").lower(), Form(url, {})))
            self.inside = True
        if self.inside and tag in ("input", "select", "textarea", "button") and at.get("name"):
            self._field(tag, at)
        if tag == "option" and self.open is not None:
            self.open.offered.append(at.get("value", ""))
            if "selected" in at or len(self.open.offered) == 1:
                self.open.value = at.get("value", "")

    def _field(self, tag: str, at: dict[str, str]) -> None:
        fields = self.found[-1][1].fields
        kind = at.get("type", "text") if tag == "input" else tag
        if kind in TICKED:
            one = fields.setdefault(at["name"], Field(kind))
            one.offered.append(at.get("value", ""))
            one.value = at.get("value", "") if "checked" in at else one.value
        elif kind != "button" or at["name"] not in fields:
            fields[at["name"]] = Field(kind, at.get("value", ""))
        self.open = fields[at["name"]] if tag in ("select", "textarea") else None

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.open = None if tag in ("select", "textarea") else self.open

    def handle_data(self, data: str) -> None:
        if self.open is not None and self.open.kind == "textarea":
            self.open.value += data


def forms_of(text: str, page_url: str) -> Iterator[Form]:
    """Read the forms of a page that change something."""
    reader = _Reader(page_url)
    reader.feed(text)
    return (form for method, form in reader.found if method == "post")
