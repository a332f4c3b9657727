"""Why a message could not be stored: a code and its values, so that the reader's own language can say it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from devices.messages import BadMessage

_PLACE = re.compile(r"(?P<said>.*?)(?: - at `(?P<where>[^`]+)`)?", re.DOTALL)
_SHAPES = (
    ("shape_missing", re.compile(r"Object missing required field `(?P<field>[^`]+)`")),
    ("shape_type", re.compile(r"Expected `(?P<expected>[^`]+)`, got `(?P<got>[^`]+)`")),
    ("shape_word", re.compile(r"Invalid enum value '?(?P<got>.{0,40}?)'?")),
    ("shape_rule", re.compile(r"Expected (?P<expected>.{1,120})", re.DOTALL)),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """The stable code of one sentence, the values in its blanks, and the sentence in plain English for logs."""

    code: str
    text: str
    values: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, error: BadMessage) -> "Reason":
        """Return the reason of a message outside the contract; what its form lacks is told field by field."""
        if error.reason != "shape":
            return cls(error.code, str(error), error.values)
        place = _PLACE.fullmatch(error.text)
        said, where = (place["said"], place["where"] or "$") if place else (error.text, "$")
        for code, pattern in _SHAPES:
            found = pattern.fullmatch(said)
            if found is not None:
                return cls(code, str(error), {"where": where, **found.groupdict()})
        return cls("shape", str(error), {"where": where})


NO_INSTANT = Reason("no_instant", "value: no such instant")
KEY_TWICE = Reason("key_twice", "key used twice for different content")
KEY_STORED = Reason("key_stored", "key was stored before with different content")
NOT_FOR_US = Reason("not_for_us", "not for the inbox")
NO_SOURCE = Reason("no_source", "nobody's topic: no source is configured for it")


def refused(error: Exception) -> Reason:
    """Return the reason of a message that is well formed and could not be stored all the same."""
    return Reason("refused", f"{type(error).__name__}: {error}", {"error": f"{type(error).__name__}: {error}"[:200]})
