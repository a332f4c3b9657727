"""Reads settings out of a TOML table and collects what is wrong instead of stopping at the first mistake."""

import re
from collections.abc import Iterable
from typing import Any, Final

REQUIRED: Final = object()


class Table:
    """One table of the file: `where` is its place for the messages, `problems` is shared by all tables of the file."""

    def __init__(self, entries: dict[str, Any], where: str, problems: list[str]) -> None:
        self._entries = entries
        self._where = where
        self._problems = problems
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def problem(self, key: str, text: str) -> None:
        """Notes what is wrong with a key (or with the whole table)."""
        place = ".".join(part for part in (self._where, key) if part) or "the file"
        self._problems.append(f"{place}: {text}")

    def _get(self, key: str, kind: type, default: object) -> Any:
        self._asked.add(key)
        if key not in self._entries:
            if default is REQUIRED:
                self.problem(key, "is missing")
                return None
            return default
        value = self._entries[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.problem(key, f"must be {_WORDS[kind]}, not {value!r}")
            return None
        return value

    def text(self, key: str, *, default: object = REQUIRED, pattern: str | None = None) -> str:
        """A text that matches `pattern` as a whole."""
        value = self._get(key, str, default)
        if value is None:
            return ""
        if pattern is not None and value != default and not re.fullmatch(pattern, value):
            self.problem(key, f"{value!r} does not look like {pattern}")
        return str(value)

    def one_of(self, key: str, allowed: Iterable[str], *, default: object = REQUIRED) -> str:
        """One of a few words."""
        value = self.text(key, default=default)
        if value not in allowed and key in self._entries:
            self.problem(key, f"{value!r} is none of {', '.join(word for word in allowed if word)}")
        return value

    def whole(self, key: str, *, default: object = REQUIRED, between: tuple[int, int]) -> int:
        """A whole number, both bounds included."""
        value = self._get(key, int, default)
        if value is None:
            return between[0]
        if not between[0] <= value <= between[1] and key in self._entries:
            self.problem(key, f"{value} is not between {between[0]} and {between[1]}")
        return int(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        return bool(self._get(key, bool, default))

    def flag_or_none(self, key: str) -> bool | None:
        """True, false, or not said."""
        value = self._get(key, bool, None)
        return None if value is None else bool(value)

    def texts(self, key: str) -> list[str]:
        """A list of texts, empty if not said."""
        value = self._get(key, list, [])
        if value is not None and all(isinstance(entry, str) for entry in value):
            return list(value)
        self.problem(key, "must be a list of texts")
        return []

    def names(self, key: str, *, pattern: str) -> dict[str, str]:
        """A table of texts, each matching `pattern`; at least one."""
        value = self._get(key, dict, REQUIRED) or {}
        for name, text in value.items():
            if not isinstance(text, str) or not re.fullmatch(pattern, text):
                self.problem(f"{key}.{name}", f"{text!r} does not look like {pattern}")
        if not value and key in self._entries:
            self.problem(key, "names nothing")
        return {str(name): str(text) for name, text in value.items()}

    def table(self, key: str) -> "Table":
        """A table below this one; a missing one reads as empty, so that what it must hold is asked for by name."""
        value = self._get(key, dict, {})
        return Table(value or {}, ".".join(part for part in (self._where, key) if part), self._problems)

    def tables(self, key: str) -> "list[Table]":
        """A list of tables, numbered from 1 in the messages."""
        value = self._get(key, list, []) or []
        place = ".".join(part for part in (self._where, key) if part)
        if not all(isinstance(entry, dict) for entry in value):
            self.problem(key, f"must be written [[{place}]]")
            return []
        return [Table(entry, f"{place}[{number}]", self._problems) for number, entry in enumerate(value, start=1)]

    def done(self) -> None:
        """Nothing more is read: what was not asked for is not known."""
        for key in self._entries:
            if key not in self._asked:
                self.problem(key, "is not a setting")


_WORDS: Final = {
    str: "a text in quotes",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}
